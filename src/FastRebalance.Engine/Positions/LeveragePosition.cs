using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Triggers;
using FastRebalance.Quant.Leverage;

namespace FastRebalance.Engine.Positions;

/// <summary>
/// Keeps leverage constant, long or short, by the flexible leverage rules (<see cref="LeverageMachine"/>): a share of the way to the target at
/// each interval or outside the band, in slices where it is much; from the ripcord on at once, in safety's lane and by its limits.
/// </summary>
/// <remarks>
/// Leverage is measured at the engine's prices, which lead the lending market's own. That one is watched besides: where health by either falls to
/// <see cref="Options.RipcordHealth"/> the ripcord is pulled, whatever leverage says, and however lately it was pulled.
/// </remarks>
public sealed class LeveragePosition : Position
{
    private const long NsPerMs = 1_000_000;

    // A cure near liquidation: what selling may cost, and how far above the alarm health should land.
    private const double CureCost = 0.01;
    private const double CureMargin = 1.1;

    private readonly Options _options;
    private readonly AssetId _asset;
    private readonly AssetId _quote;
    private readonly LeverageMachine _machine;
    private double _threshold = double.NaN;

    /// <param name="options">Checked with <see cref="Options.Problems"/>.</param>
    /// <param name="symbols">Symbols of all assets, in order.</param>
    public LeveragePosition(Options options, IReadOnlyList<string> symbols)
    {
        _options = options;
        AssetId collateral = PositionOptions.IndexOf(symbols, options.Collateral), debt = PositionOptions.IndexOf(symbols, options.Debt);
        (_asset, _quote) = options.Target > 0 ? (collateral, debt) : (debt, collateral);
        _machine = new LeverageMachine(options.Settings(1, 1), [new LeverageVenue(double.MaxValue, double.MaxValue)]);
    }

    /// <summary>Leverage at the prices of this pass; infinite without equity.</summary>
    public double LeverageOf(MarketState market) => HoldingOf(market).LeverageAt(Ratio(market, _asset, _quote));

    protected override void Begin(long nowUnixNs) => _machine.BeginInterval(nowUnixNs / NsPerMs);

    public override void Aim(RebalanceCycle cycle)
    {
        Array.Clear(cycle.Targets);
        cycle.Targets[_asset.Index] = _options.Target;
        cycle.Targets[_quote.Index] = 1 - _options.Target;
    }

    protected override PositionDecision Decide(RebalanceCycle cycle, LendingBook lending)
    {
        Follow(lending);
        MarketState market = cycle.Market;
        LeveragedHolding holding = HoldingOf(market);
        double price = Ratio(market, _asset, _quote);
        LeverageDecision decided = _machine.Decide(in holding, price, cycle.NowUnixNs / NsPerMs, venue: 0);
        if (decided.Action == LeverageAction.EndSlices)
        {
            _machine.Note(in decided, 0, cycle.NowUnixNs / NsPerMs);
            decided = default;
        }
        if (decided.Action == LeverageAction.NotEngaged && _options.Engages)
            decided = _machine.DecideToEngage(in holding, price, venue: 0);
        // Near liquidation nothing rests: the ripcord's pause is for a market that recovers, and a liquidator does not wait for it.
        double health = Math.Min(lending.OracleHealth(), lending.Health(market.Prices));
        if (decided.Action is not (LeverageAction.Ripcord or LeverageAction.Insolvent) && holding.DebtAt(price) > 0 && !(health > _options.RipcordHealth))
            return Cure(market, lending, health);
        return Told(in decided, market);
    }

    protected override void Filled(in PositionDecision decision, long decidedUnixNs, bool isWhole)
    {
        // What cured a part is no reason to rest: the other part is as urgent.
        if (decision.Action == PositionAction.Ripcord && !isWhole)
            return;
        LeverageAction action = decision.Action switch
        {
            PositionAction.Rebalance => LeverageAction.Rebalance,
            PositionAction.Iterate => LeverageAction.Iterate,
            PositionAction.Engage => LeverageAction.Engage,
            PositionAction.Ripcord => LeverageAction.Ripcord,
            _ => LeverageAction.Wait,
        };
        // Only the goal and whether it is reached are noted.
        _machine.Note(new LeverageDecision(action, Units: decision.IsWhole && isWhole ? 1 : 0.5, TotalUnits: 1, decision.Goal), 0, decidedUnixNs / NsPerMs);
    }

    public override TriggerFence Fence(RebalanceCycle cycle)
    {
        MarketState market = cycle.Market;
        if (market.Lending is not { IsTold: true } || !market.IsComplete)
            return TriggerFence.None;
        LeveragedHolding holding = HoldingOf(market);
        QuietRange quiet = QuietRangeOf(market, in holding);
        long until = quiet.LastMs >= long.MaxValue / NsPerMs - 1 ? long.MaxValue : (quiet.LastMs + 1) * NsPerMs;
        return FenceOf(cycle, _asset, _quote, quiet.Low, quiet.High, until);
    }

    public override TriggerReading Read(RebalanceCycle cycle, PolicyTier tier)
    {
        double leverage = Math.Abs(LeverageOf(cycle.Market));
        if (!double.IsFinite(leverage))
            return TriggerReading.None;
        double least = Math.Abs(_options.Least), most = Math.Abs(_options.Most);
        return tier == PolicyTier.Safety ? new TriggerReading(leverage, Math.Abs(_options.Ripcord), TriggerUnit.Fraction)
            : leverage - least < most - leverage ? new TriggerReading(leverage, least, TriggerUnit.Fraction, FiresBelow: true)
            : new TriggerReading(leverage, most, TriggerUnit.Fraction);
    }

    public override PositionReading ReadWhole(RebalanceCycle cycle)
    {
        MarketState market = cycle.Market;
        if (market.Lending is not { IsTold: true } lending || !market.IsComplete)
            return default;
        LeveragedHolding holding = HoldingOf(market);
        double price = Ratio(market, _asset, _quote);
        QuietRange quiet = QuietRangeOf(market, in holding);
        double ripcord = holding.DebtAt(price) > 0 ? holding.PriceAt(_options.Ripcord) : 0, alarm = PriceAtAlarm(market);
        return new PositionReading(
            _asset, _quote, price, holding.LeverageAt(price), lending.Health(market.Prices), lending.OracleHealth(),
            lending.PriceAtHealth(_asset, market.Prices, 1) / market.Prices[_quote.Index], Math.Min(quiet.Low, price), Math.Max(quiet.High, price),
            alarm > 0 ? _options.Target > 0 ? Math.Max(ripcord, alarm) : Math.Min(ripcord, alarm) : ripcord);
    }

    /// <summary>Where neither the machine nor the alarm on health asks for anything.</summary>
    private QuietRange QuietRangeOf(MarketState market, in LeveragedHolding holding)
    {
        QuietRange quiet = _machine.QuietRangeOf(in holding, venue: 0);
        double alarm = PriceAtAlarm(market);
        if (!(alarm > 0))
            return quiet;
        return _options.Target > 0
            ? quiet with { Low = Math.Max(quiet.Low, Math.BitIncrement(alarm)) }
            : quiet with { High = Math.Min(quiet.High, Math.BitDecrement(alarm)) };
    }

    /// <summary>Where health by our prices comes to the alarm; 0 without debt.</summary>
    private double PriceAtAlarm(MarketState market) =>
        market.Lending!.PriceAtHealth(_asset, market.Prices, _options.RipcordHealth) / market.Prices[_quote.Index];

    /// <summary>The machine's word as a trade, cut to the slice that the options allow.</summary>
    private PositionDecision Told(in LeverageDecision decided, MarketState market)
    {
        PositionAction action = decided.Action switch
        {
            LeverageAction.Rebalance => PositionAction.Rebalance,
            LeverageAction.Iterate => PositionAction.Iterate,
            LeverageAction.Engage => PositionAction.Engage,
            LeverageAction.Ripcord => PositionAction.Ripcord,
            LeverageAction.Blocked => PositionAction.Blocked,
            _ => PositionAction.Hold,
        };
        if (action is PositionAction.Hold or PositionAction.Blocked)
            return new PositionDecision(action);
        bool isSafety = action == PositionAction.Ripcord, isLevering = decided.Units * _options.Target > 0;
        // What a trade costs is lost from equity: a reduction sells so much more that it comes to its goal, and not just short of the band.
        // A short one is sized by what is spent, of which the cost does not arrive besides.
        double costly = Math.Abs(decided.Goal) + (_options.Target < 0 ? 1 : 0);
        double costs = isLevering ? 1 : 1 / (1 - (new Bps(_options.CostBps).Fraction * costly));
        double whole = Math.Abs(decided.TotalUnits) * costs * market.Prices[_asset.Index];
        double value = Math.Min(
            decided.IsWhole ? whole : Math.Abs(decided.Units) * market.Prices[_asset.Index],
            isSafety ? _options.RipcordMostTradeNumeraire : _options.MostTradeNumeraire);
        (AssetId sell, AssetId buy) = decided.Units > 0 ? (_quote, _asset) : (_asset, _quote);
        return new PositionDecision(
            action, isSafety ? PolicyTier.Safety : PolicyTier.Economic, sell, buy, value, MayBorrow: isLevering, whole, decided.Goal,
            LeverageOf(market));
    }

    /// <summary>Enough is repaid for health to be a tenth above the alarm.</summary>
    /// <param name="health">The worse of the market's own prices and ours.</param>
    private PositionDecision Cure(MarketState market, LendingBook lending, double health)
    {
        (AssetId collateral, AssetId debt) = _options.Target > 0 ? (_asset, _quote) : (_quote, _asset);
        double owed = lending.BorrowedTokens(debt);
        double tokens = HealthFactor.RepaySize(health * owed, owed, lending.ThresholdOf(collateral), CureCost, _options.RipcordHealth * CureMargin);
        double value = (double.IsNaN(tokens) ? owed : Math.Min(tokens, owed)) * market.Prices[debt.Index];
        return new PositionDecision(
            PositionAction.Ripcord, PolicyTier.Safety, collateral, debt, Math.Min(value, _options.RipcordMostTradeNumeraire));
    }

    private LeveragedHolding HoldingOf(MarketState market) =>
        new(market.Quantities[_asset.Index], market.Quantities[_quote.Index]);

    /// <summary>The market's thresholds may change; the machine's settings follow, but not while slices are open.</summary>
    private void Follow(LendingBook lending)
    {
        AssetId collateral = _options.Target > 0 ? _asset : _quote;
        double threshold = lending.ThresholdOf(collateral), loanToValue = lending.LoanToValueOf(collateral);
        if (threshold == _threshold || !(loanToValue > 0) || !(threshold >= loanToValue))
            return;
        if (_machine.TryChange(_options.Settings(loanToValue, threshold)))
            _threshold = threshold;
    }

    /// <summary>Options of <c>constant-leverage</c>.</summary>
    public sealed record Options : IPluginOptions
    {
        /// <summary>What is supplied; a symbol.</summary>
        public string Collateral { get; set; } = "";

        /// <summary>What is borrowed; a symbol.</summary>
        public string Debt { get; set; } = "";

        /// <summary>Value of the asset over equity: above 1 a long position in the collateral, below 0 a short one in the debt.</summary>
        public double Target { get; set; } = 2;

        /// <summary>Rim of the band on the safe side.</summary>
        public double Least { get; set; } = 1.7;

        /// <summary>Rim on the risky side.</summary>
        public double Most { get; set; } = 2.3;

        /// <summary>From here on leverage is brought down to <see cref="Most"/> at once.</summary>
        public double Ripcord { get; set; } = 2.6;

        /// <summary>Share of the way to the target taken at once.</summary>
        public double RecenteringSpeed { get; set; } = 0.05;

        /// <summary>Time between rebalances inside the band; it counts from the start of a run, too.</summary>
        public TimeSpan Interval { get; set; } = TimeSpan.FromDays(1);

        public TimeSpan SliceCooldown { get; set; } = TimeSpan.FromSeconds(3000);

        public TimeSpan RipcordCooldown { get; set; } = TimeSpan.FromSeconds(60);

        /// <summary>Most that one slice is worth.</summary>
        public double MostTradeNumeraire { get; set; } = double.MaxValue;

        /// <summary>The same from the ripcord on.</summary>
        public double RipcordMostTradeNumeraire { get; set; } = double.MaxValue;

        /// <summary>Share of a trade that is lost on the way; reductions count on it.</summary>
        public double CostBps { get; set; } = 30;

        /// <summary>Share of the lender's limit that is left alone.</summary>
        public double Unused { get; set; } = 0.01;

        /// <summary>Health, by the lending market's own prices or by ours, from which the ripcord is pulled besides.</summary>
        public double RipcordHealth { get; set; } = 1.05;

        /// <summary>Whether a holding without debt takes on its first.</summary>
        public bool Engages { get; set; } = true;

        internal LeverageSettings Settings(double loanToValue, double threshold) => new()
        {
            Target = Target,
            Least = Least,
            Most = Most,
            Ripcord = Ripcord,
            RecenteringSpeed = RecenteringSpeed,
            Interval = Interval,
            SliceCooldown = SliceCooldown,
            RipcordCooldown = RipcordCooldown,
            Unused = Unused,
            LoanToValue = loanToValue,
            LiquidationThreshold = threshold,
            HasFlashLoans = true,
        };

        public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets)
        {
            foreach (OptionProblem problem in PositionOptions.PairProblems("collateral", Collateral, "debt", Debt, assets))
                yield return problem;
            foreach (string problem in Settings(1, 1).Problems())
                yield return new("target", "settings that do not fit together", problem);
            if (!(MostTradeNumeraire > 0))
                yield return new("mostTradeNumeraire", $"{MostTradeNumeraire}", "an amount above 0");
            if (!(RipcordMostTradeNumeraire > 0))
                yield return new("ripcordMostTradeNumeraire", $"{RipcordMostTradeNumeraire}", "an amount above 0");
            if (!(CostBps is >= 0 && CostBps * Math.Abs(Most) < Bps.PerUnit / 2))
                yield return new("costBps", $"{CostBps}", "a number from 0, such as 30");
            if (!(RipcordHealth is > 1 and < 10))
                yield return new("ripcordHealth", $"{RipcordHealth}", "a health factor above 1, such as 1.05");
        }
    }
}
