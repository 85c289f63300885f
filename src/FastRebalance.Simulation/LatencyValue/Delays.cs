using System.Globalization;

namespace FastRebalance.Simulation.LatencyValue;

/// <summary>The reaction times the experiment compares, from the price that calls for a trade to its execution; nanoseconds.</summary>
public static class Delays
{
    public const long Microsecond = 1_000, Millisecond = 1_000_000, Second = 1_000_000_000, Minute = 60 * Second;

    public const double NanosecondsPerYear = 365.0 * 24 * 60 * 60 * 1e9;

    /// <summary>Rising; the first is no latency at all, which every other is held against.</summary>
    public static IReadOnlyList<long> All { get; } =
    [
        0, Microsecond, 10 * Microsecond, 100 * Microsecond, Millisecond, 5 * Millisecond, 10 * Millisecond, 50 * Millisecond,
        100 * Millisecond, 250 * Millisecond, Second, 2 * Second, 5 * Second, 12 * Second, Minute, 15 * Minute,
    ];

    /// <summary>Cuts of reaction time that are given a value, each from the longer to the shorter.</summary>
    public static IReadOnlyList<(long From, long To)> Cuts { get; } =
    [
        (100 * Millisecond, Millisecond), (Millisecond, 100 * Microsecond), (100 * Microsecond, 10 * Microsecond),
    ];

    /// <summary>Times between a venue's matching rounds: none, a flash block, a roll-up's block, a main chain's slot.</summary>
    public static IReadOnlyList<long> Slots { get; } = [0, 250 * Millisecond, 2 * Second, 12 * Second];

    public static int IndexOf(long delay)
    {
        for (int i = 0; i < All.Count; i++)
            if (All[i] == delay)
                return i;
        throw new ArgumentOutOfRangeException(nameof(delay), delay, "not one of the compared delays");
    }

    public static string Text(double nanoseconds)
    {
        (double unit, string name) = nanoseconds switch
        {
            < 999_999 => (1e3, "µs"),
            < 999_999_999 => (1e6, "ms"),
            < 59.9e9 => (1e9, "s"),
            _ => (60e9, "min"),
        };
        return nanoseconds <= 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / unit:0.##} {name}");
    }
}
