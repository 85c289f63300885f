using FastRebalance.Core.Hashing;
using FastRebalance.Core.Measures;

namespace FastRebalance.Execution.Presigning;

/// <summary>
/// What pre-signing is worth. Trusts no flag of the trigger thread: a shot is a hit only where the hash of its very bytes was durable, by the
/// ledger, before its trigger. Account thread; a snapshot may be taken there only.
/// </summary>
public sealed class LadderMetrics(FireTimings timings)
{
    private readonly LatencyHistogram _age = new();
    private readonly LatencyHistogram _rearm = new();
    private long _hits;
    private long _exact;
    private long _uncounted;
    private long _regret;
    private int _mostRegret;
    private long _signed;
    private long _invalidated;
    private long _heads;
    private long _armedHeads;

    /// <summary>When each rung became durable.</summary>
    public ArmedLedger Ledger { get; } = new();

    /// <summary>A shot taken from <see cref="FirePath.TryTakeFired"/>. True where it counts as a hit.</summary>
    public bool OnFired(in FireOutcome shot)
    {
        if (!shot.IsFired)
            return false;
        if (!Ledger.WasArmedBefore(in shot.Hash, shot.TriggerNs) || Keccak256.Hash(shot.Raw.Span) != shot.Hash)
        {
            _uncounted++;
            return false;
        }
        _hits++;
        _exact += shot.Class == HitClass.HitExact ? 1 : 0;
        _regret += shot.RegretBps;
        _mostRegret = Math.Max(_mostRegret, shot.RegretBps);
        Ledger.TryGetArmedNs(in shot.Hash, out long armedNs);
        _age.Record(shot.TriggerNs - armedNs);
        return true;
    }

    /// <summary>A head, and whether the next slot had its whole ladder when it came.</summary>
    public void OnHead(bool isFullyArmed)
    {
        _heads++;
        _armedHeads += isFullyArmed ? 1 : 0;
    }

    internal void OnSigned(int fills) => _signed += fills;

    internal void OnInvalidated(int rungs) => _invalidated += rungs;

    internal void OnRearmed(long tookNs) => _rearm.Record(tookNs);

    public LadderSnapshot Snapshot()
    {
        Dictionary<HitClass, long> misses = [];
        for (HitClass miss = HitClass.MissFee; miss <= HitClass.MissCold; miss++)
            misses[miss] = timings.CountOf(miss);
        long asked = _hits + _uncounted + misses.Values.Sum();
        return new LadderSnapshot
        {
            Hits = _hits,
            HitsExact = _exact,
            Uncounted = _uncounted,
            Misses = misses,
            HitRatio = asked == 0 ? null : (double)_hits / asked,
            MeanRegretBps = _hits == 0 ? 0 : (double)_regret / _hits,
            MaxRegretBps = _mostRegret,
            WastedPerHit = _hits == 0 ? null : (double)(_signed - _hits) / _hits,
            Signed = _signed,
            Invalidated = _invalidated,
            FullyArmedHeads = _heads == 0 ? null : (double)_armedHeads / _heads,
            RungAge = LatencyQuantiles.Of(_age),
            Rearm = LatencyQuantiles.Of(_rearm),
            ExactToFirstByte = LatencyQuantiles.Of(timings.ExactToFirstByte),
            BucketToFirstByte = LatencyQuantiles.Of(timings.BucketToFirstByte),
            ToMiss = LatencyQuantiles.Of(timings.ToMiss),
        };
    }
}
