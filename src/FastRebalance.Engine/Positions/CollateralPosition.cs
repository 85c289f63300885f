using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Triggers;
using FastRebalance.Quant.Leverage;

namespace FastRebalance.Engine.Positions;

/// <summary>
/// Keeps the health factor of collateral between two rims (<see cref="CollateralMachine"/>): below the lower it sells collateral and repays,
/// above the upper it borrows and buys more; from the ripcord on in safety's lane. The worse of the engine's prices and the market's own counts.
/// </summary>
public sealed class CollateralPosition : Position
{
    private readonly Options _options;
    private readonly AssetId _collateral;
    private readonly AssetId _debt;
    private readonly CollateralMachine _machine;
    private PositionDecision _unchecked;

    /// <param name="options">Checked with <see cref="Options.Problems"/>.</param>
    /// <param name="symbols">Symbols of all assets, in order.</param>
    public CollateralPosition(Options options, IReadOnlyList<string> symbols)
    {
        _options = options;
        _collateral = PositionOptions.IndexOf(symbols, options.Collateral);
        _debt = PositionOptions.IndexOf(symbols, options.Debt);
        _machine = new CollateralMachine(options.Settings);
    }

    /// <summary>Where the last trade that was mined came to, against where it should.</summary>
    public CollateralLanding LastLanding { get; private set; }

    public override void Aim(RebalanceCycle cycle)
    {
        // What lands between the rims, as leverage of the one collateral.
        double threshold = cycle.Market.Lending?.ThresholdOf(_collateral) ?? 0;
        double leverage = threshold > 0 ? HealthFactor.ToLeverage(_options.RepayTo, threshold) : 1;
        Array.Clear(cycle.Targets);
        cycle.Targets[_collateral.Index] = leverage;
        cycle.Targets[_debt.Index] = 1 - leverage;
    }

    protected override PositionDecision Decide(RebalanceCycle cycle, LendingBook lending)
    {
        MarketState market = cycle.Market;
        CollateralHolding holding = HoldingOf(market, lending);
        double price = WorsePrice(market, lending);
        CollateralDecision decided = _machine.Decide(in holding, price, new Bps(_options.CostBps).Fraction);
        double value = decided.Value * market.Prices[_debt.Index], health = holding.HealthAt(price);
        LookBack(health);
        return decided.Action switch
        {
            CollateralAction.Repay when health < _options.RipcordBelow => new PositionDecision(
                PositionAction.Ripcord, PolicyTier.Safety, _collateral, _debt, Math.Min(value, _options.RipcordMostTradeNumeraire), false, value, _options.RepayTo, health),
            CollateralAction.Repay => new PositionDecision(
                PositionAction.Repay, PolicyTier.Economic, _collateral, _debt, Math.Min(value, _options.MostTradeNumeraire), false, value, _options.RepayTo, health),
            CollateralAction.Boost => new PositionDecision(
                PositionAction.Boost, PolicyTier.Economic, _debt, _collateral, Math.Min(value, _options.MostTradeNumeraire), true, value, _options.BoostTo, health),
            CollateralAction.Infeasible => new PositionDecision(PositionAction.Blocked),
            _ => default,
        };
    }

    protected override void Filled(in PositionDecision decision, long decidedUnixNs, bool isWhole) => _unchecked = decision;

    public override TriggerFence Fence(RebalanceCycle cycle)
    {
        if (cycle.Market.Lending is not { IsTold: true } lending || !cycle.Market.IsComplete)
            return TriggerFence.None;
        CollateralHolding holding = HoldingOf(cycle.Market, lending);
        QuietRange quiet = _machine.QuietRangeOf(in holding);
        return FenceOf(cycle, _collateral, _debt, quiet.Low, quiet.High, long.MaxValue);
    }

    public override TriggerReading Read(RebalanceCycle cycle, PolicyTier tier)
    {
        if (cycle.Market.Lending is not { IsTold: true } lending)
            return TriggerReading.None;
        CollateralHolding holding = HoldingOf(cycle.Market, lending);
        double health = holding.HealthAt(WorsePrice(cycle.Market, lending));
        if (!double.IsFinite(health))
            return TriggerReading.None;
        return tier == PolicyTier.Safety ? new TriggerReading(health, _options.RipcordBelow, TriggerUnit.Fraction, FiresBelow: true)
            : health - _options.RepayBelow < _options.BoostAbove - health
                ? new TriggerReading(health, _options.RepayBelow, TriggerUnit.Fraction, FiresBelow: true)
                : new TriggerReading(health, _options.BoostAbove, TriggerUnit.Fraction);
    }

    public override PositionReading ReadWhole(RebalanceCycle cycle)
    {
        MarketState market = cycle.Market;
        if (market.Lending is not { IsTold: true } lending || !market.IsComplete)
            return default;
        CollateralHolding holding = HoldingOf(market, lending);
        double price = Ratio(market, _collateral, _debt), worth = holding.Units * price;
        QuietRange quiet = _machine.QuietRangeOf(in holding);
        return new PositionReading(
            _collateral, _debt, price, LeverageMath.Of(worth, holding.Debt), lending.Health(market.Prices), lending.OracleHealth(),
            lending.PriceAtHealth(_collateral, market.Prices, 1) / market.Prices[_debt.Index], Math.Min(quiet.Low, price), Math.Max(quiet.High, price),
            holding.Debt > 0 ? holding.PriceAt(_options.RipcordBelow) : 0);
    }

    /// <summary>A trade that was mined whole is held against where it should have landed, at the first look after it.</summary>
    private void LookBack(double health)
    {
        if (!_unchecked.Acts)
            return;
        CollateralAction action = _unchecked.Action == PositionAction.Boost ? CollateralAction.Boost : CollateralAction.Repay;
        CollateralDecision done = new(action, _unchecked.ValueNumeraire, _unchecked.Goal);
        LastLanding = _machine.Check(in done, _unchecked.Before, health);
        _unchecked = default;
    }

    /// <summary>In tokens of the debt: other collateral counts by the engine's prices.</summary>
    private CollateralHolding HoldingOf(MarketState market, LendingBook lending)
    {
        double other = 0;
        for (int i = 0; i < market.AssetCount; i++)
        {
            AssetId asset = AssetId.FromIndex(i);
            if (asset != _collateral && lending.PositionOf(asset).IsCollateral)
                other += lending.SuppliedTokens(asset) * Ratio(market, asset, _debt) * lending.ThresholdOf(asset);
        }
        return new CollateralHolding(lending.SuppliedTokens(_collateral), lending.ThresholdOf(_collateral), lending.BorrowedTokens(_debt), other);
    }

    private double WorsePrice(MarketState market, LendingBook lending)
    {
        double ours = Ratio(market, _collateral, _debt), theirs = lending.OracleRatio(_collateral, _debt);
        return theirs > 0 ? Math.Min(ours, theirs) : ours;
    }

    /// <summary>Options of <c>collateral-ratio</c>.</summary>
    public sealed record Options : IPluginOptions
    {
        /// <summary>What is supplied; a symbol.</summary>
        public string Collateral { get; set; } = "";

        /// <summary>What is borrowed; a symbol.</summary>
        public string Debt { get; set; } = "";

        /// <summary>Health below which debt is repaid.</summary>
        public double RepayBelow { get; set; } = 1.25;

        /// <summary>Health after a repayment.</summary>
        public double RepayTo { get; set; } = 1.5;

        /// <summary>Health above which more is borrowed; left out, never.</summary>
        public double BoostAbove { get; set; } = double.PositiveInfinity;

        /// <summary>Health after borrowing.</summary>
        public double BoostTo { get; set; } = 1.5;

        /// <summary>Health below which repaying is safety's: its lane, its limits, whatever economy does.</summary>
        public double RipcordBelow { get; set; } = 1.15;

        /// <summary>How far a trade may land beyond where it should.</summary>
        public double MostOffset { get; set; } = 0.05;

        /// <summary>Share of a trade that is lost on the way; sizes count on it.</summary>
        public double CostBps { get; set; } = 30;

        /// <summary>Most that one trade is worth.</summary>
        public double MostTradeNumeraire { get; set; } = double.MaxValue;

        /// <summary>The same from the ripcord on.</summary>
        public double RipcordMostTradeNumeraire { get; set; } = double.MaxValue;

        internal CollateralSettings Settings => new()
        {
            RepayBelow = RepayBelow, RepayTo = RepayTo, BoostAbove = BoostAbove, BoostTo = BoostTo, MostOffset = MostOffset,
        };

        public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets)
        {
            foreach (OptionProblem problem in PositionOptions.PairProblems("collateral", Collateral, "debt", Debt, assets))
                yield return problem;
            foreach (string problem in Settings.Problems())
                yield return new("repayBelow", "rims that do not fit together", problem);
            if (!(RipcordBelow > 1 && RipcordBelow <= RepayBelow))
                yield return new("ripcordBelow", $"{RipcordBelow}", "a health factor above 1 and not above repayBelow");
            if (!(CostBps is >= 0 and < Bps.PerUnit))
                yield return new("costBps", $"{CostBps}", "a number from 0 and below 10000");
            if (!(MostTradeNumeraire > 0))
                yield return new("mostTradeNumeraire", $"{MostTradeNumeraire}", "an amount above 0");
            if (!(RipcordMostTradeNumeraire > 0))
                yield return new("ripcordMostTradeNumeraire", $"{RipcordMostTradeNumeraire}", "an amount above 0");
        }
    }
}
