namespace FastRebalance.Amm.Curves;

/// <summary>
/// The real-number curve of one direction of a pool, in raw base units, both functions from the present state on. Both must keep their
/// digits for amounts far below the pool's balances: closed forms in differences, never a difference of two balances.
/// </summary>
internal interface ISmoothCurve
{
    /// <summary>Units paid for so many units in, the fee already taken off them.</summary>
    double Out(double amountIn);

    /// <summary>Units out per further unit in, once so many are in. Falls, and stays above zero.</summary>
    double Rate(double amountIn);
}
