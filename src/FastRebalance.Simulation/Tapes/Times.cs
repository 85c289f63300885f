using System.Globalization;

namespace FastRebalance.Simulation.Tapes;

/// <summary>Event times as people read them.</summary>
public static class Times
{
    public const long NsPerSecond = 1_000_000_000;
    public const long NsPerDay = 86_400 * NsPerSecond;

    /// <summary>A year of 365.25 days.</summary>
    public const double NsPerYear = 365.25 * NsPerDay;

    public static DateTime Utc(long unixNs) => DateTime.UnixEpoch.AddTicks(unixNs / 100);

    /// <summary>2023-08-17 21:45:00, UTC; with its fraction where it has one.</summary>
    public static string Text(long unixNs) => Utc(unixNs).ToString(
        unixNs % NsPerSecond == 0 ? "yyyy-MM-dd HH:mm:ss" : "yyyy-MM-dd HH:mm:ss.fffffff", CultureInfo.InvariantCulture);
}
