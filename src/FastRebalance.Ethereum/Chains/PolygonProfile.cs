namespace FastRebalance.Ethereum.Chains;

/// <summary>Polygon PoS (and Amoy): a public pool with a floor under the tip, blocks of 2 s, deep reorganisations.</summary>
public sealed class PolygonProfile : IChainProfile
{
    public string Name => "polygon";

    public IReadOnlyList<ulong> ChainIds { get; } = [137, 80_002];

    public ChainRules Rules { get; } = new()
    {
        BlockTime = TimeSpan.FromSeconds(2),
        HasPendingStream = true,
        CanReplace = true,
        BumpPercent = 13,
        HasConditionalSend = false,
        TakesTips = true,
        // Bor and Erigon force this floor on every pool (BorDefaultTxPoolPriceLimit); it was 30 gwei before.
        MinTipWei = 25_000_000_000,
        BaseFeeRoomPercent = 100,
        FinalDepth = 128,
        ReleaseDepth = 16,
        RepriceAfterHeads = 5,
        BaseFee = BaseFeeRules.Polygon,
        ResendAfterHeads = 3,
    };
}
