using FastRebalance.Core.Configuration;
using FastRebalance.Core.Events;
using FastRebalance.Engine.Planning;

namespace FastRebalance.Engine.Triggers;

/// <summary>
/// Fires when trading now saves more than it costs now: Σ V(x) - V(r) - ε(x - r) over the assets that would trade is above the gas of this
/// block as a fraction of the portfolio. x is an asset's drift, r where the plan lands it, ε its cost, and
/// V(x) = (Jx² - qx⁴/12) / a² what it costs to be at x rather than at target, from the plan's loss rate J, risk price q and drift variance a².
/// </summary>
/// <remarks>
/// V solves ½a²V'' + ½qx² = J with the smooth fit V' = ε at the region's edge, and so says nothing beyond it. There the wait itself
/// counts: holding x for the time that dear gas usually lasts costs ½q(x² - h²) of it more than the edge h. Without that term gas above the
/// average would put a trade off for ever. Before a plan has brought regions it does not fire; cash and assets without variance do not count.
/// </remarks>
public sealed class CostBenefitTrigger(CostBenefitTrigger.Options options) : ITrigger
{
    private const double SecondsPerYear = 365.25 * 86_400;
    private const int Halvings = 20;

    private readonly double _waitYears = options.DearGasLasts.TotalSeconds / SecondsPerYear;

    public bool Fires(RebalanceCycle cycle) =>
        IsKnown(cycle) && !double.IsNaN(cycle.MaxDrift) && Benefit(cycle, move: 0) > GasFraction(cycle, move: 0);

    /// <summary>
    /// The largest price move, found by halving, at which the most that the drifts can come to is still worth no more than the least that
    /// gas can cost: both change one way as the move grows.
    /// </summary>
    public TriggerFence Fence(RebalanceCycle cycle)
    {
        if (!IsKnown(cycle))
            return TriggerFence.Endless;
        double safe = 0, unsafeMove = 0.5;
        for (int i = 0; i < Halvings; i++)
        {
            double middle = (safe + unsafeMove) / 2;
            if (Benefit(cycle, middle) <= GasFraction(cycle, middle))
                safe = middle;
            else
                unsafeMove = middle;
        }
        return new TriggerFence(safe, long.MaxValue);
    }

    /// <summary>What trading saves against what gas costs, both in numeraire.</summary>
    public TriggerReading Read(RebalanceCycle cycle) => IsKnown(cycle)
        ? new TriggerReading(Benefit(cycle, 0) * cycle.TotalNumeraire, GasCost.Numeraire(cycle.Market, options.GasUnits), TriggerUnit.Numeraire)
        : TriggerReading.None;

    private static bool IsKnown(RebalanceCycle cycle) =>
        cycle.Market.Plan.Has(PlanParts.Regions) && cycle.Market.HeadBlock > 0 && cycle.Market.NumerairePerWei > 0 && cycle.TotalNumeraire > 0;

    /// <summary>Gas over the portfolio's value, the least that it can be while prices stay within the move.</summary>
    private double GasFraction(RebalanceCycle cycle, double move) =>
        GasCost.Numeraire(cycle.Market, options.GasUnits) * (1 - move) / (cycle.TotalNumeraire * (1 + move));

    /// <summary>What trading saves before gas, as a fraction of the portfolio: the most that it can be while prices stay within the move.</summary>
    private double Benefit(RebalanceCycle cycle, double move)
    {
        double sum = 0;
        for (int i = 0; i < cycle.Weights.Length; i++)
            if (i != cycle.Numeraire.Index)
                sum += Benefit(in cycle.Market.Plan.Assets[i], FarthestDrift(cycle.Weights[i], cycle.Targets[i], move));
        return sum;
    }

    private double Benefit(in PlanAsset plan, double drift)
    {
        if (!(plan.DriftVariance > 0) || !(drift > plan.LandingDrift))
            return 0;
        double inside = Math.Min(drift, plan.TriggerDrift);
        double saved = Value(in plan, inside) - Value(in plan, plan.LandingDrift) - (plan.Cost * (inside - plan.LandingDrift));
        double wait = plan.RiskPrice / 2 * ((drift * drift) - (inside * inside)) * _waitYears;
        return Math.Max(0, saved) + wait;
    }

    private static double Value(in PlanAsset plan, double drift)
    {
        double square = drift * drift;
        return ((plan.LossRate * square) - (plan.RiskPrice * square * square / 12)) / plan.DriftVariance;
    }

    /// <summary>The farthest that a weight can be from its target when its own price and all others move so far against each other.</summary>
    private static double FarthestDrift(double weight, double target, double move)
    {
        if (move == 0)
            return Math.Abs(weight - target);
        if (!(weight >= 0))
            return double.PositiveInfinity; // a short position: nothing is proved
        double tilt = move * ((2 * weight) - 1);
        double up = weight * (1 + move) / (1 + tilt), down = weight * (1 - move) / (1 - tilt);
        return Math.Max(up - target, target - down);
    }

    /// <summary>Options of <c>cost-benefit</c>.</summary>
    public sealed record Options : IPluginOptions
    {
        /// <summary>Gas that a rebalance takes.</summary>
        public double GasUnits { get; set; } = GasCost.UsualUnits;

        /// <summary>How long gas above its average usually lasts: beyond the region's edge this is what a wait is reckoned at.</summary>
        public TimeSpan DearGasLasts { get; set; } = TimeSpan.FromHours(6);

        public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets)
        {
            if (!GasCost.AreUnits(GasUnits))
                yield return new("gasUnits", $"{GasUnits}", GasCost.UnitsWanted);
            if (DearGasLasts <= TimeSpan.Zero)
                yield return new("dearGasLasts", $"{DearGasLasts}", "a time above zero, such as \"06:00:00\"");
        }
    }
}
