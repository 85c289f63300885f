namespace FastRebalance.Execution.Fees;

/// <summary>Whose tip stands for a block. Zero is nobody's.</summary>
public enum ClearingTipSource : byte
{
    None = 0,

    /// <summary>A transaction that touched one of our pools.</summary>
    OurPools,

    /// <summary>Any transaction: none touched our pools.</summary>
    Block,
}
