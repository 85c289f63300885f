using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using FastRebalance.Native;

namespace FastRebalance.Routing.Duals;

/// <summary>
/// A basket problem under way: its numbers, the dual itself, and the linear algebra. With <see cref="NewtonMethod"/> and
/// <see cref="InteriorPointMethod"/> it is the twin of native/src/basket_dual.h, where the method is told; every arithmetic expression stands
/// there in the same order: change both or neither.
/// </summary>
internal ref struct DualWork
{
    /// <summary>Below this no further step can help: what is left is the rounding of the sums.</summary>
    public const double Noise = 1e-10;

    /// <summary>Steps of a log price are kept below this: the expansions hold, and no price leaves the numbers.</summary>
    public const double Stride = 0.5;

    // Keeps the matrix regular where a token is worth nothing to anybody.
    private const double LeastCurvature = 1e-13;

    private const int Block = 4;
    private const ulong TraceStart = 14695981039346656037;
    private const ulong TracePrime = 1099511628211;

    private readonly DualMemory _memory;
    private readonly ReadOnlySpan<DualToken> _tokens;
    private readonly int _goal;
    private readonly double _aversion;

    public readonly DualQuery Query;
    public readonly ReadOnlySpan<DualEdge> Edges;
    public readonly ReadOnlySpan<DualSegment> Segments;
    public readonly ReadOnlySpan<byte> Closed;

    /// <summary>The token whose price stands still; -1 for none.</summary>
    public readonly int Fixed;

    public readonly Span<double> Residual;
    public readonly Span<double> Flow;
    public readonly Span<double> Step;
    public readonly Span<double> Trial;
    public readonly Span<double> Best;
    public readonly Span<double> Saved;
    public readonly Span<double> LogPrice;
    public readonly Span<double> Root;
    public readonly Span<double> BestSale;
    public readonly Span<double> BestPurchase;
    public readonly Span<double> Start;
    public readonly Span<double> Stiffness;
    public readonly Span<KeptSegments> Kept;
    public readonly Span<DualArc> Arcs;

    private readonly Span<double> _matrix;
    private readonly Span<double> _pivot;
    private readonly Span<double> _curvature;

    public int ArcCount;

    /// <summary>Arcs that have an end; they come first.</summary>
    public int EndedCount;

    public int Iterations;
    public int Evaluations;
    public int Factorings;

    public DualWork(
        DualMemory memory, in DualQuery query, ReadOnlySpan<DualToken> tokens, ReadOnlySpan<DualEdge> edges,
        ReadOnlySpan<DualSegment> segments, ReadOnlySpan<byte> closed)
    {
        int n = tokens.Length;
        _memory = memory;
        _tokens = tokens;
        _goal = query.Goal;
        _aversion = query.Aversion;
        Query = query;
        Edges = edges;
        Segments = segments;
        Closed = closed;
        Fixed = query.Goal == DualGoals.MostOfOne ? query.Kept : -1;
        Residual = memory.Residual.AsSpan(0, n);
        Flow = memory.Flow.AsSpan(0, n);
        Step = memory.Step.AsSpan(0, n);
        Trial = memory.Trial.AsSpan(0, n);
        Best = memory.Best.AsSpan(0, n);
        Saved = memory.Saved.AsSpan(0, n);
        LogPrice = memory.LogPrice.AsSpan(0, n);
        Root = memory.Root.AsSpan(0, n);
        BestSale = memory.BestSale.AsSpan(0, n);
        BestPurchase = memory.BestPurchase.AsSpan(0, n);
        Start = memory.Start.AsSpan(0, n);
        Stiffness = memory.Stiffness.AsSpan(0, edges.Length);
        Kept = memory.Kept.AsSpan(0, edges.Length);
        Arcs = memory.Arcs.AsSpan(0, segments.Length);
        _matrix = memory.Matrix.AsSpan(0, n * n);
        _pivot = memory.Pivot.AsSpan(0, n);
        _curvature = memory.Curvature.AsSpan(0, n);
        Trace = TraceStart;
    }

    public readonly int TokenCount => _tokens.Length;

    /// <summary>Hash of what steered the iteration.</summary>
    public ulong Trace { get; private set; }

    /// <summary>Matrix and pivots hold a factor.</summary>
    public readonly bool HasFactor
    {
        get => _memory.HasFactor;
        set => _memory.HasFactor = value;
    }

    public void Mix(double x) => Trace = (Trace ^ BitConverter.DoubleToUInt64Bits(x)) * TracePrime;

    public readonly bool IsClosed(int edge, byte way) => !Closed.IsEmpty && (Closed[edge] & way) != 0;

    /// <summary>Trades at the prices; residuals, curvatures and stiffness follow. Returns the merit.</summary>
    public double Evaluate(ReadOnlySpan<double> eps)
    {
        double merit = 0.0;
        Evaluations++;
        Flow.Clear();
        for (int i = 0; i < Edges.Length; i++)
        {
            ref readonly DualEdge e = ref Edges[i];
            double a = eps[e.A], b = eps[e.B];
            Stiffness[i] = 0.0;
            if ((b - a) + e.KappaAB * (1.0 + b) > 0.0)
            {
                if (IsClosed(i, DualWays.AB))
                    continue;
                Stiffness[i] = Trade(a, b, e.FirstAB, e.CountAB, out double taken, out double paid);
                Flow[e.A] -= taken;
                Flow[e.B] += paid;
            }
            else if ((a - b) + e.KappaBA * (1.0 + a) > 0.0)
            {
                if (IsClosed(i, DualWays.BA))
                    continue;
                Stiffness[i] = Trade(b, a, e.FirstBA, e.CountBA, out double taken, out double paid);
                Flow[e.B] -= taken;
                Flow[e.A] += paid;
            }
        }
        for (int i = 0; i < _tokens.Length; i++)
        {
            double price = (1.0 + eps[i]) * (1.0 + eps[i]);
            merit += Weigh(i, eps[i], price, _tokens[i].Held * price + Flow[i]);
        }
        return merit;
    }

    /// <summary>Value held of a token, at reference prices.</summary>
    public readonly double HeldOf(int token) => _tokens[token].Held;

    /// <summary>Excess value and curvature of one token; returns its share of the merit.</summary>
    public readonly double Weigh(int i, double eps, double price, double worth)
    {
        ref readonly DualToken t = ref _tokens[i];
        double excess, curvature, merit;
        if (_goal == DualGoals.TargetWeights)
        {
            excess = worth - t.Weight;
            curvature = worth > t.Weight ? worth : t.Weight;
            merit = t.Weight > 0.0 ? excess * excess / t.Weight : Abs(excess);
        }
        else if (_goal == DualGoals.TrackingError)
        {
            double wanted = t.Weight - eps * (2.0 + eps) / _aversion;
            if (wanted > 0.0)
            {
                excess = worth - price * wanted;
                curvature = price * price / _aversion;
                merit = _aversion * (excess / price) * (excess / price);
            }
            else
            {
                excess = worth;
                curvature = worth > 0.0 ? worth : 0.0;
                merit = Abs(excess);
            }
        }
        else if (i == Fixed)
        {
            excess = 0.0;
            curvature = 1.0;
            merit = 0.0;
        }
        else
        {
            excess = worth - t.Owed * price;
            curvature = excess > 0.0 ? excess : 0.0;
            merit = Abs(excess);
        }
        Residual[i] = excess;
        _curvature[i] = curvature;
        return merit;
    }

    public static double Abs(double x) => x < 0.0 ? -x : x;

    private readonly double Trade(double epsIn, double epsOut, int first, int count, out double taken, out double paid)
    {
        double size = Query.Scale * (1.0 + epsIn) * (1.0 + epsOut);
        double under = 1.0 / (1.0 + epsIn);
        double into = 0.0, outOf = 0.0, stiff = 0.0;
        foreach (ref readonly DualSegment g in Segments.Slice(first, count))
        {
            double lead = (epsOut - epsIn) + g.Kappa * (1.0 + epsOut);
            if (!(lead > 0.0))
                break;
            double over = lead * under;
            double root = g.Root * size;
            if (over <= g.Cap)
            {
                into += root * over / (1.0 + over);
                outOf += root * over;
                stiff += root;
                break;
            }
            into += root * g.Cap / (1.0 + over);
            outOf += root * (1.0 + over) * g.Cap / (1.0 + g.Cap);
        }
        taken = into;
        paid = outOf;
        return 0.5 * stiff;
    }

    // ---- linear algebra: L D L' of a symmetric matrix whose upper triangle is given ----

    public readonly void Spring(int a, int b, double stiffness)
    {
        int n = _tokens.Length;
        _matrix[a * n + a] += stiffness;
        _matrix[b * n + b] += stiffness;
        if (a == Fixed || b == Fixed)
            return;
        if (a < b)
            _matrix[a * n + b] -= stiffness;
        else
            _matrix[b * n + a] -= stiffness;
    }

    public readonly void ClearMatrix() => _matrix.Clear();

    /// <summary>The goal's curvatures, as last weighed.</summary>
    public readonly void AddDiagonal(double factor)
    {
        int n = _tokens.Length;
        for (int i = 0; i < n; i++)
            _matrix[i * n + i] += _curvature[i] * factor + LeastCurvature;
    }

    /// <summary>The dual's second derivatives at the prices of the last evaluation.</summary>
    public readonly void Assemble(double damping)
    {
        ClearMatrix();
        AddDiagonal(1.0 + damping);
        for (int i = 0; i < Edges.Length; i++)
            if (Stiffness[i] > 0.0)
                Spring(Edges[i].A, Edges[i].B, Stiffness[i] * (1.0 + damping));
    }

    public void Factor()
    {
        int n = _tokens.Length;
        Factorings++;
        HasFactor = true;
        // Four rows at a time: they first take each other off, and are then taken off every row below in one pass, in the same order.
        for (int k = 0; k < n; k += Block)
        {
            int end = Math.Min(k + Block, n);
            for (int i = k; i < end; i++)
            {
                ReadOnlySpan<double> row = _matrix.Slice(i * n, n);
                _pivot[i] = 1.0 / row[i];
                for (int j = i + 1; j < end; j++)
                    Subtract(_matrix.Slice(j * n + j, n - j), row[j..], row[j] * _pivot[i]);
            }
            for (int i = end; i < n; i++)
                SubtractBlock(k, end, i);
        }
    }

    /// <summary>Takes rows first to end - 1 off row i, from its diagonal on.</summary>
    private readonly void SubtractBlock(int first, int end, int i)
    {
        int n = _tokens.Length;
        Span<double> to = _matrix.Slice(i * n + i, n - i);
        if (end - first == Block)
        {
            ReadOnlySpan<double> r0 = _matrix.Slice(first * n + i, n - i), r1 = _matrix.Slice((first + 1) * n + i, n - i);
            ReadOnlySpan<double> r2 = _matrix.Slice((first + 2) * n + i, n - i), r3 = _matrix.Slice((first + 3) * n + i, n - i);
            double q0 = r0[0] * _pivot[first], q1 = r1[0] * _pivot[first + 1], q2 = r2[0] * _pivot[first + 2], q3 = r3[0] * _pivot[first + 3];
            if (q0 != 0.0 && q1 != 0.0 && q2 != 0.0 && q3 != 0.0)
            {
                SubtractFour(to, r0, r1, r2, r3, q0, q1, q2, q3);
                return;
            }
        }
        for (int j = first; j < end; j++)
        {
            ReadOnlySpan<double> row = _matrix.Slice(j * n + i, n - i);
            Subtract(to, row, row[0] * _pivot[j]);
        }
    }

    private static void SubtractFour(
        Span<double> to, ReadOnlySpan<double> r0, ReadOnlySpan<double> r1, ReadOnlySpan<double> r2, ReadOnlySpan<double> r3,
        double q0, double q1, double q2, double q3)
    {
        ref double target = ref MemoryMarshal.GetReference(to);
        ref double a = ref MemoryMarshal.GetReference(r0);
        ref double b = ref MemoryMarshal.GetReference(r1);
        ref double c = ref MemoryMarshal.GetReference(r2);
        ref double d = ref MemoryMarshal.GetReference(r3);
        Vector<double> v0 = new(q0), v1 = new(q1), v2 = new(q2), v3 = new(q3);
        int i = 0;
        for (; i <= to.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            nuint at = (nuint)i;
            Vector<double> left = Vector.LoadUnsafe(ref target, at) - v0 * Vector.LoadUnsafe(ref a, at);
            left -= v1 * Vector.LoadUnsafe(ref b, at);
            left -= v2 * Vector.LoadUnsafe(ref c, at);
            left -= v3 * Vector.LoadUnsafe(ref d, at);
            left.StoreUnsafe(ref target, at);
        }
        for (; i < to.Length; i++)
            to[i] = (((to[i] - q0 * r0[i]) - q1 * r1[i]) - q2 * r2[i]) - q3 * r3[i];
    }

    /// <summary>The step that would make the residual vanish, each part cut to the stride.</summary>
    public readonly void SolveStep(double stride)
    {
        int n = _tokens.Length;
        Span<double> x = Step;
        for (int i = 0; i < n; i++)
            x[i] = -Residual[i];
        for (int k = 0; k < n; k++)
        {
            double y = x[k] * _pivot[k];
            Subtract(x[(k + 1)..], _matrix.Slice(k * n + k + 1, n - k - 1), y);
        }
        for (int k = n - 1; k >= 0; k--)
            x[k] = (x[k] - Dot(_matrix.Slice(k * n + k + 1, n - k - 1), x[(k + 1)..])) * _pivot[k];
        for (int i = 0; i < n; i++)
        {
            if (x[i] > stride)
                x[i] = stride;
            else if (x[i] < -stride)
                x[i] = -stride;
            else if (double.IsNaN(x[i]))
                x[i] = 0.0;
        }
    }

    // to -= ratio * row, element by element: no order of sums that a vector's width could change.
    private static void Subtract(Span<double> to, ReadOnlySpan<double> row, double ratio)
    {
        ref double target = ref MemoryMarshal.GetReference(to);
        ref double source = ref MemoryMarshal.GetReference(row);
        if (ratio == 0.0)
            return;
        int length = Math.Min(to.Length, row.Length);
        int i = 0;
        Vector<double> factor = new(ratio);
        for (; i <= length - Vector<double>.Count; i += Vector<double>.Count)
        {
            nuint at = (nuint)i;
            Vector<double> product = factor * Vector.LoadUnsafe(ref source, at);
            (Vector.LoadUnsafe(ref target, at) - product).StoreUnsafe(ref target, at);
        }
        for (; i < length; i++)
            to[i] -= ratio * row[i];
    }

    // Four sums side by side, put together in pairs, whatever the machine's vectors are.
    private static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        ref double a = ref MemoryMarshal.GetReference(left);
        ref double b = ref MemoryMarshal.GetReference(right);
        int length = Math.Min(left.Length, right.Length);
        int i = 0;
        Vector256<double> sums = Vector256<double>.Zero;
        for (; i + 3 < length; i += 4)
            sums += Vector256.LoadUnsafe(ref a, (nuint)i) * Vector256.LoadUnsafe(ref b, (nuint)i);
        double d0 = sums.GetElement(0), d1 = sums.GetElement(1), d2 = sums.GetElement(2), d3 = sums.GetElement(3);
        for (; i < length; i++)
            d0 += Unsafe.Add(ref a, i) * Unsafe.Add(ref b, i);
        return (d0 + d1) + (d2 + d3);
    }
}
