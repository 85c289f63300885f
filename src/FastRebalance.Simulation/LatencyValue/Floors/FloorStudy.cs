using FastRebalance.Simulation.LatencyValue.Paths;
using FastRebalance.Simulation.LatencyValue.Policies;

namespace FastRebalance.Simulation.LatencyValue.Floors;

/// <summary>How often a floor of 90 % breaks with delays of minutes, where a minute's price is all there is.</summary>
internal sealed class FloorStudy(LatencyValueOptions options, ExperimentSize size)
{
    private const double Volatility = 0.8, JumpsPerYear = 12, MeanJump = 0.04;
    private const double Floor = 0.9, Tolerance = 0.05, MostExposure = 10;
    private const int WeekMinutes = 7 * 24 * 60, WindowMinutes = 6 * 60, StartEvery = 15;

    private static readonly long[] s_delays = [.. new long[] { 0, 1, 2, 5, 15, 60, 240 }.Select(m => m * Delays.Minute)];
    private static readonly double[] s_multipliers = [4, 8, 15];

    /// <summary>Weeks of a diffusion with jumps.</summary>
    public IEnumerable<FloorRow> Generated() =>
        Rows("generated, 80 % a year with 12 jumps, weeks",
            Workers.Run(options.Workers, size.FloorWindows, i => Outcomes(Week((ulong)i))));

    /// <summary>Six hours of a recorded pool, started every quarter of an hour: they overlap, so they are one market and not many.</summary>
    public IEnumerable<FloorRow> Recorded(string name, PricePath tape)
    {
        int windows = (tape.Times.Length - 1 - WindowMinutes) / StartEvery + 1;
        return windows <= 0 ? [] : Rows($"{name}, six hours started every 15 min",
            Workers.Run(options.Workers, windows, i => Outcomes(MinuteTape.Slice(tape, StartEvery * i, WindowMinutes))));
    }

    private static PolicyOutcome[] Outcomes(PricePath path)
    {
        RunTerms terms = new(5, Volatility * Volatility, 1e-4, 0);
        return [.. s_multipliers.SelectMany(m => s_delays.Select(d =>
            PolicyRun.Run(new CppiPolicy("floor", m, Floor, Tolerance, MostExposure, long.MaxValue), path, terms, d)))];
    }

    private static IEnumerable<FloorRow> Rows(string market, PolicyOutcome[][] windows)
    {
        for (int m = 0; m < s_multipliers.Length; m++)
            for (int d = 0; d < s_delays.Length; d++)
            {
                int cell = m * s_delays.Length + d;
                yield return new FloorRow(market, s_multipliers[m], s_delays[d], windows.Length,
                    windows.Count(w => w[cell].Breaches > 0), 1e4 * windows.Max(w => w[cell].WorstBreach));
            }
    }

    private static PricePath Week(ulong seed)
    {
        Dice dice = new(Dice.Seed(seed, 500));
        (long[] times, double[] logs) = (new long[WeekMinutes + 1], new double[WeekMinutes + 1]);
        double year = Delays.Minute / Delays.NanosecondsPerYear, spread = Volatility * Math.Sqrt(year);
        for (int i = 1; i <= WeekMinutes; i++)
        {
            double jump = dice.Uniform() < JumpsPerYear * year ? MeanJump * dice.Exponential() * dice.Sign() : 0;
            times[i] = i * Delays.Minute;
            logs[i] = logs[i - 1] + spread * dice.Normal() - spread * spread / 2 + jump;
        }
        return new PricePath(times, logs, logs, 0, 0);
    }
}
