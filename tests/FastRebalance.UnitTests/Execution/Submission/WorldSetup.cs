using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Submission;

namespace FastRebalance.UnitTests.Execution.Submission;

/// <summary>In what kind of world an account is to stand.</summary>
internal sealed record WorldSetup
{
    public AccountTerms Terms { get; init; } = new() { FinalDepth = 3, ReleaseDepth = 1, RepriceAfterHeads = 2, MaxLive = 2 };

    public FeeOptions Fees { get; init; } = new();

    public ulong MaxFeePerGasWei { get; init; } = 200 * AccountWorld.Gwei;

    /// <summary>The signature is there at once; elsewhere it takes as long as it takes.</summary>
    public bool SignsHere { get; init; } = true;

    public WorldFlaw Flaw { get; init; }

    /// <summary>The only invariant that is looked at; null for all.</summary>
    public string? Only { get; init; }
}
