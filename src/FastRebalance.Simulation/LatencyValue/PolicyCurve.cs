namespace FastRebalance.Simulation.LatencyValue;

/// <summary>The cost of one policy in one world over all delays.</summary>
public sealed record PolicyCurve(string World, string Policy, PolicySide Side, IReadOnlyList<CostPoint> Points, IReadOnlyList<LatencyCut> Cuts)
{
    // A difference of a thousandth of a percent a year is nobody's reason to be fast.
    private const double Negligible = 0.1;

    /// <summary>The longest delay up to which every cost is the one without latency, to a tenth of a basis point a year or within noise.</summary>
    public long FlatUntil =>
        Points.TakeWhile(p => Math.Abs(p.OverNoLatency.Mean) < Negligible || !p.OverNoLatency.IsBeyondNoise).Last().Delay;
}
