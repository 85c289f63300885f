namespace FastRebalance.Execution.Fees;

/// <summary>Whether the account can pay for everything that is out. Zero is no answer.</summary>
public enum CoverVerdict : byte
{
    None = 0,
    Covered,

    /// <summary>All together can cost more than the account holds: pools would refuse it, or drop the highest nonce.</summary>
    BalanceShort,

    /// <summary>All together can cost more than the account is allowed.</summary>
    AboveAccountLimit,
}
