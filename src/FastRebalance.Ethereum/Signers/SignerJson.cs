using System.Text.Json;

namespace FastRebalance.Ethereum.Signers;

/// <summary>Reads a signer's answer: one JSON object, nothing after it, no member twice.</summary>
internal static class SignerJson
{
    private const int MaxQuoted = 160;

    private static readonly JsonDocumentOptions s_strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    public static JsonDocument? TryParse(ReadOnlyMemory<byte> body)
    {
        try
        {
            JsonDocument document = JsonDocument.Parse(body, s_strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null; // its message may quote what it read
        }
    }

    public static SigningOutcome Unreadable(string wanted) => SigningOutcome.No(SigningStatus.AnswerUnreadable, $"{wanted} is wanted");

    /// <summary>Text of a stranger, for a message: short, and on one line.</summary>
    public static string Quote(JsonElement text)
    {
        string all = text.ValueKind == JsonValueKind.String ? text.GetString()! : text.ValueKind.ToString();
        return string.Concat(all.Take(MaxQuoted).Select(static c => char.IsControl(c) ? ' ' : c));
    }
}
