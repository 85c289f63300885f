using FastRebalance.Core.Assets;

namespace FastRebalance.Engine.Sizing;

/// <summary>
/// Trades what another sizer wants in slices with a pause between them, so that pools recover and a wrong price costs one slice. Between
/// slices it adds no trade. Once the programme has begun it ends early when the price has come back: the largest drift is inside the stop,
/// or the asset that led is on the other side (the advantageous end of Index Coop's flexible leverage).
/// </summary>
/// <remarks>
/// A sizer is asked only when a trigger fires: for the programme to go on inside the band the trigger must go on firing, as <c>hysteresis</c>
/// makes it, with a release no wider than the stop. What it remembers follows from the passes it is asked at and the orders that went out:
/// a slice that was refused, or found no route, did not happen; an order that was not its own, such as safety's, ends the programme.
/// </remarks>
public sealed class TwapSizer : ISizer
{
    private readonly ISizer _sizer;
    private readonly SizingConstraints _constraints;
    private readonly int _slices;
    private readonly double _maxSliceNumeraire;
    private readonly long _coolDownNs;
    private readonly double _stop;
    private readonly Trade[] _wanted = new Trade[RebalanceCycle.MaxTrades];

    private bool _isOpen;
    private bool _isLastSlice;
    private int _sent;
    private int _leader;
    private int _side;
    private long _lastSliceUnixNs;

    // The slice that was sized last: it went out when the next order was opened in the same pass.
    private ulong _ordersBefore;
    private long _sizedUnixNs;
    private bool _isSized;

    /// <param name="sizer">Says what is wanted.</param>
    /// <param name="slices">Orders that the whole is divided over; 1: only <paramref name="maxSliceNumeraire"/> divides it.</param>
    /// <param name="maxSliceNumeraire">Most that one trade of a slice is worth; infinity: no limit.</param>
    /// <param name="coolDown">Least time between two slices.</param>
    /// <param name="stopBps">Inside this drift nothing more is traded, in basis points of the portfolio.</param>
    /// <param name="constraints">Lots and the smallest trade hold for slices too.</param>
    public TwapSizer(
        ISizer sizer, int slices, double maxSliceNumeraire, TimeSpan coolDown, double stopBps, SizingConstraints constraints)
    {
        _sizer = sizer;
        _constraints = constraints;
        _slices = slices;
        _maxSliceNumeraire = maxSliceNumeraire;
        _coolDownNs = (long)coolDown.TotalNanoseconds;
        _stop = new Bps(stopBps).Fraction;
    }

    public bool WantsPlan => _sizer.WantsPlan;

    public void Size(RebalanceCycle cycle)
    {
        Settle(cycle);
        if (HasComeBack(cycle))
        {
            _isOpen = false;
            return;
        }
        if (_isOpen && _sent > 0 && cycle.NowUnixNs - _lastSliceUnixNs < _coolDownNs)
            return;
        _sizer.Size(cycle);
        if (cycle.TradeCount == 0)
            return;
        if (!_isOpen || _sent == 0)
            Open(cycle);
        Slice(cycle);
        _ordersBefore = cycle.Market.Orders.Count;
        _sizedUnixNs = cycle.NowUnixNs;
        _isSized = true;
    }

    /// <summary>What became of the slice before.</summary>
    private void Settle(RebalanceCycle cycle)
    {
        if (!_isSized)
            return;
        OrderTracker orders = cycle.Market.Orders;
        ulong opened = orders.Count - _ordersBefore;
        if (opened == 0)
            return; // refused or without a route: as if it had not been sized
        bool isOwn = opened == 1 && orders.LastOrderUnixNs == _sizedUnixNs;
        _sent++;
        _lastSliceUnixNs = _sizedUnixNs;
        _ordersBefore = orders.Count;
        if (!isOwn || _isLastSlice)
            _isOpen = false;
        _isSized = isOwn && _isOpen;
    }

    private bool HasComeBack(RebalanceCycle cycle) =>
        Math.Abs(Drift(cycle, Farthest(cycle))) < _stop || (_isOpen && _sent > 0 && Math.Sign(Drift(cycle, _leader)) == -_side);

    private void Open(RebalanceCycle cycle)
    {
        _isOpen = true;
        _sent = 0;
        _leader = Farthest(cycle);
        _side = Math.Sign(Drift(cycle, _leader));
    }

    /// <summary>One slice of each trade: an even share of what is still wanted, so that what a slice missed is spread over the rest.</summary>
    private void Slice(RebalanceCycle cycle)
    {
        int count = cycle.TradeCount;
        cycle.Trades.CopyTo(_wanted);
        while (cycle.TradeCount > 0)
            cycle.RemoveTrade(cycle.TradeCount - 1);
        int left = Math.Max(1, _slices - _sent);
        _isLastSlice = left == 1;
        for (int i = 0; i < count; i++)
        {
            double value = SliceOf(_wanted[i].ValueNumeraire, left);
            if (value >= _wanted[i].ValueNumeraire)
                cycle.Add(in _wanted[i]);
            else
                AddPart(cycle, in _wanted[i], value);
        }
    }

    private double SliceOf(double wanted, int left)
    {
        // Never smaller than the smallest trade: such a slice would never be done.
        double share = Math.Max(wanted / left, _constraints.MinTradeNumeraire);
        if (share <= _maxSliceNumeraire)
            return share;
        _isLastSlice = false;
        return _maxSliceNumeraire;
    }

    private void AddPart(RebalanceCycle cycle, in Trade wanted, double value)
    {
        if (TradeAmounts.TryMake(cycle, _constraints.Lots, wanted.Sell.Index, wanted.Buy.Index, value, in wanted.AmountIn, out Trade slice))
            cycle.Add(in slice);
    }

    private static int Farthest(RebalanceCycle cycle)
    {
        int farthest = 0;
        for (int i = 1; i < cycle.Drift.Length; i++)
            if (Math.Abs(Drift(cycle, i)) > Math.Abs(Drift(cycle, farthest)))
                farthest = i;
        return farthest;
    }

    private static double Drift(RebalanceCycle cycle, int asset) => double.IsNaN(cycle.Drift[asset]) ? 0 : cycle.Drift[asset];
}
