using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Execution.Channels;

namespace FastRebalance.Execution.Presigning;

/// <summary>What one channel said to one fired request.</summary>
/// <param name="Channel">Which channel.</param>
/// <param name="RequestId">The number that it repeats.</param>
/// <param name="Json">The whole answer.</param>
public readonly record struct FireAnswer(int Channel, ulong RequestId, ReadOnlyMemory<byte> Json)
{
    /// <summary>What it means for the transaction of this hash. Anything but a hash or an error by itself says nothing: unknown.</summary>
    public ChannelAnswer Judge(in Hash32 hash)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(Json);
            JsonElement root = document.RootElement;
            bool hasError = root.TryGetProperty("error", out JsonElement error) && error.ValueKind != JsonValueKind.Null;
            bool hasResult = root.TryGetProperty("result", out JsonElement result) && result.ValueKind != JsonValueKind.Null;
            if (hasError == hasResult)
                return Unknown("the answer holds a result and an error, or neither");
            return hasError ? JudgeError(error) : JudgeResult(result, in hash);
        }
        catch (JsonException broken)
        {
            return Unknown($"the answer is not JSON: {broken.Message}");
        }
    }

    private static ChannelAnswer JudgeError(JsonElement error) =>
        error.ValueKind == JsonValueKind.Object && error.TryGetProperty("message", out JsonElement message) && message.ValueKind == JsonValueKind.String
            ? new ChannelAnswer(NodeAnswers.Classify(message.GetString()!), message.GetString()!)
            : Unknown("the error has no message");

    private static ChannelAnswer JudgeResult(JsonElement result, in Hash32 hash)
    {
        if (result.ValueKind != JsonValueKind.String || !Hash32.TryParse(result.GetString(), out Hash32 said))
            return Unknown("the result is not a hash");
        return said == hash ? new ChannelAnswer(AnswerClass.Accepted, "") : Unknown($"the node answered with the hash {said} to {hash}");
    }

    private static ChannelAnswer Unknown(string text) => new(AnswerClass.Unknown, text);
}
