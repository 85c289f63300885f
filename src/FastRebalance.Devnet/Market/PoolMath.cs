using FastRebalance.Core.Assets;

namespace FastRebalance.Devnet.Market;

/// <summary>
/// Prices of pools in floating point, good to some 15 digits: enough to set a market up and to shove it about. Raw prices are base
/// units of token1 per base unit of token0.
/// </summary>
internal static class PoolMath
{
    private const double TickBase = 1.0001;
    private const int LargestTick = 887_272;
    private static readonly double TwoTo96 = Math.Pow(2, 96);

    // Half of the 0.3 % fee stays on the way to the new square root of the price.
    private const double ConstantProductReach = 0.9985;

    public static double RawPrice(double price0, int decimals0, double price1, int decimals1) =>
        price0 / price1 * Math.Pow(10, decimals1 - decimals0);

    /// <summary>Uniswap V3's square root of the raw price, as a Q64.96 number.</summary>
    public static UInt256 SqrtPriceX96(double rawPrice) => BaseUnits(Math.Sqrt(rawPrice) * TwoTo96);

    public static double RawPriceOfSqrt(in UInt256 sqrtPriceX96)
    {
        double root = (double)sqrtPriceX96 / TwoTo96;
        return root * root;
    }

    public static double RawPriceOfTick(int tick) => Math.Pow(TickBase, tick);

    /// <summary>The usable tick at or below a raw price.</summary>
    public static int UsableTick(double rawPrice, int spacing)
    {
        int tick = (int)Math.Floor(Math.Log(rawPrice) / Math.Log(TickBase));
        int limit = LargestTick / spacing * spacing;
        return Math.Clamp((int)Math.Floor((double)tick / spacing) * spacing, -limit, limit);
    }

    /// <summary>How much of the incoming token moves a constant-product pool with a 0.3 % fee to a raw price; not negative.</summary>
    /// <param name="reserve0">Base units of token0.</param>
    /// <param name="reserve1">Base units of token1.</param>
    /// <param name="targetRawPrice">Where the pool should stand afterwards.</param>
    /// <param name="sellsToken0">Whether token0 goes in: it does when the price must fall.</param>
    public static double ConstantProductInput(double reserve0, double reserve1, double targetRawPrice, out bool sellsToken0)
    {
        double product = reserve0 * reserve1;
        sellsToken0 = targetRawPrice < reserve1 / reserve0;
        double input = sellsToken0
            ? Math.Sqrt(product / targetRawPrice) - reserve0
            : Math.Sqrt(product * targetRawPrice) - reserve1;
        return Math.Max(0, input / ConstantProductReach);
    }

    /// <summary>A whole number of base units, rounded down.</summary>
    public static UInt256 BaseUnits(double amount) =>
        UInt256.TryFromDoubleFloor(amount, out UInt256 units)
            ? units
            : throw new ArgumentOutOfRangeException(
                nameof(amount), amount, "an amount of base units is finite, not negative and below 2^256");
}
