using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution.Submission;

namespace FastRebalance.Execution.Confirmation;

/// <summary>What a look found of one slot.</summary>
/// <param name="Sight">For the account's machine.</param>
/// <param name="Receipt">The canonical receipt of the mined attempt; null for none.</param>
/// <param name="IsNew">The receipt was not known before.</param>
/// <param name="Movements">What the legs moved, where a fill succeeded and its receipt is new.</param>
/// <param name="Reason">Why it reverted, where it did and the receipt is new; empty otherwise.</param>
internal sealed record SlotAnswer(SlotSight Sight, Receipt? Receipt = null, bool IsNew = false, LegMovement[]? Movements = null, string Reason = "");
