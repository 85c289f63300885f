namespace FastRebalance.Ethereum.Chains;

/// <summary>OP-stack rollups (OP Mainnet, Base, Unichain, World Chain, Zora, Mode, and the Sepolia chains of OP and Base): one sequencer with a closed pool, blocks of 2 s, fees for L1 beside the gas.</summary>
public sealed class OpStackProfile : IChainProfile
{
    public string Name => "op-stack";

    public IReadOnlyList<ulong> ChainIds { get; } = [10, 8453, 130, 480, 7_777_777, 34_443, 11_155_420, 84_532];

    public ChainRules Rules { get; } = new()
    {
        BlockTime = TimeSpan.FromSeconds(2),
        HasPendingStream = false,
        // The sequencer's pool is closed, and an order there is locked once it is published before its block: an order has one price.
        CanReplace = false,
        BumpPercent = 13,
        HasConditionalSend = true,
        TakesTips = true,
        // op-geth suggests no less than a thousandth of a gwei.
        MinTipWei = 1_000_000,
        BaseFeeRoomPercent = 100,
        // Two minutes: a sequencer that fails over loses seconds. L1's own finality takes some 400 blocks; set finalDepth for that.
        FinalDepth = 60,
        ReleaseDepth = 5,
        RepriceAfterHeads = 3,
        BaseFee = BaseFeeRules.OpStack,
        ResendAfterHeads = 2,
        DataFee = new OpStackDataFee(),
    };
}
