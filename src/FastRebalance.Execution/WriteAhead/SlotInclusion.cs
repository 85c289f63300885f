using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.WriteAhead;

/// <summary>In which block an attempt stands.</summary>
/// <param name="Hash">The attempt.</param>
/// <param name="BlockHash">The block.</param>
/// <param name="Height">The block's number.</param>
/// <param name="Succeeded">The receipt's status.</param>
public readonly record struct SlotInclusion(Hash32 Hash, Hash32 BlockHash, ulong Height, bool Succeeded);
