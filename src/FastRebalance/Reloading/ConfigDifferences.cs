using System.Text.Json;
using FastRebalance.Configuration;
using FastRebalance.Engine;
using FastRebalance.Hosting;

namespace FastRebalance.Reloading;

/// <summary>
/// Where a configuration differs from the one that runs, field by field, and what of that a run can take up. Both are right in themselves: that was asked
/// before.
/// </summary>
internal static class ConfigDifferences
{
    private const string Nothing = "nothing";
    private const string Hidden = "…";
    private const int MostShown = 80;

    private static readonly JsonDocumentOptions s_json = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Every place that differs, in the running one's order; none where they say the same.</summary>
    public static IReadOnlyList<ConfigDifference> Between(PolicyBefore running, ConfigFile wanted, PortfolioPolicy policy)
    {
        List<ConfigDifference> found = [];
        Compare("", Root(running.Config.Text), Root(wanted.Text), new ReloadRules(running), found);
        bool planned = PlannerFactory.WantsPlan(running.Policy), plans = PlannerFactory.WantsPlan(policy);
        if (planned != plans)
            found.Add(new ConfigDifference(
                "portfolios[0].planner", planned ? "at work" : Nothing, plans ? "wanted by what goes by plans" : Nothing,
                $"{(plans ? "no planner was started with this run" : "the planner was started with this run")}: stop and start again"));
        return found;
    }

    /// <summary>The same value, however it is written.</summary>
    public static bool AreEqual(JsonElement one, JsonElement other) =>
        one.ValueKind == JsonValueKind.Undefined || other.ValueKind == JsonValueKind.Undefined
            ? one.ValueKind == other.ValueKind
            : JsonElement.DeepEquals(one, other);

    /// <summary>The whole object of a text that was read as a configuration.</summary>
    public static JsonElement Root(string text)
    {
        using JsonDocument document = JsonDocument.Parse(text, s_json);
        return document.RootElement.Clone();
    }

    private static void Compare(string path, JsonElement before, JsonElement after, ReloadRules rules, List<ConfigDifference> found)
    {
        if (AreEqual(before, after) || rules.IsIdle(path))
            return;
        if (before.ValueKind == JsonValueKind.Object && after.ValueKind == JsonValueKind.Object)
            CompareFields(path, before, after, rules, found);
        else if (before.ValueKind == JsonValueKind.Array && after.ValueKind == JsonValueKind.Array && IsOfObjects(before) && IsOfObjects(after))
            ComparePlaces(path, before, after, rules, found);
        else
            found.Add(new ConfigDifference(path, Shown(path, before, rules), Shown(path, after, rules), rules.RefusalOf(path)));
    }

    private static void CompareFields(string path, JsonElement before, JsonElement after, ReloadRules rules, List<ConfigDifference> found)
    {
        foreach (JsonProperty field in before.EnumerateObject())
            Compare(PathOf(path, field.Name), field.Value, after.TryGetProperty(field.Name, out JsonElement now) ? now : default, rules, found);
        foreach (JsonProperty field in after.EnumerateObject())
            if (!before.TryGetProperty(field.Name, out _))
                Compare(PathOf(path, field.Name), default, field.Value, rules, found);
    }

    private static void ComparePlaces(string path, JsonElement before, JsonElement after, ReloadRules rules, List<ConfigDifference> found)
    {
        for (int i = 0; i < Math.Max(before.GetArrayLength(), after.GetArrayLength()); i++)
            Compare(
                $"{path}[{i}]", i < before.GetArrayLength() ? before[i] : default, i < after.GetArrayLength() ? after[i] : default, rules, found);
    }

    private static bool IsOfObjects(JsonElement list) => list.EnumerateArray().All(static one => one.ValueKind == JsonValueKind.Object);

    private static string PathOf(string path, string field) => path.Length == 0 ? field : $"{path}.{field}";

    private static string Shown(string path, JsonElement value, ReloadRules rules)
    {
        if (value.ValueKind == JsonValueKind.Undefined)
            return Nothing;
        if (rules.IsSecret(path))
            return Hidden;
        string text = string.Join(' ', value.GetRawText().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length <= MostShown ? text : text[..(MostShown - 1)] + Hidden;
    }
}
