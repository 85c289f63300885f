using FastRebalance.Core.Measures;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>
/// What is known of one endpoint: how its requests ended, how long answers took, the last head it showed. Written where answers
/// arrive; every figure may be read by any thread at any time, without a lock.
/// </summary>
public sealed class EndpointHealth
{
    private static readonly int s_outcomes = Enum.GetValues<EndpointOutcome>().Length;

    private readonly long[] _counts = new long[s_outcomes];
    private readonly LatencyHistogram _latency = new(significantDigits: 2);
    private HeadSight? _head;
    private string? _trouble;
    private long _lastAnswerNs;
    private int _state;
    private int _recording;

    internal EndpointHealth(RpcEndpoint endpoint) => Endpoint = endpoint;

    public RpcEndpoint Endpoint { get; }

    public EndpointState State => (EndpointState)Volatile.Read(ref _state);

    /// <summary>What went wrong last; null while nothing has.</summary>
    public string? Trouble => Volatile.Read(ref _trouble);

    /// <summary>The newest head that it showed; null before the first.</summary>
    public HeadSight? Head => Volatile.Read(ref _head);

    /// <summary>Monotonic nanoseconds of the last answer, be it a yes or a no; 0 before the first.</summary>
    public long LastAnswerNs => Interlocked.Read(ref _lastAnswerNs);

    /// <summary>From the request to its answer, where one came.</summary>
    public LatencyHistogram Latency => _latency;

    /// <summary>Requests that ended so.</summary>
    public long Count(EndpointOutcome outcome) => Interlocked.Read(ref _counts[(int)outcome]);

    /// <summary>One line for people.</summary>
    public override string ToString()
    {
        long bad = Count(EndpointOutcome.Malformed) + Count(EndpointOutcome.TimedOut) + Count(EndpointOutcome.Broken) + Count(EndpointOutcome.NotSent);
        string head = Head is { } seen ? $", head {seen.Number}" : "";
        string trouble = bad > 0 || State is EndpointState.Failed or EndpointState.Quarantined ? $", {bad} without an answer, last: {Trouble}" : "";
        return $"{Endpoint} {StateInWords}{head}, answers p50 {Latency.PercentileNs(50) / 1000} us, p99 {Latency.PercentileNs(99) / 1000} us"
            + $", {Count(EndpointOutcome.Answered)} answers, {Count(EndpointOutcome.NodeError)} refusals{trouble}";
    }

    internal void Record(EndpointOutcome outcome, long tookNs, string? trouble = null)
    {
        Interlocked.Increment(ref _counts[(int)outcome]);
        if (trouble is not null)
            Volatile.Write(ref _trouble, trouble);
        if (outcome is not (EndpointOutcome.Answered or EndpointOutcome.NodeError))
            return;
        Interlocked.Exchange(ref _lastAnswerNs, MonotonicClock.NowNs);
        RecordLatency(tookNs);
    }

    internal void SawHead(BlockHeader head) =>
        Volatile.Write(ref _head, new HeadSight(head.Number, head.Hash, head.ParentHash, MonotonicClock.NowNs));

    /// <summary>Changes the state, unless the endpoint is quarantined: that lasts.</summary>
    internal void Become(EndpointState state, string? trouble = null)
    {
        if (trouble is not null)
            Volatile.Write(ref _trouble, trouble);
        for (int now = Volatile.Read(ref _state); (EndpointState)now != EndpointState.Quarantined;)
        {
            int seen = Interlocked.CompareExchange(ref _state, (int)state, now);
            if (seen == now)
                return;
            now = seen;
        }
    }

    private string StateInWords => State switch
    {
        EndpointState.InUse => "in use",
        EndpointState.Standby => "standing by",
        EndpointState.Failed => "failed",
        EndpointState.Quarantined => "quarantined",
        _ => "not tried",
    };

    // The histogram wants one writer, and answers of several requests arrive at once. A record takes some nanoseconds.
    private void RecordLatency(long tookNs)
    {
        SpinWait wait = default;
        while (Interlocked.CompareExchange(ref _recording, 1, 0) != 0)
            wait.SpinOnce(sleep1Threshold: -1);
        _latency.Record(tookNs);
        Volatile.Write(ref _recording, 0);
    }
}
