using System.Diagnostics;
using FastRebalance.Core.Measures;

namespace FastRebalance.Peers.Rings;

/// <summary>The pinging side of a round trip, the same for every ring: when a round began, how long it took, whether to go on.</summary>
public sealed class RoundTripClock(int rounds, long pauseNs)
{
    private readonly ManualResetEventSlim _over = new();
    private long _sent;

    public LatencyHistogram Histogram { get; } = new();

    public long Round { get; private set; } = -1;

    public bool IsWrong { get; private set; }

    /// <summary>Begins the next round, and is to be sent at once.</summary>
    public long Begin()
    {
        Round++;
        _sent = MonotonicClock.NowNs;
        return Round;
    }

    /// <summary>Ends a round and lets the pause pass. False when it was the last.</summary>
    public bool End(long value)
    {
        long now = MonotonicClock.NowNs;
        Histogram.Record(now - _sent);
        IsWrong |= value != Round;
        if (Round == rounds - 1)
        {
            _over.Set();
            return false;
        }

        while (MonotonicClock.NowNs - now < pauseNs)
        {
        }

        return true;
    }

    /// <summary>Waits for the last round.</summary>
    public LatencyHistogram Result()
    {
        _over.Wait();
        return IsWrong ? throw new WrongResultException("an event came back changed") : Histogram;
    }
}
