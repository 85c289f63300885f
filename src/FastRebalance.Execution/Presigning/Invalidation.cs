using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Presigning;

/// <summary>One event that makes rungs wrong, with what is needed to tell which.</summary>
public readonly record struct Invalidation
{
    public InvalidationKind Kind { get; private init; }

    internal ulong Number { get; private init; }

    internal ulong SafetyBlocks { get; private init; }

    internal long Seconds { get; private init; }

    internal long SafetySeconds { get; private init; }

    internal PortfolioId Portfolio { get; private init; }

    internal PoolId Pool { get; private init; }

    internal AssetId Asset { get; private init; }

    internal AssetId Buy { get; private init; }

    internal UInt256 AmountIn { get; private init; }

    internal UInt256 MinimumOut { get; private init; }

    internal UInt256 ExpectedOut { get; private init; }

    internal UInt128 Wei { get; private init; }

    public static Invalidation CodeChanged { get; } = new() { Kind = InvalidationKind.CodeChanged };

    public static Invalidation ChainRulesChanged { get; } = new() { Kind = InvalidationKind.ChainRulesChanged };

    public static Invalidation KeyRotated { get; } = new() { Kind = InvalidationKind.KeyRotated };

    public static Invalidation Killed { get; } = new() { Kind = InvalidationKind.Killed };

    public static Invalidation ReorgBelow { get; } = new() { Kind = InvalidationKind.ReorgBelow };

    /// <param name="nonce">The highest that the chain has used.</param>
    public static Invalidation SlotConsumed(ulong nonce) => new() { Kind = InvalidationKind.SlotConsumed, Number = nonce };

    /// <summary>As <see cref="PickOptions"/> has it: what would not be picked any more need not stay alive.</summary>
    public static Invalidation HeadMoved(ulong block, long unixSeconds, ulong safetyBlocks, long safetySeconds) => new()
    {
        Kind = InvalidationKind.HeadMoved,
        Number = block,
        SafetyBlocks = safetyBlocks,
        Seconds = unixSeconds,
        SafetySeconds = safetySeconds,
    };

    /// <param name="nextBaseFeeWei">Base fee of the block after the head.</param>
    /// <param name="blocks">Further blocks in which a rung must still be able to be mined, each an eighth dearer at most.</param>
    public static Invalidation BaseFeeRose(ulong nextBaseFeeWei, int blocks) => new() { Kind = InvalidationKind.BaseFeeRose, Wei = AfterRises(nextBaseFeeWei, blocks) };

    public static Invalidation DecisionChanged(PortfolioId portfolio) => new() { Kind = InvalidationKind.DecisionChanged, Portfolio = portfolio };

    /// <summary>For so much of what is sold, the least that risk would take now and what the pools would pay: limits outside of both die.</summary>
    public static Invalidation PriceMoved(AssetId sell, AssetId buy, in UInt256 amountIn, in UInt256 minimumOut, in UInt256 expectedOut) => new()
    {
        Kind = InvalidationKind.PriceMoved,
        Asset = sell,
        Buy = buy,
        AmountIn = amountIn,
        MinimumOut = minimumOut,
        ExpectedOut = expectedOut,
    };

    public static Invalidation PoolChanged(PoolId pool) => new() { Kind = InvalidationKind.PoolChanged, Pool = pool };

    public static Invalidation AssetFlagged(AssetId asset) => new() { Kind = InvalidationKind.AssetFlagged, Asset = asset };

    /// <param name="asset">Whose balance or allowance changed.</param>
    public static Invalidation InventoryChanged(AssetId asset) => new() { Kind = InvalidationKind.InventoryChanged, Asset = asset };

    /// <param name="mostWei">What one transaction may cost now.</param>
    public static Invalidation BudgetCut(UInt128 mostWei) => new() { Kind = InvalidationKind.BudgetCut, Wei = mostWei };

    // An eighth a block is the most that EIP-1559 lets the base fee rise; rounded up.
    private static UInt128 AfterRises(ulong baseFee, int blocks)
    {
        UInt128 fee = baseFee;
        for (int i = 0; i < blocks && fee <= ulong.MaxValue; i++)
            fee += (fee + 7) / 8;
        return fee;
    }
}
