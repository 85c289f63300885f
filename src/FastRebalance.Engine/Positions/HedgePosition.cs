using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Triggers;
using FastRebalance.Quant.Hedging;
using FastRebalance.Quant.Positions;

namespace FastRebalance.Engine.Positions;

/// <summary>
/// Keeps a book without direction in one asset (<see cref="HedgeMachine"/>): what is held outright and what pool positions stand for, against a
/// short that is borrowed from the lending market with cash as its margin. The margin's health comes first, then the gap.
/// </summary>
/// <remarks>
/// Both legs are never out at once: a gap is one trade of the hedge, and a short of margin is cured by a move into the market, of spare cash or
/// of the asset itself, so that there is no second leg to be left standing. Margin beyond need stays: taking it out is the owner's.
/// Pool positions are as the options say, or as the chain says where the options name one there; while one of those was not told, nothing is done.
/// What such a position has earned and not collected counts as held, but pays no debt.
/// </remarks>
public sealed class HedgePosition : Position
{
    // Beyond this nobody asks: a fence wider than a third is drawn anew before.
    private const double WidestFence = 0.3;
    private const double NarrowestFence = 1e-5;

    private const double SearchStep = 1.002;
    private const int SearchSteps = 800;
    private const int NoPlace = -1;
    private const string AddressWanted = "0x and 40 hexadecimal digits";

    private readonly Options _options;
    private readonly AssetId _asset;
    private readonly AssetId _cash;
    private readonly HedgeMachine _machine;
    private readonly Entry[] _entries;
    private readonly FollowedLiquidity[] _follows;

    /// <param name="options">Checked with <see cref="Options.Problems"/>.</param>
    /// <param name="symbols">Symbols of all assets, in order.</param>
    public HedgePosition(Options options, IReadOnlyList<string> symbols)
    {
        _options = options;
        _asset = PositionOptions.IndexOf(symbols, options.Asset);
        _cash = PositionOptions.IndexOf(symbols, options.Cash);
        _machine = new HedgeMachine(options.Settings);
        _entries = new Entry[options.Liquidity.Count];
        List<FollowedLiquidity> follows = [];
        for (int i = 0; i < _entries.Length; i++)
        {
            LiquidityOptions entry = options.Liquidity[i];
            _entries[i] = new Entry(new LiquidityRange(entry.Low, entry.High, entry.Liquidity), entry.IsFollowed ? follows.Count : NoPlace);
            if (entry.IsFollowed)
                follows.Add(new FollowedLiquidity($"liquidity[{i}]", _asset, _cash, entry.PositionId, entry.PositionManager, entry.Pool));
        }
        _follows = [.. follows];
    }

    public override IReadOnlyList<FollowedLiquidity> Follows => _follows;

    public override RangeTerms? Ranges => _follows.Length > 0 ? new RangeTerms(_options.Volatility, new Bps(_options.CostBps).Fraction, _options.GasNumeraire) : null;

    public override void Aim(RebalanceCycle cycle)
    {
        MarketState market = cycle.Market;
        double price = Ratio(market, _asset, _cash);
        double weight = cycle.TotalNumeraire > 0 ? -PoolsAt(market, price).Delta * market.Prices[_asset.Index] / cycle.TotalNumeraire : 0;
        Array.Clear(cycle.Targets);
        cycle.Targets[_asset.Index] = double.IsFinite(weight) ? weight : 0;
        cycle.Targets[_cash.Index] = 1 - cycle.Targets[_asset.Index];
    }

    protected override PositionDecision Decide(RebalanceCycle cycle, LendingBook lending)
    {
        MarketState market = cycle.Market;
        if (!IsToldAll(market))
            return default;
        double price = Ratio(market, _asset, _cash);
        HedgeView view = ViewOf(market, lending, price);
        HedgeDecision decided = _machine.Decide(in view, price);
        double assetPrice = market.Prices[_asset.Index], cashPrice = market.Prices[_cash.Index], health = view.HealthAt(price);
        switch (decided.Action)
        {
            case HedgeAction.Ripcord or HedgeAction.Shrink:
                PositionAction action = decided.Action == HedgeAction.Ripcord ? PositionAction.Ripcord : PositionAction.Shrink;
                PolicyTier tier = decided.Action == HedgeAction.Ripcord ? PolicyTier.Safety : PolicyTier.Economic;
                // Health is margin over debt: what is held outright pays the debt without a trade, and both legs shrink at once.
                double missing = -view.Hedge - (view.Margin * view.Threshold / (_options.MarginTo * price));
                return Outright(market) >= missing
                    ? new PositionDecision(action, tier, _asset, _asset, missing * assetPrice, false, missing * assetPrice, _options.MarginTo, health)
                    : new PositionDecision(action, tier, _cash, _asset, decided.HedgeUnits * assetPrice, false, 0, _options.MarginTo, health);
            case HedgeAction.TopUp:
                return new PositionDecision(
                    PositionAction.TopUp, PolicyTier.Economic, _cash, _cash, decided.Margin * cashPrice, false, 0, _options.MarginTo, health);
            case HedgeAction.Rehedge:
                bool buys = decided.HedgeUnits > 0;
                return new PositionDecision(
                    PositionAction.Rehedge, PolicyTier.Economic, buys ? _cash : _asset, buys ? _asset : _cash,
                    Math.Min(Math.Abs(decided.HedgeUnits) * assetPrice, _options.MostTradeNumeraire), !buys, 0, 0, health);
            case HedgeAction.Infeasible:
                return new PositionDecision(PositionAction.Blocked);
            default:
                return default;
        }
    }

    /// <summary>
    /// The widest move, by halves, over which neither the gap nor the margin can come to act: the gap moves with the pools' delta, which is
    /// monotone, the band is narrowest at one of the ends, and health falls as the price rises.
    /// </summary>
    public override TriggerFence Fence(RebalanceCycle cycle)
    {
        MarketState market = cycle.Market;
        if (market.Lending is not { IsTold: true } lending || !market.IsComplete || !IsToldAll(market))
            return TriggerFence.None;
        double price = Ratio(market, _asset, _cash);
        for (double move = WidestFence; move > NarrowestFence; move /= 2)
            if (IsQuiet(market, lending, price * (1 - move)) && IsQuiet(market, lending, price * (1 + move)) && IsQuietBetween(market, lending, price, move))
                return FenceOf(cycle, _asset, _cash, price * (1 - move), price * (1 + move), long.MaxValue);
        return TriggerFence.None;
    }

    public override TriggerReading Read(RebalanceCycle cycle, PolicyTier tier)
    {
        if (cycle.Market.Lending is not { IsTold: true } lending || !cycle.Market.IsComplete || !IsToldAll(cycle.Market))
            return TriggerReading.None;
        double price = Ratio(cycle.Market, _asset, _cash);
        HedgeView view = ViewOf(cycle.Market, lending, price);
        double health = view.HealthAt(price);
        if (tier == PolicyTier.Safety)
            return double.IsFinite(health) ? new TriggerReading(health, _options.Ripcord, TriggerUnit.Fraction, FiresBelow: true) : TriggerReading.None;
        if (health < _options.TopUpBelow)
            return new TriggerReading(health, _options.TopUpBelow, TriggerUnit.Fraction, FiresBelow: true);
        double worth = cycle.Market.Prices[_asset.Index];
        TriggerReading gap = new(Math.Abs(_machine.GapOf(in view)) * worth, _machine.BandOf(in view, price).Trigger * worth, TriggerUnit.Numeraire);
        return double.IsFinite(gap.Value) && double.IsFinite(gap.Limit) ? gap : TriggerReading.None;
    }

    public override PositionReading ReadWhole(RebalanceCycle cycle)
    {
        MarketState market = cycle.Market;
        if (market.Lending is not { IsTold: true } lending || !market.IsComplete || !IsToldAll(market))
            return default;
        double price = Ratio(market, _asset, _cash), owed = lending.BorrowedTokens(_asset);
        return new PositionReading(
            _asset, _cash, price, double.NaN, lending.Health(market.Prices), lending.OracleHealth(),
            lending.PriceAtHealth(_asset, market.Prices, 1) / market.Prices[_cash.Index], NextAct(market, lending, price, 1 / SearchStep),
            NextAct(market, lending, price, SearchStep),
            owed > 0 ? lending.SuppliedTokens(_cash) * lending.ThresholdOf(_cash) / (_options.Ripcord * owed) : 0);
    }

    /// <summary>By steps, for people alone; 0 or infinity where it never acts.</summary>
    private double NextAct(MarketState market, LendingBook lending, double price, double step)
    {
        double at = price;
        for (int i = 0; i < SearchSteps; i++, at *= step)
            if (!IsQuiet(market, lending, at))
                return at;
        return step < 1 ? 0 : double.PositiveInfinity;
    }

    private bool IsQuiet(MarketState market, LendingBook lending, double price)
    {
        HedgeView view = ViewOf(market, lending, price);
        return _machine.Decide(in view, price).Action is HedgeAction.Hold or HedgeAction.TakeOut;
    }

    /// <summary>The greatest gap of the range is inside the narrowest band of it.</summary>
    private bool IsQuietBetween(MarketState market, LendingBook lending, double price, double move)
    {
        if (_entries.Length == 0)
            return true; // the gap does not depend on the price
        double greatest = 0, narrowest = double.PositiveInfinity;
        const int Steps = 8;
        for (int i = 0; i <= Steps; i++)
        {
            double at = price * (1 - move + (2 * move * i / Steps));
            HedgeView view = ViewOf(market, lending, at);
            greatest = Math.Max(greatest, Math.Abs(_machine.GapOf(in view)));
            narrowest = Math.Min(narrowest, _machine.BandOf(in view, at).Trigger);
        }
        // Between two steps the delta moves by a step's worth at most.
        double slack = 2 * move / Steps * price * MostGamma(market, price * (1 - move), price * (1 + move));
        return greatest + slack < narrowest;
    }

    private double MostGamma(MarketState market, double low, double high)
    {
        double gamma = 0;
        foreach (ref readonly Entry entry in _entries.AsSpan())
            gamma += RangeOf(market, in entry).Liquidity / (2 * low * Math.Sqrt(low));
        return high > low ? gamma : 0;
    }

    /// <summary>Every position that the options name on the chain is known from there.</summary>
    private bool IsToldAll(MarketState market) => _follows.Length == 0 || (market.Liquidity is { IsTold: true } book && book.Count == _follows.Length);

    private double Outright(MarketState market) => (double)market.Holdings[_asset.Index] / market.UnitsPerToken[_asset.Index];

    private HedgeView ViewOf(MarketState market, LendingBook lending, double price)
    {
        LiquidityExposure pools = PoolsAt(market, price);
        double spot = Outright(market) + lending.SuppliedTokens(_asset) + Uncollected(market);
        double spare = (double)market.Holdings[_cash.Index] / market.UnitsPerToken[_cash.Index];
        return new HedgeView(
            spot + pools.Delta, pools.Gamma, -lending.BorrowedTokens(_asset), lending.SuppliedTokens(_cash), lending.ThresholdOf(_cash), spare, _options.Volatility);
    }

    private LiquidityExposure PoolsAt(MarketState market, double price)
    {
        LiquidityExposure sum = default;
        foreach (ref readonly Entry entry in _entries.AsSpan())
            sum += RangeOf(market, in entry).ExposureAt(price);
        return sum;
    }

    /// <summary>Whole tokens of the asset that positions followed have earned, or given up, and not paid out.</summary>
    private double Uncollected(MarketState market)
    {
        double tokens = 0;
        for (int place = 0; place < _follows.Length; place++)
            tokens += market.Liquidity!.OwedTokens(place, _asset);
        return tokens;
    }

    private LiquidityRange RangeOf(MarketState market, in Entry entry) =>
        entry.Place == NoPlace ? entry.Range : market.Liquidity is { } book && entry.Place < book.Count ? book.RangeOf(entry.Place, _asset) : default;

    private readonly record struct Entry(LiquidityRange Range, int Place);

    /// <summary>
    /// A pool position in the asset against cash: by its numbers, or by what stands on the chain, and then it is followed there. One of
    /// <see cref="Liquidity"/>, <see cref="PositionId"/> and <see cref="Pool"/>.
    /// </summary>
    public sealed record LiquidityOptions
    {
        /// <summary>Lower end, cash per whole asset; 0 beside a <see cref="High"/> of 0 for a constant product.</summary>
        public double Low { get; set; }

        /// <summary>Upper end; 0 for a constant product without ends.</summary>
        public double High { get; set; }

        /// <summary>L in whole tokens: the pool's own over the root of ten to both tokens' decimals; of a constant product √(x·y) of the share.</summary>
        public double Liquidity { get; set; }

        /// <summary>The number of a Uniswap V3 position at the position manager.</summary>
        public string PositionId { get; set; } = "";

        /// <summary>Address of that manager, where it is not the one under <c>contracts.positionManager</c>.</summary>
        public string PositionManager { get; set; } = "";

        /// <summary>Address of a configured <c>uniswap-v2</c> pool, whose pair tokens the account holds.</summary>
        public string Pool { get; set; } = "";

        /// <summary>Both name the same thing on the chain.</summary>
        internal bool IsSameAs(LiquidityOptions other) =>
            PositionId == other.PositionId && string.Equals(PositionManager, other.PositionManager, StringComparison.OrdinalIgnoreCase)
            && string.Equals(Pool, other.Pool, StringComparison.OrdinalIgnoreCase);

        internal bool IsFollowed => PositionId.Length > 0 || Pool.Length > 0;

        /// <summary>What is wrong with it, by the field that it stands in; null where nothing is.</summary>
        internal OptionProblem? Problem(string field)
        {
            if (!IsFollowed)
                return PositionManager.Length > 0 ? new($"{field}.positionId", "nothing, beside a positionManager", "the position's number there, such as \"123\"")
                    : Liquidity > 0 && double.IsFinite(Liquidity) && (this is { Low: 0, High: 0 } || (Low > 0 && High > Low && double.IsFinite(High))) ? null
                    : new(field, $"low {Low}, high {High}, liquidity {Liquidity}", "a liquidity above 0 and prices 0 < low < high, or neither price for a constant product; or what stands on the chain: a positionId, or a pool");
            if (PositionId.Length > 0 && Pool.Length > 0)
                return new($"{field}.pool", "a pool beside a positionId", "one of the two: an entry for each position");
            if (this is not { Low: 0, High: 0, Liquidity: 0 })
                return new(field, "numbers beside what stands on the chain", "one of the two: numbers are the configuration's, a positionId or a pool is followed");
            if (PositionId.Length > 0 && !UInt256.TryParse(PositionId, out _))
                return new($"{field}.positionId", $"\"{PositionId}\"", "the position's number at the position manager in decimal digits, such as \"123\"");
            if (PositionManager.Length > 0 && (!Address.TryParse(PositionManager, out Address manager) || manager.IsZero))
                return new($"{field}.positionManager", $"\"{PositionManager}\"", AddressWanted);
            if (Pool.Length > 0 && (!Address.TryParse(Pool, out Address pool) || pool.IsZero))
                return new($"{field}.pool", $"\"{Pool}\"", AddressWanted);
            return Pool.Length > 0 && PositionManager.Length > 0 ? new($"{field}.positionManager", "a positionManager beside a pool", "no positionManager: pair tokens are the pool's own") : null;
        }
    }

    /// <summary>Options of <c>delta-neutral</c>.</summary>
    public sealed record Options : IPluginOptions
    {
        /// <summary>Whose direction is hedged, and what is borrowed; a symbol.</summary>
        public string Asset { get; set; } = "";

        /// <summary>What stands behind the hedge; a symbol.</summary>
        public string Cash { get; set; } = "";

        /// <summary>What a trade of the hedge costs, one way.</summary>
        public double CostBps { get; set; } = 5;

        /// <summary>Gas of a trade.</summary>
        public double GasNumeraire { get; set; }

        /// <summary>Per unit of numeraire: relative risk aversion over the book's value.</summary>
        public double RiskAversion { get; set; } = 5e-6;

        /// <summary>Units of hedge per unit held.</summary>
        public double Ratio { get; set; } = 1;

        /// <summary>The hedge is never off by more than this share of what it hedges.</summary>
        public double MostGapShare { get; set; } = 0.05;

        /// <summary>Health of the margin from which on it is cured in safety's lane.</summary>
        public double Ripcord { get; set; } = 1.1;

        /// <summary>Health below which margin is topped up.</summary>
        public double TopUpBelow { get; set; } = 1.3;

        /// <summary>Health after that.</summary>
        public double MarginTo { get; set; } = 1.6;

        /// <summary>Of the asset, per square root of a year.</summary>
        public double Volatility { get; set; } = 0.8;

        /// <summary>Most that one trade of the hedge is worth.</summary>
        public double MostTradeNumeraire { get; set; } = double.MaxValue;

        /// <summary>
        /// Pool positions in the asset against cash. Each is its numbers (low, high, liquidity), or is followed on the chain: a positionId, with
        /// positionManager where it is not that of contracts, or the pool whose pair tokens the account holds.
        /// </summary>
        public List<LiquidityOptions> Liquidity { get; set; } = [];

        internal HedgeSettings Settings => new()
        {
            Cost = new Bps(CostBps).Fraction,
            Gas = GasNumeraire,
            AbsoluteRiskAversion = RiskAversion,
            Ratio = Ratio,
            MostGapShare = MostGapShare,
            Ripcord = Ripcord,
            TopUpBelow = TopUpBelow,
            MarginTo = MarginTo,
            TakeOutAbove = double.PositiveInfinity,
        };

        public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets)
        {
            foreach (OptionProblem problem in PositionOptions.PairProblems("asset", Asset, "cash", Cash, assets))
                yield return problem;
            foreach (string problem in Settings.Problems())
                yield return new("ripcord", "settings that do not fit together", problem);
            if (!(Volatility >= 0 && double.IsFinite(Volatility)))
                yield return new("volatility", $"{Volatility}", "a number from 0, such as 0.8");
            if (!(MostTradeNumeraire > 0))
                yield return new("mostTradeNumeraire", $"{MostTradeNumeraire}", "an amount above 0");
            for (int i = 0; i < Liquidity.Count; i++)
            {
                if (Liquidity[i].Problem($"liquidity[{i}]") is { } problem)
                    yield return problem;
                else if (Liquidity[i].IsFollowed && Liquidity.Take(i).Any(Liquidity[i].IsSameAs))
                    yield return new($"liquidity[{i}]", "what an entry before it names", "each position once");
            }
        }
    }
}
