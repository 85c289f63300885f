namespace FastRebalance.Quant.Pools;

/// <summary>
/// Units of the asset a liquidity position holds, its delta, and how they change with price: what a hedge leg must mirror. Price is quote
/// currency per asset. Allocates nothing.
/// </summary>
public static class PoolDelta
{
    /// <summary>Of a weighted pool position worth <paramref name="value"/>: w·V/P. A constant product has w = ½.</summary>
    public static double Weighted(double weight, double value, double price) => weight * value / price;

    /// <summary>Of a concentrated position over [low, high]: L·(1/√P − 1/√high) in range; all asset below it, none above.</summary>
    public static double Concentrated(double liquidity, double price, double low, double high) =>
        liquidity * (1 / Math.Sqrt(Math.Clamp(price, low, high)) - 1 / Math.Sqrt(high));

    /// <summary>Quote currency in the same position: L·(√P − √low) in range.</summary>
    public static double ConcentratedQuote(double liquidity, double price, double low, double high) =>
        liquidity * (Math.Sqrt(Math.Clamp(price, low, high)) - Math.Sqrt(low));

    /// <summary>Γ = −L/(2·P^(3/2)) in range, 0 outside: delta per unit of price.</summary>
    public static double ConcentratedGamma(double liquidity, double price, double low, double high) =>
        price > low && price < high ? -liquidity / (2 * price * Math.Sqrt(price)) : 0;
}
