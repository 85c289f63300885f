using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;

namespace FastRebalance.Explaining;

/// <summary>Counts a run's passes, and keeps the last of those in which a trigger fired.</summary>
internal sealed class DecisionHistory(int keep, Words firstWords)
{
    private Words _words = firstWords;
    private readonly long[] _byVerdict = new long[Enum.GetValues<DecisionVerdict>().Length];
    private readonly long[] _byRefusal = new long[Enum.GetValues<RiskVerdict>().Length];
    private readonly Queue<DecisionLine> _kept = [];
    private DecisionOutcome _last;
    private DecisionLine? _current;
    private long _passes;

    /// <summary>Another configuration holds: what fires from here on is called by its names.</summary>
    public void Renew(Words words) => _words = words;

    /// <summary>A pass that was told whole.</summary>
    public void Take(in DecisionOutcome outcome, long unixNs)
    {
        Count(outcome.Verdict, outcome.Risk, 1);
        bool isLikeTheLast = _current is not null && IsAlike(in outcome, in _last) && outcome.Verdict != DecisionVerdict.Order;
        _last = outcome;
        if (!isLikeTheLast)
            Begin(in outcome, unixNs);
        else
            Extend(1, unixNs);
    }

    /// <summary>Passes that ended like the one before them; the last of them at this time.</summary>
    public void Take(in PassRun run, long unixNs)
    {
        Count(run.Verdict, run.Risk, run.Count);
        Extend(run.Count, unixNs);
    }

    public HistoryReport Report(bool torn, string? gap)
    {
        Keep();
        return new HistoryReport(_passes, Named<DecisionVerdict>(_byVerdict), Named<RiskVerdict>(_byRefusal), [.. _kept], torn, gap);
    }

    private void Count(DecisionVerdict verdict, RiskVerdict risk, int passes)
    {
        _passes += passes;
        _byVerdict[(int)verdict] += passes;
        if (verdict == DecisionVerdict.Refused)
            _byRefusal[(int)risk] += passes;
    }

    private void Begin(in DecisionOutcome outcome, long unixNs)
    {
        Keep();
        bool isOfNote = outcome.Verdict is DecisionVerdict.Refused or DecisionVerdict.NoRoute or DecisionVerdict.NothingToTrade or DecisionVerdict.Order;
        if (isOfNote)
            _current = new DecisionLine(
                Time(unixNs), Time(unixNs), 1, _words.TriggerOf(outcome.Tier, outcome.Trigger),
                Bps.FromFraction(outcome.MaxDrift).Value, _words.ReasonOf(in outcome));
    }

    private void Extend(int passes, long unixNs)
    {
        if (_current is { } line)
            _current = line with { Passes = line.Passes + passes, Until = Time(unixNs) };
    }

    private void Keep()
    {
        if (_current is not { } line)
            return;
        _kept.Enqueue(line);
        if (_kept.Count > keep)
            _kept.Dequeue();
        _current = null;
    }

    private static bool IsAlike(in DecisionOutcome one, in DecisionOutcome other) =>
        one.Verdict == other.Verdict && one.Risk == other.Risk && one.RiskAsset == other.RiskAsset && one.Route == other.Route
        && one.Trigger == other.Trigger && one.Tier == other.Tier;

    private static DateTimeOffset Time(long unixNs) => DateTimeOffset.UnixEpoch.AddTicks(unixNs / TimeSpan.NanosecondsPerTick);

    private static Dictionary<string, long> Named<TEnum>(long[] counts)
        where TEnum : struct, Enum
    {
        Dictionary<string, long> named = new(StringComparer.Ordinal);
        foreach (TEnum value in Enum.GetValues<TEnum>())
            if (counts[Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture)] is > 0 and var count)
                named.Add(Words.NameOf(value), count);
        return named;
    }
}
