using FastRebalance.Simulation.Tapes;

namespace FastRebalance.Simulation.BackTests;

/// <summary>
/// Values the portfolio beside two others at every row: what it began with, left alone, and one that stands at its target always and pays
/// nothing. Allocates nothing while prices come; the days and points it keeps have their room from the start.
/// </summary>
internal sealed class Performance
{
    private readonly double[] _quantities;
    private readonly double[] _held;
    private readonly double[] _targets;
    private readonly List<DayResult> _days;
    private readonly List<PathPoint> _path;
    private readonly List<float> _pathWeights;
    private readonly List<float> _pathTargets;
    private readonly int _pathStride;
    private bool _hasTarget;
    private double _rowPnl;
    private double _rowHeldPnl;
    private double _rowTargetReturn;
    private double _peak;
    private double _valueSum;
    private long _rows;
    private long _midnight;
    private double _dayOpen;
    private double _dayGap;
    private double _dayHeldGap;
    private double _dayCost;
    private double _moves;

    /// <param name="targets">The engine's own targets of its last pass, by asset.</param>
    /// <param name="rows">Rows to come.</param>
    /// <param name="days">Days to come, about.</param>
    /// <param name="pathPoints">Most points to keep.</param>
    public Performance(double[] targets, int rows, int days, int pathPoints)
    {
        _targets = targets;
        _quantities = new double[targets.Length];
        _held = new double[targets.Length];
        _pathStride = Math.Max(1, (int)Math.Ceiling(rows / (double)Math.Max(1, pathPoints - 1)));
        int points = (rows / _pathStride) + 2;
        _days = new List<DayResult>(days + 2);
        _path = new List<PathPoint>(points);
        _pathWeights = new List<float>(points * targets.Length);
        _pathTargets = new List<float>(points * targets.Length);
    }

    public double Value { get; private set; }

    public double BuyAndHold { get; private set; }

    public double AtTarget { get; private set; }

    public double InitialValue { get; private set; }

    public double GapSquared { get; private set; }

    public double HeldGapSquared { get; private set; }

    public double CostFraction { get; private set; }

    public double MaxDrawdown { get; private set; }

    public double MeanValue => _rows == 0 ? InitialValue : _valueSum / _rows;

    /// <summary>What price moves alone added.</summary>
    public double PriceMoves => _moves;

    public IReadOnlyList<DayResult> Days => _days;

    public IReadOnlyList<PathPoint> Path => _path;

    public IReadOnlyList<float> PathWeights => _pathWeights;

    public IReadOnlyList<float> PathTargets => _pathTargets;

    public bool IsOpen { get; private set; }

    /// <summary>Begins with these whole tokens at these prices.</summary>
    public void Open(long unixNs, ReadOnlySpan<double> quantities, ReadOnlySpan<double> prices)
    {
        quantities.CopyTo(_quantities);
        quantities.CopyTo(_held);
        Value = BuyAndHold = AtTarget = InitialValue = _peak = _dayOpen = Worth(quantities, prices);
        _midnight = NextMidnight(unixNs);
        IsOpen = true;
    }

    /// <summary>A price of the row, before any trade.</summary>
    public void Move(int asset, double from, double to)
    {
        double change = to - from;
        _rowPnl += _quantities[asset] * change;
        _rowHeldPnl += _held[asset] * change;
        _rowTargetReturn += _targets[asset] * (change / from);
    }

    /// <summary>The row's prices are all told: the moves count, at the weights and targets that the row before left.</summary>
    public void Settle(long unixNs)
    {
        if (unixNs >= _midnight)
            CloseDay(unixNs);
        if (_hasTarget)
        {
            double gap = (_rowPnl / Value) - _rowTargetReturn, heldGap = (_rowHeldPnl / BuyAndHold) - _rowTargetReturn;
            GapSquared += gap * gap;
            HeldGapSquared += heldGap * heldGap;
            _dayGap += gap * gap;
            _dayHeldGap += heldGap * heldGap;
        }
        Value += _rowPnl;
        _moves += _rowPnl;
        BuyAndHold += _rowHeldPnl;
        AtTarget *= 1 + _rowTargetReturn;
        _rowPnl = _rowHeldPnl = _rowTargetReturn = 0;
    }

    /// <summary>A trade was made or gas paid at the prices now: new holdings, and what that cost.</summary>
    /// <param name="owed">Gas that could not be paid yet.</param>
    public void Trade(ReadOnlySpan<double> quantities, ReadOnlySpan<double> prices, double owed, double cost)
    {
        double fraction = cost / Value;
        CostFraction += fraction;
        _dayCost += fraction;
        quantities.CopyTo(_quantities);
        Value = Worth(quantities, prices) - owed;
    }

    /// <summary>The row's decision is made.</summary>
    public void EndRow(long unixNs, ReadOnlySpan<double> prices)
    {
        _hasTarget = _hasTarget || _targets.AsSpan().IndexOfAnyExcept(0.0) >= 0;
        _valueSum += Value;
        if (Value > _peak)
            _peak = Value;
        else
            MaxDrawdown = Math.Max(MaxDrawdown, 1 - (Value / _peak));
        if (_rows++ % _pathStride == 0)
            Keep(unixNs, prices);
    }

    /// <summary>The tape has ended.</summary>
    public void Close(long unixNs, ReadOnlySpan<double> prices)
    {
        if (!IsOpen)
            return;
        CloseDay(unixNs);
        if (_path.Count == 0 || _path[^1].UnixNs != unixNs)
            Keep(unixNs, prices);
    }

    private void CloseDay(long unixNs)
    {
        _days.Add(new DayResult(_midnight - Times.NsPerDay, Value, (Value / _dayOpen) - 1, _dayGap, _dayHeldGap, _dayCost));
        _dayOpen = Value;
        _dayGap = _dayHeldGap = _dayCost = 0;
        _midnight = NextMidnight(unixNs);
    }

    private void Keep(long unixNs, ReadOnlySpan<double> prices)
    {
        _path.Add(new PathPoint(unixNs, Value, BuyAndHold, AtTarget));
        for (int i = 0; i < prices.Length; i++)
        {
            _pathWeights.Add((float)(_quantities[i] * prices[i] / Value));
            _pathTargets.Add((float)_targets[i]);
        }
    }

    private static double Worth(ReadOnlySpan<double> quantities, ReadOnlySpan<double> prices)
    {
        double worth = 0;
        for (int i = 0; i < quantities.Length; i++)
            worth += quantities[i] * prices[i];
        return worth;
    }

    private static long NextMidnight(long unixNs) => ((unixNs / Times.NsPerDay) + 1) * Times.NsPerDay;
}
