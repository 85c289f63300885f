using System.Globalization;
using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Execution.Mempool;

/// <summary>Whole transactions out of a node's answers: of a block, and of its pool. What is malformed throws <see cref="FormatException"/>.</summary>
internal static class NodeJson
{
    /// <summary>The transactions of a block told with bodies.</summary>
    public static MinedTransaction[] Transactions(JsonElement block)
    {
        if (block.ValueKind != JsonValueKind.Object || !block.TryGetProperty("transactions", out JsonElement transactions))
            throw new FormatException("a block has transactions");
        MinedTransaction[] read = new MinedTransaction[transactions.GetArrayLength()];
        int i = 0;
        foreach (JsonElement transaction in transactions.EnumerateArray())
            read[i++] = new MinedTransaction(
                Hash32.Parse(Text(transaction, "hash")),
                Address.Parse(Text(transaction, "from")),
                ToOf(transaction).GetValueOrDefault(),
                Number(transaction, "nonce"),
                Wide(transaction, "maxFeePerGas", "gasPrice"),
                Wide(transaction, "maxPriorityFeePerGas", "gasPrice"));
        return read;
    }

    /// <summary>What <c>txpool_content</c> calls pending; what is queued cannot be executed.</summary>
    public static IEnumerable<NodeTransaction> PoolContent(JsonElement content)
    {
        if (!content.TryGetProperty("pending", out JsonElement pending))
            yield break;
        foreach (JsonProperty sender in pending.EnumerateObject())
            foreach (JsonProperty nonce in sender.Value.EnumerateObject())
                yield return Transaction(nonce.Value);
    }

    private static NodeTransaction Transaction(JsonElement transaction) => new()
    {
        Hash = Hash32.Parse(Text(transaction, "hash")),
        From = Address.Parse(Text(transaction, "from")),
        To = ToOf(transaction),
        Nonce = Number(transaction, "nonce"),
        Type = (byte)(transaction.TryGetProperty("type", out _) ? Number(transaction, "type") : 0),
        GasLimit = Number(transaction, "gas"),
        ValueWei = Wide(transaction, "value", "value"),
        Input = Hex.TryDecode(Text(transaction, "input"), out byte[]? input) ? input : throw new FormatException("input is hexadecimal"),
        MaxFeePerGasWei = Wide(transaction, "maxFeePerGas", "gasPrice"),
        MaxPriorityFeePerGasWei = Wide(transaction, "maxPriorityFeePerGas", "gasPrice"),
        BlockHash = null,
        BlockNumber = null,
    };

    private static Address? ToOf(JsonElement transaction) =>
        transaction.TryGetProperty("to", out JsonElement to) && to.ValueKind == JsonValueKind.String ? Address.Parse(to.GetString()) : null;

    private static string Text(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()! : throw new FormatException($"a transaction has its {name}");

    private static ulong Number(JsonElement owner, string name) =>
        ulong.TryParse(Text(owner, name).AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value)
            ? value : throw new FormatException($"{name} is a quantity");

    private static UInt256 Wide(JsonElement owner, string name, string otherwise)
    {
        bool has = owner.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String;
        return UInt256.Parse(Text(owner, has ? name : otherwise));
    }
}
