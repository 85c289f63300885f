namespace FastRebalance.Histories;

/// <summary>A feed lost its source.</summary>
/// <param name="Sequence">Its place in the inbound stream.</param>
/// <param name="UnixNs">Event time.</param>
/// <param name="Block">The newest head then.</param>
public sealed record RecordedLoss(long Sequence, long UnixNs, ulong Block);
