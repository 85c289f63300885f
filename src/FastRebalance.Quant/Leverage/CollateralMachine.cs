namespace FastRebalance.Quant.Leverage;

/// <summary>
/// Keeps a health factor between two rims: repay below the lower, borrow above the upper, and land between. It keeps nothing from one
/// decision to the next; allocates nothing once made.
/// </summary>
public sealed class CollateralMachine
{
    private readonly CollateralSettings _settings;

    /// <exception cref="ArgumentException">A setting breaks its rule; all that do are named.</exception>
    public CollateralMachine(CollateralSettings settings)
    {
        IReadOnlyList<string> problems = settings.Problems();
        _settings = problems.Count == 0 ? settings : throw new ArgumentException("collateral: " + string.Join("; ", problems));
    }

    /// <summary>What to do now.</summary>
    /// <param name="holding">Collateral and debt.</param>
    /// <param name="price">Of the collateral traded.</param>
    /// <param name="cost">c: share of a trade that is lost on the way.</param>
    public CollateralDecision Decide(in CollateralHolding holding, double price, double cost)
    {
        if (!IsUsable(in holding) || !(price > 0) || !double.IsFinite(price) || !(cost is >= 0 and < 1))
            return new(CollateralAction.BadInput);
        if (holding.Debt == 0)
            return new(CollateralAction.NoDebt);
        if (price < holding.PriceAt(_settings.RepayBelow))
            return Sized(CollateralAction.Repay, RepayValue(in holding, price, cost), _settings.RepayTo);
        return price > holding.PriceAt(_settings.BoostAbove)
            ? Sized(CollateralAction.Boost, BoostValue(in holding, price, cost), _settings.BoostTo)
            : new(CollateralAction.Hold);
    }

    /// <summary>Where <see cref="Decide"/> holds, exactly; everywhere without debt.</summary>
    public QuietRange QuietRangeOf(in CollateralHolding holding) => !IsUsable(in holding) || holding.Debt == 0
        ? QuietRange.Everywhere
        : new(holding.PriceAt(_settings.RepayBelow), holding.PriceAt(_settings.BoostAbove));

    /// <summary>Looks at a trade that was made: it must move health its own way, and neither too far nor too little.</summary>
    public CollateralLanding Check(in CollateralDecision done, double healthBefore, double healthAfter)
    {
        if (done.Action is not (CollateralAction.Repay or CollateralAction.Boost))
            return CollateralLanding.Unchecked;
        double way = done.Action == CollateralAction.Repay ? 1 : -1;
        double beyond = way * (healthAfter - done.Landing);
        return !(way * (healthAfter - healthBefore) > 0) ? CollateralLanding.WrongWay
            : beyond > _settings.MostOffset ? CollateralLanding.Overshot
            : beyond < -_settings.MostOffset ? CollateralLanding.FellShort
            : CollateralLanding.Landed;
    }

    private double RepayValue(in CollateralHolding holding, double price, double cost) =>
        HealthFactor.RepaySize(holding.WeightedAt(price), holding.Debt, holding.Threshold, cost, _settings.RepayTo) is var size
        && size <= holding.Units * price ? size : double.NaN;

    private double BoostValue(in CollateralHolding holding, double price, double cost) =>
        HealthFactor.BoostSize(holding.WeightedAt(price), holding.Debt, holding.Threshold, cost, _settings.BoostTo);

    private static CollateralDecision Sized(CollateralAction action, double value, double landing) =>
        value > 0 && double.IsFinite(value) ? new(action, value, landing) : new(CollateralAction.Infeasible, 0, landing);

    private static bool IsUsable(in CollateralHolding holding) =>
        holding.Units > 0 && double.IsFinite(holding.Units) && holding.Threshold is > 0 and <= 1
        && holding.Debt >= 0 && double.IsFinite(holding.Debt) && holding.OtherWeighted >= 0 && double.IsFinite(holding.OtherWeighted);
}
