using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Execution.Channels;

/// <summary>
/// The pools of several nodes at once, each over a connection of its own: all get the bytes together, and the first that takes them decides. What the
/// others say is still waited for: one that calls impossible what another took is counted, since one of the two is wrong.
/// </summary>
public sealed class RacedChannel : ISubmitChannel, IReadyRequests, IChannelCounts, IAsyncDisposable
{
    public const string ChannelName = "raced";

    private readonly NodeLink[] _links;
    private long _contradictions;
    private long _unreachable;

    /// <param name="options">Checked with <see cref="Options.Problems"/>.</param>
    /// <param name="terms">Names the chain that every node must serve.</param>
    /// <param name="node">The run's own node; it stays the caller's.</param>
    public RacedChannel(Options options, ChannelTerms terms, EthereumNode node)
    {
        _links =
        [
            .. options.OwnNode ? [new NodeLink(node)] : Array.Empty<NodeLink>(),
            .. options.Endpoints.Select(text => new NodeLink(Options.EndpointOf(text, terms), terms.ChainId, options.AnswerTimeout, options.WatchInterval)),
        ];
    }

    public string Name => ChannelName;

    public LaneClass Class => LaneClass.Public;

    public IReadOnlyList<ReadyPlace> Places => NodeSend.Places([.. _links.Select(static link => link.Endpoint)]);

    /// <summary>Times that one node took a transaction which another called impossible: with sound nodes none.</summary>
    public long Contradictions => Interlocked.Read(ref _contradictions);

    /// <summary>Nodes that would get a transaction now.</summary>
    public int Connected => _links.Count(static link => link.IsConnected);

    public IEnumerable<(string Name, long Value)> Counts =>
    [
        ("nodes that contradicted the one that took it", Contradictions),
        ("sends that could not leave", Interlocked.Read(ref _unreachable)),
    ];

    public async Task<ChannelAnswer> SubmitAsync(ReadOnlyMemory<byte> raw, Hash32 hash, CancellationToken cancellation)
    {
        // The slower sends outlive this call, and the caller's bytes need not.
        byte[] bytes = raw.ToArray();
        List<Task<ChannelAnswer>> waiting = new(_links.Length);
        foreach (NodeLink link in _links)
            waiting.Add(link.SendAsync(bytes, hash, CancellationToken.None));
        ChannelAnswer best = default;
        bool sawTerminal = false;
        while (waiting.Count > 0 && !best.IsTaken)
        {
            Task<ChannelAnswer>? done = await NextAsync(waiting, cancellation).ConfigureAwait(false);
            if (done is null)
                return best.Class == AnswerClass.None ? new ChannelAnswer(AnswerClass.Unknown, "no node has answered yet") : best;
            waiting.Remove(done);
            ChannelAnswer answer = await done.ConfigureAwait(false);
            sawTerminal |= Note(answer);
            best = ChannelSet.Better(best, answer);
        }
        if (best.IsTaken && sawTerminal)
            Interlocked.Increment(ref _contradictions);
        if (waiting.Count > 0)
            _ = HearTheRestAsync(waiting);
        return best;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (NodeLink link in _links)
            await link.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<Task<ChannelAnswer>?> NextAsync(List<Task<ChannelAnswer>> waiting, CancellationToken cancellation)
    {
        try
        {
            return await Task.WhenAny(waiting).WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private async Task HearTheRestAsync(List<Task<ChannelAnswer>> waiting)
    {
        foreach (ChannelAnswer answer in await Task.WhenAll(waiting).ConfigureAwait(false))
            if (Note(answer))
                Interlocked.Increment(ref _contradictions);
    }

    // Prices and nonces differ from pool to pool and from moment to moment; what makes bytes impossible does not.
    private bool Note(ChannelAnswer answer)
    {
        if (answer.Class == AnswerClass.NotSent)
            Interlocked.Increment(ref _unreachable);
        return answer.Class is AnswerClass.Fatal or AnswerClass.InsufficientFunds or AnswerClass.Reserved;
    }

    /// <summary>Options of <c>raced</c>.</summary>
    public sealed record Options : IChannelOptions
    {
        /// <summary>Nodes besides the run's own, each as in <c>chain.endpoints</c>.</summary>
        public List<string> Endpoints { get; set; } = [];

        /// <summary>The run's own node takes part.</summary>
        public bool OwnNode { get; set; } = true;

        /// <summary>How long a node may take to answer.</summary>
        public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(5);

        /// <summary>Time between two looks at a node's chain.</summary>
        public TimeSpan WatchInterval { get; set; } = TimeSpan.FromSeconds(1);

        public IEnumerable<OptionProblem> Problems(ChannelTerms terms)
        {
            if (Endpoints.Count == 0)
                yield return new("endpoints", "nothing", "nodes to race, besides the run's own: ipc:PATH, ws://HOST:PORT or http://HOST:PORT");
            for (int i = 0; i < Endpoints.Count; i++)
                if (Endpoints[i] is null || !RpcEndpoint.TryParse(Endpoints[i], out _))
                    yield return new($"endpoints[{i}]", $"\"{Endpoints[i]}\"", "ipc:PATH, ws://HOST:PORT, http://HOST:PORT or h2c://HOST:PORT");
                else if (Endpoints.IndexOf(Endpoints[i]) < i)
                    yield return new($"endpoints[{i}]", $"\"{Endpoints[i]}\" a second time", "each node once");
            if (AnswerTimeout <= TimeSpan.Zero)
                yield return new("answerTimeout", $"\"{AnswerTimeout:c}\"", "a time above zero");
            if (WatchInterval <= TimeSpan.Zero)
                yield return new("watchInterval", $"\"{WatchInterval:c}\"", "a time above zero");
        }

        internal static RpcEndpoint EndpointOf(string text, ChannelTerms terms)
        {
            RpcEndpoint endpoint = RpcEndpoint.Parse(text);
            return endpoint.Kind == RpcTransportKind.Ipc ? endpoint with { Location = terms.Resolve(endpoint.Location) } : endpoint;
        }
    }
}
