namespace FastRebalance.Simulation.Tapes;

/// <summary>Collects a tape row by row.</summary>
internal sealed class PriceTapeBuilder
{
    private const int FirstCapacity = 4096;

    private readonly double[][] _columns;
    private readonly bool[] _isEmpty;
    private long[] _times;
    private int _rows;

    /// <param name="assets">How many assets.</param>
    /// <param name="without">Those that have no column: the numeraire.</param>
    /// <param name="expectedRows">A guess, so that little is copied.</param>
    public PriceTapeBuilder(int assets, IReadOnlyCollection<int> without, int expectedRows = FirstCapacity)
    {
        _columns = new double[assets][];
        _isEmpty = new bool[assets];
        _times = new long[Math.Max(expectedRows, FirstCapacity)];
        for (int i = 0; i < assets; i++)
        {
            _isEmpty[i] = without.Contains(i);
            _columns[i] = _isEmpty[i] ? [] : new double[_times.Length];
        }
    }

    public int Rows => _rows;

    public long LastUnixNs => _rows == 0 ? long.MinValue : _times[_rows - 1];

    public double Last(int asset) => _isEmpty[asset] ? double.NaN : _columns[asset][_rows - 1];

    /// <summary>Begins a row without prices.</summary>
    public void BeginRow(long unixNs)
    {
        if (_rows == _times.Length)
            Grow();
        _times[_rows] = unixNs;
        foreach (double[] column in _columns)
            if (column.Length > 0)
                column[_rows] = double.NaN;
        _rows++;
    }

    public void Set(int asset, double price) => _columns[asset][_rows - 1] = price;

    public PriceTape ToTape(long refused, string? firstRefusal) =>
        new(_times, _columns, _rows) { RefusedPrices = refused, FirstRefusal = firstRefusal };

    private void Grow()
    {
        int capacity = checked(2 * _times.Length);
        Array.Resize(ref _times, capacity);
        for (int i = 0; i < _columns.Length; i++)
            if (!_isEmpty[i])
                Array.Resize(ref _columns[i], capacity);
    }
}
