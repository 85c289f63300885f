namespace FastRebalance.Simulation.LatencyValue.Paths;

/// <summary>
/// One price over time, known at every 64 ns without being stored there. It holds ticks; between two of them the log price is a Brownian
/// bridge, built by halving (Lévy's construction), whose noise is named by the place in it. So the price is a function of seed and time:
/// whoever asks, for whatever delay and in whatever order, sees the same path.
/// </summary>
internal sealed class PricePath
{
    private const long LeafNs = 64;
    private const int BlockTicks = 64;

    // A bridge leaves a band with probability exp(-2·d₁·d₂/variance): below 1e-9 it is taken not to.
    private const double LeastChance = 20.7;

    private readonly long[] _times;
    private readonly double[] _logs;
    private readonly double[] _before;
    private readonly double _variancePerNs;
    private readonly ulong _seed;
    private readonly double[] _blockLow, _blockHigh;

    /// <param name="times">Rising from 0; nanoseconds.</param>
    /// <param name="logs">Log price from each tick on.</param>
    /// <param name="before">Log price just before each tick, where it jumps there; else the same array.</param>
    /// <param name="volatility">Of the bridges between ticks, per square root of a year; 0 keeps the price until the next tick.</param>
    /// <param name="seed">Of the bridges.</param>
    public PricePath(long[] times, double[] logs, double[] before, double volatility, ulong seed)
    {
        (_times, _logs, _before, _seed) = (times, logs, before, seed);
        _variancePerNs = volatility * volatility / Delays.NanosecondsPerYear;
        int blocks = (times.Length + BlockTicks - 1) / BlockTicks;
        (_blockLow, _blockHigh) = (new double[blocks], new double[blocks]);
        for (int block = 0; block < blocks; block++)
            (_blockLow[block], _blockHigh[block]) = Reach(block);
    }

    public long End => _times[^1];

    public ReadOnlySpan<long> Times => _times;

    public ReadOnlySpan<double> Logs => _logs;

    /// <summary>Log price at a time; after the end the last one.</summary>
    public double At(long time)
    {
        int cell = CellOf(time);
        if (cell >= _times.Length - 1 || time == _times[cell] || _variancePerNs == 0)
            return _logs[cell];
        (long a, long b, double xa, double xb, ulong node) = (_times[cell], _times[cell + 1], _logs[cell], _before[cell + 1], 1);
        while (b - a > LeafNs)
        {
            long middle = a + (b - a) / 2;
            double xm = Middle(cell, node, a, middle, b, xa, xb);
            if (time < middle)
                (b, xb, node) = (middle, xm, 2 * node);
            else
                (a, xa, node) = (middle, xm, 2 * node + 1);
        }
        return xa + (xb - xa) * (time - a) / (b - a);
    }

    /// <summary>The first moment in [from, until] at which the log price is not strictly between the two, to the nearest 64 ns.</summary>
    public bool TryFindExit(long from, long until, double low, double high, out long time)
    {
        time = from;
        if (from > until || IsOutside(At(from), low, high))
            return from <= until;
        Fence fence = new(from, low, high);
        int cell = CellOf(from);
        while (cell < _times.Length - 1 && _times[cell] < until)
        {
            if (cell % BlockTicks == 0 && !IsOutside(_blockLow[cell / BlockTicks], low, high) && !IsOutside(_blockHigh[cell / BlockTicks], low, high))
            {
                cell += BlockTicks;
                continue;
            }
            if (Search(cell, 1, _times[cell], _times[cell + 1], _logs[cell], _before[cell + 1], fence, out time))
                return time <= until;
            cell++;
            if (IsOutside(_logs[cell], low, high))
            {
                time = _times[cell];
                return time <= until;
            }
        }
        time = until;
        return false;
    }

    // Left half first, so that the first exit is the one found. Parts that all but surely stay inside are not opened.
    private bool Search(int cell, ulong node, long a, long b, double xa, double xb, in Fence fence, out long time)
    {
        time = b;
        if (b <= fence.From || Stays(xa, xb, b - a, fence))
            return false;
        if (b - a <= LeafNs || _variancePerNs == 0)
            return IsOutside(xb, fence.Low, fence.High);
        long middle = a + (b - a) / 2;
        double xm = Middle(cell, node, a, middle, b, xa, xb);
        return Search(cell, 2 * node, a, middle, xa, xm, fence, out time) || Search(cell, 2 * node + 1, middle, b, xm, xb, fence, out time);
    }

    private bool Stays(double xa, double xb, long length, in Fence fence)
    {
        if (IsOutside(xa, fence.Low, fence.High) || IsOutside(xb, fence.Low, fence.High))
            return false;
        double most = LeastChance / 2 * _variancePerNs * length;
        return (xa - fence.Low) * (xb - fence.Low) >= most && (fence.High - xa) * (fence.High - xb) >= most;
    }

    private double Middle(int cell, ulong node, long a, long middle, long b, double xa, double xb)
    {
        double left = middle - a, right = b - middle, whole = b - a;
        double spread = Math.Sqrt(_variancePerNs * left * right / whole);
        return (xa * right + xb * left) / whole + spread * Dice.NormalOf(_seed, (ulong)cell, node);
    }

    // How far the path can come within a block of cells, the next tick included.
    private (double Low, double High) Reach(int block)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        for (int cell = block * BlockTicks; cell < Math.Min(_times.Length - 1, (block + 1) * BlockTicks); cell++)
        {
            double margin = Math.Sqrt(LeastChance / 2 * _variancePerNs * (_times[cell + 1] - _times[cell]));
            low = Math.Min(low, Math.Min(_logs[cell + 1], Math.Min(_logs[cell], _before[cell + 1]) - margin));
            high = Math.Max(high, Math.Max(_logs[cell + 1], Math.Max(_logs[cell], _before[cell + 1]) + margin));
        }
        return (low, high);
    }

    private int CellOf(long time)
    {
        int found = Array.BinarySearch(_times, time);
        return found >= 0 ? found : Math.Max(0, ~found - 1);
    }

    // Written so that a NaN is outside.
    private static bool IsOutside(double x, double low, double high) => !(x > low && x < high);

    private readonly record struct Fence(long From, double Low, double High);
}
