namespace FastRebalance.Quant.Estimates;

/// <summary>
/// Variance per year from squared log returns on a fixed grid of time, over the last so many cells of it. A price counts only as the last one
/// of its cell, so that bouncing between bid and ask within a cell adds nothing. One thread; observing allocates nothing.
/// </summary>
public sealed class RealisedVariance
{
    private readonly TimeSpan _cell;
    private readonly double[] _squares;
    private double _lastClose = double.NaN;
    private double _price = double.NaN;
    private long _openCell;
    private int _next;
    private int _filled;

    /// <param name="cell">Length of a cell, such as 5 s to 1 min.</param>
    /// <param name="cells">How many cells the variance covers.</param>
    public RealisedVariance(TimeSpan cell, int cells)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(cell, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cells);
        _cell = cell;
        _squares = new double[cells];
    }

    /// <summary>True once every cell of the window was seen.</summary>
    public bool IsWarm => _filled == _squares.Length;

    /// <summary>Variance per year; zero while no cell was closed.</summary>
    public double Annual
    {
        get
        {
            double sum = 0;
            foreach (double square in _squares)
                sum += square;
            return _filled == 0 ? 0 : sum / _filled * (CovarianceEstimator.Year / _cell);
        }
    }

    /// <summary>Takes in a price. Prices out of order, not finite or not positive are refused: false.</summary>
    /// <param name="price">In any quote currency.</param>
    /// <param name="at">Time since any fixed beginning.</param>
    public bool Observe(double price, TimeSpan at)
    {
        long cell = at.Ticks / _cell.Ticks;
        bool isFirst = double.IsNaN(_price);
        if (!(price > 0) || !double.IsFinite(price) || (!isFirst && cell < _openCell))
            return false;
        if (!isFirst && cell > _openCell)
            CloseCells(cell - _openCell);
        _openCell = cell;
        _price = price;
        return true;
    }

    // The cell that was open closes at its last price; those without a price after it saw no move.
    private void CloseCells(long count)
    {
        if (!double.IsNaN(_lastClose))
            Add(Math.Log(_price / _lastClose));
        _lastClose = _price;
        for (long empty = Math.Min(count - 1, _squares.Length); empty > 0; empty--)
            Add(0);
    }

    private void Add(double logReturn)
    {
        _squares[_next] = logReturn * logReturn;
        _next = (_next + 1) % _squares.Length;
        _filled = Math.Min(_filled + 1, _squares.Length);
    }
}
