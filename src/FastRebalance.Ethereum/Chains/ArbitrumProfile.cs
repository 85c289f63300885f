namespace FastRebalance.Ethereum.Chains;

/// <summary>Arbitrum (One, Nova, Sepolia): a sequencer that takes transactions as they come, blocks of 250 ms, no word on tips; fees for L1 are taken as gas.</summary>
public sealed class ArbitrumProfile : IChainProfile
{
    public string Name => "arbitrum";

    public IReadOnlyList<ulong> ChainIds { get; } = [42_161, 42_170, 421_614];

    public ChainRules Rules { get; } = new()
    {
        BlockTime = TimeSpan.FromMilliseconds(250),
        HasPendingStream = false,
        // First come, first served: a second transaction of a nonce is an error at once.
        CanReplace = false,
        BumpPercent = 13,
        HasConditionalSend = true,
        TakesTips = false,
        MinTipWei = 0,
        BaseFeeRoomPercent = 100,
        // One minute of blocks.
        FinalDepth = 240,
        ReleaseDepth = 20,
        RepriceAfterHeads = 40,
        // The sequencer itself holds a transaction for a second or more: two seconds of blocks.
        BaseFee = BaseFeeRules.Arbitrum,
        ResendAfterHeads = 8,
        DataFee = new ArbitrumDataFee(),
    };
}
