namespace FastRebalance.Amm.Curves;

/// <summary>
/// Writes a smooth curve that is no hyperbola as short hyperbola pieces. Each step takes two pieces that meet in its middle: entry and exit
/// rate and the amount paid over the whole step are the curve's own, and the rate in the middle follows from them,
/// <c>sqrt(middle) = 2 * paid / taken / (sqrt(entry) + sqrt(exit))</c>. So the rate is continuous, and nothing that one step misses is
/// carried into the next. The steps are as long as <see cref="Tolerance"/> allows, hence a few dozen, and one where the curve
/// is a hyperbola. Allocates nothing.
/// </summary>
internal static class CurveFitter
{
    /// <summary>What the pieces may miss of the amount paid, relative, for trades of up to <see cref="FineGrowth"/> of the scale.</summary>
    public const double Tolerance = 4e-10;

    /// <summary>Beyond this part of the scale the tolerance grows with the square of the trade, up to <see cref="CoarsestTolerance"/>.</summary>
    public const double FineGrowth = 1e-2;

    public const double CoarsestTolerance = 1e-5;

    // A fall of the rate that is still told from rounding: 4096 units in the last place of 1. A piece is never flatter.
    private const double LeastFall = 1d / (1L << 40);

    // Below this fall a single piece misses less than the tolerance, wherever its true rate lies between its ends.
    private const double FlatFall = 1e-10;

    private const double FirstStep = 1e-4;
    private const double ShortestStep = 1e-7;
    private const double ShortestGrowth = 1e-4;

    /// <param name="curve">The curve, before the fee on what goes in.</param>
    /// <param name="scale">Units in that change the rate by about their own part: the smaller of the balances, in the unit of what goes in.</param>
    /// <param name="end">Units in, after the fee, where the pieces end. Above zero, finite.</param>
    /// <param name="kept">What the fee leaves of a unit in: 1 without a fee. Amounts in are grossed up by it.</param>
    /// <param name="segments">Takes the first pieces, as many as fit.</param>
    /// <param name="most">Stops once there are so many pieces.</param>
    /// <returns>How many pieces there are, where it stopped at least <paramref name="most"/>; 0 where the curve is not one (a rate that is not above zero, or not a number).</returns>
    public static int Write<TCurve>(in TCurve curve, double scale, double end, double kept, Span<CurveSegment> segments, int most = int.MaxValue)
        where TCurve : struct, ISmoothCurve
    {
        Pen pen = new(segments, kept);
        Knot from = new(0, 0, curve.Rate(0));
        if (!(from.Rate > 0 && scale > 0 && end > 0 && kept > 0 && double.IsFinite(from.Rate) && double.IsFinite(end)))
            return 0;
        double step = FirstStep * scale;
        while (from.In < end && pen.Count < most)
        {
            step = Longest(in curve, scale, end, in from, step, out Step taken, out double growth);
            Knot to = taken.To;
            if (!(to.Rate > 0 && to.In > from.In && to.Out > from.Out))
                break;
            from = to with { Rate = pen.Draw(in taken) };
            step *= growth;
        }
        return pen.Count;
    }

    // Shortens the step until its pieces hold the tolerance; growth is how much longer the next may be tried.
    private static double Longest<TCurve>(
        in TCurve curve, double scale, double end, in Knot from, double step, out Step taken, out double growth)
        where TCurve : struct, ISmoothCurve
    {
        double shortest = Math.Max(ShortestStep * scale, ShortestGrowth * from.In);
        while (true)
        {
            step = Math.Max(step, shortest);
            // No crumb is left for a last step of its own.
            if (from.In + step * 1.01 >= end)
                step = end - from.In;
            double into = from.In + step;
            taken = new Step(in from, new Knot(into, curve.Out(into), curve.Rate(into)));
            double missed = taken.Missed(in curve);
            double ratio = Allowed(into / scale) / missed;
            growth = Math.Clamp(0.9 * Math.Cbrt(ratio), 1, 3);
            if (ratio >= 1 || !(step > shortest))
                return step;
            step *= Math.Clamp(0.9 * Math.Cbrt(ratio), 0.1, 0.8);
        }
    }

    private static double Allowed(double growth) =>
        growth <= FineGrowth ? Tolerance : Math.Min(Tolerance * (growth / FineGrowth) * (growth / FineGrowth), CoarsestTolerance);

    private readonly record struct Knot(double In, double Out, double Rate);

    /// <summary>One step of the curve, and how it is drawn: with one piece or two.</summary>
    private readonly struct Step
    {
        public readonly Knot From;
        public readonly Knot To;

        /// <summary>Rate where the two pieces meet; 0 for a single piece.</summary>
        public readonly double Middle;

        public Step(in Knot from, in Knot to)
        {
            (From, To) = (from, to);
            double paid = (to.Out - from.Out) / (to.In - from.In);
            double single = Math.Sqrt(from.Rate * to.Rate);
            if (from.Rate / to.Rate - 1 < FlatFall || Math.Abs(single / paid - 1) < Tolerance / 4)
                return;
            double root = 2 * paid / (Math.Sqrt(from.Rate) + Math.Sqrt(to.Rate));
            Middle = root * root;
        }

        /// <summary>By how much of what is paid the pieces miss the curve at a quarter of the step, where they miss it most.</summary>
        public double Missed<TCurve>(in TCurve curve)
            where TCurve : struct, ISmoothCurve
        {
            double taken = To.In - From.In;
            if (From.Rate / To.Rate - 1 < FlatFall)
                return 0;
            if (Middle != 0 && !(Middle < From.Rate && Middle > To.Rate))
                return double.PositiveInfinity;
            double quarter = taken / 4;
            double growth = Middle == 0 ? Math.Sqrt(From.Rate / To.Rate) : Math.Sqrt(From.Rate / Middle);
            double depth = (Middle == 0 ? taken : taken / 2) / (growth - 1);
            double drawn = From.Rate * quarter / (1 + quarter / depth);
            double paid = curve.Out(From.In + quarter);
            return Math.Abs(drawn - (paid - From.Out)) / paid;
        }
    }

    /// <summary>Writes pieces that begin where the last one ended, at the rate at which it ended.</summary>
    private ref struct Pen(Span<CurveSegment> segments, double kept)
    {
        private readonly Span<CurveSegment> _segments = segments;

        public int Count { get; private set; }

        /// <returns>The rate at the end of what was drawn.</returns>
        public double Draw(in Step step)
        {
            double taken = step.To.In - step.From.In;
            bool isSingle = !(step.Middle < step.From.Rate && step.Middle > step.To.Rate);
            if (isSingle)
                return Piece(step.From.Rate, step.To.Rate, taken);
            return Piece(Piece(step.From.Rate, step.Middle, taken / 2), step.To.Rate, taken / 2);
        }

        // The depth is made from the growth as it was rounded, so that the piece is as long as it should be to the last digit.
        private double Piece(double entry, double exit, double taken)
        {
            double growth = Math.Max(Math.Sqrt(entry / exit), 1 + LeastFall);
            if (Count < _segments.Length)
                _segments[Count] = new CurveSegment(entry * kept, taken / (growth - 1) / kept, growth);
            Count++;
            return entry / (growth * growth);
        }
    }
}
