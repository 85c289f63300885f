using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FastRebalance.Configuration;

namespace FastRebalance.BackTesting;

/// <summary>
/// One field of the configuration and the values it is to take. The field is named as in the file; what does not begin at the file's root
/// begins at the portfolio: <c>backtest.costBps</c>, <c>triggers[0].absoluteBps</c>.
/// </summary>
/// <param name="Key">The field.</param>
/// <param name="Values">JSON, or plain text.</param>
public sealed record SweepAxis(string Key, IReadOnlyList<string> Values)
{
    /// <summary>Most configurations of one sweep.</summary>
    public const int MaxRuns = 10_000;

    private static readonly string[] s_roots = ["backtest", "portfolios", "assets", "numeraire", "native", "submit"];

    /// <summary>Reads <c>key=a,b,c</c>.</summary>
    public static bool TryParse(string text, out SweepAxis? axis)
    {
        int equals = text.IndexOf('=');
        string[] values = equals > 0 ? text[(equals + 1)..].Split(',', StringSplitOptions.TrimEntries) : [];
        bool isRight = values.Length > 0 && values.All(v => v.Length > 0);
        axis = isRight ? new SweepAxis(text[..equals].Trim(), values) : null;
        return isRight;
    }

    /// <summary>Every combination, the last axis turning fastest.</summary>
    /// <exception cref="ConfigException">There are too many.</exception>
    public static List<IReadOnlyList<(string Key, string Value)>> Product(IReadOnlyList<SweepAxis> axes)
    {
        double count = axes.Aggregate(1.0, (product, axis) => product * axis.Values.Count);
        if (count > MaxRuns)
            throw new ConfigException([new ConfigProblem("--sweep", $"{count} combinations", $"at most {MaxRuns}")]);
        List<IReadOnlyList<(string, string)>> all = [[]];
        foreach (SweepAxis axis in axes)
            all = [.. all.SelectMany(chosen => axis.Values.Select(v => (IReadOnlyList<(string, string)>)[.. chosen, (axis.Key, v)]))];
        return all;
    }

    /// <summary>The configuration's text with these fields set.</summary>
    /// <exception cref="ConfigException">A key leads nowhere.</exception>
    public static string Apply(string json, IReadOnlyList<(string Key, string Value)> fields)
    {
        if (fields.Count == 0)
            return json;
        JsonNode root = JsonNode.Parse(json, null, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })!;
        foreach ((string key, string value) in fields)
            if (!TrySet(root, Full(key), value))
                throw new ConfigException([new ConfigProblem("--sweep", key, "a field of the configuration, such as triggers[0].absoluteBps or backtest.costBps")]);
        return root.ToJsonString();
    }

    private static string Full(string key) =>
        Array.Exists(s_roots, root => key == root || key.StartsWith(root + ".", StringComparison.Ordinal) || key.StartsWith(root + "[", StringComparison.Ordinal))
            ? key
            : $"portfolios[0].{key}";

    private static bool TrySet(JsonNode root, string path, string value)
    {
        string[] steps = path.Replace("[", ".[", StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries);
        JsonNode? at = root;
        for (int i = 0; i < steps.Length - 1 && at is not null; i++)
            at = Child(at, steps[i], makes: i == 0 && steps[i] == ConfigReader.BackTestSection);
        if (at is JsonObject section && steps[^1][0] != '[')
        {
            section[steps[^1]] = Parsed(value);
            return true;
        }
        if (at is JsonArray list && Place(steps[^1]) is { } place && place < list.Count)
        {
            list[place] = Parsed(value);
            return true;
        }
        return false;
    }

    private static JsonNode? Child(JsonNode at, string step, bool makes)
    {
        if (at is JsonArray list)
            return Place(step) is { } place && place < list.Count ? list[place] : null;
        if (at is not JsonObject section)
            return null;
        if (makes && !section.ContainsKey(step))
            section[step] = new JsonObject();
        return section[step];
    }

    private static int? Place(string step) =>
        step.Length > 2 && step[0] == '[' && int.TryParse(step.AsSpan(1, step.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out int place) ? place : null;

    private static JsonNode Parsed(string value)
    {
        try
        {
            return JsonNode.Parse(value)!;
        }
        catch (JsonException)
        {
            return JsonValue.Create(value);
        }
    }
}
