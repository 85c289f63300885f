using FastRebalance.Core.Assets;

namespace FastRebalance.Execution;

/// <summary>What stands in the way of trading. Zero is nothing.</summary>
public enum AccountProblemKind : byte
{
    None = 0,

    /// <summary>The node serves another chain than configured.</summary>
    WrongChain,

    /// <summary>The account has code: delegated (EIP-7702), which lets pools refuse its transactions.</summary>
    Delegated,

    /// <summary>Transactions of this account wait in the pool that this run did not send.</summary>
    PendingTransactions,

    /// <summary>There is no contract at the router's address.</summary>
    NoRouter,

    /// <summary>The router would not trade through this pool but through another one, or none.</summary>
    PoolNotOfRouter,

    /// <summary>The contract that runs the orders may not take an asset.</summary>
    NoAllowance,

    /// <summary>The executor contract is not to be used as it stands.</summary>
    ExecutorNotReady,

    /// <summary>The account holds no coins to pay gas with.</summary>
    NoGas,
}

/// <summary>One thing to repair.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Asset">The asset that it speaks of; none where it speaks of no asset.</param>
/// <param name="Message">A sentence that says what was found and what to do.</param>
/// <param name="IsFatal">No order may be sent while it lasts; otherwise some orders will be refused.</param>
public sealed record AccountProblem(AccountProblemKind Kind, AssetId Asset, string Message, bool IsFatal);

/// <summary>What the chain says about the account.</summary>
/// <param name="LatestNonce">Transactions of the account that are mined.</param>
/// <param name="PendingNonce">The same with those that wait in the node's pool.</param>
/// <param name="BalanceWei">Coins to pay gas with.</param>
/// <param name="Allowances">What the contract that runs the orders, or Permit2 for it, may take, by asset.</param>
/// <param name="Problems">Everything to repair; empty when trading can start.</param>
public sealed record AccountCheck(
    ulong LatestNonce, ulong PendingNonce, UInt256 BalanceWei, IReadOnlyList<UInt256> Allowances, IReadOnlyList<AccountProblem> Problems)
{
    public bool MayTrade
    {
        get
        {
            foreach (AccountProblem problem in Problems)
                if (problem.IsFatal)
                    return false;
            return true;
        }
    }
}
