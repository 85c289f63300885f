namespace FastRebalance.Bench.Routing.Peers;

/// <summary>One peer beside us on one instance. Ratios are our output by the peer's, times are medians over the orders.</summary>
/// <param name="Peer">Its name and version.</param>
/// <param name="Pools">Pools of the instance.</param>
/// <param name="Orders">Orders compared.</param>
/// <param name="PathRatioMin">Of the best path.</param>
/// <param name="PathRatioMedian">Of the best path.</param>
/// <param name="BasketRatioMin">Of the planner, which may split.</param>
/// <param name="BasketRatioMedian">Of the planner, which may split.</param>
public sealed record PeerRow(
    string Peer, int Pools, int Orders, double PathRatioMin, double PathRatioMedian, double BasketRatioMin, double BasketRatioMedian,
    double PeerUs, double PathUs, double BasketUs)
{
    /// <summary>How many of our path searches fit into one of the peer's.</summary>
    public double PathTimes => PeerUs / PathUs;

    /// <summary>How many of our plans fit into one of the peer's searches.</summary>
    public double BasketTimes => PeerUs / BasketUs;
}
