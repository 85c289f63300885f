namespace FastRebalance.Amm;

/// <summary>
/// The hyperbola <c>out = Rate * x / (1 + x / Depth)</c> that a pool follows near its present price, in raw base units.
/// A constant-product pool follows it everywhere, a concentrated pool inside its present range.
/// </summary>
/// <param name="Rate">Units out per unit in for a vanishing trade, after the fee. Finite, above zero.</param>
/// <param name="Depth">
/// Units in that halve the average rate: the virtual reserve of the sold asset, grossed up by the fee. Finite, above zero.
/// </param>
public readonly record struct SwapCurve(double Rate, double Depth)
{
    /// <summary>Units that come out for <paramref name="amountIn"/> units; an estimate.</summary>
    public double Out(double amountIn) => Rate * amountIn / (1 + amountIn / Depth);
}
