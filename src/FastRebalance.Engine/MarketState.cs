using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Planning;

namespace FastRebalance.Engine;

/// <summary>
/// What the engine knows of the world: a pure function of the events applied so far. Owned by the engine thread.
/// </summary>
/// <remarks>
/// Chain events of one block arrive before the block's head. Between the first of them and the head the state is a mixture of
/// two blocks, so <see cref="IsConsistent"/> is false and nothing is decided.
/// </remarks>
public sealed class MarketState
{
    private readonly Pool[] _pools;
    private readonly double[] _unitsPerToken;
    private readonly UInt256[] _holdings;
    private readonly UInt256[] _rest;
    private readonly bool[] _holdingKnown;
    private readonly double[] _quantities;
    private readonly double[] _prices;
    private readonly long[] _priceUnixNs;
    private readonly double[] _referencePrices;
    private readonly long[] _referenceUnixNs;
    private readonly AssetId _numeraire;
    private readonly AssetId _native;
    private NewestOrder _newestOrder;
    private NewestOrder _preemptedOrder;
    private int _unknownHoldings;
    private int _unknownPrices;
    private bool _isProjected;

    public MarketState(EngineSetup setup)
    {
        int assets = setup.Assets.Count;
        _pools = [.. setup.Pools];
        _holdings = new UInt256[assets];
        _rest = new UInt256[assets];
        _holdingKnown = new bool[assets];
        _quantities = new double[assets];
        _prices = new double[assets];
        _priceUnixNs = new long[assets];
        _referencePrices = new double[assets];
        _referenceUnixNs = new long[assets];
        _unitsPerToken = new double[assets];
        for (int i = 0; i < assets; i++)
            _unitsPerToken[i] = Math.Pow(10, setup.Assets[i].Decimals);
        _numeraire = setup.Numeraire;
        _native = setup.Native;
        _unknownHoldings = assets;
        _unknownPrices = assets - 1;
        _prices[_numeraire.Index] = 1;
        _referencePrices[_numeraire.Index] = 1;
        _newestOrder = new NewestOrder(assets);
        _preemptedOrder = new NewestOrder(assets);
        Orders = new OrderTracker(setup.Epoch, setup.SafetyPreempts);
        Fence = new PriceFence(assets);
        Plan = new Plan(assets);
        Lending = setup.Borrows ? new LendingBook(_unitsPerToken) : null;
        Liquidity = setup.Liquidity.Count > 0 ? new PoolPositionBook(setup.Liquidity, _unitsPerToken) : null;
    }

    public int AssetCount => _prices.Length;

    public ReadOnlySpan<Pool> Pools => _pools;

    /// <summary>Units that the account holds, by asset: nothing more can be spent, whatever is under way.</summary>
    public ReadOnlySpan<UInt256> Holdings => _holdings;

    /// <summary>
    /// Whole tokens by asset, as they will be once the order under way has ended: its legs at their least, or at what they really moved
    /// once that is told. With nothing under way, what is held, and with a lending market what is there less what is owed: below zero is
    /// net debt. For valuation only, never for amounts.
    /// </summary>
    public ReadOnlySpan<double> Quantities => _quantities;

    /// <summary>Numeraire per whole token, by asset; 0 while unknown.</summary>
    public ReadOnlySpan<double> Prices => _prices;

    /// <summary>Base units per whole token, by asset.</summary>
    public ReadOnlySpan<double> UnitsPerToken => _unitsPerToken;

    public OrderTracker Orders { get; }

    /// <summary>What trading has moved and cost.</summary>
    public TradeLedger Ledger { get; } = new();

    /// <summary>Stands while nothing has changed that could make a trigger fire.</summary>
    public PriceFence Fence { get; }

    /// <summary>What the account has in its lending market and owes it; null where the portfolio only holds.</summary>
    public LendingBook? Lending { get; }

    /// <summary>Pool positions of the desk that are followed on the chain; null where there are none.</summary>
    public PoolPositionBook? Liquidity { get; }

    /// <summary>Targets, estimates and regions that slow work has told.</summary>
    public Plan Plan { get; }

    /// <summary>Prices of the second source, numeraire per whole token, by asset; 0 while it has told none.</summary>
    public ReadOnlySpan<double> ReferencePrices => _referencePrices;

    /// <summary>Latest event time seen, nanoseconds since 1970. It never goes back.</summary>
    public long NowUnixNs { get; private set; }

    public ulong HeadBlock { get; private set; }

    public ulong BaseFeePerGasWei { get; private set; }

    public ulong PriorityFeePerGasWei { get; private set; }

    /// <summary>What a rollup charges for the bytes of the usual rebalance; 0 where it charges nothing.</summary>
    public ulong DataFeeWei { get; private set; }

    /// <summary>
    /// What a unit of gas costs a plan now, in wei: base fee, tip, and a rollup's fee for bytes spread over the gas of the usual rebalance, since
    /// a longer route has more of both.
    /// </summary>
    public double WeiPerGas => (double)BaseFeePerGasWei + PriorityFeePerGasWei + (DataFeeWei / Triggers.GasCost.UsualUnits);

    /// <summary>False between the first event of a block and its head, and while the feed is lost.</summary>
    public bool IsConsistent { get; private set; }

    /// <summary>Every asset has a price and a holding, and the lending market and the pool positions that are followed have been told, where there are any.</summary>
    public bool IsComplete => _unknownHoldings == 0 && _unknownPrices == 0 && Lending is not { IsTold: false } && Liquidity is not { IsTold: false };

    /// <summary>Orders that were mined and did not revert, as reports came; one that a reorganisation brings again counts again.</summary>
    public ulong OrdersIncluded { get; private set; }

    /// <summary>An operator said pause; resume ends it.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>An operator said flatten: the target is the numeraire alone; resume ends it.</summary>
    public bool IsFlattening { get; private set; }

    /// <summary>Times an operator said resume; what stopped by itself, as at a broken floor, waits for one more.</summary>
    public long Resumes { get; private set; }

    /// <summary>No order for the rest of the run.</summary>
    public bool IsKilled { get; private set; }

    /// <summary>The configuration that holds; the run began with 0.</summary>
    public uint Generation { get; private set; }

    /// <summary>Numeraire spent on gas since midnight UTC of the event clock.</summary>
    public double GasSpentToday => Ledger.GasTodayNumeraire;

    public long PriceUnixNs(AssetId asset) => asset == _numeraire ? NowUnixNs : _priceUnixNs[asset.Index];

    /// <summary>Event time of the second source's newest price; 0 while it has told none.</summary>
    public long ReferenceUnixNs(AssetId asset) => asset == _numeraire ? NowUnixNs : _referenceUnixNs[asset.Index];

    /// <summary>True when the second source has told the asset's price, and not longer ago than this. The numeraire's is always known.</summary>
    public bool IsReferenceFresh(AssetId asset, long maxAgeNs) =>
        asset == _numeraire || (_referencePrices[asset.Index] > 0 && NowUnixNs - _referenceUnixNs[asset.Index] <= maxAgeNs);

    /// <summary>Takes one event in. An event that cannot be true (unknown asset, unusable price) is refused by name and changes nothing.</summary>
    public ApplyVerdict Apply(in MarketEvent e)
    {
        ApplyVerdict verdict = e.Kind == MarketEventKind.Price ? ApplyPrice(in e) : ApplyRare(in e);
        if (verdict == ApplyVerdict.Applied && e.UnixNs > NowUnixNs)
            AdvanceClock(e.UnixNs);
        return verdict;
    }

    /// <summary>
    /// Tells each leg how much of what it sells stays once it is done, by what is held and what the legs before it move. While an order is
    /// under way nobody knows in units what it will leave: then nothing is kept back.
    /// </summary>
    public void KeepTheRest(Span<OrderLeg> legs)
    {
        Span<UInt256> rest = _rest;
        _holdings.CopyTo(rest);
        if (Lending is not null)
        {
            KeepOutside(legs, rest);
            return;
        }
        if (_isProjected)
            return;
        foreach (ref OrderLeg leg in legs)
        {
            ref UInt256 sold = ref rest[leg.Sell.Index];
            sold = sold > leg.AmountIn ? sold - leg.AmountIn : UInt256.Zero;
            leg.KeepBalance = sold;
            ref UInt256 bought = ref rest[leg.Buy.Index];
            if (!UInt256.TryAdd(in bought, in leg.ExpectedOut, out bought))
                bought = UInt256.MaxValue;
        }
    }

    /// <summary>
    /// With a lending market, what a leg sells comes from there: the account's own stays outside, but for what a move puts in.
    /// </summary>
    private static void KeepOutside(Span<OrderLeg> legs, Span<UInt256> outside)
    {
        foreach (ref OrderLeg leg in legs)
        {
            ref UInt256 own = ref outside[leg.Sell.Index];
            if (leg.IsMove)
                own = own > leg.AmountIn ? own - leg.AmountIn : UInt256.Zero;
        }
        foreach (ref OrderLeg leg in legs)
            leg.KeepBalance = outside[leg.Sell.Index];
    }

    /// <summary>An order of these legs goes out now, decided at the present prices. Its name: the run's epoch above a counter.</summary>
    public ulong OpenOrder(ReadOnlySpan<OrderLeg> legs, PolicyTier tier = PolicyTier.None)
    {
        LeaveOut();
        // The fills of one that is pre-empted may still come, and count.
        if (tier == PolicyTier.Safety && Orders.MayBePreempted)
            (_preemptedOrder, _newestOrder) = (_newestOrder, _preemptedOrder);
        ulong order = Orders.Open(NowUnixNs, tier);
        _newestOrder.Open(order, legs, this);
        Project();
        Fence.Fall();
        return order;
    }

    /// <summary>What the newest order's legs spent of what they were to spend; 1 while nobody has told.</summary>
    public double NewestSpentShare => _newestOrder.SpentShare;

    private ApplyVerdict ApplyRare(in MarketEvent e)
    {
        if (e.Kind == MarketEventKind.ReferencePrice)
            return ApplyReference(in e); // no trigger looks at it, so the fence may stand
        Fence.Fall();
        return e.Kind switch
        {
            MarketEventKind.Holding => ApplyHolding(in e),
            MarketEventKind.Head => ApplyHead(in e),
            MarketEventKind.OrderReport => ApplyReport(in e),
            MarketEventKind.Operator => ApplyCommand(e.Command),
            MarketEventKind.FeedLost => Inconsistent(),
            MarketEventKind.LegFill => ApplyFill(in e),
            MarketEventKind.Timer => ApplyVerdict.Applied,
            MarketEventKind.PoolReset or MarketEventKind.PoolReady or MarketEventKind.Reserves or MarketEventKind.Concentrated
                or MarketEventKind.TickLiquidity or MarketEventKind.LiquidityChange or MarketEventKind.PoolBalance
                or MarketEventKind.PoolParameter or MarketEventKind.PoolSwap => ApplyPool(in e),
            MarketEventKind.LendingTerms or MarketEventKind.LendingPosition => ApplyLending(in e),
            MarketEventKind.PoolPosition => ApplyPoolPosition(in e),
            MarketEventKind.PlanAsset => Plan.Collect(e.Asset.Index, in e.PlanAsset),
            MarketEventKind.PlanRow => Plan.Collect(e.Asset.Index, in e.PlanRow),
            MarketEventKind.PlanReady => Plan.Commit(in e.PlanReady, e.UnixNs),
            MarketEventKind.Configuration => ApplyConfiguration(in e.Configuration),
            _ => ApplyVerdict.UnknownKind,
        };
    }

    private ApplyVerdict ApplyPrice(in MarketEvent e)
    {
        int asset = e.Asset.Index;
        if ((uint)asset >= (uint)_prices.Length || e.Asset == _numeraire)
            return ApplyVerdict.UnknownAsset;
        if (!new Price(e.Price.NumerairePerToken).IsUsable)
            return ApplyVerdict.UnusablePrice;
        if (e.UnixNs < _priceUnixNs[asset])
            return ApplyVerdict.OlderThanKnown;
        if (_prices[asset] == 0)
            _unknownPrices--;
        _prices[asset] = e.Price.NumerairePerToken;
        _priceUnixNs[asset] = e.UnixNs;
        Fence.Pass(asset, e.Price.NumerairePerToken);
        return ApplyVerdict.Applied;
    }

    private ApplyVerdict ApplyReference(in MarketEvent e)
    {
        int asset = e.Asset.Index;
        if ((uint)asset >= (uint)_prices.Length || e.Asset == _numeraire)
            return ApplyVerdict.UnknownAsset;
        if (!new Price(e.Price.NumerairePerToken).IsUsable)
            return ApplyVerdict.UnusablePrice;
        if (e.UnixNs < _referenceUnixNs[asset])
            return ApplyVerdict.OlderThanKnown;
        _referencePrices[asset] = e.Price.NumerairePerToken;
        _referenceUnixNs[asset] = e.UnixNs;
        return ApplyVerdict.Applied;
    }

    private ApplyVerdict ApplyHolding(in MarketEvent e)
    {
        int asset = e.Asset.Index;
        if ((uint)asset >= (uint)_holdings.Length)
            return ApplyVerdict.UnknownAsset;
        if (!_holdingKnown[asset])
        {
            _holdingKnown[asset] = true;
            _unknownHoldings--;
        }
        _holdings[asset] = e.Holding;
        _quantities[asset] = HeldTokens(asset); // what is under way is put on top at the head
        return Inconsistent();
    }

    private ApplyVerdict ApplyLending(in MarketEvent e)
    {
        int asset = e.Asset.Index;
        if (Lending is null)
            return ApplyVerdict.UnknownKind;
        if ((uint)asset >= (uint)_holdings.Length)
            return ApplyVerdict.UnknownAsset;
        if (e.Kind == MarketEventKind.LendingTerms)
            Lending.Take(asset, in e.LendingTerms);
        else
            Lending.Take(asset, in e.LendingPosition, e.BlockNumber);
        _quantities[asset] = HeldTokens(asset);
        return Inconsistent();
    }

    private ApplyVerdict ApplyPoolPosition(in MarketEvent e) =>
        Liquidity is null ? ApplyVerdict.UnknownKind
        : Liquidity.TryTake(e.Subject - 1, in e.PoolPosition) ? Inconsistent() : ApplyVerdict.UnknownPosition;

    /// <summary>Whole tokens outside and inside the lending market, less what is owed.</summary>
    private double HeldTokens(int asset) => ((double)_holdings[asset] / _unitsPerToken[asset]) + (Lending?.NetTokens(asset) ?? 0);

    private ApplyVerdict ApplyPool(in MarketEvent e)
    {
        int pool = e.Pool.Index;
        if ((uint)pool >= (uint)_pools.Length)
            return ApplyVerdict.UnknownPool;
        _pools[pool].Apply(in e);
        return Inconsistent();
    }

    private ApplyVerdict ApplyHead(in MarketEvent e)
    {
        HeadBlock = e.BlockNumber;
        BaseFeePerGasWei = e.Head.BaseFeePerGasWei;
        PriorityFeePerGasWei = e.Head.PriorityFeePerGasWei;
        DataFeeWei = e.Head.DataFeeWei;
        IsConsistent = true;
        Orders.OnHead(e.BlockNumber);
        Project();
        return ApplyVerdict.Applied;
    }

    private ApplyVerdict ApplyReport(in MarketEvent e)
    {
        Orders.OnReport(in e.Order);
        _newestOrder.OnReport(in e.Order);
        if (e.Order.Status == SubmitStatus.Included)
            OrdersIncluded++;
        Project();
        // A cancel that made an order impossible was paid for too. One that is mined again after a reorganisation counts twice: the safe side.
        if (e.Order.Status is SubmitStatus.Included or SubmitStatus.Reverted or SubmitStatus.Dropped)
        {
            Ledger.Advance(Math.Max(NowUnixNs, e.UnixNs));
            Ledger.AddGas(((double)e.Order.GasUsed * e.Order.EffectiveGasPriceWei + e.Order.DataFeeWei) * NumerairePerWei);
        }
        if (e.Order.Status == SubmitStatus.Foreign)
            IsKilled = true;
        return ApplyVerdict.Applied;
    }

    private ApplyVerdict ApplyFill(in MarketEvent e)
    {
        NewestOrder order = e.Fill.OrderId == _preemptedOrder.Id ? _preemptedOrder : _newestOrder;
        // A fill of an older order, mined again after a reorganisation: it was counted when it was the newest.
        if (!order.TryFill(in e.Fill, out NewestOrder.Leg before))
            return ApplyVerdict.Applied;
        long unixNs = Math.Max(NowUnixNs, e.UnixNs);
        Ledger.Advance(unixNs);
        Ledger.AddFill(e.Fill.OrderId, in before, in order[e.Fill.LegIndex], unixNs);
        Project();
        return ApplyVerdict.Applied;
    }

    private ApplyVerdict ApplyCommand(OperatorCommand command)
    {
        switch (command)
        {
            case OperatorCommand.Pause:
                IsPaused = true;
                return ApplyVerdict.Applied;
            case OperatorCommand.Resume:
                IsPaused = false;
                IsFlattening = false;
                Resumes++;
                return ApplyVerdict.Applied;
            case OperatorCommand.Kill:
                IsKilled = true;
                return ApplyVerdict.Applied;
            case OperatorCommand.Flatten when Lending is null: // a debt is not paid back by selling what is held
                IsPaused = false;
                IsFlattening = true;
                return ApplyVerdict.Applied;
            default:
                return ApplyVerdict.UnknownKind;
        }
    }

    /// <summary>Nothing of the world has changed: only what is wanted of it.</summary>
    private ApplyVerdict ApplyConfiguration(in ConfigurationChange change)
    {
        Generation = change.Generation;
        return ApplyVerdict.Applied;
    }

    /// <summary>Numeraire for one wei of the native coin; 0 while its price is unknown.</summary>
    public double NumerairePerWei => _prices[_native.Index] / _unitsPerToken[_native.Index];

    private ApplyVerdict Inconsistent()
    {
        IsConsistent = false;
        return ApplyVerdict.Applied;
    }

    private void AdvanceClock(long unixNs)
    {
        NowUnixNs = unixNs;
        Ledger.Advance(unixNs);
    }

    /// <summary>Takes what is under way out of the quantities: they are what is held, until <see cref="Project"/>.</summary>
    internal void LeaveOut()
    {
        if (_isProjected)
            _newestOrder.Write(_quantities, this, withOrder: false);
        _isProjected = false;
    }

    /// <summary>Brings what is under way into the quantities, or takes it out again. Nothing to do in most blocks.</summary>
    internal void Project()
    {
        bool isUnderWay = Orders.InFlightOrder != 0 && Orders.InFlightOrder == _newestOrder.Id && !_newestOrder.IsIn(this);
        if (isUnderWay || _isProjected)
            _newestOrder.Write(_quantities, this, isUnderWay);
        _isProjected = isUnderWay;
    }
}
