using System.Text.Json;
using FastRebalance.Bench.Latency;
using FastRebalance.Execution.Presigning;

namespace FastRebalance.Bench.Submitting;

/// <summary>All runs; the headline is the one with the middle median, and the others stand beside it.</summary>
public sealed class SubmitBenchResult
{
    private readonly SubmitBenchOptions _options;
    private readonly IReadOnlyList<SubmitRunResult> _runs;

    private readonly MempoolRunResult _pending;
    private readonly long _firstShotNs;

    internal SubmitBenchResult(SubmitBenchOptions options, IReadOnlyList<SubmitRunResult> runs, MempoolRunResult pending)
    {
        _options = options;
        _pending = pending;
        _firstShotNs = runs[0].FirstCallNs;
        _runs = [.. runs.OrderBy(static run => run.Exact.P50Ns)];
    }

    public IReadOnlyList<string> Wrong => [.. _runs.SelectMany(static run => run.Wrong).Append(_pending.Wrong).OfType<string>().Distinct()];

    public bool IsRight => Wrong.Count == 0;

    private string FileSystem => new DriveInfo(Path.GetFullPath(_options.LogFolder)).DriveFormat;

    private SubmitRunResult Middle => _runs[_runs.Count / 2];

    /// <summary>One JSON document.</summary>
    public void WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("machine", $"{Machine.Processor}, {Machine.System}");
        writer.WriteNumber("cores", Machine.Cores);
        writer.WriteString("runtime", Machine.Runtime);
        writer.WriteString("load", Machine.Load);
        writer.WriteString("farEnd", "a local Unix domain socket that reads and answers nothing");
        writer.WriteString("log", "the write-ahead log: fires appended, arms synced in groups");
        writer.WriteString("logFileSystem", FileSystem);
        writer.WriteString("stamp", "triggers carry the time they were due");
        writer.WriteBoolean("warmedUp", _options.WarmUp);
        writer.WriteNumber("firstShotOfTheProcessNs", _firstShotNs);
        writer.WriteBoolean("rehearsed", _options.Rehearse);
        writer.WriteNumber("shots", _options.Shots);
        writer.WriteNumber("everyUs", _options.Every.TotalMicroseconds);
        Write(writer, Middle);
        WritePending(writer);
        writer.WriteStartArray("runs");
        foreach (SubmitRunResult run in _runs)
        {
            writer.WriteStartObject();
            Write(writer, run);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartArray("wrong");
        foreach (string wrong in Wrong)
            writer.WriteStringValue(wrong);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Lines for people.</summary>
    public void WriteText(TextWriter writer)
    {
        Line($"{Machine.Processor}, {Machine.Cores} cores, {Machine.Runtime}{(Machine.Load is null ? "" : $", load {Machine.Load}")}");
        Line($"{_runs.Count} runs of {_options.Shots} triggers, one every {_options.Every.TotalMicroseconds:0} us, stamped with their due times; log on {FileSystem}; microseconds, p50 / p99 / p99.9");
        foreach (SubmitRunResult run in _runs)
        {
            Line($"trigger to first byte, exact {Three(run.Exact)}, bucket {Three(run.Bucket)}; to a miss {Three(run.Miss)}; the machine's own stalls {Three(run.Gaps)}");
            Line($"  call to first byte {Three(run.Call)}");
            Line($"  append {Three(run.Append)}; a group armed and synced {Three(run.GroupSync)}; arming {RearmRun.RungsOf(_options)} rungs anew {Three(run.Rearm)}; first rung of an empty slot {Three(run.FirstUsable)}");
            Line($"  hits {run.Ladder.HitRatio:0.000} ({run.Ladder.HitsExact} exact of {run.Ladder.Hits}), regret {run.Ladder.MeanRegretBps:0.0} bps, {run.Verified} frames read back, {run.LogTold} told by the log, {run.AllocatedBytes} bytes allocated, {run.Collections} collections{(run.IsPinned ? "" : ", not pinned")}");
        }
        Line($"first shot of the process, call to first byte {_firstShotNs / 1000.0:0.0} us{(_options.WarmUp ? "" : ", not warmed up")}");
        Line($"pending transactions a second: {_pending.Tier0PerSecond:0} asked about, {_pending.Tier1PerSecond:0} calls read, {_pending.WholePerSecond:0} with the pool around them; {_pending.AllocatedBytes} bytes allocated");
        foreach (string wrong in Wrong)
            Line($"WRONG: {wrong}");

        void Line(FormattableString text) => writer.WriteLine(FormattableString.Invariant(text));
    }

    private void Write(Utf8JsonWriter writer, SubmitRunResult run)
    {
        writer.WriteStartObject("triggerToFirstByte");
        Quantiles(writer, "exact", run.Exact);
        Quantiles(writer, "bucket", run.Bucket);
        writer.WriteEndObject();
        Quantiles(writer, "callToFirstByte", run.Call);
        Quantiles(writer, "triggerToMiss", run.Miss);
        Quantiles(writer, "hiccups", run.Gaps);
        writer.WriteNumber("hiccupP99Ns", run.Gaps.P99Ns);
        writer.WriteNumber("rearmUs", Math.Round(run.Rearm.P50Ns / 1000.0, 1));
        Quantiles(writer, "rearm", run.Rearm);
        writer.WriteNumber("rearmRungs", RearmRun.RungsOf(_options));
        Quantiles(writer, "firstUsable", run.FirstUsable);
        writer.WriteNumber("appendP50Ns", run.Append.P50Ns);
        writer.WriteNumber("appendP99Ns", run.Append.P99Ns);
        writer.WriteNumber("armGroupSyncUs", Math.Round(run.GroupSync.P50Ns / 1000.0, 1));
        Quantiles(writer, "armGroupSync", run.GroupSync);
        writer.WriteNumber("firstShotNs", run.FirstCallNs);
        Quantiles(writer, "append", run.Append);
        writer.WriteNumber("hitRatio", Math.Round(run.Ladder.HitRatio ?? 0, 4));
        writer.WriteNumber("hitsExact", run.Ladder.HitsExact);
        writer.WriteNumber("hits", run.Ladder.Hits);
        writer.WriteNumber("uncounted", run.Ladder.Uncounted);
        writer.WriteStartObject("misses");
        foreach ((HitClass miss, long count) in run.Ladder.Misses)
            writer.WriteNumber(miss.ToString(), count);
        writer.WriteEndObject();
        writer.WriteNumber("meanRegretBps", Math.Round(run.Ladder.MeanRegretBps, 1));
        writer.WriteNumber("framesReadBack", run.Verified);
        writer.WriteBoolean("framesVerified", run.Verified > 0 && run.Wrong.Count == 0);
        writer.WriteNumber("shotsToldByTheLog", run.LogTold);
        writer.WriteNumber("allocatedBytes", run.AllocatedBytes);
        writer.WriteNumber("collections", run.Collections);
        writer.WriteBoolean("pinned", run.IsPinned);
    }

    private void WritePending(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("pending");
        writer.WriteNumber("tier0PerSecond", Math.Round(_pending.Tier0PerSecond));
        writer.WriteNumber("tier1PerSecond", Math.Round(_pending.Tier1PerSecond));
        writer.WriteNumber("wholePerSecond", Math.Round(_pending.WholePerSecond));
        writer.WriteNumber("rounds", _pending.Rounds);
        writer.WriteNumber("batch", _pending.Batch);
        writer.WriteNumber("allocatedBytes", _pending.AllocatedBytes);
        writer.WriteEndObject();
    }

    private static void Quantiles(Utf8JsonWriter writer, string name, LatencyQuantiles values)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("p50Ns", values.P50Ns);
        writer.WriteNumber("p99Ns", values.P99Ns);
        writer.WriteNumber("p999Ns", values.P999Ns);
        writer.WriteNumber("maxNs", values.MaxNs);
        writer.WriteNumber("count", values.Count);
        writer.WriteEndObject();
    }

    private static FormattableString Three(LatencyQuantiles values) => $"{values.P50Ns / 1000.0:0.00} / {values.P99Ns / 1000.0:0.0} / {values.P999Ns / 1000.0:0.0}";
}
