using FastRebalance.Core.Measures;

namespace FastRebalance.Execution.Mempool;

/// <summary>How good the watch is: counted by its owner, and given to others as a <see cref="MempoolFigures"/>.</summary>
public sealed class MempoolMeter
{
    private double _errorSum, _worstError, _brierSum, _realisedSum;
    private long _errors, _briers, _savedWaits, _regrettedWaits, _sandwiches, _gapNs, _gaps, _exactReplays, _replays;

    /// <summary>Asking whether a transaction concerns us, in nanoseconds.</summary>
    public LatencyHistogram Tier0 { get; } = new();

    /// <summary>Reading a call that does, in nanoseconds.</summary>
    public LatencyHistogram Tier1 { get; } = new();

    /// <summary>From the arrival of a transaction to the advice that knows it, in nanoseconds.</summary>
    public LatencyHistogram Advice { get; } = new();

    /// <summary>Transactions by what reading them said.</summary>
    public long[] Verdicts { get; } = new long[Enum.GetValues<DecodeVerdict>().Length];

    internal void NotePrice(double errorBps)
    {
        _errorSum += errorBps;
        _worstError = Math.Max(_worstError, errorBps);
        _errors++;
    }

    internal void NoteBrier(double term)
    {
        _brierSum += term;
        _briers++;
    }

    internal void NoteWait(bool saved)
    {
        if (saved)
            _savedWaits++;
        else
            _regrettedWaits++;
    }

    internal void NoteGap(long ns)
    {
        _gaps++;
        _gapNs += ns;
    }

    internal void NotePostMortem(PostMortem found)
    {
        _replays++;
        _exactReplays += found.IsExact ? 1 : 0;
        if (!found.IsSandwich)
            return;
        _sandwiches++;
        _realisedSum += found.CostBps;
    }

    internal MempoolFigures Snapshot(PendingPool pool, SandwichWatch sandwiches) => new()
    {
        Seen = pool.Counters.Seen,
        Duplicates = pool.Counters.Duplicates,
        Replaced = pool.Counters.Replaced,
        Pending = pool.Count,
        Expired = pool.Counters.Expired,
        DroppedTransactions = pool.Counters.Dropped,
        DroppedWork = pool.Counters.DroppedWork,
        Mined = pool.Counters.Mined,
        Coverage = pool.Counters.Coverage,
        LastCoverage = pool.Counters.LastCoverage,
        UnknownOwn = pool.Counters.UnknownOwn,
        Gaps = _gaps,
        GapSeconds = _gapNs / 1e9,
        WithEffects = Verdicts[(int)DecodeVerdict.Effects],
        Unreadable = Verdicts[(int)DecodeVerdict.Malformed] + Verdicts[(int)DecodeVerdict.TooDeep]
            + Verdicts[(int)DecodeVerdict.TooLarge] + Verdicts[(int)DecodeVerdict.TooManyEffects] + Verdicts[(int)DecodeVerdict.UnknownSelector],
        PricePredictions = _errors,
        MeanPriceErrorBps = _errors == 0 ? 0 : _errorSum / _errors,
        WorstPriceErrorBps = _worstError,
        InclusionPredictions = _briers,
        BrierScore = _briers == 0 ? 0 : _brierSum / _briers,
        SavedWaits = _savedWaits,
        RegrettedWaits = _regrettedWaits,
        SandwichAttempts = sandwiches.Attempts,
        SandwichesRealised = _sandwiches,
        RealisedBps = _realisedSum,
        Replays = _replays,
        ExactReplays = _exactReplays,
        Tier0P50Ns = Tier0.PercentileNs(50),
        Tier0P99Ns = Tier0.PercentileNs(99),
        Tier1P50Ns = Tier1.PercentileNs(50),
        Tier1P99Ns = Tier1.PercentileNs(99),
        AdviceP50Ns = Advice.PercentileNs(50),
        AdviceP99Ns = Advice.PercentileNs(99),
    };
}
