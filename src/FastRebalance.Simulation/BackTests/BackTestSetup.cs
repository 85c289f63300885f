using FastRebalance.Core.Assets;
using FastRebalance.Engine;
using FastRebalance.Simulation.Markets;
using FastRebalance.Simulation.Tapes;

namespace FastRebalance.Simulation.BackTests;

/// <summary>All that determines a back-test: the same setup gives the same result, to the byte.</summary>
public sealed record BackTestSetup
{
    public required IReadOnlyList<EngineAsset> Assets { get; init; }

    /// <summary>Prices and values are in this asset; it is the cash, and pays for gas.</summary>
    public required AssetId Numeraire { get; init; }

    /// <summary>Gas is priced in this asset.</summary>
    public required AssetId Native { get; init; }

    /// <summary>Makes the policy; a new one each time, since plug-ins remember.</summary>
    public required Func<PortfolioPolicy> MakePolicy { get; init; }

    public required PriceTape Prices { get; init; }

    public required MarketModel Market { get; init; }

    /// <summary>Where a portfolio with debt borrows; null where it only holds.</summary>
    public LendingModel? Lending { get; init; }

    /// <summary>Gas prices; null for <see cref="GasPriceGwei"/> throughout.</summary>
    public GasTape? Gas { get; init; }

    public double GasPriceGwei { get; init; }

    /// <summary>Gas that each order uses; null for what its routes are expected to use.</summary>
    public uint? GasPerTrade { get; init; }

    /// <summary>What each order costs in gas, whatever the gas price; null to go by the gas price.</summary>
    public double? GasNumerairePerTrade { get; init; }

    /// <summary>What the portfolio is worth at the first moment every asset has a price; it then stands at its target.</summary>
    public double InitialValueNumeraire { get; init; } = 100_000;

    /// <summary>What it holds then instead, in base units by asset; null to go by the value.</summary>
    public IReadOnlyList<UInt256>? Holdings { get; init; }

    /// <summary>From the decision to its reaching the chain.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Blocks come at multiples of this; zero for at once.</summary>
    public TimeSpan BlockTime { get; init; }

    /// <summary>Share of orders that fail for reasons of no model's; 0 to below 1.</summary>
    public double FailureRate { get; init; }

    /// <summary>Seeds those failures.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Price of risk: loss per year is half of it times the squared tracking error, plus costs.</summary>
    public double RiskAversion { get; init; } = 5;

    /// <summary>First row of the tape that counts.</summary>
    public int FirstRow { get; init; }

    /// <summary>Row behind the last; null for all.</summary>
    public int? EndRow { get; init; }

    /// <summary>Most points of the recorded path.</summary>
    public int PathPoints { get; init; } = 2000;

    /// <summary>Shown every decision as it is published; null for nobody.</summary>
    public IDecisionSink? Observer { get; init; }
}
