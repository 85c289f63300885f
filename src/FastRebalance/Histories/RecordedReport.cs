using FastRebalance.Core.Events;

namespace FastRebalance.Histories;

/// <param name="Sequence">Its place in the inbound stream.</param>
/// <param name="UnixNs">Event time.</param>
/// <param name="Block">The head it was told at, or the block that it speaks of.</param>
/// <param name="Report">What became of an order then.</param>
public sealed record RecordedReport(long Sequence, long UnixNs, ulong Block, OrderReport Report);
