using FastRebalance.Quant.Positions;

namespace FastRebalance.Engine;

/// <summary>A pool position as valuation wants it: a range of prices of one asset in whole tokens of the other, and L in whole tokens of both.</summary>
/// <param name="Low">Lower end; 0 beside a <paramref name="High"/> of 0 for a constant product.</param>
/// <param name="High">Upper end; 0 for a constant product without ends.</param>
/// <param name="Liquidity">0 where there is nothing.</param>
public readonly record struct LiquidityRange(double Low, double High, double Liquidity)
{
    /// <summary>A constant product earns at every price.</summary>
    public bool Contains(double price) => Liquidity > 0 && (High == 0 || (price >= Low && price < High));

    /// <summary>What it is worth and how that moves, at a price in the same terms.</summary>
    public LiquidityExposure ExposureAt(double price) =>
        !(Liquidity > 0) ? default
        : High > 0 ? Exposures.Concentrated(Liquidity, price, Low, High)
        : Exposures.ConstantProduct(Liquidity, price);
}
