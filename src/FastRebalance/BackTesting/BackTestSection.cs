using FastRebalance.Core.Assets;
using FastRebalance.Simulation.BackTests;
using FastRebalance.Simulation.Markets;

namespace FastRebalance.BackTesting;

/// <summary>The section <c>backtest</c> of a configuration: what is assumed of the market, and how the result is judged.</summary>
/// <param name="InitialValueNumeraire">What the portfolio begins with, at its target.</param>
/// <param name="Holdings">Base units by asset to begin with instead; null to go by the value.</param>
/// <param name="Market">Costs of trading.</param>
/// <param name="GasPerTrade">Gas of an order; null for what its routes are expected to use.</param>
/// <param name="GasNumerairePerTrade">Gas of an order in money; null to go by the gas price.</param>
/// <param name="GasPriceGwei">The gas price where no tape tells it.</param>
/// <param name="BlockTime">Orders are executed at multiples of this; zero for at once.</param>
/// <param name="Latency">From the decision to the chain.</param>
/// <param name="FailureRate">Share of orders that revert for no reason.</param>
/// <param name="Seed">Seeds those, and the resampling of days.</param>
/// <param name="RiskAversion">Loss is half of it times the squared tracking error, plus costs.</param>
public sealed record BackTestSection(
    double InitialValueNumeraire,
    IReadOnlyList<UInt256>? Holdings,
    MarketModel Market,
    uint? GasPerTrade,
    double? GasNumerairePerTrade,
    double GasPriceGwei,
    TimeSpan BlockTime,
    TimeSpan Latency,
    double FailureRate,
    int Seed,
    double RiskAversion)
{
    /// <summary>Where a portfolio with a position borrows; null where the configuration has none.</summary>
    public LendingModel? Lending { get; init; }
}
