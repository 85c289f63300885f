using System.Numerics;
using FastRebalance.Amm;
using FastRebalance.Amm.Curves;

namespace FastRebalance.UnitTests.Amm.Curves;

/// <summary>The pieces against the curve in integers of 60 digits, which share nothing with the doubles that the pieces are made from.</summary>
public class CurveFitterTests(ITestOutputHelper output)
{
    private const int MostSegments = 1024;
    private const double Kept = 0.997;
    private const double Balance = 123_456_789e12;

    private static readonly BigInteger One = BigInteger.Pow(10, 60);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(9)]
    [InlineData(49)]
    public void Write_WeightedCurve_FollowsTheExactOne(int exponent)
    {
        const double BalanceOut = 3e20;
        CurveSegment[] segments = Fit(new WeightedCurve(Balance, BalanceOut, exponent), Balance, 0.3 * Balance);

        Report($"weights {exponent}:1", segments, (double growth) =>
        {
            // out / Bout = 1 - (1 / (1 + t))^k
            BigInteger one = One;
            BigInteger kept = One;
            for (int i = 0; i < exponent; i++)
                kept = kept * one / (one + Fixed(growth));
            return Real(One - kept) * BalanceOut;
        }, Balance, 0.3);
        if (exponent == 1)
            Assert.InRange(segments.Length, 1, 16);
    }

    [Theory]
    [InlineData(2, 1, 1)]
    [InlineData(400, 1, 1)]
    [InlineData(400, 1, 30)]
    [InlineData(400, 30, 1)]
    [InlineData(10_000, 1, 1)]
    [InlineData(10_000, 1, 1_000)]
    [InlineData(10_000, 1_000, 1)]
    [InlineData(100_000_000, 3, 4)]
    public void Write_StableCurve_FollowsTheExactOne(double amplification, double sold, double bought)
    {
        double x = sold * 1e24;
        double y = bought * 1e24;
        double k = 1e48 * 0.7 * Math.Min(sold, bought) * 1e24 * sold * bought;
        StableCurve curve = new(amplification, x, y, k);
        CurveSegment[] segments = Fit(curve, curve.Scale, curve.End);

        Report($"A {amplification}, {sold}:{bought}", segments, (double growth) =>
        {
            BigInteger added = new(growth * curve.Scale);
            BigInteger square = new BigInteger(amplification) * new BigInteger(x) * new BigInteger(y);
            BigInteger linear = square * (added + new BigInteger(y)) + new BigInteger(k);
            BigInteger rest = new BigInteger(y) * added * (square + new BigInteger(k) / (new BigInteger(x) + added));
            BigInteger root = Sqrt(linear * linear - 4 * square * rest);
            return (double)(2 * rest * One / (linear + root)) / 1e60;
        }, curve.Scale, curve.End / curve.Scale);
    }

    [Fact]
    public void Write_ConstantRate_GivesFallingPiecesThatStayAtIt()
    {
        CurveSegment[] segments = Fit(new Straight(), 1e18, 1e18);

        Assert.InRange(segments.Length, 1, 32);
        Assert.InRange(Pieces.OutOf(segments, 1e18) / (1e18 * Kept), 1 - 1e-10, 1);
    }

    [Fact]
    public void Write_NoCurve_GivesNothing()
    {
        Assert.Equal(0, CurveFitter.Write(new WeightedCurve(0, 1, 1), 1, 1, 1, []));
        Assert.Equal(0, CurveFitter.Write(new WeightedCurve(1, 0, 1), 1, 1, 1, []));
        Assert.Equal(0, CurveFitter.Write(new WeightedCurve(double.NaN, 1, 1), 1, 1, 1, []));
        Assert.Equal(0, CurveFitter.Write(new WeightedCurve(1, 1, 1), 1, double.PositiveInfinity, 1, []));
    }

    [Fact]
    public void Write_LessRoomThanPieces_CountsThemAll()
    {
        WeightedCurve curve = new(Balance, Balance, 4);
        CurveSegment[] whole = Fit(curve, Balance, Balance);
        var few = new CurveSegment[3];

        Assert.Equal(whole.Length, CurveFitter.Write(in curve, Balance, Balance, Kept, few));
        Assert.Equal(whole[..3], few);
    }

    private static CurveSegment[] Fit<TCurve>(TCurve curve, double scale, double end)
        where TCurve : struct, ISmoothCurve
    {
        var segments = new CurveSegment[MostSegments];
        CurveFitter.Write(in curve, scale, end, Kept, segments);
        int count = default;
        AllocationWatch watch = new();
        while (watch.Next())
            count = CurveFitter.Write(in curve, scale, end, Kept, segments);
        long allocated = watch.LeastBytes;

        Assert.InRange(count, 1, MostSegments);
        Assert.Equal(0, allocated);
        AssertFalls(segments.AsSpan(0, count));
        double length = 0;
        foreach (CurveSegment segment in segments.AsSpan(0, count))
            length += segment.Depth * (segment.MaxGrowth - 1);
        Assert.Equal(end / Kept, length, 1e-9 * length);
        return segments[..count];
    }

    private static void AssertFalls(ReadOnlySpan<CurveSegment> segments)
    {
        for (int i = 0; i < segments.Length; i++)
        {
            CurveSegment piece = segments[i];
            Assert.True(piece.Rate > 0 && piece.Depth > 0 && piece.MaxGrowth > 1, $"piece {i}: {piece}");
            Assert.True(double.IsFinite(piece.Rate) && double.IsFinite(piece.Depth) && double.IsFinite(piece.MaxGrowth), $"piece {i}: {piece}");
            if (i > 0)
            {
                double end = segments[i - 1].Rate / (segments[i - 1].MaxGrowth * segments[i - 1].MaxGrowth);
                Assert.InRange(piece.Rate / end, 1 - 1e-15, 1 + 1e-15);
            }
        }
    }

    private void Report(string name, CurveSegment[] segments, Func<double, double> exactOut, double scale, double end)
    {
        double worst = 0;
        string line = $"{name}: {segments.Length} pieces;";
        for (double growth = 1e-7; growth < end; growth *= 1.03)
        {
            double input = new BigInteger(growth * scale) is var units ? (double)units : 0;
            double exact = exactOut(input / scale);
            double missed = Math.Abs(Pieces.OutOf(segments, input / Kept) / exact - 1);
            worst = Math.Max(worst, missed);
            if (growth <= 1e-2)
                Assert.True(missed < 1e-9, $"{name} at {growth:G3}: {missed:G3}");
            double next = growth * 1.03;
            if (growth < 1e-2 && next >= 1e-2 || growth < 0.1 && next >= 0.1 || growth < 0.3 && next >= 0.3 || next >= end)
                line += $" up to {growth:G2}: {worst:G2};";
        }
        output.WriteLine(line);
        Assert.True(worst < 1e-4, line);
    }

    private static BigInteger Fixed(double value) => new BigInteger(value * 1e30) * BigInteger.Pow(10, 30);

    private static double Real(BigInteger value) => (double)value / 1e60;

    private static BigInteger Sqrt(BigInteger value)
    {
        BigInteger root = BigInteger.One << (int)((value.GetBitLength() + 1) / 2);
        for (BigInteger next = (root + value / root) >> 1; next < root; next = (root + value / root) >> 1)
            root = next;
        return root;
    }

    private readonly struct Straight : ISmoothCurve
    {
        public double Out(double amountIn) => amountIn;

        public double Rate(double amountIn) => 1;
    }
}
