using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.Execution.Channels;

/// <summary>
/// The bodies that relays are sent. Blocks are bounded by number alone: a relay's clock is not ours, and a timestamp would be held against it.
/// Source: Flashbots' documentation, "JSON-RPC endpoints".
/// </summary>
internal static class RelayRequests
{
    private static readonly JsonWriterOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One transaction as a bundle for one block, behind another one or alone. None may revert, since none is named that may.</summary>
    public static byte[] Bundle(ulong id, ReadOnlySpan<byte> raw, ulong block, Guid uuid, IReadOnlyList<string> builders, ReadOnlySpan<byte> behind = default)
    {
        string transaction = Hex.Encode(raw);
        string? first = behind.IsEmpty ? null : Hex.Encode(behind);
        return Write(id, "eth_sendBundle", writer =>
        {
            writer.WriteStartArray("txs"u8);
            if (first is not null)
                writer.WriteStringValue(first);
            writer.WriteStringValue(transaction);
            writer.WriteEndArray();
            writer.WriteString("blockNumber"u8, Hex.Quantity(block));
            writer.WriteString("replacementUuid"u8, uuid.ToString("D"));
            WriteBuilders(writer, builders);
        });
    }

    /// <summary>One transaction that the relay holds and offers until a block.</summary>
    public static byte[] PrivateTransaction(ulong id, ReadOnlySpan<byte> raw, ulong maxBlock, IReadOnlyList<string> builders)
    {
        string transaction = Hex.Encode(raw);
        return Write(id, "eth_sendPrivateTransaction", writer =>
        {
            writer.WriteString("tx"u8, transaction);
            writer.WriteString("maxBlockNumber"u8, Hex.Quantity(maxBlock));
            if (builders.Count == 0)
                return;
            writer.WriteStartObject("preferences"u8);
            writer.WriteStartObject("privacy"u8);
            WriteBuilders(writer, builders);
            writer.WriteEndObject();
            writer.WriteEndObject();
        });
    }

    public static byte[] CancelBundle(ulong id, Guid uuid) =>
        Write(id, "eth_cancelBundle", writer => writer.WriteString("replacementUuid"u8, uuid.ToString("D")));

    public static byte[] CancelPrivateTransaction(ulong id, Hash32 hash) =>
        Write(id, "eth_cancelPrivateTransaction", writer => writer.WriteString("txHash"u8, hash.ToString()));

    private static void WriteBuilders(Utf8JsonWriter writer, IReadOnlyList<string> builders)
    {
        if (builders.Count == 0)
            return;
        writer.WriteStartArray("builders"u8);
        foreach (string builder in builders)
            writer.WriteStringValue(builder);
        writer.WriteEndArray();
    }

    private static byte[] Write(ulong id, string method, Action<Utf8JsonWriter> writeParameter)
    {
        ArrayBufferWriter<byte> body = new(1024);
        using (Utf8JsonWriter writer = new(body, s_plain))
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc"u8, "2.0"u8);
            writer.WriteNumber("id"u8, id);
            writer.WriteString("method"u8, method);
            writer.WriteStartArray("params"u8);
            writer.WriteStartObject();
            writeParameter(writer);
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return body.WrittenSpan.ToArray();
    }
}
