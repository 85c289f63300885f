using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Transactions;

namespace FastRebalance.Execution.Channels;

/// <summary>
/// A rollup's sequencer, by <c>eth_sendRawTransaction</c>. It orders what it gets and replaces nothing, so a nonce gets one transaction: another one of
/// the same nonce is held back until the first was refused, or its deadline is past by the chain's own time. A trade must carry a deadline in its
/// call data, since nothing else can end it. The same bytes may always be sent again.
/// </summary>
public sealed class SequencerChannel : ISubmitChannel, IFollowsHeads, IReadyRequests, IChannelCounts, IAsyncDisposable
{
    public const string ChannelName = "sequencer";

    // More nonces than can wait in any queue; older ones are long consumed.
    private const int MostNonces = 256;

    private readonly NodeLink _link;
    private readonly HeadClock _clock;
    private readonly Lock _guard = new();
    private readonly SortedDictionary<ulong, (Hash32 Hash, ulong Deadline)> _sent = [];
    private long _heldBack;

    /// <param name="options">Checked with <see cref="Options.Problems"/>.</param>
    /// <param name="terms">Names the chain.</param>
    /// <param name="node">The run's own node; it stays the caller's.</param>
    public SequencerChannel(Options options, ChannelTerms terms, EthereumNode node)
    {
        _clock = new HeadClock(node);
        _link = options.Endpoint is { } text
            ? new NodeLink(RacedChannel.Options.EndpointOf(text, terms), terms.ChainId, options.AnswerTimeout, TimeSpan.FromSeconds(2))
            : new NodeLink(node);
    }

    public string Name => ChannelName;

    public LaneClass Class => LaneClass.Sequencer;

    public IReadOnlyList<ReadyPlace> Places => NodeSend.Places(_link.Endpoint);

    public IEnumerable<(string Name, long Value)> Counts => [("held back for their nonce", Interlocked.Read(ref _heldBack))];

    public void OnHead(ulong number, long timestampSeconds) => _clock.OnHead(number, timestampSeconds);

    public Task<ChannelAnswer> SubmitAsync(ReadOnlyMemory<byte> raw, Hash32 hash, CancellationToken cancellation) => NodeSend.GuardAsync(async () =>
    {
        if (!TransactionDecoder.Decode(raw, out SignedTransaction signed).IsValid)
            return new ChannelAnswer(AnswerClass.NotSent, "the bytes are no signed transaction");
        ulong nonce = signed.Fields.Nonce;
        bool trades = signed.Fields.Data.Length > 0;
        if (!CallDeadline.TryRead(in signed, out ulong deadline) && trades)
            return new ChannelAnswer(AnswerClass.NotSent, "a sequencer takes nothing back, so a trade needs a deadline in its call data, and this one has none");
        if (Other(nonce, hash) is { } other && !await IsOverAsync(other.Deadline, cancellation).ConfigureAwait(false))
        {
            Interlocked.Increment(ref _heldBack);
            return new ChannelAnswer(AnswerClass.NotSent, $"nonce {nonce} was given to {other.Hash}, and a sequencer replaces nothing");
        }
        Remember(nonce, hash, trades ? deadline : 0);
        ChannelAnswer answer = await _link.SendAsync(raw, hash, cancellation).ConfigureAwait(false);
        if (!MayStillBeThere(answer.Class))
            Forget(nonce, hash);
        return answer;
    });

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private async ValueTask<bool> IsOverAsync(ulong deadline, CancellationToken cancellation) =>
        deadline == 0 || (ulong)(await _clock.NowAsync(cancellation).ConfigureAwait(false)).TimestampSeconds > deadline;

    // A consumed or missing nonce, and words that nobody knows, do not prove that the sequencer let go of it.
    private static bool MayStillBeThere(AnswerClass answer) => answer is AnswerClass.Accepted or AnswerClass.Known or AnswerClass.AcceptedUnmined
        or AnswerClass.Unknown or AnswerClass.Other or AnswerClass.NonceTooLow or AnswerClass.NonceTooHigh or AnswerClass.ReplacementUnderpriced;

    private (Hash32 Hash, ulong Deadline)? Other(ulong nonce, Hash32 hash)
    {
        lock (_guard)
            return _sent.TryGetValue(nonce, out (Hash32 Hash, ulong Deadline) sent) && sent.Hash != hash ? sent : null;
    }

    private void Remember(ulong nonce, Hash32 hash, ulong deadline)
    {
        lock (_guard)
        {
            _sent[nonce] = (hash, deadline);
            if (_sent.Count > MostNonces)
                _sent.Remove(_sent.First().Key);
        }
    }

    private void Forget(ulong nonce, Hash32 hash)
    {
        lock (_guard)
            if (_sent.TryGetValue(nonce, out (Hash32 Hash, ulong Deadline) sent) && sent.Hash == hash)
                _sent.Remove(nonce);
    }

    /// <summary>Options of <c>sequencer</c>.</summary>
    public sealed record Options : IChannelOptions
    {
        /// <summary>The sequencer's own address; left out, the run's own node passes transactions on.</summary>
        public string? Endpoint { get; set; }

        /// <summary>How long it may take to answer.</summary>
        public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(5);

        public IEnumerable<OptionProblem> Problems(ChannelTerms terms)
        {
            if (Endpoint is not null && !RpcEndpoint.TryParse(Endpoint, out _))
                yield return new("endpoint", $"\"{Endpoint}\"", "https://HOST, http://HOST:PORT, ws://HOST:PORT or ipc:PATH");
            if (AnswerTimeout <= TimeSpan.Zero)
                yield return new("answerTimeout", $"\"{AnswerTimeout:c}\"", "a time above zero");
        }
    }
}
