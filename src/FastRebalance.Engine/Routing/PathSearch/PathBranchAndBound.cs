using System.Runtime.CompilerServices;
using FastRebalance.Native;

namespace FastRebalance.Engine.Routing.PathSearch;

/// <summary>
/// One search under way, over checked arguments: struct fr_path_search of native/src/path_search.h, where the reasons are written.
/// Every arithmetic expression stands there in the same order: change both or neither.
/// </summary>
internal ref struct PathBranchAndBound
{
    /// <summary>Lifts a bound above the rounding of the products it is compared with.</summary>
    private const double BoundSlack = 1.0 + 1e-12;

    private static ReadOnlySpan<int> Gaps => [29524, 9841, 3280, 1093, 364, 121, 40, 13, 4, 1];

    private readonly PathQuery _query;
    private readonly ReadOnlySpan<PathEdge> _edges;
    private readonly ReadOnlySpan<byte> _blockedPools;

    // [edges left][asset]: the largest product of rates to the target, 0 where it is out of reach, and the least gas.
    private readonly Span<double> _bestRate;
    private readonly Span<ulong> _leastGas;

    // The edges worth trying, one row per asset, each row by falling reach.
    private readonly Span<double> _rowReach;
    private readonly Span<int> _rowEdge;
    private readonly Span<int> _rowStart;

    private readonly Span<int> _paths;
    private readonly Span<double> _values;
    private Hops _path;
    private double _worst;

    public PathBranchAndBound(
        in PathQuery query, ReadOnlySpan<PathEdge> edges, ReadOnlySpan<byte> blockedPools, Span<int> paths, Span<double> values,
        double[] bestRate, ulong[] leastGas, double[] rowReach, int[] rowEdge, int[] rowStart)
    {
        _query = query;
        _edges = edges;
        _blockedPools = blockedPools;
        _paths = paths;
        _values = values;
        _bestRate = bestRate.AsSpan(0, query.AssetCount * query.MaxHops);
        _leastGas = leastGas.AsSpan(0, query.AssetCount * query.MaxHops);
        _rowReach = rowReach;
        _rowEdge = rowEdge;
        _rowStart = rowStart.AsSpan(0, query.AssetCount + 1);
        _worst = double.MinValue;
    }

    /// <summary>Paths kept so far.</summary>
    public int Count { get; private set; }

    /// <summary>The backward pass from the target: what an amount can become at most, for every asset and number of edges left.</summary>
    public readonly void MeasureReach()
    {
        int assets = _query.AssetCount;
        _bestRate[..assets].Clear();
        _leastGas[..assets].Clear();
        _bestRate[_query.Target] = 1.0;

        for (int left = 1; left < _query.MaxHops; left++)
        {
            ReadOnlySpan<double> rateBefore = _bestRate.Slice((left - 1) * assets, assets);
            ReadOnlySpan<ulong> gasBefore = _leastGas.Slice((left - 1) * assets, assets);
            Span<double> rate = _bestRate.Slice(left * assets, assets);
            Span<ulong> gas = _leastGas.Slice(left * assets, assets);
            rateBefore.CopyTo(rate);
            gasBefore.CopyTo(gas);
            foreach (ref readonly PathEdge edge in _edges)
            {
                if (rateBefore[edge.To] == 0.0 || !IsOpen(edge)) continue;
                double through = edge.Rate * rateBefore[edge.To];
                ulong gasThrough = edge.Gas + gasBefore[edge.To];
                if (rate[edge.From] == 0.0 || gasThrough < gas[edge.From]) gas[edge.From] = gasThrough;
                if (through > rate[edge.From]) rate[edge.From] = through;
            }
        }
    }

    /// <summary>Counting sort of the edges by asset, then each row by reach. Edges that cannot be on a path are left out for good.</summary>
    public readonly void BuildRows()
    {
        ReadOnlySpan<double> behind = _bestRate[((_query.MaxHops - 1) * _query.AssetCount)..];
        Span<int> start = _rowStart;
        start.Clear();
        foreach (ref readonly PathEdge edge in _edges)
            if (behind[edge.To] != 0.0 && IsOpen(edge))
                start[edge.From]++;
        for (int i = 0; i < _query.AssetCount; i++)
            start[i + 1] += start[i];

        // start[a] is the end of row a now; filling from behind brings it to the row's start.
        for (int i = _edges.Length - 1; i >= 0; i--)
        {
            ref readonly PathEdge edge = ref _edges[i];
            if (behind[edge.To] == 0.0 || !IsOpen(edge)) continue;
            int slot = --start[edge.From];
            _rowEdge[slot] = i;
            _rowReach[slot] = edge.Rate * behind[edge.To];
        }
        for (int i = 0; i < _query.AssetCount; i++)
            SortRow(_rowReach[start[i]..start[i + 1]], _rowEdge[start[i]..start[i + 1]]);
    }

    /// <summary>
    /// Tries every edge that leaves <paramref name="at"/>, the end of the path under way. Turning back needs a bound strictly below the
    /// worst path kept: an equal value may still win by its edge indices.
    /// </summary>
    public void Extend(int depth, int at, double amount, ulong gas)
    {
        int left = _query.MaxHops - 1 - depth;
        ReadOnlySpan<double> rateLeft = _bestRate.Slice(left * _query.AssetCount, _query.AssetCount);
        ReadOnlySpan<ulong> gasLeft = _leastGas.Slice(left * _query.AssetCount, _query.AssetCount);
        double spent = (double)gas * _query.GasPriceInTarget;
        int end = _rowStart[at + 1];
        for (int i = _rowStart[at]; i < end; i++)
        {
            if (amount * _rowReach[i] * BoundSlack - spent < _worst)
                return; // reach falls along the row: nothing after this edge can do better
            int index = _rowEdge[i];
            ref readonly PathEdge edge = ref _edges[index];
            if (rateLeft[edge.To] == 0.0 || Revisits(depth, edge)) continue;

            double amountOut = AmountOut(edge, amount);
            ulong gasThen = gas + edge.Gas;
            if (amountOut * rateLeft[edge.To] * BoundSlack - (double)(gasThen + gasLeft[edge.To]) * _query.GasPriceInTarget < _worst)
                continue;

            _path[depth] = index;
            if (edge.To == _query.Target)
            {
                for (int rest = depth + 1; rest < _query.MaxHops; rest++)
                    _path[rest] = -1;
                Offer(amountOut - (double)gasThen * _query.GasPriceInTarget);
            }
            else
            {
                Extend(depth + 1, edge.To, amountOut, gasThen);
            }
        }
    }

    private static double AmountOut(in PathEdge edge, double amount) => edge.Rate * amount * edge.Depth / (edge.Depth + amount);

    // A path ends at its first sight of the target and never comes back to the source.
    private readonly bool IsOpen(in PathEdge edge) =>
        edge.From != _query.Target && edge.To != _query.Source && (_blockedPools.IsEmpty || _blockedPools[edge.Pool] == 0);

    private readonly bool Revisits(int depth, in PathEdge edge)
    {
        for (int i = 0; i < depth; i++)
        {
            ref readonly PathEdge taken = ref _edges[_path[i]];
            if (taken.Pool == edge.Pool || taken.To == edge.To) return true;
        }
        return false;
    }

    // Keeps the path under way when it is among the best so far.
    private void Offer(double value)
    {
        int hops = _query.MaxHops;
        ReadOnlySpan<int> path = ((ReadOnlySpan<int>)_path)[..hops];
        int at = Count;
        while (at > 0 && (value > _values[at - 1]
            || (value == _values[at - 1] && path.SequenceCompareTo(_paths.Slice((at - 1) * hops, hops)) < 0)))
            at--;
        if (at == _query.MaxPaths) return;

        if (Count < _query.MaxPaths) Count++;
        int moved = Count - 1 - at;
        _values.Slice(at, moved).CopyTo(_values[(at + 1)..]);
        _paths.Slice(at * hops, moved * hops).CopyTo(_paths[((at + 1) * hops)..]);
        _values[at] = value;
        path.CopyTo(_paths[(at * hops)..]);
        if (Count == _query.MaxPaths) _worst = _values[Count - 1];
    }

    private static void SortRow(Span<double> reach, Span<int> edge)
    {
        foreach (int gap in Gaps)
            for (int i = gap; i < reach.Length; i++)
            {
                double r = reach[i];
                int e = edge[i];
                int j = i;
                for (; j >= gap && ComesBefore(r, e, reach[j - gap], edge[j - gap]); j -= gap)
                {
                    reach[j] = reach[j - gap];
                    edge[j] = edge[j - gap];
                }
                reach[j] = r;
                edge[j] = e;
            }
    }

    private static bool ComesBefore(double reachA, int edgeA, double reachB, int edgeB) =>
        reachA > reachB || (reachA == reachB && edgeA < edgeB);

    [InlineArray(PathLimits.MaxHops)]
    private struct Hops
    {
        private int _first;
    }
}
