using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Fees;

/// <summary>What was burnt so far, as a journal keeps it: a restart goes on from here.</summary>
/// <param name="Hour">Hours since 1970 of the event clock.</param>
/// <param name="HourWei">Burnt in that hour.</param>
/// <param name="Day">Days since 1970 (UTC) of the event clock.</param>
/// <param name="DayWei">Burnt in that day.</param>
public readonly record struct BurnState(long Hour, UInt256 HourWei, long Day, UInt256 DayWei);
