using FastRebalance.Core.Assets;

namespace FastRebalance.Bench.Routing.Peers;

/// <summary>One order, answered by a peer and by us. Amounts are what the swaps bring when they are made on our pools.</summary>
/// <param name="Instance">Name of the instance.</param>
/// <param name="Pools">Pools of the instance.</param>
/// <param name="Order">Place of the order.</param>
/// <param name="Splits">The peer may split; where it never does, its path stands for its split.</param>
/// <param name="PeerPath">Of the peer's best single path.</param>
/// <param name="OurPath">Of ours.</param>
/// <param name="PeerSplit">Of what the peer makes of the order.</param>
/// <param name="OurPlan">Of our plan.</param>
public sealed record PeerFinding(
    string Instance, int Pools, int Order, bool Splits, UInt256 PeerPath, UInt256 OurPath, UInt256 PeerSplit, UInt256 OurPlan,
    double PeerPathUs, double OurPathUs, double PeerSplitUs, double OurPlanUs)
{
    /// <summary>Output of our path by the peer's; for people: verdicts compare the integers.</summary>
    public double PathRatio => (double)OurPath / (double)PeerPath;

    /// <summary>Output of our plan by the peer's split; for people: verdicts compare the integers.</summary>
    public double PlanRatio => (double)OurPlan / (double)PeerSplit;

    /// <summary>How many of our path searches fit into one of the peer's.</summary>
    public double PathTimes => PeerPathUs / OurPathUs;

    /// <summary>How many of our plans fit into one search of the peer's.</summary>
    public double PlanTimes => PeerSplitUs / OurPlanUs;

    /// <summary>Where we bring less, by a single unit already: our path beside the peer's, and our plan beside all that it has.</summary>
    public IEnumerable<string> Complaints()
    {
        UInt256 best = UInt256.Max(PeerPath, PeerSplit);
        if (OurPath < PeerPath)
            yield return $"our best path brings {OurPath}, the peer's {PeerPath}";
        if (OurPlan < best)
            yield return $"our plan brings {OurPlan}, the peer {best}";
    }
}
