namespace FastRebalance.Simulation.LatencyValue;

/// <summary>The cost of one policy in one world over all delays.</summary>
public sealed record PolicyCurve(string World, string Policy, PolicySide Side, IReadOnlyList<CostPoint> Points, IReadOnlyList<LatencyCut> Cuts)
{
    // Less than a thousandth of a percent a year is nobody's reason to be fast.
    private const double Negligible = 0.1;

    // Many delays are looked at: by chance alone one in a thousand differs by this many standard errors.
    private const double Surely = 3.3;

    /// <summary>The longest delay up to which none costs more than no latency, to a tenth of a basis point a year or within noise.</summary>
    public long FlatUntil =>
        Points.TakeWhile(p => p.OverNoLatency.Mean < Negligible || p.OverNoLatency.Mean < Surely * p.OverNoLatency.StandardError).Last().Delay;
}
