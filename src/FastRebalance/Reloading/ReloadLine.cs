using System.Text.Json.Serialization;

namespace FastRebalance.Reloading;

/// <summary>What came of one look at the configuration's file while a run went on.</summary>
/// <param name="UnixMs">When, milliseconds since 1970 UTC.</param>
/// <param name="By">Who asked: the file's change, or an operator.</param>
/// <param name="Outcome">
/// <c>taken</c>; <c>refused</c> where something differs that cannot change while a run goes on, and so nothing was taken; <c>broken</c> where the file is
/// no configuration; <c>unchanged</c> where it says what runs.
/// </param>
/// <param name="Generation">The configuration that holds after it; the run began with 0.</param>
/// <param name="Event">The inbound event from which on it holds; null where nothing was taken.</param>
/// <param name="Changes">Every place that differs, with the reason where it cannot be taken.</param>
/// <param name="Problems">What is wrong with the file; empty where nothing is.</param>
public sealed record ReloadLine(
    long UnixMs, string By, string Outcome, uint Generation, long? Event, IReadOnlyList<ConfigDifference> Changes, IReadOnlyList<string> Problems)
{
    internal const string Taken = "taken";
    internal const string Refused = "refused";
    internal const string Broken = "broken";
    internal const string Unchanged = "unchanged";

    [JsonIgnore]
    public bool IsTaken => Outcome == Taken;

    /// <summary>The same in one line, for people.</summary>
    [JsonIgnore]
    public string Text => Outcome switch
    {
        Taken => $"configuration {Generation} holds from event {Event} on: {string.Join("; ", Changes)}",
        Refused => $"the configuration was not taken, and configuration {Generation} stays: {string.Join("; ", Reasons())}",
        Broken => $"the configuration's file is wrong, and configuration {Generation} stays: {string.Join("; ", Problems)}",
        _ => $"the configuration's file says what runs: configuration {Generation} stays",
    };

    private IEnumerable<string> Reasons() => Changes.Where(static change => change.Refusal is not null)
        .Select(static change => $"{change} ({change.Refusal})").Concat(Problems);
}
