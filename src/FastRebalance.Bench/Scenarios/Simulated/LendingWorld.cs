using FastRebalance.Amm;
using FastRebalance.Amm.UniswapV3;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Lending;
using FastRebalance.MarketData.Lending;

namespace FastRebalance.Bench.Scenarios.Simulated;

/// <summary>
/// A simulated chain of one concentrated pool and one lending market, both by their exact arithmetic: others bring the pool to the path's price at each
/// block, the oracle follows late, and an account is liquidated in the very block in which its health falls below one.
/// </summary>
internal sealed class LendingWorld
{
    public static readonly AssetId Usdc = AssetId.FromIndex(0);
    public static readonly AssetId Weth = AssetId.FromIndex(1);
    public static readonly IReadOnlyList<string> Symbols = ["USDC", "WETH"];

    private const uint FeePips = 500;
    private const int Spacing = 10;
    private const int WidestTick = 887_270;
    private const int OracleHeartbeatSeconds = 3_600;
    private static readonly Address s_vault = AddressOf(0x99);
    private static readonly PoolId s_poolId = PoolId.FromIndex(0);
    private static readonly int[] s_decimals = [6, 18];

    private readonly LendingMarket _market;
    private readonly LendingAccount _account;
    private readonly AccountEntry[] _entries = new AccountEntry[AccountConfiguration.MostReserves];
    private readonly Queue<(long At, double Price)> _told = new();
    private readonly CrashVariant _variant;
    private readonly LendingTerms[] _terms = new LendingTerms[2];
    private long _oracleAt;
    private bool _hasTerms;

    /// <param name="variant">How late the oracle is.</param>
    /// <param name="start">The first block's price and time.</param>
    public LendingWorld(CrashVariant variant, in WorldBlock start)
    {
        _variant = variant;
        Pool = NewPool();
        ulong time = (ulong)start.UnixSeconds;
        _market = new LendingMarket(
            new LendingSites(AddressOf(0x20), AddressOf(0x21), AddressOf(0x22), AddressOf(0x23)),
            [NewReserve(0, 7_500, 7_800, 10_450, time), NewReserve(1, 8_050, 8_300, 10_500, time)]);
        for (int slot = 0; slot < 2; slot++)
            _market.SetFeed(new PriceFeed(slot, AssetAddress(slot), AddressOf(0x30 + slot), AddressOf(0x30 + slot)), UInt256.PowerOfTen(8), time);
        _account = _market.Follow(s_vault);
        _account.Reset(default, 0, [], []);
        SetOracle(start.Price, start.UnixSeconds);
    }

    /// <summary>The world's pool; the desk has a copy of its own.</summary>
    public Pool Pool { get; }

    public ulong Time { get; private set; }

    public double Price { get; private set; }

    public static Pool NewPool()
    {
        PoolFacts facts = new(UniswapV3Pool.KindName, AddressOf(0x10), AssetAddress(0), AssetAddress(1), FeePips, Spacing);
        return new UniswapV3Pool(facts, s_poolId, [Usdc, Weth]);
    }

    /// <summary>Supplies and owes whole tokens before the first block.</summary>
    public void Open(AssetId collateral, double supplied, AssetId debt, double borrowed)
    {
        Time = _market.Reserves[0].State.LastUpdate;
        Put(collateral, Units(collateral, supplied));
        if (!TryTake(debt, Units(debt, borrowed)))
            throw new InvalidOperationException("the position cannot be opened");
    }

    /// <summary>A block by others: rates, the pool, the oracle.</summary>
    public void Advance(in WorldBlock block, List<MarketEvent> events)
    {
        Time = (ulong)block.UnixSeconds;
        TakeRates(0, block.Usdc);
        TakeRates(1, block.Weth);
        MovePool(in block, events);
        TellOracle(in block);
    }

    /// <summary>At the oracle's prices and this block's time.</summary>
    public double Health()
    {
        Require(_market.Fill(_account, Time, _entries, out int count) == LendingStatus.Exact);
        Require(AccountMath.HealthFactor(_entries.AsSpan(0, count), _market.Prices, AccountMath.NoSlot, UInt256.Zero, out UInt256 health) == LendingStatus.Exact);
        return health == UInt256.MaxValue ? double.PositiveInfinity : (double)health / 1e18;
    }

    /// <summary>Value of WETH over equity at the path's price.</summary>
    public double Leverage() => Net(Weth) * Price / Equity();

    /// <summary>In USDC at the path's price.</summary>
    public double Equity() => Net(Usdc) + Net(Weth) * Price;

    /// <summary>Does what the executor does with a leg: out of the market, through the pool, into the market. False where it would revert.</summary>
    public bool TryTrade(in OrderLeg leg, double healthFloor, List<MarketEvent> events, out UInt256 received)
    {
        received = default;
        Kept before = Keep();
        double health = Health();
        if (TryTake(leg.Sell, leg.AmountIn) && Pool.QuoteExactIn(leg.Sell, leg.Buy, leg.AmountIn, out SwapQuote quote) == QuoteStatus.Exact
            && quote.AmountOut >= leg.MinimumOut)
        {
            received = quote.AmountOut;
            Put(leg.Buy, received);
            double after = Health();
            if (after >= healthFloor || after > health)
                return true;
        }
        GoBack(in before);
        return false;
    }

    /// <summary>What the feed would publish at the end of the block, but for the head.</summary>
    public void AppendEvents(List<MarketEvent> events)
    {
        for (int i = 0; i < 2; i++)
        {
            ushort subject = AssetId.FromIndex(i).Value;
            Require(LendingSurvey.Terms(_market, _account, _market.Reserves[i], Time, out LendingTerms terms) == LendingStatus.Exact);
            if (!_hasTerms || !LendingSurvey.AreSame(in terms, in _terms[i]))
                events.Add(new MarketEvent { Kind = MarketEventKind.LendingTerms, Subject = subject, LendingTerms = terms });
            _terms[i] = terms;
            Require(LendingSurvey.Position(_market, _account, _market.Reserves[i], Time, out LendingPosition position) == LendingStatus.Exact);
            events.Add(new MarketEvent { Kind = MarketEventKind.LendingPosition, Subject = subject, LendingPosition = position });
            if (!_hasTerms)
                events.Add(new MarketEvent { Kind = MarketEventKind.Holding, Subject = subject });
        }
        _hasTerms = true;
        MarketEvent price = new() { Kind = MarketEventKind.Price, Subject = Weth.Value };
        price.Price = new PriceUpdate { NumerairePerToken = Price, Via0 = s_poolId };
        events.Add(price);
    }

    public static UInt256 Units(AssetId asset, double tokens) =>
        UInt256.TryFromDoubleFloor(tokens * Math.Pow(10, s_decimals[asset.Index]), out UInt256 units) ? units : throw new ArgumentOutOfRangeException(nameof(tokens));

    public static double Tokens(AssetId asset, in UInt256 units) => (double)units / Math.Pow(10, s_decimals[asset.Index]);

    private double Net(AssetId asset)
    {
        Require(LendingSurvey.Position(_market, _account, _market.Reserves[asset.Index], Time, out LendingPosition position) == LendingStatus.Exact);
        return Tokens(asset, position.Supplied) - Tokens(asset, position.Borrowed);
    }

    private void TakeRates(int reserve, LendingRates? rates)
    {
        if (rates is not { } told)
            return;
        ref ReserveState state = ref _market.Reserves[reserve].State;
        Require(state.TryUpdate(Time));
        state.Rates = new ReserveRates((UInt128)(told.Supply * 1e27), (UInt128)(told.Borrow * 1e27));
    }

    private void MovePool(in WorldBlock block, List<MarketEvent> events)
    {
        int tick = (int)Math.Round(Math.Log(1e12 / block.Price) / Math.Log(1.0001));
        Price = CrashTape.PriceOf(tick);
        MarketEvent state = new() { Kind = MarketEventKind.Concentrated, Subject = s_poolId.Value };
        state.Concentrated = new ConcentratedState { SqrtPriceX96 = TickMath.SqrtRatioAtTick(tick), Tick = tick };
        MarketEvent liquidity = new() { Kind = MarketEventKind.LiquidityChange, Subject = s_poolId.Value };
        liquidity.Liquidity = new LiquidityChange { TickLower = -WidestTick, TickUpper = WidestTick, Delta = (Int128)block.Liquidity };
        Span<MarketEvent> all =
        [
            new MarketEvent { Kind = MarketEventKind.PoolReset, Subject = s_poolId.Value }, state, liquidity,
            new MarketEvent { Kind = MarketEventKind.PoolReady, Subject = s_poolId.Value },
        ];
        foreach (ref MarketEvent e in all)
        {
            Pool.Apply(in e);
            events.Add(e);
        }
    }

    private void TellOracle(in WorldBlock block)
    {
        _told.Enqueue((block.UnixSeconds + _variant.OracleLagSeconds, Price));
        double seen = 0;
        while (_told.TryPeek(out (long At, double Price) next) && next.At <= block.UnixSeconds)
            seen = _told.Dequeue().Price;
        double stands = (double)_market.Prices[1] / 1e8;
        if (seen > 0 && (Math.Abs(seen / stands - 1) >= _variant.OracleDeviation || block.UnixSeconds - _oracleAt >= OracleHeartbeatSeconds))
            SetOracle(seen, block.UnixSeconds);
    }

    private void SetOracle(double price, long time)
    {
        _oracleAt = time;
        _market.SetFeed(_market.Feeds.First(feed => feed.Slot == 1), (UInt256)(ulong)Math.Round(price * 1e8), (ulong)time);
    }

    // Collateral first, then new debt.
    private bool TryTake(AssetId asset, UInt256 amount)
    {
        LendingReserve reserve = _market.Reserves[asset.Index];
        RateStrategy strategy = reserve.Facts.Strategy!;
        ref ReserveState state = ref reserve.State;
        ref UInt128 own = ref _account.SupplyOf(reserve.Id);
        Require(state.IncomeAt(Time, out UInt256 income) == LendingStatus.Exact && WadRay.TryRayMul(own, in income, out _));
        Require(WadRay.TryRayMul(own, in income, out UInt256 balance));
        UInt256 withdrawn = UInt256.Min(in balance, in amount), borrowed = amount - withdrawn;
        if (!withdrawn.IsZero)
        {
            if (!state.TryWithdraw(strategy, Time, in withdrawn))
                return false;
            Require(WadRay.TryRayDiv(in withdrawn, state.LiquidityIndex, out UInt256 scaled));
            own = scaled >= own ? 0 : own - (UInt128)scaled;
        }
        if (!borrowed.IsZero)
        {
            if (!state.TryBorrow(strategy, Time, in borrowed))
                return false;
            Require(WadRay.TryRayDiv(in borrowed, state.BorrowIndex, out UInt256 scaled));
            _account.DebtOf(reserve.Id) += (UInt128)scaled;
        }
        Configure(reserve.Id);
        return true;
    }

    // Repays, then supplies.
    private void Put(AssetId asset, UInt256 amount)
    {
        LendingReserve reserve = _market.Reserves[asset.Index];
        RateStrategy strategy = reserve.Facts.Strategy!;
        ref ReserveState state = ref reserve.State;
        ref UInt128 debt = ref _account.DebtOf(reserve.Id);
        Require(state.DebtIndexAt(Time, out UInt256 index) == LendingStatus.Exact && WadRay.TryRayMul(debt, in index, out _));
        Require(WadRay.TryRayMul(debt, in index, out UInt256 owed));
        UInt256 repaid = UInt256.Min(in owed, in amount), supplied = amount - repaid;
        if (!repaid.IsZero)
        {
            Require(state.TryRepay(strategy, Time, in repaid) && WadRay.TryRayDiv(in repaid, state.BorrowIndex, out _));
            Require(WadRay.TryRayDiv(in repaid, state.BorrowIndex, out UInt256 scaled));
            debt = scaled >= debt ? 0 : debt - (UInt128)scaled;
        }
        if (!supplied.IsZero)
        {
            Require(state.TrySupply(strategy, Time, in supplied));
            Require(WadRay.TryRayDiv(in supplied, state.LiquidityIndex, out UInt256 scaled));
            _account.SupplyOf(reserve.Id) += (UInt128)scaled;
        }
        Configure(reserve.Id);
    }

    private void Configure(int reserve) => _account.Configuration = _account.Configuration
        .WithCollateral(reserve, _account.ScaledSupply[reserve] != 0).WithBorrowing(reserve, _account.ScaledDebt[reserve] != 0);

    private Kept Keep() => new(
        _market.Reserves[0].State, _market.Reserves[1].State, _account.Configuration, _account.ScaledSupply[0], _account.ScaledSupply[1],
        _account.ScaledDebt[0], _account.ScaledDebt[1]);

    private void GoBack(in Kept kept)
    {
        _market.Reserves[0].State = kept.Usdc;
        _market.Reserves[1].State = kept.Weth;
        _account.Reset(kept.Configuration, 0, [kept.UsdcSupply, kept.WethSupply], [kept.UsdcDebt, kept.WethDebt]);
    }

    private static LendingReserve NewReserve(int id, ulong ltvBps, ulong thresholdBps, ulong bonusBps, ulong time)
    {
        ReserveConfiguration configuration = new ReserveConfiguration((UInt256)(ulong)s_decimals[id] << 48).WithActive(true).WithBorrowing(true)
            .WithReserveFactor(1_000).WithCollateral(ltvBps, thresholdBps, bonusBps);
        RateStrategy strategy = new()
        {
            OptimalUsage = WadRay.Ray / 10ul * 9ul, BaseRate = default, Slope1 = WadRay.Ray / 25ul, Slope2 = WadRay.Ray / 10ul * 6ul,
        };
        ReserveFacts facts = new(id, AssetAddress(id), AddressOf(0x40 + id), AddressOf(0x50 + id), AddressOf(0x60 + id), strategy);
        UInt256 others = UInt256.PowerOfTen(s_decimals[id]) * (id == 0 ? 100_000_000ul : 50_000ul);
        return new LendingReserve(facts, new ReserveState
        {
            Configuration = configuration, LiquidityIndex = (UInt128)WadRay.Ray, BorrowIndex = (UInt128)WadRay.Ray, LastUpdate = time,
            ScaledSupply = (UInt128)others, ScaledDebt = (UInt128)(others / 2ul), Available = others / 2ul,
        });
    }

    private static Address AssetAddress(int asset) => AddressOf(1 + asset);

    private static Address AddressOf(int number) => Address.Parse($"0x{number:x40}");

    private static void Require(bool holds)
    {
        if (!holds)
            throw new InvalidOperationException("the lending market's arithmetic refused what cannot be refused");
    }

    private readonly record struct Kept(
        ReserveState Usdc, ReserveState Weth, AccountConfiguration Configuration, UInt128 UsdcSupply, UInt128 WethSupply, UInt128 UsdcDebt, UInt128 WethDebt);
}
