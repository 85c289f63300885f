using System.Text.Json;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>
/// One object that came from a node: a reply or a notification. The spans point into the message. A null <c>error</c> counts as
/// absent, and so does a null <c>result</c> beside an error; both with a value, or neither, is trouble.
/// </summary>
internal ref struct RpcMessage
{
    public bool HasId;
    public long Id;
    public ReadOnlySpan<byte> Result;
    public RpcError? Error;

    /// <summary>Raw JSON of a notification's subscription id, quotes included.</summary>
    public ReadOnlySpan<byte> Subscription;

    public ReadOnlySpan<byte> Payload;

    /// <summary>Why this is no JSON-RPC; null when it is.</summary>
    public string? Trouble;

    public readonly bool IsNotification => Subscription.Length > 0;

    /// <summary>The reply as its caller gets it, with bytes of its own.</summary>
    public readonly RpcReply ToReply() =>
        Trouble is not null ? new RpcReply(null, null, Trouble)
        : Error is not null ? new RpcReply(null, Error)
        : new RpcReply(Result.ToArray(), null);

    /// <summary>Reads the object that <paramref name="reader"/> stands at and leaves it at the object's end.</summary>
    /// <exception cref="JsonException">The text is no JSON.</exception>
    public static RpcMessage Read(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> text)
    {
        RpcMessage message = default;
        ReadOnlySpan<byte> result = default, error = default;
        int ids = 0, results = 0, errors = 0;
        while (RpcRead.NextMember(ref reader))
        {
            if (reader.ValueTextEquals("id"u8))
            {
                ids++;
                reader.Read();
                message.HasId = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out message.Id);
                reader.Skip();
            }
            else if (reader.ValueTextEquals("result"u8))
            {
                results++;
                result = Slice(ref reader, text);
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                errors++;
                error = Slice(ref reader, text);
            }
            else if (reader.ValueTextEquals("params"u8)) ReadParams(ref reader, text, ref message);
            else RpcRead.SkipValue(ref reader);
        }
        // Which of two ids, or of two results, is meant nobody can know: it belongs to nobody, or has an unknown outcome.
        message.HasId &= ids == 1;
        if (message.IsNotification)
            return message;
        if (results > 1 || errors > 1)
            message.Trouble = "the reply has a member twice";
        else
            Judge(ref message, result, error);
        return message;
    }

    private static void Judge(ref RpcMessage message, ReadOnlySpan<byte> result, ReadOnlySpan<byte> error)
    {
        bool hasError = error.Length > 0 && !error.SequenceEqual("null"u8);
        bool hasResult = result.Length > 0 && !(hasError && result.SequenceEqual("null"u8));
        if (hasResult && hasError)
            message.Trouble = "the reply has both a result and an error";
        else if (hasResult)
            message.Result = result;
        else if (!hasError)
            message.Trouble = "the reply has neither a result nor an error";
        else if (!TryReadError(error, out message.Error))
            message.Trouble = $"the reply's error is no error object: {RpcRead.Beginning(error, 120)}";
    }

    private static bool TryReadError(ReadOnlySpan<byte> json, out RpcError? error)
    {
        error = null;
        Utf8JsonReader reader = RpcRead.Start(json);
        if (reader.TokenType != JsonTokenType.StartObject)
            return false;
        long? code = null;
        string? message = null, data = null;
        while (RpcRead.NextMember(ref reader))
        {
            if (reader.ValueTextEquals("code"u8))
            {
                reader.Read();
                code = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long value) ? value : null;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("message"u8))
            {
                reader.Read();
                message = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("data"u8)) data = ReadData(ref reader, json);
            else RpcRead.SkipValue(ref reader);
        }
        if (code is null || message is null)
            return false;
        error = new RpcError(code.Value, message, data);
        return true;
    }

    private static string? ReadData(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> raw = Slice(ref reader, text);
        return reader.TokenType switch
        {
            JsonTokenType.Null => null,
            JsonTokenType.String => reader.GetString(),
            _ => System.Text.Encoding.UTF8.GetString(raw),
        };
    }

    private static void ReadParams(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> text, ref RpcMessage message)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }
        while (RpcRead.NextMember(ref reader))
        {
            if (reader.ValueTextEquals("subscription"u8)) message.Subscription = Slice(ref reader, text);
            else if (reader.ValueTextEquals("result"u8)) message.Payload = Slice(ref reader, text);
            else RpcRead.SkipValue(ref reader);
        }
    }

    /// <summary>The raw text of the member's value; the reader ends on its last token.</summary>
    private static ReadOnlySpan<byte> Slice(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> text)
    {
        reader.Read();
        int start = (int)reader.TokenStartIndex;
        reader.Skip();
        return text[start..(int)reader.BytesConsumed];
    }
}
