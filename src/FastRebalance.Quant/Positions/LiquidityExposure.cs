namespace FastRebalance.Quant.Positions;

/// <summary>What a liquidity position is worth and how that moves with the price of its asset, in quote currency.</summary>
/// <param name="Value">V.</param>
/// <param name="Delta">Θ = dV/dP: the units of the asset that it holds.</param>
/// <param name="Gamma">Γ = dΘ/dP; never above zero, for a pool sells what rises.</param>
public readonly record struct LiquidityExposure(double Value, double Delta, double Gamma)
{
    /// <summary>−½Γ·dP²: what a move of the price costs the position against one that is rebalanced at the market.</summary>
    public double LossOver(double priceMove) => -0.5 * Gamma * priceMove * priceMove;

    /// <summary>½σ²P²·|Γ|: the same per unit of time, where the price has a volatility.</summary>
    public double LossRate(double price, double volatility) => LossOver(price * volatility);

    public static LiquidityExposure operator +(in LiquidityExposure left, in LiquidityExposure right) =>
        new(left.Value + right.Value, left.Delta + right.Delta, left.Gamma + right.Gamma);
}
