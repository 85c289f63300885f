using FastRebalance.Core.Configuration;
using FastRebalance.Core.Events;
using FastRebalance.Engine.Planning;

namespace FastRebalance.Engine.Sizing;

/// <summary>
/// Lands each asset where the plan's no-trade region says a trade should end: between the edge, which a proportional cost asks for, and the
/// target, which gas asks for (Altarovici, Muhle-Karbe and Soner 2015 for gas alone; Dybvig and Pezzo for both).
/// </summary>
/// <remarks>
/// Cash takes what the others leave over; it has no region. An asset whose region has no width is left alone, unless its target is zero.
/// Without a plan that has regions it goes to the target: something fired, and the target is the mandate.
/// </remarks>
public sealed class ToRegionSizer(ToRegionSizer.Options options, SizingConstraints constraints) : ISizer
{
    private readonly TradeMatcher _matcher = new(constraints, options.MinTradeNumeraire);
    private readonly bool _coTrade = options.CoTrade;

    public bool WantsPlan => true;

    public void Size(RebalanceCycle cycle)
    {
        Plan plan = cycle.Market.Plan;
        Span<double> surplus = _matcher.Surplus;
        bool hasRegions = plan.Has(PlanParts.Regions);
        int nearest = hasRegions && !_coTrade ? FarthestOut(cycle, plan) : -1;
        for (int i = 0; i < surplus.Length; i++)
        {
            double beyond = !hasRegions ? cycle.Drift[i]
                : _coTrade || i == nearest || IsOutside(cycle, plan, i) ? Landing.Beyond(cycle.Drift[i], LandingOf(cycle, plan, i))
                : 0;
            surplus[i] = beyond * cycle.TotalNumeraire;
        }
        _matcher.Match(cycle, cashIsResidual: hasRegions);
    }

    private static bool IsOutside(RebalanceCycle cycle, Plan plan, int asset) =>
        Math.Abs(cycle.Drift[asset]) > plan.Assets[asset].TriggerDrift && asset != cycle.Numeraire.Index;

    private static double LandingOf(RebalanceCycle cycle, Plan plan, int asset) =>
        plan.Assets[asset].TriggerDrift == 0 && cycle.Targets[asset] != 0 ? double.PositiveInfinity : plan.Assets[asset].LandingDrift;

    /// <summary>The asset that is farthest out for its region: a trigger with a narrower scale may have fired for it.</summary>
    private static int FarthestOut(RebalanceCycle cycle, Plan plan)
    {
        int farthest = -1;
        double most = 0;
        for (int i = 0; i < cycle.Drift.Length; i++)
        {
            double width = plan.Assets[i].TriggerDrift;
            double ratio = width > 0 && i != cycle.Numeraire.Index ? Math.Abs(cycle.Drift[i]) / width : 0;
            if (ratio > most)
                (farthest, most) = (i, ratio);
        }
        return farthest;
    }

    /// <summary>Options of <c>to-region</c>.</summary>
    public sealed record Options : IPluginOptions
    {
        /// <summary>
        /// Gas is paid once for an order, so with it every asset that is farther out than where it should land is traded there, not only the
        /// one that fired.
        /// </summary>
        public bool CoTrade { get; set; } = true;

        /// <summary>Trades worth less stay undone.</summary>
        public double MinTradeNumeraire { get; set; } = 10;

        public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets)
        {
            if (!(MinTradeNumeraire > 0 && double.IsFinite(MinTradeNumeraire)))
                yield return new("minTradeNumeraire", $"{MinTradeNumeraire}", "a number above 0");
        }
    }
}
