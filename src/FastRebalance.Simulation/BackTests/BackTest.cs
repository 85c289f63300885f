using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Engine.Planning;
using FastRebalance.Engine.Risk;
using FastRebalance.Engine.Routing;
using FastRebalance.Routing.Paths;
using FastRebalance.Simulation.Markets;
using FastRebalance.Simulation.Tapes;

namespace FastRebalance.Simulation.BackTests;

/// <summary>
/// The live engine over a price history: every row of the tape becomes the events that a feed would have told, orders are executed on a
/// simulated market after their latency, and what becomes of them comes back as events. Nothing here decides.
/// </summary>
/// <remarks>
/// An order decided on one row is executed on a later one, never at the print that triggered it. Between two orders and inside the band
/// nothing is allocated. One thread at a time.
/// </remarks>
public sealed class BackTest : IDecisionSink
{
    internal const uint NominalGas = 155_000;
    private const double WeiPerGwei = 1e9;

    // Debt is told with each order, and every so often besides: interest and the oracle's price, which here is the tape's.
    private const long DebtToldEveryNs = 60L * Times.NsPerSecond;
    private const double OracleUnits = 1e8;
    private const double OracleMost = 1e19;

    private readonly BackTestSetup _setup;
    private readonly PriceBoard _board;
    private readonly SimulatedMarket _market;
    private readonly RebalancePipeline _pipeline;
    private readonly Planner? _planner;
    private readonly Account _account;
    private readonly Performance _performance;
    private readonly Execution _execution;
    private readonly PendingOrder _pending = new();
    private readonly Tally _tally = new();
    private readonly List<SimulatedTrade> _trades = [];
    private readonly List<MarketEvent> _plan = [];
    private readonly LendingModel? _lending;
    private readonly UInt256[] _debt;
    private readonly int[] _rowAssets;
    private readonly double[] _rowPrices;
    private readonly int _endRow;
    private readonly long _latencyNs;
    private readonly long _blockNs;
    private int _row;
    private int _rowCount;
    private int _gasRow = -1;
    private long _now;
    private long _openedUnixNs;
    private long _sequence;
    private long _prices;
    private bool _planIsDue;
    private MarketEvent _price;
    private long _accruedUnixNs;
    private long _lendingToldUnixNs;
    private double _interest;
    private double _lostToLiquidators;
    private double _leastHealth = double.PositiveInfinity;
    private int _liquidations;

    /// <exception cref="ArgumentException">The setup has no rows.</exception>
    public BackTest(BackTestSetup setup)
    {
        _setup = setup;
        _row = setup.FirstRow;
        _endRow = Math.Min(setup.EndRow ?? int.MaxValue, setup.Prices.Rows);
        if (_row < 0 || _row >= _endRow)
            throw new ArgumentException($"rows {_row} to {_endRow} of a tape of {setup.Prices.Rows}: there is nothing to test");
        int assets = setup.Assets.Count;
        _board = new PriceBoard(assets, setup.Numeraire);
        _market = setup.Market.Make(setup.Assets, setup.Numeraire, _board);
        PortfolioPolicy policy = setup.MakePolicy();
        _planner = policy.MakePlanner?.Invoke();
        EngineSetup engine = new(setup.Assets, _market.Pools, setup.Numeraire, setup.Native, Epoch: 1) { Borrows = setup.Lending is not null };
        _lending = setup.Lending;
        MarketState state = new(engine);
        IPathSearch search = PathSearches.ForPools(assets, _market.Pools, out _);
        _pipeline = new RebalancePipeline(state, policy, new Router(engine, state, search), this);
        _account = new Account(setup);
        _execution = new Execution(setup, _board, _market, _account);
        ReadOnlySpan<long> times = setup.Prices.UnixNs[_row.._endRow];
        _performance = new Performance(
            _pipeline.LastCycle.Targets, times.Length, (int)((times[^1] - times[0]) / Times.NsPerDay) + 1, setup.PathPoints);
        _debt = new UInt256[assets];
        _rowAssets = new int[assets];
        _rowPrices = new double[assets];
        _latencyNs = (long)setup.Latency.TotalNanoseconds;
        _blockNs = (long)setup.BlockTime.TotalNanoseconds;
        _price.Kind = MarketEventKind.Price;
    }

    /// <summary>The engine under test.</summary>
    public RebalancePipeline Pipeline => _pipeline;

    /// <summary>Every row, and the result.</summary>
    public static BackTestResult Run(BackTestSetup setup, CancellationToken cancellation = default)
    {
        const int rowsBetweenLooks = 8192;
        BackTest test = new(setup);
        for (int i = 1; test.Step(); i++)
            if (i % rowsBetweenLooks == 0)
                cancellation.ThrowIfCancellationRequested();
        return test.Finish();
    }

    /// <summary>One row of the tape; false when there is none left.</summary>
    public bool Step()
    {
        if (_row >= _endRow)
            return false;
        _now = _setup.Prices.UnixNs[_row];
        ReadRow();
        if (_performance.IsOpen)
        {
            _performance.Settle(_now);
            FollowDebt();
        }
        else if (_board.IsComplete)
            Open();
        if (_performance.IsOpen)
            Trade();
        else
            FeedPrices(endsBatch: true);
        _row++;
        return true;
    }

    /// <summary>The result of the rows so far.</summary>
    /// <exception cref="InvalidDataException">The tape never had a price for every asset.</exception>
    public BackTestResult Finish()
    {
        if (!_performance.IsOpen)
            throw new InvalidDataException("the tape ends before every asset has had a price");
        _pipeline.Flush();
        _performance.Close(_now, _board.Prices);
        return Result();
    }

    void IDecisionSink.Publish(ReadOnlySpan<OrderEvent> decisionAndLegs)
    {
        _tally.Add(in decisionAndLegs[0]);
        _setup.Observer?.Publish(decisionAndLegs);
        if (decisionAndLegs.Length > 1)
            _pending.Take(decisionAndLegs, _now, DueOf(_now));
    }

    private long DueOf(long decided)
    {
        long due = decided + _latencyNs;
        if (_blockNs <= 0)
            return due;
        // The block of the decision's own moment is full already, however fast we are.
        long block = (due + _blockNs - 1) / _blockNs * _blockNs;
        return block > decided ? block : block + _blockNs;
    }

    private void ReadRow()
    {
        _rowCount = 0;
        PriceTape tape = _setup.Prices;
        for (int i = 0; i < tape.AssetCount; i++)
        {
            ReadOnlySpan<double> column = tape.Of(i);
            if (column.IsEmpty || double.IsNaN(column[_row]))
                continue;
            double price = column[_row];
            if (_performance.IsOpen)
                _performance.Move(i, _board.Prices[i], price);
            _board.Set(i, price, _now);
            _rowAssets[_rowCount] = i;
            _rowPrices[_rowCount++] = price;
        }
        if (_performance.IsOpen)
            _market.Follow();
    }

    private void Open()
    {
        _openedUnixNs = _now;
        _market.Open();
        IReadOnlyList<UInt256> holdings = _setup.Holdings ?? AtTarget();
        for (int i = 0; i < holdings.Count; i++)
            if (_lending is null)
                _account.Set(i, holdings[i]);
            else
                _account.SetLent(i, holdings[i], _debt[i]);
        _accruedUnixNs = _now;
        _performance.Open(_now, _account.Quantities, _board.Prices);
        FeedHoldings();
        AdvanceGas();
        FeedHead(endsBatch: false);
    }

    /// <summary>The initial value at the target weights; all of it in cash where the target has no weights yet.</summary>
    private UInt256[] AtTarget()
    {
        PortfolioPolicy policy = _setup.MakePolicy();
        MarketState state = new(new EngineSetup(_setup.Assets, [], _setup.Numeraire, _setup.Native, Epoch: 1) { Borrows = _lending is not null });
        RebalanceCycle cycle = new(state, new RiskBounds(0, default), _setup.Numeraire) { TotalNumeraire = _setup.InitialValueNumeraire };
        for (int i = 0; i < _setup.Assets.Count; i++)
        {
            state.Apply(PriceEvent(i, _board.Prices[i]));
            if (_lending is not null)
                state.Apply(TermsEvent(i));
        }
        cycle.Values[_setup.Numeraire.Index] = _setup.InitialValueNumeraire;
        if (policy.Target.IsReady(cycle))
            policy.Target.Aim(cycle);
        else
            cycle.Targets[_setup.Numeraire.Index] = 1;
        UInt256[] units = new UInt256[_setup.Assets.Count];
        for (int i = 0; i < units.Length; i++)
        {
            units[i] = _account.FloorUnits(i, Math.Max(0, cycle.Targets[i]) * _setup.InitialValueNumeraire / _board.Prices[i]);
            if (_lending is not null)
                _debt[i] = _account.FloorUnits(i, Math.Max(0, -cycle.Targets[i]) * _setup.InitialValueNumeraire / _board.Prices[i]);
        }
        return units;
    }

    private void Trade()
    {
        bool executes = _pending.IsThere && (_pending.IsPastDeadline || _pending.CanExecute(_board));
        bool tells = IsDebtToTell();
        if (tells)
            FeedHoldings();
        if (AdvanceGas() || tells)
            FeedHead(endsBatch: !executes && _rowCount == 0);
        FeedPrices(endsBatch: !executes);
        if (executes)
            Execute();
        FeedPlan();
        _performance.EndRow(_now, _board.Prices);
    }

    private void FeedPrices(bool endsBatch)
    {
        _price.UnixNs = _now;
        for (int i = 0; i < _rowCount; i++)
        {
            _price.Subject = (ushort)(_rowAssets[i] + 1);
            _price.Price.NumerairePerToken = _rowPrices[i];
            Feed(in _price, endsBatch && i == _rowCount - 1);
        }
        _prices += _rowCount;
    }

    private void Execute()
    {
        SimulatedTrade trade = _execution.Execute(_pending, _now, GasPriceWei(), out ulong gasUsed);
        _pending.Clear();
        _trades.Add(trade);
        _performance.Trade(_account.Quantities, _board.Prices, _account.Owed, trade.Fees + trade.Impact + trade.Gas);
        if (trade.Status == SubmitStatus.Included)
            FeedFills(trade);
        MarketEvent report = Event(MarketEventKind.OrderReport);
        report.Order.OrderId = trade.OrderId;
        report.Order.Status = trade.Status;
        report.Order.GasUsed = gasUsed;
        report.Order.EffectiveGasPriceWei = GasPriceWei();
        report.Order.IncludedBlock = Block;
        Feed(in report, endsBatch: false);
        FeedHoldings();
        FeedHead(endsBatch: true);
    }

    private void FeedFills(SimulatedTrade trade)
    {
        for (int i = 0; i < trade.Legs.Count; i++)
        {
            MarketEvent fill = Event(MarketEventKind.LegFill);
            fill.Fill.OrderId = trade.OrderId;
            fill.Fill.LegIndex = (byte)i;
            fill.Fill.Spent = trade.Legs[i].AmountIn;
            fill.Fill.Received = trade.Legs[i].Received;
            Feed(in fill, endsBatch: false);
        }
    }

    private void FeedHoldings()
    {
        for (int i = 0; i < _account.Units.Length; i++)
        {
            MarketEvent holding = Event(MarketEventKind.Holding);
            holding.Subject = (ushort)(i + 1);
            holding.Holding = _account.Units[i];
            Feed(in holding, endsBatch: false);
        }
        if (_lending is not null)
            FeedDebt();
    }

    private void FeedDebt()
    {
        _lendingToldUnixNs = _now;
        for (int i = 0; i < _account.Supplied.Length; i++)
        {
            MarketEvent terms = TermsEvent(i);
            Feed(in terms, endsBatch: false);
            MarketEvent position = Event(MarketEventKind.LendingPosition);
            position.Subject = (ushort)(i + 1);
            position.LendingPosition = new LendingPosition { Supplied = _account.Supplied[i], Borrowed = _account.Borrowed[i], IsCollateral = true };
            Feed(in position, endsBatch: false);
        }
    }

    /// <summary>Interest since the row before, and a liquidator where health is below one: he is always there, and always first.</summary>
    private void FollowDebt()
    {
        if (_lending is null)
            return;
        double before = Worth();
        _account.Accrue((_now - _accruedUnixNs) / Times.NsPerYear);
        _accruedUnixNs = _now;
        double interest = before - Worth();
        _interest += interest;
        double health = _account.Health(_board.Prices), lost = 0;
        _leastHealth = Math.Min(_leastHealth, health);
        if (_account.TryLiquidate(_board.Prices, out lost))
        {
            _liquidations++;
            _lostToLiquidators += lost;
            _lendingToldUnixNs = 0; // told at once
        }
        _performance.Trade(_account.Quantities, _board.Prices, _account.Owed, interest + lost);
    }

    private double Worth()
    {
        double worth = 0;
        for (int i = 0; i < _account.Quantities.Length; i++)
            worth += _account.Quantities[i] * _board.Prices[i];
        return worth;
    }

    private bool IsDebtToTell() => _lending is not null && _now - _lendingToldUnixNs >= DebtToldEveryNs;

    private MarketEvent TermsEvent(int asset)
    {
        MarketEvent e = Event(MarketEventKind.LendingTerms);
        e.Subject = (ushort)(asset + 1);
        e.LendingTerms = new LendingTerms
        {
            Borrowable = UInt256.MaxValue,
            Suppliable = UInt256.MaxValue,
            OraclePrice = (ulong)Math.Clamp(_board.Prices[asset] * OracleUnits, 1, OracleMost),
            SupplyRatePerYear = (float)_lending!.SupplyRatesPerYear[asset],
            BorrowRatePerYear = (float)_lending.BorrowRatesPerYear[asset],
            LiquidationThresholdBps = (ushort)Math.Round(_lending.LiquidationThresholds[asset] * Bps.PerUnit),
            LoanToValueBps = (ushort)Math.Round(_lending.LoanToValues[asset] * Bps.PerUnit),
            LiquidationBonusBps = (ushort)Math.Round(_lending.LiquidationBonus * Bps.PerUnit),
            Flags = LendingFlags.IsOpen | LendingFlags.TakesMore,
        };
        return e;
    }

    private void FeedHead(bool endsBatch)
    {
        MarketEvent head = Event(MarketEventKind.Head);
        head.Head.BaseFeePerGasWei = GasPriceWei();
        head.Head.TimestampSeconds = _now / Times.NsPerSecond;
        Feed(in head, endsBatch);
    }

    /// <summary>What the planner makes of the events so far, at once: a plan takes no time here.</summary>
    private void FeedPlan()
    {
        if (!_planIsDue)
            return;
        _planIsDue = false;
        _plan.Clear();
        _planner!.Plan(_plan);
        for (int i = 0; i < _plan.Count; i++)
        {
            MarketEvent e = _plan[i];
            e.UnixNs = _now;
            Feed(in e, endsBatch: i == _plan.Count - 1);
        }
    }

    private void Feed(in MarketEvent e, bool endsBatch)
    {
        if (_planner is not null)
            _planIsDue |= _planner.Observe(in e);
        _pipeline.OnEvent(in e, _sequence++, endsBatch);
    }

    /// <summary>True when another gas price holds from now on.</summary>
    private bool AdvanceGas()
    {
        if (_setup.Gas is not { } gas)
            return false;
        int before = _gasRow;
        while (_gasRow + 1 < gas.Rows && gas.UnixNs(_gasRow + 1) <= _now)
            _gasRow++;
        return _gasRow != before;
    }

    private ulong GasPriceWei()
    {
        if (_setup.GasNumerairePerTrade is { } numeraire)
            return (ulong)Math.Round(numeraire / ((_setup.GasPerTrade ?? NominalGas) * _execution.NumerairePerWei));
        // Before its first price the tape says nothing better than that one.
        return _setup.Gas?.WeiPerGas(Math.Max(0, _gasRow)) ?? (ulong)Math.Round(_setup.GasPriceGwei * WeiPerGwei);
    }

    private ulong Block => 1 + (_blockNs > 0 ? (ulong)((_now - _openedUnixNs) / _blockNs) : (ulong)(_row - _setup.FirstRow));

    private MarketEvent Event(MarketEventKind kind) => new() { Kind = kind, UnixNs = _now, BlockNumber = Block };

    private MarketEvent PriceEvent(int asset, double price)
    {
        MarketEvent e = Event(MarketEventKind.Price);
        e.Subject = (ushort)(asset + 1);
        e.Price.NumerairePerToken = price;
        return e;
    }

    private BackTestResult Result() => new()
    {
        FromUnixNs = _openedUnixNs,
        ToUnixNs = _now,
        Prices = _prices,
        InitialValue = _performance.InitialValue,
        FinalValue = _performance.Value,
        BuyAndHoldValue = _performance.BuyAndHold,
        AtTargetValue = _performance.AtTarget,
        PriceMoves = _performance.PriceMoves,
        MeanValue = _performance.MeanValue,
        Costs = new CostLedger
        {
            Fees = _trades.Sum(t => t.Fees),
            Impact = _trades.Sum(t => t.Impact),
            Gas = _trades.Where(t => t.Status == SubmitStatus.Included).Sum(t => t.Gas),
            FailedGas = _trades.Where(t => t.Status != SubmitStatus.Included).Sum(t => t.Gas),
            AdverseMove = _trades.Sum(t => t.AdverseMove),
            Interest = _interest,
            Liquidations = _lostToLiquidators,
        },
        GapSquared = _performance.GapSquared,
        BuyAndHoldGapSquared = _performance.HeldGapSquared,
        CostFraction = _performance.CostFraction,
        RiskAversion = _setup.RiskAversion,
        MaxDrawdown = _performance.MaxDrawdown,
        Trades = _trades,
        Days = _performance.Days,
        Path = _performance.Path,
        PathWeights = _performance.PathWeights,
        PathTargets = _performance.PathTargets,
        Verdicts = _tally.Verdicts(),
        Refusals = _tally.Refusals(),
        RouteFailures = _tally.RouteFailures(),
        EndedInFlight = _pending.IsThere,
        Liquidations = _liquidations,
        LeastHealth = _leastHealth,
    };
}
