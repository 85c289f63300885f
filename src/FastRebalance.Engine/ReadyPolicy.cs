using FastRebalance.Engine.Risk;
using FastRebalance.Engine.Sizing;
using FastRebalance.Engine.Targets;
using FastRebalance.Engine.Triggers;

namespace FastRebalance.Engine;

/// <summary>
/// A policy with everything made that the stages ask it by, so that the engine thread changes to it by a reference. What a plug-in remembers lies in the
/// plug-in: one that two policies share goes on as it was.
/// </summary>
public sealed class ReadyPolicy
{
    internal readonly ITarget Target;
    internal readonly TriggerSet EconomicTriggers;
    internal readonly TriggerSet SafetyTriggers;
    internal readonly ReadyTerms Economic;
    internal readonly ReadyTerms? Safety;
    internal readonly bool MarksHighWater;
    internal readonly long DeadlineSeconds;

    public ReadyPolicy(PortfolioPolicy policy)
    {
        Policy = policy;
        Target = policy.Target;
        EconomicTriggers = new TriggerSet(policy.Triggers);
        SafetyTriggers = new TriggerSet(policy.Safety?.Triggers ?? []);
        Economic = new ReadyTerms(policy.Economic);
        Safety = policy.Safety is { } safety ? new ReadyTerms(safety) : null;
        MarksHighWater = policy.RiskChecks.Concat(policy.Safety?.RiskChecks ?? []).Any(static check => check.WantsHighWater);
        DeadlineSeconds = (long)policy.Deadline.TotalSeconds;
    }

    public PortfolioPolicy Policy { get; }

    /// <summary>How one tier is sized and checked.</summary>
    internal sealed class ReadyTerms(PolicyTerms terms)
    {
        public readonly ISizer Sizer = terms.Sizer;
        public readonly RiskGate Risk = new(terms.RiskChecks);
        public readonly RiskBounds Bounds = terms.Bounds;
    }
}
