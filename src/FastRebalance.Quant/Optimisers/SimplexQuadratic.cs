using FastRebalance.Quant.Linear;

namespace FastRebalance.Quant.Optimisers;

/// <summary>
/// Minimises ½·γ·wᵀΣw − μᵀw + Σ c_i·|w_i − p_i| with Σw = 1 and lower ≤ w ≤ upper, by moving weight between the two assets that gain most by
/// it until no pair gains (sequential minimal optimisation with second-order choice; Fan, Chen and Lin 2005).
/// </summary>
internal sealed class SimplexQuadratic
{
    private const double Tolerance = 1e-12;

    private readonly double[] _hessian;
    private readonly double[] _linear;
    private readonly double[] _cost;
    private readonly double[] _previous;
    private readonly double[] _lower;
    private readonly double[] _upper;
    private readonly double[] _gradient;
    private readonly int _assets;

    /// <param name="covariance">Σ, positive semidefinite.</param>
    /// <param name="riskAversion">γ, positive.</param>
    /// <param name="means">μ, or empty for none.</param>
    /// <param name="costs">c, or empty for none.</param>
    /// <param name="previous">p, read where costs are given.</param>
    /// <param name="lower">Empty for zeros.</param>
    /// <param name="upper">Empty for ones.</param>
    public SimplexQuadratic(
        ReadOnlySpan<double> covariance, double riskAversion, ReadOnlySpan<double> means, ReadOnlySpan<double> costs,
        ReadOnlySpan<double> previous, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper)
    {
        _assets = Symmetric.Order(covariance);
        _hessian = covariance.ToArray();
        for (int i = 0; i < _hessian.Length; i++)
            _hessian[i] *= riskAversion;
        _linear = Filled(means, 0, nameof(means));
        for (int i = 0; i < _assets; i++)
            _linear[i] = -_linear[i];
        _cost = Filled(costs, 0, nameof(costs));
        _previous = Filled(previous, 0, nameof(previous));
        _lower = Filled(lower, 0, nameof(lower));
        _upper = Filled(upper, 1, nameof(upper));
        _gradient = new double[_assets];
    }

    /// <summary>Writes the best weights.</summary>
    public OptimiserStatus Solve(Span<double> weights)
    {
        Symmetric.Expect(weights.Length, _assets, nameof(weights));
        weights.Clear();
        if (!IsInputSound())
            return OptimiserStatus.BadInput;
        if (!TryStart(weights))
            return OptimiserStatus.Infeasible;

        double tolerance = Tolerance * Scale();
        int patience = 100_000 + 2_000 * _assets;
        for (bool isFresh = false; patience > 0; patience--)
        {
            if (!isFresh)
                Refresh(weights);
            isFresh = true;
            while (patience-- > 0 && TryPair(weights, tolerance, out int gaining, out int giving) && Move(weights, gaining, giving))
                isFresh = false;
            if (isFresh)
                return OptimiserStatus.Solved;
        }
        return OptimiserStatus.NotConverged;
    }

    private double[] Filled(ReadOnlySpan<double> values, double otherwise, string name)
    {
        double[] filled = new double[_assets];
        if (values.IsEmpty)
            Array.Fill(filled, otherwise);
        else
            values.CopyTo(filled);
        Symmetric.Expect(values.IsEmpty ? _assets : values.Length, _assets, name);
        return filled;
    }

    private bool IsInputSound()
    {
        bool sound = Symmetric.AllFinite(_hessian) && Symmetric.AllFinite(_linear) && Symmetric.AllFinite(_cost)
            && Symmetric.AllFinite(_previous) && Symmetric.AllFinite(_lower) && Symmetric.AllFinite(_upper);
        for (int i = 0; i < _assets; i++)
            sound &= _cost[i] >= 0 && _hessian[i * _assets + i] >= 0;
        return sound;
    }

    // Begins at the previous weights, pushed into the bounds; what is then missing or too much is spread over the room there is.
    private bool TryStart(Span<double> weights)
    {
        double missing = 1, roomUp = 0, roomDown = 0;
        for (int i = 0; i < _assets; i++)
        {
            if (_lower[i] > _upper[i])
                return false;
            weights[i] = Math.Clamp(_previous[i], _lower[i], _upper[i]);
            missing -= weights[i];
            roomUp += _upper[i] - weights[i];
            roomDown += weights[i] - _lower[i];
        }
        const double rounding = 1e-12;
        if (missing > roomUp + rounding || -missing > roomDown + rounding)
        {
            weights.Clear();
            return false;
        }
        double share = missing > 0 ? Math.Min(1, missing / roomUp) : missing < 0 ? Math.Min(1, -missing / roomDown) : 0;
        for (int i = 0; i < _assets; i++)
            weights[i] += share * (missing > 0 ? _upper[i] - weights[i] : _lower[i] - weights[i]);
        return true;
    }

    private double Scale()
    {
        double scale = double.Epsilon;
        for (int i = 0; i < _assets; i++)
            scale = Math.Max(scale, Math.Max(_hessian[i * _assets + i], Math.Abs(_linear[i]) + _cost[i]));
        return scale;
    }

    private void Refresh(ReadOnlySpan<double> weights)
    {
        Symmetric.Multiply(_hessian, weights, _gradient);
        for (int i = 0; i < _assets; i++)
            _gradient[i] += _linear[i];
    }

    // Slope of the objective when the weight grows, and when it shrinks; they differ at the kink of the cost.
    private double SlopeUp(ReadOnlySpan<double> weights, int i) => _gradient[i] + (weights[i] >= _previous[i] ? _cost[i] : -_cost[i]);

    private double SlopeDown(ReadOnlySpan<double> weights, int i) => _gradient[i] + (weights[i] > _previous[i] ? _cost[i] : -_cost[i]);

    private bool TryPair(ReadOnlySpan<double> weights, double tolerance, out int gaining, out int giving)
    {
        gaining = giving = -1;
        double least = double.PositiveInfinity;
        for (int i = 0; i < _assets; i++)
            if (weights[i] < _upper[i] && SlopeUp(weights, i) < least)
            {
                least = SlopeUp(weights, i);
                gaining = i;
            }
        double best = 0;
        for (int j = 0; j < _assets; j++)
        {
            double violation = SlopeDown(weights, j) - least;
            if (j == gaining || !(weights[j] > _lower[j]) || !(violation > tolerance))
                continue;
            double gain = violation * violation / Math.Max(Curvature(gaining, j), double.Epsilon);
            if (gain > best)
            {
                best = gain;
                giving = j;
            }
        }
        return giving >= 0;
    }

    private double Curvature(int i, int j) =>
        _hessian[i * _assets + i] + _hessian[j * _assets + j] - 2 * _hessian[i * _assets + j];

    // Stops at the first bound or kink on the way; false when rounding leaves nothing to move.
    private bool Move(Span<double> weights, int gaining, int giving)
    {
        double up = weights[gaining], down = weights[giving];
        double upEnd = up < _previous[gaining] ? Math.Min(_previous[gaining], _upper[gaining]) : _upper[gaining];
        double downEnd = down > _previous[giving] ? Math.Max(_previous[giving], _lower[giving]) : _lower[giving];
        double curvature = Curvature(gaining, giving);
        double step = curvature > 0
            ? (SlopeDown(weights, giving) - SlopeUp(weights, gaining)) / curvature
            : double.PositiveInfinity;
        double most = Math.Min(upEnd - up, down - downEnd);
        step = Math.Min(step, most);

        weights[gaining] = step >= upEnd - up ? upEnd : up + step;
        weights[giving] = step >= down - downEnd ? downEnd : down - step;
        if (weights[gaining] == up || weights[giving] == down)
        {
            weights[gaining] = up;
            weights[giving] = down;
            return false;
        }
        for (int i = 0; i < _assets; i++)
            _gradient[i] += step * (_hessian[i * _assets + gaining] - _hessian[i * _assets + giving]);
        return true;
    }
}
