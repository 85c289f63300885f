namespace FastRebalance.Ethereum.Chains;

/// <summary>A chain that no profile knows: as Ethereum, with more patience before anything counts as final. A fee for L1, where the chain takes one, is not counted.</summary>
public sealed class UnknownChainProfile : IChainProfile
{
    public string Name => "unknown";

    public IReadOnlyList<ulong> ChainIds => [];

    public ChainRules Rules { get; } = new()
    {
        BlockTime = TimeSpan.FromSeconds(12),
        HasPendingStream = false,
        CanReplace = true,
        BumpPercent = 13,
        HasConditionalSend = false,
        TakesTips = true,
        MinTipWei = 100_000_000,
        BaseFeeRoomPercent = 100,
        FinalDepth = 128,
        ReleaseDepth = 16,
        RepriceAfterHeads = 3,
        ResendAfterHeads = 2,
    };
}
