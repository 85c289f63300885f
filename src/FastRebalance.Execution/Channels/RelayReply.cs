using System.Text.Json;

namespace FastRebalance.Execution.Channels;

/// <summary>What a relay came back with: an answer, or why there is none.</summary>
/// <param name="Result">A copy of the result; undefined where there is none.</param>
/// <param name="Error">What it said instead; null where nothing.</param>
/// <param name="Trouble">Why nothing usable came; null where something did.</param>
/// <param name="NotSent">No byte of the request left.</param>
internal readonly record struct RelayReply(JsonElement Result, string? Error, string? Trouble, bool NotSent)
{
    public static RelayReply Of(JsonElement result) => new(result, null, null, false);

    public static RelayReply Refusal(string error) => new(default, error, null, false);

    public static RelayReply None(string trouble, bool notSent = false) => new(default, null, trouble, notSent);
}
