namespace FastRebalance.Ethereum.Chains;

/// <summary>A node of one's own with a chain of one's own (anvil, hardhat, ganache): as Ethereum, at whatever block time it was started with.</summary>
public sealed class DevnetProfile : IChainProfile
{
    public string Name => "devnet";

    public IReadOnlyList<ulong> ChainIds { get; } = [1337, 31_337];

    public ChainRules Rules { get; } = new()
    {
        BlockTime = TimeSpan.FromSeconds(1),
        HasPendingStream = true,
        CanReplace = true,
        BumpPercent = 13,
        HasConditionalSend = false,
        TakesTips = true,
        MinTipWei = 100_000_000,
        BaseFeeRoomPercent = 100,
        FinalDepth = 12,
        ReleaseDepth = 2,
        RepriceAfterHeads = 3,
        ResendAfterHeads = 2,
    };
}
