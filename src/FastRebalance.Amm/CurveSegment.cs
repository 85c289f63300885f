namespace FastRebalance.Amm;

/// <summary>
/// One piece of the curve that a pool follows when an asset is sold into it: <c>out = Rate * x / (1 + x / Depth)</c> from the piece's
/// beginning until <c>1 + x / Depth</c> has grown to <see cref="MaxGrowth"/>, in raw base units, fee included. A constant-product pool is
/// one endless piece, a concentrated pool one for every range, and a curve without such a form is fitted by many short ones.
/// Pieces of one direction follow each other with falling rates.
/// </summary>
/// <param name="Rate">Units out per unit in at the piece's beginning, after the fee. Finite, above zero.</param>
/// <param name="Depth">Units in that halve the average rate: the virtual reserve, grossed up by the fee. Finite, above zero.</param>
/// <param name="MaxGrowth">
/// Where the piece ends; above 1, infinite for an endless one. The rate there is <c>Rate / MaxGrowth^2</c>.
/// </param>
public readonly record struct CurveSegment(double Rate, double Depth, double MaxGrowth);
