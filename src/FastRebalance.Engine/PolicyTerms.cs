using FastRebalance.Engine.Risk;
using FastRebalance.Engine.Sizing;
using FastRebalance.Engine.Triggers;

namespace FastRebalance.Engine;

/// <summary>One tier of a policy: when it trades, how much, and inside which limits.</summary>
public sealed record PolicyTerms(IReadOnlyList<ITrigger> Triggers, ISizer Sizer, IReadOnlyList<IRiskCheck> RiskChecks, RiskBounds Bounds);
