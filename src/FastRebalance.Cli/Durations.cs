using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace FastRebalance.Cli;

/// <summary>Times as people type them: <c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>2h</c> or <c>00:00:30</c>.</summary>
internal static class Durations
{
    public static bool TryParse(string text, out TimeSpan time)
    {
        (string Suffix, double Seconds)[] units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)];
        foreach ((string suffix, double seconds) in units)
        {
            if (!text.EndsWith(suffix, StringComparison.Ordinal))
                continue;
            bool isNumber = double.TryParse(text[..^suffix.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number);
            time = isNumber && number * seconds < 1e9 ? TimeSpan.FromSeconds(number * seconds) : TimeSpan.Zero;
            return time > TimeSpan.Zero;
        }
        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out time) && time > TimeSpan.Zero && text.Contains(':');
    }

    public static TimeSpan? ParseOption(ArgumentResult result)
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (TryParse(text, out TimeSpan time))
            return time;
        result.AddError($"'{text}' is not a time: wanted is one such as 500ms, 30s, 5m or 00:00:30");
        return null;
    }

    public static Option<TimeSpan?> Option(string name, string description) =>
        new(name) { Description = description, CustomParser = ParseOption };
}
