using FastRebalance.Execution.Submission;

namespace FastRebalance.Execution.Presigning;

/// <summary>A nonce and the one decision that may ever be released on it, whichever rung goes.</summary>
public readonly record struct SlotPlan(ulong Nonce, DecisionId Decision);
