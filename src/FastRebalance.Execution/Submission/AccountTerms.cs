using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Submission;

/// <summary>The bounds and the patience of an account, in wei, heads and blocks; meanings as in <see cref="ExecutionSetup"/>.</summary>
internal readonly record struct AccountTerms()
{
    public int FinalDepth { get; init; } = 12;

    public int ReleaseDepth { get; init; } = 2;

    public int RepriceAfterHeads { get; init; } = 3;

    public int ResendAfterHeads { get; init; } = 2;

    /// <summary>Heads without a trace after which something released before a restart is sent again or given up.</summary>
    public int SuspectHeads { get; init; } = 2;

    /// <summary>Decisions whose outcome may be open at one time.</summary>
    public int MaxLive { get; init; } = 1;

    /// <summary>Most that everything out together may cost, whatever the balance.</summary>
    public UInt256 AccountCapWei { get; init; } = UInt256.MaxValue;
}
