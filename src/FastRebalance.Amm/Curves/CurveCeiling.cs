namespace FastRebalance.Amm.Curves;

/// <summary>
/// The lowest hyperbola of a curve's first rate R that the curve nowhere rises above: <c>R x / (1 + x / D)</c> with <c>1 / D</c> the least of
/// <c>pull(x) = R / F(x) - 1 / x</c>, F what is paid for x. A constant product has the same pull everywhere; where a later part of a curve is
/// deeper than the first, the pull falls on the way, and the first part alone would promise too little. Allocates nothing.
/// </summary>
internal struct CurveCeiling
{
    /// <summary>Depth of a curve that hardly bends. So deep, the search's arithmetic has room left.</summary>
    private const double MostDepth = 1e45;

    // Rounding of R / F(x), as a part of it: a difference of two large numbers must not come out too high.
    private const double Rounding = 1e-13;

    // A smooth curve is looked at from here on, by the scale of its change, in steps of this ratio.
    private const double FirstLook = 1e-4;
    private const double Ratio = 1.3;

    // Before the first look the pull is as there, but for this part.
    private const double NearStart = 0.9;

    private readonly double _rate;
    private double _pull;
    private double _in;
    private double _out;

    private CurveCeiling(double rate)
    {
        _rate = rate;
        _pull = double.PositiveInfinity;
    }

    /// <summary>Over pieces that follow each other, beginning with this one.</summary>
    public CurveCeiling(in CurveSegment first) : this(first.Rate)
    {
        _pull = 1 / first.Depth;
        Pass(in first);
    }

    /// <summary>Rate and depth found so far.</summary>
    public readonly SwapCurve Hyperbola => new(_rate, 1 / Math.Max(_pull, 1 / MostDepth));

    /// <summary>
    /// Takes the next piece. On a piece the pull has one turning point at most, where <c>F(x) = x sqrt(R F'(x))</c>, which is linear in the
    /// piece's own growth.
    /// </summary>
    public void Add(in CurveSegment piece)
    {
        double root = Math.Sqrt(_rate * piece.Rate);
        double turn = (_in * root - _out) / (_out + piece.Depth * (piece.Rate - root));
        Look(_in, _out);
        if (turn > 0 && turn < piece.MaxGrowth - 1)
            Look(_in + piece.Depth * turn, _out + piece.Rate * piece.Depth * turn / (1 + turn));
        Pass(in piece);
    }

    /// <summary>Ends the last piece: nothing beyond is taken.</summary>
    public void End() => Look(_in, _out);

    /// <summary>
    /// Over a smooth curve. Between two looks the curve lies below both tangents, along which the pull is least at an end or where they meet.
    /// </summary>
    /// <param name="curve">The curve, before the fee on what goes in.</param>
    /// <param name="scale">Units in that change the rate by about their own part.</param>
    /// <param name="end">Units in, after the fee, to which it is looked at.</param>
    /// <param name="payable">Units that are paid at most, however much is put in beyond the end; 0 where so much is refused.</param>
    /// <param name="kept">What the fee leaves of a unit in.</param>
    /// <param name="ceiling">The hyperbola, before the fee taken into it.</param>
    /// <returns>False where the curve is not one: a rate that is not above zero, or not a number.</returns>
    public static bool TryOver<TCurve>(in TCurve curve, double scale, double end, double payable, double kept, out SwapCurve ceiling)
        where TCurve : struct, ISmoothCurve
    {
        ceiling = default;
        CurveCeiling over = new(curve.Rate(0));
        double at = FirstLook * scale;
        if (!(over._rate > 0 && at > 0 && end > 0 && kept > 0 && double.IsFinite(over._rate) && double.IsFinite(end)))
            return false;
        Tangent from = new(at, curve.Out(at), curve.Rate(at));
        over.Look(from.In, from.Out);
        over._pull *= NearStart;
        while (from.In < end)
        {
            at = Math.Min(from.In * Ratio, end);
            Tangent to = new(at, curve.Out(at), curve.Rate(at));
            over.LookBetween(in from, in to);
            over.Look(to.In, to.Out);
            from = to;
        }
        if (payable > from.Out)
            over.Look(from.In + (payable - from.Out) / from.Rate, payable);
        (double rate, double depth) = over.Hyperbola;
        ceiling = new SwapCurve(rate * kept, depth / kept);
        return true;
    }

    private void LookBetween(in Tangent from, in Tangent to)
    {
        double meet = (to.Out - to.Rate * to.In - from.Out + from.Rate * from.In) / (from.Rate - to.Rate);
        if (meet > from.In && meet < to.In) // else the two are one line, to rounding
            Look(meet, from.Out + from.Rate * (meet - from.In));
    }

    private void Look(double amountIn, double amountOut)
    {
        double pull = _rate / amountOut * (1 - Rounding) - 1 / amountIn;
        if (!(pull >= _pull)) // what is no number bounds nothing
            _pull = double.IsNaN(pull) ? 0 : pull;
    }

    private void Pass(in CurveSegment piece)
    {
        double growth = piece.MaxGrowth;
        _in += piece.Depth * (growth - 1);
        _out += piece.Rate * piece.Depth * (double.IsInfinity(growth) ? 1 : (growth - 1) / growth);
    }

    private readonly record struct Tangent(double In, double Out, double Rate);
}
