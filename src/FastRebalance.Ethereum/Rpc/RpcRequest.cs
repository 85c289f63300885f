using System.Text.Json;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>A method and the writer of its parameters (called inside the array; null for none).</summary>
internal readonly record struct RpcRequest(string Method, Action<Utf8JsonWriter>? WriteParams = null)
{
    public void WriteTo(Utf8JsonWriter writer, long id)
    {
        writer.WriteStartObject();
        writer.WriteString("jsonrpc"u8, "2.0"u8);
        writer.WriteNumber("id"u8, id);
        writer.WriteString("method"u8, Method);
        writer.WriteStartArray("params"u8);
        WriteParams?.Invoke(writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>One request as an object, several as a batch; the ids count up from <paramref name="firstId"/>.</summary>
    public static void WriteAll(Utf8JsonWriter writer, ReadOnlySpan<RpcRequest> requests, long firstId)
    {
        if (requests.Length > 1)
            writer.WriteStartArray();
        for (int i = 0; i < requests.Length; i++)
            requests[i].WriteTo(writer, firstId + i);
        if (requests.Length > 1)
            writer.WriteEndArray();
    }
}

/// <summary>One reply, matched to its request: the raw JSON of <c>result</c>, or the error, or neither when a batch left it out.</summary>
internal readonly record struct RpcReply(byte[]? Result, RpcError? Error, string? Trouble = null)
{
    /// <summary>The trouble of a request that the answer to its batch does not hold.</summary>
    public const string LeftOut = "the node left it out of its batch";

    /// <exception cref="RpcErrorException">The node said no.</exception>
    /// <exception cref="RpcTransportException">No usable answer came.</exception>
    public byte[] ResultOrThrow(string method) =>
        Result ?? throw (Error is not null ? new RpcErrorException(method, Error) : Failure(method));

    public RpcTransportException Failure(string method) => new($"{method}: {Trouble ?? "no answer"}");
}
