using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Devnet.Relay;

/// <summary>The relay's methods: reads a request, asks the book, writes the result. Source of the shapes: Flashbots' documentation, "JSON-RPC endpoints".</summary>
internal sealed class RelayCalls(EthereumNode node, RelayBook book)
{
    /// <summary>Runs one request; what it gives back writes the result.</summary>
    /// <exception cref="RelayRefusal">The relay says no.</exception>
    public async Task<Action<Utf8JsonWriter>> RunAsync(string method, JsonElement parameter, Address signer, CancellationToken cancellation)
    {
        if (parameter.ValueKind != JsonValueKind.Object)
            throw new RelayRefusal("one object is wanted as the only parameter");
        return method switch
        {
            "eth_sendBundle" => await SendBundleAsync(parameter, signer, cancellation).ConfigureAwait(false),
            "eth_cancelBundle" => CancelBundle(parameter, signer),
            "eth_sendPrivateTransaction" => await SendTransactionAsync(parameter, signer, cancellation).ConfigureAwait(false),
            "eth_cancelPrivateTransaction" => CancelTransaction(parameter, signer),
            "eth_callBundle" => await CallBundleAsync(parameter, cancellation).ConfigureAwait(false),
            _ => throw new RelayRefusal($"the method {method} does not exist here", RelayRefusal.MethodNotFound),
        };
    }

    private async Task<Action<Utf8JsonWriter>> SendBundleAsync(JsonElement parameter, Address signer, CancellationToken cancellation)
    {
        ulong block = Quantity(parameter, "blockNumber") ?? throw new RelayRefusal("blockNumber is missing");
        RelayBundle bundle = new()
        {
            Transactions = Transactions(parameter),
            FromBlock = block,
            ToBlock = block,
            Signer = signer,
            Uuid = Text(parameter, "replacementUuid"),
            MayRevert = Hashes(parameter, "revertingTxHashes"),
            MinTimestamp = Plain(parameter, "minTimestamp") ?? 0,
            MaxTimestamp = Plain(parameter, "maxTimestamp") ?? ulong.MaxValue,
        };
        book.Add(bundle, await node.BlockNumberAsync(cancellation).ConfigureAwait(false));
        return writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("bundleHash"u8, bundle.Hash.ToString());
            writer.WriteEndObject();
        };
    }

    private Action<Utf8JsonWriter> CancelBundle(JsonElement parameter, Address signer)
    {
        Hash32[] dropped = book.CancelBundle(signer, Text(parameter, "replacementUuid") ?? throw new RelayRefusal("replacementUuid is missing"));
        return writer =>
        {
            writer.WriteStartArray();
            foreach (Hash32 hash in dropped)
                writer.WriteStringValue(hash.ToString());
            writer.WriteEndArray();
        };
    }

    private async Task<Action<Utf8JsonWriter>> SendTransactionAsync(JsonElement parameter, Address signer, CancellationToken cancellation)
    {
        RelayTransaction transaction = RelayTransaction.Read(Text(parameter, "tx"));
        if (RelayTip.MostOf(transaction).IsZero)
            throw new RelayRefusal("the tip must be above 0");
        ulong head = await node.BlockNumberAsync(cancellation).ConfigureAwait(false);
        book.Add(new RelayBundle
        {
            Transactions = [transaction],
            FromBlock = head + 1,
            ToBlock = Quantity(parameter, "maxBlockNumber") ?? head + RelayBook.MostBlocksAhead,
            Signer = signer,
            IsPrivateTransaction = true,
        }, head);
        return writer => writer.WriteStringValue(transaction.Hash.ToString());
    }

    private Action<Utf8JsonWriter> CancelTransaction(JsonElement parameter, Address signer)
    {
        if (!Hash32.TryParse(Text(parameter, "txHash"), out Hash32 hash))
            throw new RelayRefusal("txHash is missing");
        bool dropped = book.CancelTransaction(signer, hash);
        return writer => writer.WriteBooleanValue(dropped);
    }

    private async Task<Action<Utf8JsonWriter>> CallBundleAsync(JsonElement parameter, CancellationToken cancellation)
    {
        IReadOnlyList<RelayTransaction> transactions = Transactions(parameter);
        ulong head = await node.BlockNumberAsync(cancellation).ConfigureAwait(false);
        ulong state = Quantity(parameter, "stateBlockNumber") ?? head;
        FeeHistory fees = await node.FeeHistoryAsync(1, BlockRef.Latest, [], cancellation).ConfigureAwait(false);
        RelayOutcome[] outcomes = await RelaySimulator.RunAsync(node, transactions, BlockRef.At(state), cancellation).ConfigureAwait(false);
        UInt256 coinbase = UInt256.Zero;
        for (int i = 0; i < outcomes.Length; i++)
            coinbase += RelayTip.At(transactions[i], fees.BaseFeePerGasWei[^1]) * outcomes[i].GasUsed;
        return writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("bundleHash"u8, new RelayBundle { Transactions = transactions, FromBlock = 0, ToBlock = 0, Signer = default }.Hash.ToString());
            writer.WriteString("coinbaseDiff"u8, coinbase.ToString());
            writer.WriteNumber("stateBlockNumber"u8, state);
            writer.WriteNumber("totalGasUsed"u8, outcomes.Sum(static outcome => (long)outcome.GasUsed));
            writer.WriteStartArray("results"u8);
            for (int i = 0; i < outcomes.Length; i++)
            {
                writer.WriteStartObject();
                writer.WriteString("txHash"u8, transactions[i].Hash.ToString());
                writer.WriteNumber("gasUsed"u8, outcomes[i].GasUsed);
                if (outcomes[i].Succeeded)
                    writer.WriteString("value"u8, outcomes[i].ReturnData);
                else
                {
                    writer.WriteString("error"u8, "execution reverted"u8);
                    writer.WriteString("revert"u8, outcomes[i].ReturnData);
                }
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        };
    }

    private static IReadOnlyList<RelayTransaction> Transactions(JsonElement parameter)
    {
        if (!parameter.TryGetProperty("txs", out JsonElement texts) || texts.ValueKind != JsonValueKind.Array)
            throw new RelayRefusal("txs is missing");
        if (texts.GetArrayLength() > RelayBook.MostTransactions)
            throw new RelayRefusal($"a bundle has at most {RelayBook.MostTransactions} transactions, found {texts.GetArrayLength()}");
        return [.. texts.EnumerateArray().Select(text => RelayTransaction.Read(text.ValueKind == JsonValueKind.String ? text.GetString() : null))];
    }

    private static HashSet<Hash32> Hashes(JsonElement parameter, string name)
    {
        HashSet<Hash32> hashes = [];
        if (parameter.TryGetProperty(name, out JsonElement texts) && texts.ValueKind == JsonValueKind.Array)
            foreach (JsonElement text in texts.EnumerateArray())
                hashes.Add(Hash32.TryParse(text.GetString(), out Hash32 hash) ? hash : throw new RelayRefusal($"{name} holds something that is no hash"));
        return hashes;
    }

    private static string? Text(JsonElement parameter, string name) =>
        parameter.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static ulong? Quantity(JsonElement parameter, string name) => Text(parameter, name) is not { } text ? null
        : Hex.TryParseQuantity(text, out ulong value) ? value : throw new RelayRefusal($"{name} is no quantity: {text}");

    private static ulong? Plain(JsonElement parameter, string name) =>
        parameter.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out ulong number) ? number : null;
}
