using FastRebalance.Core.Events;

namespace FastRebalance.Histories;

/// <param name="Sequence">Its place in the inbound stream.</param>
/// <param name="UnixNs">Event time.</param>
/// <param name="Block">The head it was told at.</param>
/// <param name="Command">An operator's word.</param>
public sealed record RecordedAction(long Sequence, long UnixNs, ulong Block, OperatorCommand Command);
