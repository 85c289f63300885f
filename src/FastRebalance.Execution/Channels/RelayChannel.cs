using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Transactions;

namespace FastRebalance.Execution.Channels;

/// <summary>
/// Builders, through a relay: nobody sees the transaction before its block, and where it would revert it is not mined. It goes as a bundle for
/// each of the next few blocks, or as a transaction that the relay keeps offering, or as both. A transaction of a nonce takes the place of the one before it
/// for the same block; a cancel ends the uuids in use, and what comes after has fresh ones. A relay's "yes" proves nothing, and neither does a cancel's.
/// </summary>
public sealed class RelayChannel : ISubmitChannel, ISendsBehind, ICancelsPrivately, IFollowsHeads, IReadyRequests, IReadyPerBlock, IChannelCounts, IAsyncDisposable
{
    public const string ChannelName = "relay";

    // Flashbots: eth_sendBundle takes at most so many bytes.
    private const int MaxBundleBytes = 300_000;

    private readonly Options _options;
    private readonly RelayClient _client;
    private readonly HeadClock _clock;
    private readonly RelaySlots _slots = new();
    private readonly bool _asBundle;
    private readonly bool _asTransaction;
    private long _cancels;

    /// <param name="options">Checked with <see cref="Options.Problems"/>.</param>
    /// <param name="terms">The run it is for.</param>
    /// <param name="node">Asked for the chain's height where nobody tells it; it stays the caller's.</param>
    public RelayChannel(Options options, ChannelTerms terms, EthereumNode node)
    {
        _options = options;
        _client = new RelayClient(new Uri(options.Url), RelayKey.Open(options, terms), options.AnswerTimeout);
        _clock = new HeadClock(node);
        _asBundle = options.Send != Options.SendTransaction;
        _asTransaction = options.Send != Options.SendBundle;
    }

    public string Name => ChannelName;

    public LaneClass Class => LaneClass.Private;

    public IReadOnlyList<ReadyPlace> Places => [new ReadyPlace(RpcEndpoint.Parse(_options.Url), null)];

    public IEnumerable<(string Name, long Value)> Counts =>
    [
        ("cancels asked for", Interlocked.Read(ref _cancels)),
        ("answers \"too many requests\"", _client.RateLimits.Limited),
        ("requests withheld for them", _client.RateLimits.Withheld),
        ("signatures that did not recover", _client.BadSignatures),
    ];

    public void OnHead(ulong number, long timestampSeconds)
    {
        _clock.OnHead(number, timestampSeconds);
        _slots.Pass(number);
    }

    public Task<ChannelAnswer> SubmitAsync(ReadOnlyMemory<byte> raw, Hash32 hash, CancellationToken cancellation) => NodeSend.GuardAsync(async () =>
    {
        if (Refuses(raw, out ulong nonce) is { } reason)
            return new ChannelAnswer(AnswerClass.NotSent, reason);
        ulong head = (await _clock.NowAsync(cancellation).ConfigureAwait(false)).Number;
        List<ReadyRequest> requests = [];
        for (ulong block = head + 1; _asBundle && block <= head + (ulong)_options.Blocks; block++)
            if (!_slots.IsAcknowledged(nonce, in hash, block))
                requests.Add(BundleOf(raw.Span, in hash, nonce, block));
        if (_asTransaction && !_slots.IsKept(in hash))
            requests.Add(TransactionOf(raw.Span, in hash, nonce, head + (ulong)_options.TransactionBlocks));
        return requests.Count == 0
            ? new ChannelAnswer(AnswerClass.Known, "the relay has it for every block that it is offered for")
            : await FireAsync(requests, cancellation).ConfigureAwait(false);
    });

    public Task<ChannelAnswer> SubmitBehindAsync(ReadOnlyMemory<byte> behind, ReadOnlyMemory<byte> raw, Hash32 hash, CancellationToken cancellation) =>
        NodeSend.GuardAsync(async () =>
        {
            if (Refuses(raw, out ulong nonce) is { } reason)
                return new ChannelAnswer(AnswerClass.NotSent, reason);
            if (raw.Length + behind.Length > MaxBundleBytes)
                return new ChannelAnswer(AnswerClass.NotSent, $"a relay takes at most {MaxBundleBytes} bytes, and these are {raw.Length + behind.Length}");
            ulong block = (await _clock.NowAsync(cancellation).ConfigureAwait(false)).Number + 1;
            // Under the uuid of its nonce: alone it takes the place of what stood there, and what comes for this nonce takes its.
            return await FireAsync([BundleOf(raw.Span, in hash, nonce, block, behind.Span)], cancellation).ConfigureAwait(false);
        });

    public string? Prepare(ReadOnlyMemory<byte> raw, in Hash32 hash, ulong block, out IReadOnlyList<ReadyRequest> requests)
    {
        requests = [];
        if (Refuses(raw, out ulong nonce) is { } reason)
            return reason;
        List<ReadyRequest> made = [];
        if (_asBundle)
            made.Add(BundleOf(raw.Span, in hash, nonce, block));
        if (_asTransaction)
            made.Add(TransactionOf(raw.Span, in hash, nonce, block - 1 + (ulong)_options.TransactionBlocks));
        requests = made;
        return null;
    }

    public async Task<ChannelAnswer> FireAsync(IReadOnlyList<ReadyRequest> requests, CancellationToken cancellation)
    {
        Task<ChannelAnswer>[] sends = new Task<ChannelAnswer>[requests.Count];
        for (int i = 0; i < sends.Length; i++)
            sends[i] = FireOneAsync(requests[i], cancellation);
        ChannelAnswer best = default;
        foreach (ChannelAnswer answer in await Task.WhenAll(sends).ConfigureAwait(false))
            best = ChannelSet.Better(best, answer);
        return best.Class == AnswerClass.None ? new ChannelAnswer(AnswerClass.NotSent, "nothing was made ready") : best;
    }

    public async Task<ChannelAnswer> CancelAsync(Hash32 hash, CancellationToken cancellation)
    {
        if (!_slots.TryTakeAll(in hash, out Guid[] uuids, out Hash32[] kept) || uuids.Length + kept.Length == 0)
            return new ChannelAnswer(AnswerClass.NotSent, $"the relay was given nothing of {hash} that could still be mined");
        Interlocked.Increment(ref _cancels);
        List<Task<RelayReply>> sends = [];
        foreach (Guid uuid in uuids)
            sends.Add(SignAndSendAsync(RelayRequests.CancelBundle(_client.NextId(), uuid), cancellation));
        foreach (Hash32 transaction in kept)
            sends.Add(SignAndSendAsync(RelayRequests.CancelPrivateTransaction(_client.NextId(), transaction), cancellation));
        // The weakest answer counts: one bundle that was not taken back can still land.
        ChannelAnswer worst = new(AnswerClass.Accepted, "");
        foreach (RelayReply reply in await Task.WhenAll(sends).ConfigureAwait(false))
            worst = reply.Error is null && reply.Trouble is null ? worst : Trouble(in reply);
        return worst;
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string? Refuses(ReadOnlyMemory<byte> raw, out ulong nonce)
    {
        nonce = 0;
        if (raw.Length > MaxBundleBytes)
            return $"a relay takes at most {MaxBundleBytes} bytes, and these are {raw.Length}";
        if (!TransactionDecoder.Decode(raw, out SignedTransaction signed).IsValid)
            return "the bytes are no signed transaction";
        nonce = signed.Fields.Nonce;
        return signed.Fields.Kind is not (TransactionKind.Legacy or TransactionKind.AccessList) && signed.Fields.MaxPriorityFeePerGasWei.IsZero
            ? "the tip is 0, and builders take no such transaction" : null;
    }

    private ReadyRequest BundleOf(ReadOnlySpan<byte> raw, in Hash32 hash, ulong nonce, ulong block, ReadOnlySpan<byte> behind = default)
    {
        Guid uuid = _slots.UuidFor(nonce, in hash, block);
        byte[] body = RelayRequests.Bundle(_client.NextId(), raw, block, uuid, _options.Builders, behind);
        return new ReadyRequest(hash, block, uuid, body, _client.Sign(body));
    }

    private ReadyRequest TransactionOf(ReadOnlySpan<byte> raw, in Hash32 hash, ulong nonce, ulong maxBlock)
    {
        _slots.HoldPrivately(nonce, in hash, maxBlock);
        byte[] body = RelayRequests.PrivateTransaction(_client.NextId(), raw, maxBlock, _options.Builders);
        return new ReadyRequest(hash, maxBlock, null, body, _client.Sign(body));
    }

    private async Task<ChannelAnswer> FireOneAsync(ReadyRequest request, CancellationToken cancellation)
    {
        bool isLive = request.Uuid is { } uuid ? _slots.IsLive(uuid) : _slots.HoldsPrivately(request.Hash);
        if (!isLive)
            return new ChannelAnswer(AnswerClass.NotSent, "it was cancelled, or its block is past");
        RelayReply reply = await _client.SendAsync(request.Body, request.Signature, cancellation).ConfigureAwait(false);
        ChannelAnswer answer = reply.Error is not null || reply.Trouble is not null ? Trouble(in reply)
            : request.Uuid is null ? AnswerOfTransaction(reply.Result, request.Hash)
            : AnswerOfBundle(reply.Result);
        if (answer.IsTaken)
            _slots.Acknowledge(request.Uuid, request.Hash);
        return answer;
    }

    private Task<RelayReply> SignAndSendAsync(byte[] body, CancellationToken cancellation) => _client.SendAsync(body, _client.Sign(body), cancellation);

    private static ChannelAnswer Trouble(in RelayReply reply) =>
        reply.Error is { } error ? new ChannelAnswer(NodeAnswers.Classify(error), error)
        : new ChannelAnswer(reply.NotSent ? AnswerClass.NotSent : AnswerClass.Unknown, reply.Trouble!);

    // The bundle's own hash is made differently from relay to relay, and some say nothing at all.
    private static ChannelAnswer AnswerOfBundle(JsonElement result) => result.ValueKind is JsonValueKind.Null or JsonValueKind.Object
        ? new ChannelAnswer(AnswerClass.Accepted, "")
        : new ChannelAnswer(AnswerClass.Unknown, $"the relay answered a bundle with {result.GetRawText()}");

    // Some relays put the hash into an object.
    private static ChannelAnswer AnswerOfTransaction(JsonElement result, Hash32 hash)
    {
        string? text = result.ValueKind switch
        {
            JsonValueKind.String => result.GetString(),
            JsonValueKind.Object when result.TryGetProperty("txHash", out JsonElement inner) && inner.ValueKind == JsonValueKind.String => inner.GetString(),
            _ => null,
        };
        return Hash32.TryParse(text, out Hash32 named) && named == hash
            ? new ChannelAnswer(AnswerClass.Accepted, "")
            : new ChannelAnswer(AnswerClass.Unknown, $"the relay answered with {text ?? "no hash"} to {hash}");
    }

    /// <summary>Options of <c>relay</c>.</summary>
    public sealed record Options : IChannelOptions
    {
        public const string SendBundle = "bundle";
        public const string SendTransaction = "transaction";
        public const string SendBoth = "both";

        private const int MostBlocks = 25;

        /// <summary>Where the relay listens.</summary>
        public string Url { get; set; } = "";

        /// <summary>A file for its owner alone with the reputation key: 0x and 64 hexadecimal digits.</summary>
        public string? KeyFile { get; set; }

        /// <summary>A variable with the same, for tests.</summary>
        public string? KeyEnv { get; set; }

        /// <summary><c>bundle</c>, <c>transaction</c> or <c>both</c>.</summary>
        public string Send { get; set; } = SendBundle;

        /// <summary>A bundle goes out for each of so many blocks after the head.</summary>
        public int Blocks { get; set; } = 3;

        /// <summary>A transaction is offered for so many blocks after the head.</summary>
        public int TransactionBlocks { get; set; } = MostBlocks;

        /// <summary>Builders that the relay may share with; empty leaves that to the relay.</summary>
        public List<string> Builders { get; set; } = [];

        /// <summary>How long the relay may take to answer.</summary>
        public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(3);

        public IEnumerable<OptionProblem> Problems(ChannelTerms terms)
        {
            if (!Uri.TryCreate(Url, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0)
                yield return new("url", Url.Length == 0 ? "nothing" : "no such address", "https://HOST, or http://HOST:PORT, without a user name");
            else if (url.Scheme == "http" && !url.IsLoopback)
                yield return new("url", $"\"{Url}\", which anyone on the way can read", "https, or a relay on this machine");
            if (Send is not (SendBundle or SendTransaction or SendBoth))
                yield return new("send", $"\"{Send}\"", $"{SendBundle}, {SendTransaction} or {SendBoth}");
            if (Blocks is < 1 or > MostBlocks)
                yield return new("blocks", $"{Blocks}", $"1 to {MostBlocks}");
            if (TransactionBlocks is < 1 or > MostBlocks)
                yield return new("transactionBlocks", $"{TransactionBlocks}", $"1 to {MostBlocks}");
            if (Builders.Any(string.IsNullOrWhiteSpace))
                yield return new("builders", "an empty name", "names that the relay knows, such as \"flashbots\"");
            if (AnswerTimeout <= TimeSpan.Zero)
                yield return new("answerTimeout", $"\"{AnswerTimeout:c}\"", "a time above zero");
            foreach (OptionProblem problem in RelayKey.Problems(this, terms))
                yield return problem;
        }
    }
}
