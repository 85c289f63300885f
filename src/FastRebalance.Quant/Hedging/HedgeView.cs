using FastRebalance.Quant.Leverage;

namespace FastRebalance.Quant.Hedging;

/// <summary>What the hedge machine looks at, of one asset.</summary>
/// <param name="Delta">Units that everything but the hedge holds: spot, pools, baskets.</param>
/// <param name="Gamma">How they change per unit of price.</param>
/// <param name="Hedge">Units of the hedge; negative for a short.</param>
/// <param name="Margin">Quote currency behind the hedge.</param>
/// <param name="Threshold">What the market counts of a unit of margin.</param>
/// <param name="Spare">Quote currency that could become margin.</param>
/// <param name="Volatility">σ per year.</param>
public readonly record struct HedgeView(
    double Delta, double Gamma, double Hedge, double Margin, double Threshold, double Spare, double Volatility)
{
    /// <summary>Health of a hedge that is borrowed; infinite where nothing is.</summary>
    public double HealthAt(double price) => HealthFactor.Of(Margin * Threshold, DebtAt(price));

    public double DebtAt(double price) => Math.Max(0, -Hedge) * price;

    internal bool IsUsable =>
        double.IsFinite(Delta) && double.IsFinite(Gamma) && double.IsFinite(Hedge) && Margin >= 0 && double.IsFinite(Margin)
        && Threshold is > 0 and <= 1 && Spare >= 0 && double.IsFinite(Spare) && Volatility >= 0 && double.IsFinite(Volatility);
}
