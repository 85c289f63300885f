using FastRebalance.Core.Measures;
using FastRebalance.Execution.Presigning;

namespace FastRebalance.Bench.Submitting;

/// <summary>From a trigger to the first byte of a pre-signed transaction, and what keeping it ready costs.</summary>
public static class SubmitBench
{
    /// <exception cref="ArgumentException">A number cannot be.</exception>
    public static SubmitBenchResult Run(SubmitBenchOptions options)
    {
        options.Validate();
        List<SubmitRunResult> runs = [];
        for (int i = 0; i < options.Runs; i++)
            runs.Add(One(options));
        return new SubmitBenchResult(options, runs, MempoolRun.Run(options.PendingRounds));
    }

    private static SubmitRunResult One(SubmitBenchOptions options)
    {
        (LatencyHistogram rearm, LatencyHistogram first, LatencyHistogram groups) = RearmRun.Run(options);
        using FireRun run = new(options);
        run.Run();
        return new SubmitRunResult(
            LatencyQuantiles.Of(run.Timings.ExactToFirstByte),
            LatencyQuantiles.Of(run.Timings.BucketToFirstByte),
            LatencyQuantiles.Of(run.Timings.ToMiss),
            LatencyQuantiles.Of(run.CallToFirstByte),
            LatencyQuantiles.Of(run.Timings.Append),
            LatencyQuantiles.Of(run.Gaps),
            LatencyQuantiles.Of(rearm),
            LatencyQuantiles.Of(first),
            LatencyQuantiles.Of(groups),
            run.FirstCallNs,
            run.Ladder,
            run.AllocatedBytes,
            run.Collections,
            run.IsPinned,
            run.Verified,
            run.LogTold,
            run.Wrong);
    }
}
