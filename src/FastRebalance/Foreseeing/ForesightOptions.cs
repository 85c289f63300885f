namespace FastRebalance.Foreseeing;

/// <summary>How far ahead orders are foreseen.</summary>
/// <param name="MaxOrders">Foreseen orders of economy that are signed, the nearest.</param>
/// <param name="LargestMove">A price farther away than this, as a fraction, is not prepared for.</param>
/// <param name="MaxBlocksAhead">Blocks after the head for which signed orders hold at most: whoever reads them can send them so long.</param>
/// <param name="MaxSafetyOrders">The same as the first for safety.</param>
public sealed record ForesightOptions(int MaxOrders = 6, double LargestMove = 0.2, int MaxBlocksAhead = 10, int MaxSafetyOrders = 9);
