using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;

namespace FastRebalance.Execution;

/// <summary>A decision and its legs, copied out of the ring.</summary>
/// <param name="Id">Names the order in every report.</param>
/// <param name="Portfolio">The portfolio that was decided for.</param>
/// <param name="DueNs">Monotonic due time of the event that caused it.</param>
/// <param name="DeadlineUnixSeconds">The last second at which it may be mined.</param>
/// <param name="Tier">What it is for: a safety order waits for no economic one.</param>
/// <param name="TradedWei">Worth of what it trades, in wei; zero where not known.</param>
/// <param name="Legs">In the order of execution, sells first.</param>
public sealed record Order(ulong Id, PortfolioId Portfolio, long DueNs, long DeadlineUnixSeconds, PolicyTier Tier, UInt256 TradedWei, IReadOnlyList<OrderLeg> Legs);
