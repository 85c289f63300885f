using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Devnet.Relay;

/// <summary>Tries transactions on top of a block, one after the other, by <c>eth_simulateV1</c>. Nothing enters the node's pool.</summary>
internal static class RelaySimulator
{
    /// <returns>One outcome per transaction, in order.</returns>
    /// <exception cref="RelayRefusal">The node does not run them at all; the message says why.</exception>
    public static async Task<RelayOutcome[]> RunAsync(
        EthereumNode node, IReadOnlyList<RelayTransaction> transactions, BlockRef state, CancellationToken cancellation)
    {
        try
        {
            JsonElement blocks = await node.InvokeAsync("eth_simulateV1", writer =>
            {
                writer.WriteStartObject();
                writer.WriteStartArray("blockStateCalls"u8);
                writer.WriteStartObject();
                writer.WriteStartArray("calls"u8);
                foreach (RelayTransaction transaction in transactions)
                    WriteCall(writer, transaction);
                writer.WriteEndArray();
                writer.WriteEndObject();
                writer.WriteEndArray();
                writer.WriteBoolean("validation"u8, true);
                writer.WriteEndObject();
                writer.WriteStringValue(state.ToString());
            }, cancellation).ConfigureAwait(false);
            return [.. blocks[0].GetProperty("calls").EnumerateArray().Select(ReadOutcome)];
        }
        catch (RpcErrorException refused)
        {
            throw new RelayRefusal(refused.Error.Message);
        }
    }

    private static RelayOutcome ReadOutcome(JsonElement call) => new(
        call.GetProperty("status").GetString() == "0x1",
        Hex.TryParseQuantity(call.GetProperty("gasUsed").GetString(), out ulong gas) ? gas : 0,
        call.GetProperty("returnData").GetString() ?? "0x");

    private static void WriteCall(Utf8JsonWriter writer, RelayTransaction transaction)
    {
        writer.WriteStartObject();
        writer.WriteString("from"u8, transaction.Sender.ToString());
        if (transaction.Fields.To is { } to)
            writer.WriteString("to"u8, to.ToString());
        else
            writer.WriteNull("to"u8);
        writer.WriteString("input"u8, Hex.Encode(transaction.Fields.Data.Span));
        writer.WriteString("value"u8, Hex.Quantity(transaction.Fields.ValueWei));
        writer.WriteString("gas"u8, Hex.Quantity(transaction.Fields.GasLimit));
        writer.WriteString("nonce"u8, Hex.Quantity(transaction.Fields.Nonce));
        writer.WriteString("maxFeePerGas"u8, Hex.Quantity(transaction.Fields.MaxFeePerGasWei));
        writer.WriteString("maxPriorityFeePerGas"u8, Hex.Quantity(RelayTip.MostOf(transaction)));
        writer.WriteEndObject();
    }
}
