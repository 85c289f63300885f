using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastRebalance.Kernels;

/// <summary>
/// Whether any weight of a portfolio is outside its bounds, in O(log N) for a tick and exactly: the answer is that of
/// <see cref="IsOutsideScalar"/> to the last bit, which values everything anew. The bound itself is inside.
/// </summary>
/// <remarks>
/// A tick of asset j changes v_j and the total W alone. Weight i is outside when W is below v_i / u_i or above v_i / l_i, so the greatest
/// of the first and the least of the second, kept in two tournament trees, are compared with W. W is a running sum, and so wrong by
/// rounding; the bound of that is kept with it: 2^-52 (|W| + |change|) more with each tick, n 2^-53 W after a sum from scratch. Where
/// W is nearer to an edge than the bound and the keys' own rounding, the definition decides and W is summed anew; also when the bound has
/// grown to 2^-30 of W (a million quiet ticks come to 2^-32 of it). One thread owns it; it allocates at set-up only. Long positions only.
/// </remarks>
public sealed class BreachTree
{
    private const double Rounding = 1.0 / (1L << 52);
    private const double MostError = 1.0 / (1L << 30);

    private readonly double[] _values;
    private readonly double[] _lower;
    private readonly double[] _upper;
    private readonly Edge[] _edges; // what a value is multiplied with
    private readonly Match[] _tree; // the root at 1, leaf i at _leaves + i
    private readonly int _leaves;
    private readonly double _keyError;
    private double _total;
    private double _error;

    /// <param name="values">Numeraire per asset, cash among them; none negative.</param>
    /// <param name="lower">Least weights, as fractions; 0 or less for none.</param>
    /// <param name="upper">Greatest weights, as fractions above 0; 1 or more for none.</param>
    /// <exception cref="ArgumentException">The spans are not of one length above 0, or a number cannot be.</exception>
    public BreachTree(ReadOnlySpan<double> values, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper)
    {
        if (values.IsEmpty || lower.Length != values.Length || upper.Length != values.Length)
            throw new ArgumentException($"one value and two bounds per asset: found {values.Length}, {lower.Length} and {upper.Length}");
        _values = values.ToArray();
        _lower = lower.ToArray();
        _upper = upper.ToArray();
        _leaves = (int)BitOperations.RoundUpToPowerOf2((uint)values.Length);
        _tree = new Match[2 * _leaves];
        Array.Fill(_tree, new Match(0, double.PositiveInfinity));
        _edges = new Edge[values.Length];
        _keyError = (values.Length + 8) * Rounding;
        for (int i = 0; i < values.Length; i++)
        {
            if (!IsValue(values[i]) || !(upper[i] > 0) || !(lower[i] <= upper[i]))
                throw new ArgumentException($"asset {i} has the value {values[i]} between {lower[i]} and {upper[i]}: wanted are 0 or more, and bounds in order, the upper above 0");
            _edges[i] = new Edge(upper[i] < 1 ? 1 / upper[i] : 0, lower[i] > 0 ? 1 / lower[i] : 0, lower[i] > 0 ? 0 : double.PositiveInfinity);
            Climb(i, values[i]);
        }
        Sum();
    }

    /// <summary>The sum of the values, within <see cref="TotalError"/>.</summary>
    public double Total => _total;

    /// <summary>How far <see cref="Total"/> can be from the exact sum.</summary>
    public double TotalError => _error;

    /// <summary>How often the definition had to decide, or the sum was taken anew.</summary>
    public long Resums { get; private set; }

    /// <summary>True when any weight is outside now that this asset's value is this one.</summary>
    /// <param name="asset">Its place.</param>
    /// <param name="value">Numeraire. Negative, infinite or NaN is refused: nothing changes, and the answer is false.</param>
    public bool Update(int asset, double value)
    {
        if (!IsValue(value))
            return false;
        double change = value - _values[asset];
        _values[asset] = value;
        double total = _total + change;
        _error += (Math.Abs(total) + Math.Abs(change)) * Rounding;
        _total = total;
        Climb(asset, value);
        double doubt = _error + total * _keyError;
        Match root = _tree[1];
        return !(root.GreatestOfLow <= total - doubt && total + doubt <= root.LeastOfHigh && _error < total * MostError) && Decide(doubt);
    }

    /// <summary>The plain twin and the definition: everything summed, every weight against its bounds.</summary>
    internal static bool IsOutsideScalar(ReadOnlySpan<double> values, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper)
    {
        double total = 0;
        foreach (double value in values)
            total += value;
        if (!(total > 0 && double.IsFinite(total)))
            return false;
        for (int i = 0; i < values.Length; i++)
            if (values[i] / total > upper[i] || values[i] / total < lower[i])
                return true;
        return false;
    }

    private static bool IsValue(double value) => value >= 0 && double.IsFinite(value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Decide(double doubt)
    {
        if (_total > doubt && (_tree[1].GreatestOfLow > _total + doubt || _tree[1].LeastOfHigh < _total - doubt))
            return true;
        Sum();
        return IsOutsideScalar(_values, _lower, _upper);
    }

    private void Sum()
    {
        double total = 0;
        foreach (double value in _values)
            total += value;
        _total = total;
        _error = _values.Length * Rounding / 2 * total;
        Resums++;
    }

    private void Climb(int asset, double value)
    {
        Edge edge = _edges[asset];
        int node = _leaves + asset;
        _tree[node] = new Match(value * edge.PerUpper, value * edge.PerLower + edge.NoLower);
        for (node >>= 1; node > 0; node >>= 1)
        {
            Match left = _tree[2 * node], right = _tree[2 * node + 1];
            _tree[node] = new Match(
                left.GreatestOfLow > right.GreatestOfLow ? left.GreatestOfLow : right.GreatestOfLow,
                left.LeastOfHigh < right.LeastOfHigh ? left.LeastOfHigh : right.LeastOfHigh);
        }
    }

    private readonly record struct Match(double GreatestOfLow, double LeastOfHigh);

    private readonly record struct Edge(double PerUpper, double PerLower, double NoLower);
}
