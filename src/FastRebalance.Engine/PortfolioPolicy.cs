using FastRebalance.Core.Assets;
using FastRebalance.Engine.Planning;
using FastRebalance.Engine.Risk;
using FastRebalance.Engine.Sizing;
using FastRebalance.Engine.Targets;
using FastRebalance.Engine.Triggers;

namespace FastRebalance.Engine;

/// <summary>What one portfolio is held to, and by which means: the plug-ins, built and checked.</summary>
/// <param name="Portfolio">Which portfolio.</param>
/// <param name="Numeraire">Prices and limits are in this asset.</param>
/// <param name="Deadline">How long after the decision's block an order may still be mined; whole seconds.</param>
public sealed record PortfolioPolicy(
    PortfolioId Portfolio,
    AssetId Numeraire,
    ITarget Target,
    IReadOnlyList<ITrigger> Triggers,
    ISizer Sizer,
    IReadOnlyList<IRiskCheck> RiskChecks,
    RiskBounds Bounds,
    TimeSpan Deadline)
{
    /// <summary>What trades because it pays.</summary>
    public PolicyTerms Economic => new(Triggers, Sizer, RiskChecks, Bounds);

    /// <summary>What trades because it must, and goes before economy; null where the portfolio has no such terms.</summary>
    public PolicyTerms? Safety { get; init; }

    /// <summary>Makes the planner of this portfolio, a new one each time; null where nothing in the policy goes by a plan.</summary>
    public Func<Planner>? MakePlanner { get; init; }
}
