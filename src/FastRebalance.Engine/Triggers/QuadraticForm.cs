namespace FastRebalance.Engine.Triggers;

/// <summary>A distance of the weights from their targets: d'Qd, and how far prices may move before it can pass a limit.</summary>
/// <remarks>Owned by one trigger. Allocates nothing after construction.</remarks>
internal sealed class QuadraticForm(int assetCount)
{
    // Every corner of the box of prices is tried for so many assets; for more there is a bound.
    private const int MostExactAssets = 6;

    // Added to the diagonal before the matrix is called convex, relative to its largest entry: what rounding can have taken away.
    private const double Ridge = 1e-10;

    private readonly double[] _matrix = new double[assetCount * assetCount];
    private readonly double[] _factor = new double[assetCount * assetCount];
    private readonly double[] _move = new double[assetCount];
    private readonly double[] _image = new double[assetCount];
    private readonly int[] _held = new int[assetCount];
    private double _ridge;
    private bool _isConvex;

    /// <summary>Takes a symmetric matrix, row by row.</summary>
    public void Set(ReadOnlySpan<double> matrix)
    {
        matrix.CopyTo(_matrix);
        double largest = 0;
        for (int i = 0; i < assetCount; i++)
            largest = Math.Max(largest, Math.Abs(matrix[(i * assetCount) + i]));
        _ridge = Ridge * largest;
        _isConvex = largest == 0 ? !matrix.ContainsAnyExcept(0.0) : CanBeFactored();
    }

    /// <summary>Takes a matrix that is zero beside its diagonal.</summary>
    public void SetDiagonal(ReadOnlySpan<double> diagonal)
    {
        Array.Clear(_factor);
        for (int i = 0; i < assetCount; i++)
            _factor[(i * assetCount) + i] = diagonal[i];
        Set(_factor.AsSpan());
    }

    /// <summary>d'Qd.</summary>
    public double At(ReadOnlySpan<double> d)
    {
        double sum = 0;
        for (int i = 0; i < assetCount; i++)
            sum += d[i] * RowTimes(i, d);
        return sum;
    }

    /// <summary>How far prices may move before d'Qd can pass the limit; asked while it is inside.</summary>
    /// <remarks>
    /// With the price of asset i at 1 + s·x_i times what it is, d(s) is (d + s·g) / (1 + s·m), where m = Σ w_i x_i and g = w∘x - m·w*. Over
    /// a box of prices these make a convex body whose corners are the corners of the box, and a convex form is largest in a corner: there
    /// d'Qd passes the limit at a root of a quadratic equation in s. With many assets: √ of the form is a norm, so s is at least
    /// (√limit - |d|) / (√limit + Σ w_i |e_i - w*|). Long positions only, and a matrix without negative directions.
    /// </remarks>
    public TriggerFence Fence(RebalanceCycle cycle, double limit)
    {
        ReadOnlySpan<double> weights = cycle.Weights;
        int held = 0;
        for (int i = 0; i < assetCount; i++)
        {
            if (!(weights[i] >= 0))
                return TriggerFence.None;
            if (weights[i] > 0)
                _held[held++] = i;
        }
        double room = limit - RidgedAt(cycle.Drift);
        if (!_isConvex || !(room > 0))
            return TriggerFence.None;
        return new TriggerFence(held <= MostExactAssets ? NearestCorner(cycle, held, limit, room) : Bound(cycle, limit), long.MaxValue);
    }

    private double NearestCorner(RebalanceCycle cycle, int held, double limit, double room)
    {
        double nearest = double.PositiveInfinity;
        for (int corner = 0; corner < 1 << held; corner++)
        {
            double total = 0;
            for (int i = 0; i < held; i++)
                total += SignOf(corner, i) * cycle.Weights[_held[i]];
            for (int i = 0; i < assetCount; i++)
                _move[i] = -total * cycle.Targets[i];
            for (int i = 0; i < held; i++)
                _move[_held[i]] += SignOf(corner, i) * cycle.Weights[_held[i]];

            for (int i = 0; i < assetCount; i++)
                _image[i] = RowTimes(i, _move) + (_ridge * _move[i]);
            double square = Dot(_move, _image) - (limit * total * total);
            double slope = 2 * (Dot(cycle.Drift, _image) - (limit * total));
            double discriminant = (slope * slope) + (4 * square * room);
            double divisor = slope + Math.Sqrt(discriminant);
            if (divisor > 0) // not for NaN: that corner never comes there
                nearest = Math.Min(nearest, 2 * room / divisor);
        }
        return nearest;
    }

    private double Bound(RebalanceCycle cycle, double limit)
    {
        for (int i = 0; i < assetCount; i++)
            _image[i] = RowTimes(i, cycle.Targets) + (_ridge * cycle.Targets[i]);
        double ofTargets = Dot(cycle.Targets, _image);
        double reach = Math.Sqrt(limit), farthest = reach;
        for (int i = 0; i < assetCount; i++)
            farthest += cycle.Weights[i] * Math.Sqrt(Math.Max(0, _matrix[(i * assetCount) + i] + _ridge - (2 * _image[i]) + ofTargets));
        return (reach - Math.Sqrt(RidgedAt(cycle.Drift))) / farthest;
    }

    private double RidgedAt(ReadOnlySpan<double> d) => At(d) + (_ridge * Dot(d, d));

    private double RowTimes(int row, ReadOnlySpan<double> d) => Dot(_matrix.AsSpan(row * assetCount, assetCount), d);

    private static double SignOf(int corner, int place) => (corner >> place & 1) == 0 ? 1 : -1;

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    /// <summary>Cholesky's factorisation of the ridged matrix succeeds exactly when the matrix has no negative direction.</summary>
    private bool CanBeFactored()
    {
        for (int row = 0; row < assetCount; row++)
        {
            for (int column = 0; column <= row; column++)
            {
                double left = _matrix[(row * assetCount) + column];
                if (left != _matrix[(column * assetCount) + row] && !AreNear(left, _matrix[(column * assetCount) + row]))
                    return false;
                left -= Dot(_factor.AsSpan(row * assetCount, column), _factor.AsSpan(column * assetCount, column));
                if (row == column && !(left + _ridge > 0))
                    return false;
                _factor[(row * assetCount) + column] = row == column
                    ? Math.Sqrt(left + _ridge)
                    : left / _factor[(column * assetCount) + column];
            }
        }
        return true;
    }

    private bool AreNear(double a, double b) => Math.Abs(a - b) <= _ridge;
}
