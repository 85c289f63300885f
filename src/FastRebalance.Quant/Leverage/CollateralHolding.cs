namespace FastRebalance.Quant.Leverage;

/// <summary>Collateral of one asset, and perhaps others, against debt in quote currency. Allocates nothing.</summary>
/// <param name="Units">Of the asset that is traded.</param>
/// <param name="Threshold">LT: what the market counts of a unit of it.</param>
/// <param name="Debt">D.</param>
/// <param name="OtherWeighted">Σ C_i·LT_i of all other collateral.</param>
public readonly record struct CollateralHolding(double Units, double Threshold, double Debt, double OtherWeighted = 0)
{
    public double WeightedAt(double price) => Units * price * Threshold + OtherWeighted;

    public double HealthAt(double price) => HealthFactor.Of(WeightedAt(price), Debt);

    /// <summary>The price at which health becomes <paramref name="health"/>; zero where the other collateral alone has more.</summary>
    public double PriceAt(double health) => Math.Max(0, (health * Debt - OtherWeighted) / (Units * Threshold));
}
