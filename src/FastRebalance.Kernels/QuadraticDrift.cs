using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FastRebalance.Kernels;

/// <summary>
/// The quadratic trigger kept current price by price: s = vᵀQv with Q = PᵀMP and P = I − w*1ᵀ is the drift vector's dᵀMd times the squared
/// total, so the portfolio has left the region dᵀMd ≤ limit when s &gt; limit · W². One price costs two multiplications for s and one pass
/// of Q's column over y = Qv.
/// </summary>
/// <remarks>
/// Summed anew every <see cref="Resum"/> updates. Owned by one thread; allocates in construction only. The same updates give the
/// same bits, with vectors or without them.
/// </remarks>
public sealed class QuadraticDrift
{
    /// <summary>Updates after which everything is computed anew.</summary>
    public const int Resum = 1 << 16;

    private readonly double[] _values;
    private readonly double[] _columns;
    private readonly double[] _products;
    private readonly double _limit;
    private double _form;
    private double _total;
    private int _updates;

    /// <param name="matrix">M, assets by assets, symmetric.</param>
    /// <param name="targets">w*, fractions by asset.</param>
    /// <param name="values">Numeraire, by asset.</param>
    /// <param name="limit">Greatest dᵀMd inside.</param>
    /// <exception cref="ArgumentException">The spans do not fit together.</exception>
    public QuadraticDrift(ReadOnlySpan<double> matrix, ReadOnlySpan<double> targets, ReadOnlySpan<double> values, double limit)
    {
        int n = values.Length;
        if (n == 0 || targets.Length != n || matrix.Length != n * n)
            throw new ArgumentException($"a value and a target per asset and a square matrix: found {n}, {targets.Length} and {matrix.Length}");
        _values = values.ToArray();
        _products = new double[n];
        _columns = Centred(matrix, targets);
        _limit = limit;
        ComputeAnew();
    }

    /// <summary>dᵀMd at the present values; not a number while they come to nothing.</summary>
    public double Form => _form / (_total * _total);

    /// <summary>True when the region was left; never while the values come to nothing.</summary>
    public bool IsOutside => _total > 0 && _form > _limit * (_total * _total);

    /// <summary>An asset is worth something else now; true when the region was left.</summary>
    public bool Update(int asset, double value)
    {
        int n = _values.Length;
        double change = value - _values[asset];
        ReadOnlySpan<double> column = _columns.AsSpan(asset * n, n);
        _values[asset] = value;
        _total += change;
        _form += change * ((2 * _products[asset]) + (change * column[asset]));
        AddScaled(column, change, _products);
        if (++_updates == Resum)
            ComputeAnew();
        return IsOutside;
    }

    /// <summary>The plain twin: dᵀMd from the weights.</summary>
    internal static double FormScalar(ReadOnlySpan<double> matrix, ReadOnlySpan<double> targets, ReadOnlySpan<double> values)
    {
        double total = 0, form = 0;
        foreach (double value in values)
            total += value;
        for (int i = 0; i < values.Length; i++)
            for (int j = 0; j < values.Length; j++)
                form += ((values[i] / total) - targets[i]) * matrix[(i * values.Length) + j] * ((values[j] / total) - targets[j]);
        return form;
    }

    /// <summary>PᵀMP, column by column (it is symmetric).</summary>
    private static double[] Centred(ReadOnlySpan<double> matrix, ReadOnlySpan<double> targets)
    {
        int n = targets.Length;
        double[] rows = new double[n];
        double all = 0;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
                rows[i] += matrix[(i * n) + j] * targets[j];
            all += targets[i] * rows[i];
        }
        double[] centred = new double[n * n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                centred[(i * n) + j] = matrix[(i * n) + j] - rows[i] - rows[j] + all;
        return centred;
    }

    private static void AddScaled(ReadOnlySpan<double> column, double factor, Span<double> sum)
    {
        int i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            ref double from = ref MemoryMarshal.GetReference(column);
            ref double to = ref MemoryMarshal.GetReference(sum);
            Vector256<double> by = Vector256.Create(factor);
            for (; i <= sum.Length - 4; i += 4)
                (Vector256.LoadUnsafe(ref to, (nuint)i) + (by * Vector256.LoadUnsafe(ref from, (nuint)i))).StoreUnsafe(ref to, (nuint)i);
        }
        for (; i < sum.Length; i++)
            sum[i] += factor * column[i];
    }

    private void ComputeAnew()
    {
        int n = _values.Length;
        _updates = 0;
        _total = 0;
        _form = 0;
        Array.Clear(_products);
        for (int i = 0; i < n; i++)
        {
            _total += _values[i];
            AddScaled(_columns.AsSpan(i * n, n), _values[i], _products);
        }
        for (int i = 0; i < n; i++)
            _form += _values[i] * _products[i];
    }
}
