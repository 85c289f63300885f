namespace FastRebalance.Kernels;

/// <summary>
/// The exact test of one long portfolio in O(log n): a price changes one value and the total, and every other weight leaves its band just
/// when the total leaves its own. Weight i is inside while v_i / u_i ≤ W ≤ v_i / l_i; two tournaments keep the greatest of the first
/// and the least of the second, so that one update walks to the root and two compares answer for all.
/// </summary>
/// <remarks>
/// The total is summed anew every <see cref="Resum"/> updates; until then it is off by at most that many roundings of the greatest total
/// seen: some 7e-12 of it. At the very edge of a band the answer may therefore differ from that of dividing. Owned by one thread; allocates
/// in construction only.
/// </remarks>
public sealed class BreachTree
{
    /// <summary>Updates after which the total is summed anew.</summary>
    public const int Resum = 1 << 16;

    private readonly double[] _values;
    private readonly double[] _perUpper;
    private readonly double[] _perLower;
    private readonly double[] _greatestLow;
    private readonly double[] _leastHigh;
    private readonly int _leaves;
    private int _updates;

    /// <param name="values">Numeraire, by asset; none negative.</param>
    /// <param name="lower">Least weights, as fractions; at or below zero there is none.</param>
    /// <param name="upper">Greatest weights, as fractions; from 1 on there is none.</param>
    /// <exception cref="ArgumentException">The spans are not of one length, or empty.</exception>
    public BreachTree(ReadOnlySpan<double> values, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper)
    {
        if (values.IsEmpty || lower.Length != values.Length || upper.Length != values.Length)
            throw new ArgumentException(
                $"one value, lower and upper weight per asset: found {values.Length}, {lower.Length} and {upper.Length}");
        _leaves = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)values.Length);
        _values = values.ToArray();
        _perUpper = new double[values.Length];
        _perLower = new double[values.Length];
        _greatestLow = new double[2 * _leaves];
        _leastHigh = new double[2 * _leaves];
        Array.Fill(_leastHigh, double.PositiveInfinity);
        for (int i = 0; i < values.Length; i++)
        {
            _perUpper[i] = upper[i] < 1 ? 1 / upper[i] : 0;
            _perLower[i] = lower[i] > 0 ? 1 / lower[i] : double.PositiveInfinity;
        }
        for (int i = 0; i < values.Length; i++)
            SetLeaf(i, values[i]);
        Total = Sum();
    }

    /// <summary>Numeraire.</summary>
    public double Total { get; private set; }

    /// <summary>True while every weight is inside its band, edges included; false for a total that is not above zero.</summary>
    public bool IsInside => Total > 0 && Total >= _greatestLow[1] && Total <= _leastHigh[1];

    /// <summary>An asset is worth something else now; true while every weight is inside.</summary>
    public bool Update(int asset, double value)
    {
        Total += value - _values[asset];
        _values[asset] = value;
        if (++_updates == Resum)
        {
            _updates = 0;
            Total = Sum();
        }
        SetLeaf(asset, value);
        return IsInside;
    }

    /// <summary>The plain twin: every weight by division.</summary>
    internal static bool IsInsideScalar(ReadOnlySpan<double> values, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper)
    {
        double total = 0;
        foreach (double value in values)
            total += value;
        bool isInside = total > 0;
        for (int i = 0; i < values.Length; i++)
            isInside &= !(upper[i] < 1 && values[i] / total > upper[i]) && !(lower[i] > 0 && values[i] / total < lower[i]);
        return isInside;
    }

    private void SetLeaf(int asset, double value)
    {
        double low = value * _perUpper[asset];
        // Nothing held of what must be held is below its least weight at any total: 0 times infinity must not hide it.
        double high = double.IsPositiveInfinity(_perLower[asset]) ? double.PositiveInfinity : value * _perLower[asset];
        int node = _leaves + asset;
        _greatestLow[node] = low;
        _leastHigh[node] = high;
        for (node >>= 1; node > 0; node >>= 1)
        {
            _greatestLow[node] = Math.Max(_greatestLow[2 * node], _greatestLow[2 * node + 1]);
            _leastHigh[node] = Math.Min(_leastHigh[2 * node], _leastHigh[2 * node + 1]);
        }
    }

    private double Sum()
    {
        double total = 0;
        foreach (double value in _values)
            total += value;
        return total;
    }
}
