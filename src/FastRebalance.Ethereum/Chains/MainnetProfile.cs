namespace FastRebalance.Ethereum.Chains;

/// <summary>Ethereum, and the public chains that are run as it is (Sepolia, Hoodi): a public pool, blocks of 12 s, replacement by fee.</summary>
public sealed class MainnetProfile : IChainProfile
{
    public string Name => "mainnet";

    public IReadOnlyList<ulong> ChainIds { get; } = [1, 11_155_111, 560_048];

    public ChainRules Rules { get; } = new()
    {
        BlockTime = TimeSpan.FromSeconds(12),
        HasPendingStream = true,
        CanReplace = true,
        // Pools ask for 10 % (geth, reth, nethermind) up to 12.5 % (the old OpenEthereum rule), on both fields, and round differently.
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
