using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.Execution.Mempool;

/// <summary>An order, or an attempt under way, as the mempool's advice needs to know it. Immutable.</summary>
public sealed record OrderView
{
    /// <summary>Its legs; all of them or none.</summary>
    public required IReadOnlyList<OrderLeg> Legs { get; init; }

    /// <summary>Nobody has decided it yet: what waiting would have saved is not counted.</summary>
    public bool IsForeseen { get; init; }

    /// <summary>Bytes of it are out.</summary>
    public bool IsLive { get; init; }

    /// <summary>The transaction under way; zero where none is.</summary>
    public Hash32 Hash { get; init; }

    /// <summary>The order's tip, in wei per gas.</summary>
    public UInt256 TipWei { get; init; }

    /// <summary>The order's fee cap, in wei per gas; zero for not chosen yet.</summary>
    public UInt256 MaxFeeWei { get; init; }

    /// <summary>A leg that its limit stops is filled in part rather than undone.</summary>
    public bool TakesPartialFill { get; init; }

    /// <summary>The trade's size, for telling savings in numeraire.</summary>
    public double NotionalNumeraire { get; init; }

    /// <summary>What a block of waiting costs, in base points of the order.</summary>
    public double DelayBpsPerBlock { get; init; }

    /// <summary>What a revert costs in gas, in base points of the order.</summary>
    public double RevertBps { get; init; }

    /// <summary>What standing before everybody costs in tips, in base points of the order.</summary>
    public double SpeedUpBps { get; init; }

    /// <summary>What the trade costs by itself (fee, impact, gas), saved where it is not needed, in base points.</summary>
    public double TradeCostBps { get; init; }

    /// <summary>It must not wait: risk and deadline orders.</summary>
    public bool IsUrgent { get; init; }

    /// <summary>A lane takes bundles: ours right behind a named transaction.</summary>
    public bool CanBundle { get; init; }

    /// <summary>
    /// Units of what the leg buys per unit of what it sells at the reference price, one per leg; empty, or 0, where none is known.
    /// </summary>
    public IReadOnlyList<double> ReferenceRates { get; init; } = [];

    /// <summary>What is held and wanted; null to not look for restored weights.</summary>
    public PortfolioWeights? Weights { get; init; }

    /// <summary>The drift below which no trade is wanted, as a fraction of the portfolio.</summary>
    public double Band { get; init; }
}
