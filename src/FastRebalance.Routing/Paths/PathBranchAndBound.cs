using System.Runtime.CompilerServices;
using FastRebalance.Native;

namespace FastRebalance.Routing.Paths;

/// <summary>
/// One search under way, over checked arguments: struct fr_path_search of native/src/path_search.h, where the reasons are written.
/// Every arithmetic expression stands there in the same order: change both or neither.
/// </summary>
internal ref struct PathBranchAndBound
{
    /// <summary>Lifts a bound above the rounding of what it is compared with.</summary>
    private const double BoundSlack = 1.0 + 1e-12;

    /// <summary>A figure that nobody has asked for yet; 0 stands for an asset out of reach.</summary>
    private const double Unknown = -1.0;

    private readonly PathQuery _query;
    private readonly bool _isExactOut;
    private readonly int _origin;
    private readonly int _goal;
    private readonly int _assets;
    private readonly ReadOnlySpan<byte> _blockedPools;

    // The graph as seen from the origin: the rows that lead away from it, and those that lead back.
    private readonly ReadOnlySpan<PathRowEdge> _away;
    private readonly ReadOnlySpan<PathRowEdge> _back;
    private readonly ReadOnlySpan<int> _awayStart;
    private readonly ReadOnlySpan<int> _backStart;

    // [edges from the origin][asset], and for each asset where its edges begin in the origin's row, -1 where it has none.
    private readonly Span<double> _reach;
    private readonly Span<ulong> _leastGas;
    private readonly Span<int> _firstEdge;

    // The edges worth walking from an asset of the path, in that asset's part of the back rows, as a heap.
    private readonly Span<double> _heapBound;
    private readonly Span<int> _heapEdge;

    private readonly Span<int> _paths;
    private readonly Span<double> _scores;
    private Hops _walked; // places in the back rows, from the goal on
    private Hops _path;
    private double _worst;

    public PathBranchAndBound(
        in PathQuery query, bool isExactOut, PathGraph graph, ReadOnlySpan<byte> blockedPools, Span<int> paths, Span<double> values,
        PathScratch scratch)
    {
        _query = query;
        _isExactOut = isExactOut;
        _origin = isExactOut ? query.Target : query.Source;
        _goal = isExactOut ? query.Source : query.Target;
        _assets = graph.AssetCount;
        _blockedPools = blockedPools;
        _away = isExactOut ? graph.In : graph.Out;
        _back = isExactOut ? graph.Out : graph.In;
        _awayStart = isExactOut ? graph.InStart : graph.OutStart;
        _backStart = isExactOut ? graph.OutStart : graph.InStart;
        _reach = scratch.Reach.AsSpan(0, _assets * query.MaxHops);
        _leastGas = scratch.LeastGas.AsSpan(0, _assets * query.MaxHops);
        _firstEdge = scratch.FirstEdge.AsSpan(0, _assets);
        _heapBound = scratch.HeapBound.AsSpan(0, graph.EdgeCount);
        _heapEdge = scratch.HeapEdge.AsSpan(0, graph.EdgeCount);
        _paths = paths;
        _scores = values;
        _worst = double.MinValue;
    }

    /// <summary>Paths kept so far.</summary>
    public int Count { get; private set; }

    public void Run()
    {
        LeaveOrigin();
        for (int hops = 1; hops <= _query.MaxHops; hops++)
            Walk(0, _goal, hops, PathChain.Nothing, 0);
    }

    // What the far end holds, seen from the origin: the output for an input, or the input for an output; 0 where that cannot be.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly double Pass(in PathRowEdge edge, double amount)
    {
        if (!_isExactOut)
            return edge.Rate * amount * edge.Depth / (edge.Depth + amount);
        double room = edge.Rate * edge.Depth - amount;
        return room > 0.0 ? amount * edge.Depth / room : 0.0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly PathChain Extend(PathChain chain, in PathRowEdge edge) => new(
        chain.Rate * edge.Rate,
        _isExactOut ? chain.Drag + chain.Rate * edge.DepthInverse : edge.DepthInverse + chain.Drag * edge.Rate);

    // No path that starts with this amount at the chain's near end and uses this gas in all can score above this.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly double Bound(PathChain chain, double amount, ulong gas)
    {
        if (!_isExactOut)
            return chain.Rate * amount / (1.0 + chain.Drag * amount) * BoundSlack - (double)gas * _query.GasPrice;
        double room = chain.Rate * BoundSlack - chain.Drag * amount;
        return room > 0.0 ? -(amount / room / BoundSlack + (double)gas * _query.GasPrice) : double.NegativeInfinity;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool IsOpen(in PathRowEdge edge) => edge.Rate != 0.0 && (_blockedPools.IsEmpty || _blockedPools[edge.Pool] == 0);

    private readonly void Keep(int cell, double amount, ulong gas)
    {
        if (_reach[cell] <= 0.0)
        {
            _reach[cell] = amount;
            _leastGas[cell] = gas;
            return;
        }
        if (_isExactOut ? amount < _reach[cell] : amount > _reach[cell]) _reach[cell] = amount;
        if (gas < _leastGas[cell]) _leastGas[cell] = gas;
    }

    // The assets one edge from the origin. Neither the origin nor the goal is between a path's ends: both stay out of reach.
    private readonly void LeaveOrigin()
    {
        _firstEdge.Fill(-1);
        if (_query.MaxHops > 1) _reach.Slice(_assets, _assets).Clear();
        for (int hops = 2; hops < _query.MaxHops; hops++)
        {
            Span<double> row = _reach.Slice(hops * _assets, _assets);
            row.Fill(Unknown);
            row[_origin] = 0.0;
            row[_goal] = 0.0;
        }

        int end = _awayStart[_origin + 1];
        for (int i = _awayStart[_origin]; i < end; i++)
        {
            ref readonly PathRowEdge edge = ref _away[i];
            if (_firstEdge[edge.Other] < 0) _firstEdge[edge.Other] = i;
            if (_query.MaxHops == 1 || edge.Other == _goal || !IsOpen(edge)) continue;
            double amount = Pass(edge, _query.Amount);
            if (amount != 0.0) Keep(_assets + edge.Other, amount, edge.Gas);
        }
    }

    // The most (or least) that the asset holds after exactly so many edges from the origin; 0 out of reach. A walk may meet itself here.
    private readonly double Reach(int hops, int asset)
    {
        double known = _reach[hops * _assets + asset];
        return known != Unknown ? known : MeasureReach(hops, asset);
    }

    private readonly double MeasureReach(int hops, int asset)
    {
        int cell = hops * _assets + asset;
        _reach[cell] = 0.0;
        int end = _backStart[asset + 1];
        for (int i = _backStart[asset]; i < end; i++)
        {
            ref readonly PathRowEdge edge = ref _back[i];
            if (!IsOpen(edge)) continue;
            double before = Reach(hops - 1, edge.Other);
            if (before == 0.0) continue;
            double amount = Pass(edge, before);
            if (amount != 0.0) Keep(cell, amount, edge.Gas + _leastGas[(hops - 1) * _assets + edge.Other]);
        }
        return _reach[cell];
    }

    // Keeps the path under way when it is among the best so far.
    private void Offer(double score)
    {
        int hops = _query.MaxHops;
        ReadOnlySpan<int> path = ((ReadOnlySpan<int>)_path)[..hops];
        int at = Count;
        while (at > 0 && (score > _scores[at - 1]
            || (score == _scores[at - 1] && path.SequenceCompareTo(_paths.Slice((at - 1) * hops, hops)) < 0)))
            at--;
        if (at == _query.MaxPaths) return;

        if (Count < _query.MaxPaths) Count++;
        int moved = Count - 1 - at;
        _scores.Slice(at, moved).CopyTo(_scores[(at + 1)..]);
        _paths.Slice(at * hops, moved * hops).CopyTo(_paths[((at + 1) * hops)..]);
        _scores[at] = score;
        path.CopyTo(_paths[(at * hops)..]);
        if (Count == _query.MaxPaths) _worst = _scores[Count - 1];
    }

    private readonly bool Uses(int depth, int pool)
    {
        for (int i = 0; i < depth; i++)
            if (_back[_walked[i]].Pool == pool)
                return true;
        return false;
    }

    private readonly bool Visits(int depth, int asset)
    {
        for (int i = 0; i < depth; i++)
            if (_back[_walked[i]].Other == asset)
                return true;
        return false;
    }

    // The path of the walked edges and the one at the origin, by the order of the trade; -1 after it.
    private void Write(int depth, int first)
    {
        for (int i = 0; i < depth; i++)
            _path[_isExactOut ? i : depth - i] = _back[_walked[i]].Index;
        _path[_isExactOut ? depth : 0] = first;
        for (int i = depth + 1; i < _query.MaxHops; i++)
            _path[i] = -1;
    }

    // The walk ends: every edge between the origin and the asset makes a path. Turning back needs a bound strictly below the worst
    // path kept, here and below: an equal score may still win by its edge indices.
    private void Close(int depth, int at, PathChain chain, ulong gas)
    {
        int i = _firstEdge[at];
        if (i < 0) return;
        int end = _awayStart[_origin + 1];
        for (; i < end && _away[i].Other == at; i++)
        {
            ref readonly PathRowEdge edge = ref _away[i];
            ulong gasInAll = gas + edge.Gas;
            if (!IsOpen(edge) || Uses(depth, edge.Pool) || Bound(Extend(chain, edge), _query.Amount, gasInAll) < _worst) continue;
            double amount = Pass(edge, _query.Amount);
            for (int k = depth - 1; k >= 0 && amount != 0.0; k--)
                amount = Pass(_back[_walked[k]], amount);
            if (amount == 0.0) continue;
            Write(depth, edge.Index);
            Offer(_isExactOut ? -(amount + (double)gasInAll * _query.GasPrice) : amount - (double)gasInAll * _query.GasPrice);
        }
    }

    // Walks on from an asset so many edges from the goal, over all paths that have exactly `left` edges more. The assets of a path
    // differ, so the levels' heaps lie apart.
    private void Walk(int depth, int at, int left, PathChain chain, ulong gas)
    {
        if (left == 1)
        {
            Close(depth, at, chain, gas);
            return;
        }
        int start = _backStart[at], end = _backStart[at + 1];
        ReadOnlySpan<ulong> leastGas = _leastGas.Slice((left - 1) * _assets, _assets);
        Span<double> bounds = _heapBound[start..end];
        Span<int> edges = _heapEdge[start..end];
        int n = 0;
        for (int i = start; i < end; i++)
        {
            ref readonly PathRowEdge edge = ref _back[i];
            if (!IsOpen(edge) || Uses(depth, edge.Pool) || Visits(depth, edge.Other)) continue;
            double amount = Reach(left - 1, edge.Other);
            if (amount == 0.0) continue;
            double bound = Bound(Extend(chain, edge), amount, gas + edge.Gas + leastGas[edge.Other]);
            if (bound < _worst) continue;
            bounds[n] = bound;
            edges[n] = i;
            n++;
        }
        PathHeap.Make(bounds, edges, n);
        for (; n > 0 && bounds[0] >= _worst; n--)
        {
            int taken = edges[0];
            ref readonly PathRowEdge edge = ref _back[taken];
            PathHeap.Pop(bounds, edges, n);
            _walked[depth] = taken;
            Walk(depth + 1, edge.Other, left - 1, Extend(chain, edge), gas + edge.Gas);
        }
    }

    [InlineArray(PathLimits.MaxHops)]
    private struct Hops
    {
        private int _first;
    }
}
