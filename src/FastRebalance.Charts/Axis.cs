using System.Globalization;

namespace FastRebalance.Charts;

/// <summary>One axis of a chart: where a value stands between its ends, and what is written along it.</summary>
/// <param name="title">What the axis shows, with its unit.</param>
/// <param name="toScale">Makes a value's place on the axis's own scale, such as its logarithm.</param>
/// <param name="ticks">Values with a mark, and the mark's text.</param>
/// <param name="from">The lowest value.</param>
/// <param name="to">The highest value.</param>
public sealed class Axis(
    string title, Func<double, double> toScale, IReadOnlyList<(double Value, string Text)> ticks, double from, double to)
{
    private const int MostTicks = 12;

    // A date is wide.
    private const int MostTimeTicks = 9;

    private static readonly double[] Steps = [1, 2, 5];
    private static readonly double[] TimeSteps =
        [1, 5, 15, 60, 300, 900, 3_600, 10_800, 21_600, 43_200, 86_400, 2 * 86_400, 7 * 86_400, 14 * 86_400, 28 * 86_400, 91 * 86_400];

    public string Title { get; } = title;

    public IReadOnlyList<(double Value, string Text)> Ticks { get; } = ticks;

    /// <summary>0 at the lower end, 1 at the upper; values beyond the ends stand at them.</summary>
    public double Place(double value)
    {
        double lo = toScale(from), hi = toScale(to);
        return hi > lo ? Math.Clamp((toScale(value) - lo) / (hi - lo), 0, 1) : 0;
    }

    /// <summary>Even steps.</summary>
    public static Axis Linear(string title, double from, double to)
    {
        double decade = Math.Pow(10, Math.Floor(Math.Log10(Math.Max((to - from) / MostTicks, 1e-9))));
        double step = decade * Steps.Append(10).First(s => (to - from) / (s * decade) <= MostTicks);
        List<(double, string)> ticks = [];
        for (double at = Math.Ceiling(from / step) * step; at <= to + step * 1e-9; at += step)
            ticks.Add((at, at.ToString("0.###", CultureInfo.InvariantCulture)));
        return new Axis(title, static v => v, ticks, from, to);
    }

    /// <summary>A mark at each power of ten, at 2 and 5 as well when there are few; whole decades at both ends.</summary>
    public static Axis Logarithmic(string title, double from, double to, Func<double, string> text)
    {
        double lo = Math.Floor(Math.Log10(Math.Max(from, 1e-9)) + 1e-9), hi = Math.Ceiling(Math.Log10(Math.Max(to, 1e-9)) - 1e-9);
        hi = Math.Max(hi, lo + 1);
        List<(double, string)> ticks = [];
        for (double decade = lo; decade <= hi; decade++)
            foreach (double step in hi - lo <= 3 ? Steps : [1])
                if (decade < hi || step == 1)
                    ticks.Add((step * Math.Pow(10, decade), text(step * Math.Pow(10, decade))));
        return new Axis(title, static v => Math.Log10(Math.Max(v, 1e-9)), ticks, Math.Pow(10, lo), Math.Pow(10, hi));
    }

    /// <summary>Times, as seconds since 1970; marks at round times of UTC.</summary>
    public static Axis Time(string title, double fromUnixSeconds, double toUnixSeconds)
    {
        double span = Math.Max(toUnixSeconds - fromUnixSeconds, 1);
        int at = Array.FindIndex(TimeSteps, s => span / s <= MostTimeTicks);
        double step = at >= 0 ? TimeSteps[at] : Math.Ceiling(span / MostTimeTicks / TimeSteps[^1]) * TimeSteps[^1];
        string format = step >= 86_400 ? "yyyy-MM-dd" : step >= 60 ? "MM-dd HH:mm" : "HH:mm:ss";
        List<(double, string)> ticks = [];
        for (double time = Math.Ceiling(fromUnixSeconds / step) * step; time <= toUnixSeconds; time += step)
            ticks.Add((time, DateTime.UnixEpoch.AddSeconds(time).ToString(format, CultureInfo.InvariantCulture)));
        return new Axis(title, static v => v, ticks, fromUnixSeconds, Math.Max(toUnixSeconds, fromUnixSeconds + 1));
    }

    /// <summary>Percentiles, the distance to 100 % shrinking tenfold from mark to mark.</summary>
    /// <param name="decades">Marks beyond 0 %; 3 ends at 99.9 %.</param>
    public static Axis Percentiles(string title, int decades)
    {
        List<(double, string)> ticks = [(0, "0%")];
        for (int nines = 1; nines <= decades; nines++)
        {
            decimal percentile = 100 - 100 / (decimal)Math.Pow(10, nines);
            ticks.Add(((double)percentile, string.Create(CultureInfo.InvariantCulture, $"{percentile:0.########}%")));
        }
        double end = 100 - 100 / Math.Pow(10, Math.Max(1, decades));
        return new Axis(title, static p => -Math.Log10(Math.Max(1 - p / 100, 1e-12)), ticks, 0, end);
    }
}
