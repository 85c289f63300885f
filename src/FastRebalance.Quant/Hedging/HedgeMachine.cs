using FastRebalance.Quant.Leverage;
using FastRebalance.Quant.NoTrade;

namespace FastRebalance.Quant.Hedging;

/// <summary>
/// Keeps a book without direction: safety of the hedge's margin first, then the gap between the hedge and what it hedges, and only then
/// spare margin. The gap is left alone where correcting it costs more than it risks. It keeps nothing from one decision to the next;
/// allocates nothing once made. The legs of a cut go through <see cref="LegPair"/>.
/// </summary>
public sealed class HedgeMachine
{
    private readonly HedgeSettings _settings;

    /// <exception cref="ArgumentException">A setting breaks its rule; all that do are named.</exception>
    public HedgeMachine(HedgeSettings settings)
    {
        IReadOnlyList<string> problems = settings.Problems();
        _settings = problems.Count == 0 ? settings : throw new ArgumentException("hedge: " + string.Join("; ", problems));
    }

    /// <summary>What to do now.</summary>
    public HedgeDecision Decide(in HedgeView view, double price)
    {
        if (!view.IsUsable || !(price > 0) || !double.IsFinite(price))
            return new(HedgeAction.BadInput);
        double health = view.HealthAt(price);
        if (health <= _settings.Ripcord)
            return Cut(HedgeAction.Ripcord, in view, price);
        if (health < _settings.TopUpBelow)
            return MissingMargin(in view, price) is var missing && missing <= view.Spare
                ? new(HedgeAction.TopUp, Margin: missing)
                : Cut(HedgeAction.Shrink, in view, price);
        (double trigger, double landing) = BandOf(in view, price);
        double gap = GapOf(in view);
        if (Math.Abs(gap) > trigger)
            return new(HedgeAction.Rehedge, HedgeUnits: -Math.CopySign(Math.Abs(gap) - landing, gap));
        return health > _settings.TakeOutAbove && double.IsFinite(health)
            ? new(HedgeAction.TakeOut, Margin: MissingMargin(in view, price))
            : new(HedgeAction.Hold);
    }

    /// <summary>Units by which the hedge is too long (short, negative).</summary>
    public double GapOf(in HedgeView view) => view.Hedge + _settings.Ratio * view.Delta;

    /// <summary>
    /// The gap that is worth a trade, and the one left after it: the no-trade region of a delta that drifts by its curvature
    /// (<see cref="HedgeBand"/>), never wider than the most gap allowed. Where nothing is curved nothing drifts, and a gap that is
    /// corrected is corrected whole.
    /// </summary>
    public (double Trigger, double Landing) BandOf(in HedgeView view, double price)
    {
        double most = _settings.MostGapShare * Math.Abs(_settings.Ratio * view.Delta);
        NoTradeRule rule = HedgeBand.WithGas(
            price, _settings.Ratio * view.Gamma, view.Volatility, _settings.Cost, _settings.AbsoluteRiskAversion, _settings.Gas);
        return double.IsInfinity(rule.TriggerDrift) ? (most, 0) : (Math.Min(most, rule.TriggerDrift), Math.Min(most, rule.LandingDrift));
    }

    private double MissingMargin(in HedgeView view, double price) =>
        _settings.MarginTo * view.DebtAt(price) / view.Threshold - view.Margin;

    /// <summary>Pays a part of the hedge back out of its own margin, and the same part of what it hedges goes with it.</summary>
    private HedgeDecision Cut(HedgeAction action, in HedgeView view, double price)
    {
        double debt = view.DebtAt(price);
        double spent = HealthFactor.RepaySize(view.Margin * view.Threshold, debt, view.Threshold, _settings.Cost, _settings.MarginTo);
        double bought = spent * (1 - _settings.Cost) / price;
        return bought > 0 && spent <= view.Margin && bought <= debt / price
            ? new(action, bought, -view.Delta * (bought * price / debt))
            : new(HedgeAction.Infeasible);
    }
}
