using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FastRebalance.Kernels;

/// <summary>
/// Whether drift, measured as one number, is above its limit: d'Md &gt; R² for the drift d = w - w*, with a covariance for M the tracking
/// error. O(N) for a tick with one multiply-add over a row, and exactly: the answer is that of <see cref="MeasureScalar"/>.
/// </summary>
/// <remarks>
/// With P = I - w*1' the drift is d = Pv / W, so d'Md &gt; R² is v'Qv &gt; R²W² with Q = P'MP. A tick that changes v_j by c changes
/// s = v'Qv by 2c(Qv)_j + c²Q_jj and y = Qv by c times row j. s, y and W are wrong by rounding, and bounds of that are kept with them
/// (running error analysis: each operation adds 2^-52 of what it handles, and s what y was wrong by, times 2|c|). Where s is nearer to
/// R²W² than the bounds, the definition decides and all is summed anew; also when they have grown to 2^-20 of the limit.
/// One thread owns it; it allocates at set-up only. Cash is an asset like others with a row of zeros in M. Values may be negative; the
/// total must be above zero, and without one nothing is above the limit.
/// </remarks>
public sealed class QuadraticDrift
{
    private const int Lanes = 4;
    private const double Rounding = 1.0 / (1L << 52);
    private const double MostError = 1.0 / (1L << 20);

    private readonly int _count;
    private readonly int _stride;
    private readonly double[] _values;
    private readonly double[] _targets;
    private readonly double[] _matrix;
    private readonly double[] _rows; // Q, each row filled up with zeros to whole vectors
    private readonly double[] _slopes; // y = Qv
    private readonly double _limit; // R²
    private readonly double _entryBound; // of any |Q_ij|, and of what the definition handles
    private double _square;
    private double _total;
    private double _gross; // sum of |v|
    private double _squareError;
    private double _slopeError;
    private double _totalError;

    /// <param name="values">Numeraire per asset, cash among them.</param>
    /// <param name="targets">Target weights, as fractions; they come to 1.</param>
    /// <param name="matrix">M by rows; symmetric, zero for cash.</param>
    /// <param name="limit">R: what the square root of d'Md may be. Above 0.</param>
    /// <exception cref="ArgumentException">The spans do not go together, or a number cannot be.</exception>
    public QuadraticDrift(ReadOnlySpan<double> values, ReadOnlySpan<double> targets, ReadOnlySpan<double> matrix, double limit)
    {
        if (values.IsEmpty || targets.Length != values.Length || matrix.Length != values.Length * values.Length)
            throw new ArgumentException($"a value and a target per asset and a square matrix: found {values.Length}, {targets.Length} and {matrix.Length}");
        if (!(limit > 0) || !AreFinite(values) || !AreFinite(targets) || !AreFinite(matrix))
            throw new ArgumentException($"the limit is {limit}: wanted is a number above 0, and finite values, targets and matrix");
        _count = values.Length;
        _stride = (_count + Lanes - 1) / Lanes * Lanes;
        _values = values.ToArray();
        _targets = targets.ToArray();
        _matrix = matrix.ToArray();
        _limit = limit * limit;
        _rows = new double[_count * _stride];
        _slopes = new double[_stride];
        _entryBound = BuildRows();
        Sum();
    }

    /// <summary>How often the definition had to decide, or all was summed anew.</summary>
    public long Resums { get; private set; }

    /// <summary>d'Md, to within rounding; NaN without a total above zero.</summary>
    public double Measure => _total > 0 ? _square / (_total * _total) : double.NaN;

    /// <summary>True when drift is above the limit now that this asset's value is this one.</summary>
    /// <param name="asset">Its place.</param>
    /// <param name="value">Numeraire. Infinite or NaN is refused: nothing changes, and the answer is false.</param>
    public bool Update(int asset, double value)
    {
        if (!double.IsFinite(value))
            return false;
        double old = _values[asset];
        double change = value - old;
        double size = Math.Abs(change);
        double linear = 2 * change * _slopes[asset];
        double own = change * change * _rows[asset * _stride + asset];
        _values[asset] = value;
        _square += linear + own;
        _total += change;
        _gross += Math.Abs(value) - Math.Abs(old);
        _totalError += (Math.Abs(_total) + size) * Rounding;
        double handled = _gross + size + _totalError;
        _squareError += (2 * size * _slopeError) + ((Math.Abs(_square) + (2 * (Math.Abs(linear) + Math.Abs(own)))) * Rounding)
            + (size * handled * _entryBound * Rounding);
        _slopeError += 2 * _entryBound * handled * Rounding;
        AddRow(_rows.AsSpan(asset * _stride, _stride), change, _slopes);

        double limit = _limit * _total * _total;
        double doubt = _squareError + BaseError(handled) + (4 * _limit * Math.Abs(_total) * _totalError) + (8 * limit * Rounding);
        return !(_square + doubt < limit && _total > _totalError && doubt < limit) && Decide(limit, doubt)
            || (_squareError > limit * MostError && Renew());
    }

    /// <summary>The plain twin and the definition: d'Md with everything summed; NaN without a total above zero.</summary>
    internal static double MeasureScalar(ReadOnlySpan<double> values, ReadOnlySpan<double> targets, ReadOnlySpan<double> matrix)
    {
        double total = 0;
        foreach (double value in values)
            total += value;
        if (!(total > 0 && double.IsFinite(total)))
            return double.NaN;
        double sum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            double row = 0;
            for (int k = 0; k < values.Length; k++)
                row += matrix[i * values.Length + k] * (values[k] / total - targets[k]);
            sum += row * (values[i] / total - targets[i]);
        }
        return sum;
    }

    /// <summary>Adds so many times the row to the sums; no multiply-add is fused, so both twins give the same bits.</summary>
    internal static void AddRow(ReadOnlySpan<double> row, double times, Span<double> sums)
    {
        if (!Vector256.IsHardwareAccelerated || row.Length % Lanes != 0 || sums.Length != row.Length)
        {
            AddRowScalar(row, times, sums);
            return;
        }
        ref double from = ref MemoryMarshal.GetReference(row);
        ref double to = ref MemoryMarshal.GetReference(sums);
        Vector256<double> factor = Vector256.Create(times);
        for (int i = 0; i < row.Length; i += Lanes)
            (Vector256.LoadUnsafe(ref to, (nuint)i) + factor * Vector256.LoadUnsafe(ref from, (nuint)i)).StoreUnsafe(ref to, (nuint)i);
    }

    /// <summary>The plain twin: the same bits.</summary>
    internal static void AddRowScalar(ReadOnlySpan<double> row, double times, Span<double> sums)
    {
        for (int i = 0; i < row.Length; i++)
            sums[i] += times * row[i];
    }

    private static bool AreFinite(ReadOnlySpan<double> numbers)
    {
        foreach (double number in numbers)
            if (!double.IsFinite(number))
                return false;
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Decide(double limit, double doubt)
    {
        if (_total > _totalError && _square - doubt > limit)
            return true;
        Sum();
        return MeasureScalar(_values, _targets, _matrix) > _limit;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Renew()
    {
        Sum();
        return false;
    }

    // Of Q itself, of v'Qv from scratch and of the definition, together.
    private double BaseError(double gross) => 8 * (_count + 8) * Rounding * _entryBound * gross * gross;

    private void Sum()
    {
        _total = 0;
        _gross = 0;
        _slopes.AsSpan().Clear();
        for (int i = 0; i < _count; i++)
        {
            _total += _values[i];
            _gross += Math.Abs(_values[i]);
            AddRow(_rows.AsSpan(i * _stride, _stride), _values[i], _slopes);
        }
        _square = 0;
        for (int i = 0; i < _count; i++)
            _square += _values[i] * _slopes[i];
        _totalError = _count * Rounding * _gross;
        _slopeError = 4 * (_count + 4) * Rounding * _entryBound * _gross;
        _squareError = 0; // what it is wrong by now is the base error, which always counts
        Resums++;
    }

    /// <summary>Q_ij = M_ij - (Mw*)_i - (Mw*)_j + w*'Mw*; returns what no entry of it exceeds.</summary>
    private double BuildRows()
    {
        double[] moments = new double[_count];
        double middle = 0, greatest = 0, targets = 0;
        for (int i = 0; i < _count; i++)
        {
            for (int k = 0; k < _count; k++)
            {
                moments[i] += _matrix[i * _count + k] * _targets[k];
                greatest = Math.Max(greatest, Math.Abs(_matrix[i * _count + k]));
                if (_matrix[i * _count + k] != _matrix[k * _count + i])
                    throw new ArgumentException($"the matrix is not symmetric at row {i}, column {k}");
            }
            middle += _targets[i] * moments[i];
            targets += Math.Abs(_targets[i]);
        }
        for (int i = 0; i < _count; i++)
            for (int k = 0; k < _count; k++)
                _rows[i * _stride + k] = _matrix[i * _count + k] - moments[i] - moments[k] + middle;
        return greatest * (1 + targets) * (1 + targets);
    }
}
