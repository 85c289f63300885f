using FastRebalance.Quant.Pools;

namespace FastRebalance.Quant.Positions;

/// <summary>
/// Exposure of a position by the kind of its pool, at the market's price: quote currency per asset. Pools are taken to be in line with it.
/// Allocates nothing.
/// </summary>
public static class Exposures
{
    /// <summary>Of a constant product with liquidity L = √(x·y): V = 2L√P, Θ = L/√P, Γ = −L/(2P^(3/2)).</summary>
    public static LiquidityExposure ConstantProduct(double liquidity, double price)
    {
        double root = Math.Sqrt(price);
        return new(2 * liquidity * root, liquidity / root, -liquidity / (2 * price * root));
    }

    /// <summary>Of a share of a weighted pool of the asset beside the quote: Θ = wV/P, Γ = −w(1−w)V/P², for V goes as P^w.</summary>
    /// <param name="weight">w: of the asset.</param>
    /// <param name="value">V at this price.</param>
    /// <param name="price">P.</param>
    public static LiquidityExposure Weighted(double weight, double value, double price) =>
        new(value, PoolDelta.Weighted(weight, value, price), -weight * (1 - weight) * value / (price * price));

    /// <summary>
    /// Of a concentrated position: below its range all asset (the most delta there is, and no curvature), above it all quote. Value and
    /// delta have no jumps; gamma jumps at both ends of the range, and is taken to be zero there.
    /// </summary>
    /// <param name="liquidity">L in units of asset and quote: the pool's own over √(10^(decimals of both)).</param>
    /// <param name="price">P.</param>
    /// <param name="low">Price at the lower end.</param>
    /// <param name="high">Price at the upper end.</param>
    public static LiquidityExposure Concentrated(double liquidity, double price, double low, double high)
    {
        double delta = PoolDelta.Concentrated(liquidity, price, low, high);
        double value = delta * price + PoolDelta.ConcentratedQuote(liquidity, price, low, high);
        return new(value, delta, PoolDelta.ConcentratedGamma(liquidity, price, low, high));
    }
}
