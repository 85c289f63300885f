using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>
/// An execution client over JSON-RPC, reached through the first of several endpoints that answers. Safe for any thread.
/// Methods throw <see cref="RpcErrorException"/> when the node says no, <see cref="RpcTransportException"/> when no usable answer
/// came, and <see cref="OperationCanceledException"/> when the caller gave up. Nothing is ever sent twice by itself.
/// </summary>
public sealed class EthereumNode : IAsyncDisposable
{
    private readonly RpcClient _client;

    private EthereumNode(RpcClient client) => _client = client;

    /// <summary>Connects to the first endpoint that answers, and keeps connected until disposed.</summary>
    /// <exception cref="RpcTransportException">No endpoint answers; the message says why, for each.</exception>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    public static async Task<EthereumNode> ConnectAsync(EthereumNodeOptions options, CancellationToken cancellation = default)
    {
        options.Validate();
        RpcClient client = new(options);
        try
        {
            await client.StartAsync(cancellation).ConfigureAwait(false);
            return new EthereumNode(client);
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc cref="ConnectAsync(EthereumNodeOptions, CancellationToken)"/>
    public static Task<EthereumNode> ConnectAsync(string endpoint, CancellationToken cancellation = default) =>
        ConnectAsync(EthereumNodeOptions.For(endpoint), cancellation);

    /// <summary>A node that is reached through somebody else's client; heads and logs are polled.</summary>
    /// <inheritdoc cref="ConnectAsync(EthereumNodeOptions, CancellationToken)"/>
    public static Task<EthereumNode> ConnectAsync(IRpcTransport transport, CancellationToken cancellation = default) =>
        ConnectAsync(new EthereumNodeOptions { Endpoints = [RpcEndpoint.Parse("http://transport.invalid")], Transport = transport }, cancellation);

    public ConnectionState State => _client.State;

    /// <summary>Raised on a background thread at every change; handlers must be quick.</summary>
    public event Action<ConnectionState>? StateChanged
    {
        add => _client.StateChanged += value;
        remove => _client.StateChanged -= value;
    }

    /// <summary>The endpoint in use, or the last one while <see cref="ConnectionState.Lost"/>.</summary>
    public RpcEndpoint? Endpoint => _client.Endpoint;

    /// <summary>Counts the connections made; 1 after the first.</summary>
    public int Generation => _client.Generation;

    public RpcCounters Counters => _client.Counters;

    /// <summary>Every endpoint and how it does, in the order of the options; the figures are live.</summary>
    public IReadOnlyList<EndpointHealth> Endpoints => _client.Health;

    public Task<ulong> ChainIdAsync(CancellationToken cancellation = default) =>
        AskAsync("eth_chainId", null, Number, cancellation);

    public Task<ulong> BlockNumberAsync(CancellationToken cancellation = default) =>
        AskAsync("eth_blockNumber", null, Number, cancellation);

    /// <summary>The block's header; null when the node knows no such block.</summary>
    public Task<BlockHeader?> BlockAsync(BlockRef block, CancellationToken cancellation = default) =>
        AskAsync(BlockMethod(block), BlockParams(block), RpcShapes.HeaderOrNull, cancellation);

    /// <summary>Hashes of the block's transactions, in order; null when the node knows no such block.</summary>
    public Task<Hash32[]?> BlockTransactionHashesAsync(BlockRef block, CancellationToken cancellation = default) =>
        AskAsync(BlockMethod(block), BlockParams(block), RpcShapes.BlockTransactionHashes, cancellation);

    /// <summary>Logs of one block that these contracts wrote (all contracts when empty), in log order.</summary>
    public Task<LogEntry[]> LogsAsync(Hash32 blockHash, IReadOnlyList<Address> addresses, CancellationToken cancellation = default) =>
        AskAsync("eth_getLogs", writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("blockHash"u8, blockHash.ToString());
            WriteAddresses(writer, addresses);
            writer.WriteEndObject();
        }, RpcShapes.Logs, cancellation);

    /// <summary>Logs of a range of blocks, both ends included.</summary>
    public Task<LogEntry[]> LogsAsync(ulong fromBlock, ulong toBlock, LogFilter filter, CancellationToken cancellation = default) =>
        AskAsync("eth_getLogs", writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("fromBlock"u8, Hex.Quantity(fromBlock));
            writer.WriteString("toBlock"u8, Hex.Quantity(toBlock));
            WriteFilterBody(writer, filter);
            writer.WriteEndObject();
        }, RpcShapes.Logs, cancellation);

    /// <summary>Runs a call and returns what it returned.</summary>
    /// <exception cref="RpcErrorException">Also for a revert: <see cref="RpcError.IsRevert"/>, <see cref="RpcError.RevertData"/>.</exception>
    public Task<byte[]> CallAsync(
        Address to, ReadOnlyMemory<byte> data, BlockRef block, Address? from = null, CancellationToken cancellation = default) =>
        AskAsync("eth_call", CallParams(new EthCall(to, data, from), block), Data, cancellation);

    /// <summary>
    /// Runs many calls at one block in as few batches as <see cref="EthereumNodeOptions.MaxBatchSize"/> allows; outcomes stand in the order of the calls.
    /// A call that the node refuses is an outcome, not an exception.
    /// </summary>
    /// <exception cref="RpcTransportException">Also when the node left one of the calls unanswered.</exception>
    public async Task<EthCallOutcome[]> CallManyAsync(
        IReadOnlyList<EthCall> calls, BlockRef block, CancellationToken cancellation = default)
    {
        RpcRequest[] requests = new RpcRequest[calls.Count];
        for (int i = 0; i < requests.Length; i++)
            requests[i] = new RpcRequest("eth_call", CallParams(calls[i], block));
        RpcReply[] replies = await _client.BatchAsync(requests, cancellation).ConfigureAwait(false);
        return Array.ConvertAll(replies, reply => reply switch
        {
            { Result: not null } => new EthCallOutcome(true, Read("eth_call", reply.Result, Data), null),
            { Error: not null } => new EthCallOutcome(false, reply.Error.RevertData(), reply.Error),
            _ => throw reply.Failure("eth_call"),
        });
    }

    /// <summary>The account's next nonce; at <see cref="BlockRef.Pending"/> the node counts its pool in.</summary>
    public Task<ulong> NonceAsync(Address account, BlockRef block, CancellationToken cancellation = default) =>
        AskAsync("eth_getTransactionCount", StateParams(account, block), Number, cancellation);

    public Task<UInt256> BalanceAsync(Address account, BlockRef block, CancellationToken cancellation = default) =>
        AskAsync("eth_getBalance", StateParams(account, block), Wide, cancellation);

    /// <summary>The account's code; empty when it has none.</summary>
    public Task<byte[]> CodeAsync(Address account, BlockRef block, CancellationToken cancellation = default) =>
        AskAsync("eth_getCode", StateParams(account, block), Data, cancellation);

    /// <summary>Base fees, fullness and tips of recent blocks.</summary>
    /// <param name="blockCount">At most 1024 on most clients.</param>
    /// <param name="newest">The newest block to report; not by hash.</param>
    /// <param name="percentiles">Rising, 0 to 100; which tips to report per block.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    public Task<FeeHistory> FeeHistoryAsync(
        int blockCount, BlockRef newest, IReadOnlyList<double> percentiles, CancellationToken cancellation = default) =>
        AskAsync("eth_feeHistory", writer =>
        {
            writer.WriteStringValue(Hex.Quantity((ulong)blockCount));
            writer.WriteStringValue(newest.ToString());
            writer.WriteStartArray();
            foreach (double percentile in percentiles)
                writer.WriteNumberValue(percentile);
            writer.WriteEndArray();
        }, RpcShapes.FeeHistory, cancellation);

    public Task<ulong> EstimateGasAsync(
        Address from, Address? to, ReadOnlyMemory<byte> data, UInt256 valueWei, BlockRef block, CancellationToken cancellation = default) =>
        AskAsync("eth_estimateGas", writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("from"u8, from.ToString());
            if (to is { } address)
                writer.WriteString("to"u8, address.ToString());
            writer.WriteString("input"u8, Hex.Encode(data.Span));
            writer.WriteString("value"u8, Hex.Quantity(valueWei));
            writer.WriteEndObject();
            block.WriteTo(writer);
        }, Number, cancellation);

    /// <summary>Accounts and slots that a call touches (<c>eth_createAccessList</c>); null where the node does not know the method.</summary>
    public async Task<TouchedState?> TouchedStateAsync(
        Address from, Address to, ReadOnlyMemory<byte> data, BlockRef block, CancellationToken cancellation = default)
    {
        const string method = "eth_createAccessList";
        RpcReply reply = await _client.CallAsync(new RpcRequest(method, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("from"u8, from.ToString());
            writer.WriteString("to"u8, to.ToString());
            writer.WriteString("input"u8, Hex.Encode(data.Span));
            writer.WriteEndObject();
            block.WriteTo(writer);
        }), cancellation).ConfigureAwait(false);
        return reply.Error is { Code: RpcError.MethodNotFoundCode } ? null : Read(method, reply.ResultOrThrow(method), RpcShapes.TouchedState);
    }

    /// <summary>Hands a signed transaction to the node. What the node says to it is a result, never an exception.</summary>
    /// <exception cref="RpcTransportException">No answer: it may be in the pool unless <see cref="RpcTransportException.NotSent"/>.</exception>
    public Task<SendOutcome> SendRawTransactionAsync(ReadOnlyMemory<byte> transaction, CancellationToken cancellation = default) =>
        SendAsync("eth_sendRawTransaction", writer => writer.WriteStringValue(Hex.Encode(transaction.Span)), cancellation);

    /// <summary>Hands over a transaction that the sequencer includes under a condition or not at all. Few chains know the method.</summary>
    /// <exception cref="RpcTransportException">As <see cref="SendRawTransactionAsync"/>.</exception>
    public Task<SendOutcome> SendRawTransactionConditionalAsync(
        ReadOnlyMemory<byte> transaction, SendCondition condition, CancellationToken cancellation = default) =>
        SendAsync("eth_sendRawTransactionConditional", writer =>
        {
            writer.WriteStringValue(Hex.Encode(transaction.Span));
            writer.WriteStartObject();
            writer.WriteString("timestampMax"u8, Hex.Quantity(condition.LatestUnixSeconds));
            writer.WriteEndObject();
        }, cancellation);

    /// <summary>Hands over a transaction and waits, as long as the node does, for its receipt.</summary>
    /// <exception cref="RpcTransportException">As <see cref="SendRawTransactionAsync"/>.</exception>
    public async Task<SyncSendOutcome> SendRawTransactionSyncAsync(ReadOnlyMemory<byte> transaction, CancellationToken cancellation = default)
    {
        const string method = "eth_sendRawTransactionSync";
        RpcReply reply = await SendAsync(new RpcRequest(method, writer => writer.WriteStringValue(Hex.Encode(transaction.Span))), cancellation)
            .ConfigureAwait(false);
        return reply.Error is not null
            ? new SyncSendOutcome(null, reply.Error)
            : new SyncSendOutcome(Read(method, reply.ResultOrThrow(method), RpcShapes.ReceiptOrNull)
                ?? throw new RpcTransportException($"{method}: the answer is neither a receipt nor an error"), null);
    }

    /// <summary>Null while the transaction is not mined, or unknown.</summary>
    public Task<Receipt?> ReceiptAsync(Hash32 transaction, CancellationToken cancellation = default) =>
        AskAsync("eth_getTransactionReceipt", writer => writer.WriteStringValue(transaction.ToString()), RpcShapes.ReceiptOrNull, cancellation);

    /// <summary>Null when the node knows no such transaction.</summary>
    public Task<NodeTransaction?> TransactionAsync(Hash32 transaction, CancellationToken cancellation = default) =>
        AskAsync("eth_getTransactionByHash", writer => writer.WriteStringValue(transaction.ToString()), RpcShapes.TransactionOrNull, cancellation);

    /// <summary>The signed bytes of a transaction that is pending or mined; empty when the node does not have it, or gives no such bytes.</summary>
    public async Task<byte[]> RawTransactionAsync(Hash32 transaction, CancellationToken cancellation = default)
    {
        const string method = "eth_getRawTransactionByHash";
        RpcReply reply = await SendAsync(new RpcRequest(method, writer => writer.WriteStringValue(transaction.ToString())), cancellation).ConfigureAwait(false);
        return reply.Error is null && Read(method, reply.ResultOrThrow(method), Element) is { ValueKind: JsonValueKind.String } text
            && Hex.TryDecode(text.GetString(), out byte[] raw) ? raw : [];
    }

    /// <summary>Any method: parameters are written inside the array, the result comes as it is.</summary>
    public Task<JsonElement> InvokeAsync(
        string method, Action<Utf8JsonWriter>? writeParams = null, CancellationToken cancellation = default) =>
        AskAsync(method, writeParams, Element, cancellation);

    /// <summary>New heads. On a node that cannot push, the latest block is polled: heads in between are not shown.</summary>
    public Task<RpcSubscription<BlockHeader>> SubscribeHeadsAsync(CancellationToken cancellation = default) =>
        SubscribeAsync(new SubscriptionTopic(writer => writer.WriteStringValue("newHeads"u8), null, null), PushedHeader, cancellation);

    /// <summary>Logs as they are mined. Not every client pushes removed logs after a reorg: parent hashes are the truth.</summary>
    public Task<RpcSubscription<LogEntry>> SubscribeLogsAsync(LogFilter filter, CancellationToken cancellation = default) =>
        SubscribeAsync(new SubscriptionTopic(
            writer =>
            {
                writer.WriteStringValue("logs"u8);
                WriteFilter(writer, filter);
            },
            "eth_newFilter", writer => WriteFilter(writer, filter)), RpcShapes.Log, cancellation);

    /// <summary>Transactions that enter the pool: hashes, or whole transactions from a client that can push them.</summary>
    public Task<RpcSubscription<PendingTransaction>> SubscribePendingTransactionsAsync(
        bool withBodies, CancellationToken cancellation = default) =>
        SubscribeAsync(new SubscriptionTopic(
            writer =>
            {
                writer.WriteStringValue("newPendingTransactions"u8);
                if (withBodies)
                    writer.WriteBooleanValue(true);
            },
            "eth_newPendingTransactionFilter", null), RpcShapes.Pending, cancellation);

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private delegate T Parser<out T>(ReadOnlySpan<byte> json);

    private async Task<SendOutcome> SendAsync(string method, Action<Utf8JsonWriter> writeParams, CancellationToken cancellation)
    {
        RpcReply reply = await SendAsync(new RpcRequest(method, writeParams), cancellation).ConfigureAwait(false);
        return reply.Error is not null
            ? new SendOutcome(default, reply.Error)
            : new SendOutcome(Read(method, reply.ResultOrThrow(method), Hash), null);
    }

    // Not a byte of a transaction to a node that may have left our chain.
    private async Task<RpcReply> SendAsync(RpcRequest request, CancellationToken cancellation)
    {
        await _client.EnsureChainAsync(cancellation).ConfigureAwait(false);
        return await _client.CallAsync(request, cancellation).ConfigureAwait(false);
    }

    private async Task<T> AskAsync<T>(string method, Action<Utf8JsonWriter>? writeParams, Parser<T> parse, CancellationToken cancellation)
    {
        RpcReply reply = await _client.CallAsync(new RpcRequest(method, writeParams), cancellation).ConfigureAwait(false);
        return Read(method, reply.ResultOrThrow(method), parse);
    }

    private async Task<RpcSubscription<T>> SubscribeAsync<T>(
        SubscriptionTopic topic, SubscriptionParser<T> parse, CancellationToken cancellation)
    {
        RpcSubscription<T> subscription = new(_client, topic, parse, _client.Options.SubscriptionCapacity);
        await _client.SubscribeAsync(subscription, cancellation).ConfigureAwait(false);
        return subscription;
    }

    private BlockHeader PushedHeader(ReadOnlySpan<byte> json)
    {
        BlockHeader head = RpcShapes.Header(json);
        _client.SawHead(head);
        return head;
    }

    private static T Read<T>(string method, byte[] result, Parser<T> parse)
    {
        try
        {
            return parse(result);
        }
        catch (JsonException malformed)
        {
            throw new RpcTransportException($"{method}: the answer is malformed: {malformed.Message}", inner: malformed);
        }
    }

    private static ulong Number(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = RpcRead.Start(json);
        return RpcRead.Number(ref reader);
    }

    private static UInt256 Wide(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = RpcRead.Start(json);
        return RpcRead.Wide(ref reader);
    }

    private static byte[] Data(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = RpcRead.Start(json);
        return RpcRead.Data(ref reader);
    }

    private static Hash32 Hash(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = RpcRead.Start(json);
        return RpcRead.Hash(ref reader);
    }

    private static JsonElement Element(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json);
        return JsonElement.ParseValue(ref reader);
    }

    private static string BlockMethod(BlockRef block) => block.IsHash ? "eth_getBlockByHash" : "eth_getBlockByNumber";

    private static Action<Utf8JsonWriter> BlockParams(BlockRef block) => writer =>
    {
        writer.WriteStringValue(block.ToString());
        writer.WriteBooleanValue(false);
    };

    private static Action<Utf8JsonWriter> StateParams(Address account, BlockRef block) => writer =>
    {
        writer.WriteStringValue(account.ToString());
        block.WriteTo(writer);
    };

    private static Action<Utf8JsonWriter> CallParams(EthCall call, BlockRef block) => writer =>
    {
        writer.WriteStartObject();
        if (call.From is { } from)
            writer.WriteString("from"u8, from.ToString());
        writer.WriteString("to"u8, call.To.ToString());
        writer.WriteString("input"u8, Hex.Encode(call.Data.Span));
        writer.WriteEndObject();
        block.WriteTo(writer);
    };

    private static void WriteFilter(Utf8JsonWriter writer, LogFilter filter)
    {
        writer.WriteStartObject();
        WriteFilterBody(writer, filter);
        writer.WriteEndObject();
    }

    private static void WriteFilterBody(Utf8JsonWriter writer, LogFilter filter)
    {
        WriteAddresses(writer, filter.Addresses);
        if (filter.Topic0.Count == 0)
            return;
        writer.WriteStartArray("topics"u8);
        writer.WriteStartArray();
        foreach (Hash32 topic in filter.Topic0)
            writer.WriteStringValue(topic.ToString());
        writer.WriteEndArray();
        writer.WriteEndArray();
    }

    private static void WriteAddresses(Utf8JsonWriter writer, IReadOnlyList<Address> addresses)
    {
        if (addresses.Count == 0)
            return;
        writer.WriteStartArray("address"u8);
        foreach (Address address in addresses)
            writer.WriteStringValue(address.ToString());
        writer.WriteEndArray();
    }
}
