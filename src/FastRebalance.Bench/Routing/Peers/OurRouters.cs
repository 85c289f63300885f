using System.Diagnostics;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Baskets;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Routing;
using FastRebalance.Engine.Routing.PathSearch;
using FastRebalance.Native;
using FastRebalance.Routing.Baskets;

namespace FastRebalance.Bench.Routing.Peers;

/// <summary>Our two ways to an order's answer on one instance: the best path, and the planner that may split. Gas is left out, as the peers do.</summary>
public sealed class OurRouters
{
    private const int Candidates = 8;
    private const int MaxHops = PeerReplay.MaxHops;

    // As the peers are timed: bench/peers/harness.mjs.
    private const int LeastRepetitions = 3;
    private const double BudgetUs = 300_000;

    private readonly IPathSearch _search;
    private readonly RouteGraph _graph;
    private readonly int[] _paths = new int[Candidates * MaxHops];
    private readonly double[] _values = new double[Candidates];
    private readonly BasketPlanner _planner;
    private readonly BasketRequest _request;
    private readonly BasketPlan _plan;

    public OurRouters(PeerInstance instance, IReadOnlyList<Pool> pools)
    {
        int assets = instance.Prices.Count;
        _search = PathSearches.ForPools(assets, pools, out _);
        _graph = new RouteGraph(pools, assets, _search);
        _graph.Refresh();
        _planner = new BasketPlanner(pools, assets);
        _plan = new BasketPlan(assets, _planner.MaxLegs);
        _request = new BasketRequest(assets) { Goal = BasketGoal.MostOfOne };
        for (int asset = 0; asset < assets; asset++)
            _request.ReferencePrices[asset] = instance.Prices[asset];
    }

    /// <summary>"native" or "managed".</summary>
    public string SearchName => _search.Name;

    /// <summary>The best path: proposed by the search, chosen by exact quotes.</summary>
    /// <param name="order">The order.</param>
    /// <param name="repetitions">How often it is timed at most; less often where that takes long.</param>
    /// <returns>Without swaps where there is no path.</returns>
    public PeerRoute BestPath(PeerOrder order, int repetitions)
    {
        UInt256 brought = BestPath(order, out int first);
        List<PeerSwap> swaps = [];
        for (int i = first; first >= 0 && i < first + MaxHops && _paths[i] >= 0; i++)
        {
            RouteGraph.Direction way = _graph[_paths[i]];
            swaps.Add(new PeerSwap(way.Pool, way.Sell.Index, way.Buy.Index, i == first ? order.AmountIn : null));
        }
        return new PeerRoute(brought, swaps, MedianUs(repetitions, () => { }, () => BestPath(order, out _)));
    }

    /// <summary>The planner's legs, found from the start each time.</summary>
    /// <param name="order">The order.</param>
    /// <param name="repetitions">How often it is timed at most; less often where that takes long.</param>
    /// <returns>Without swaps where there is no plan.</returns>
    public PeerRoute Plan(PeerOrder order, int repetitions)
    {
        Array.Clear(_request.Holdings);
        _request.Holdings[order.Sell] = order.AmountIn;
        _request.Kept = AssetId.FromIndex(order.Buy);
        _planner.Forget();
        BasketStatus status = _planner.Plan(_request, [], _plan);
        UInt256 brought = status == BasketStatus.Planned ? _plan.FinalHoldings[order.Buy] : UInt256.Zero;
        List<PeerSwap> swaps = [];
        foreach (BasketLeg leg in _plan.Legs)
            swaps.Add(new PeerSwap(leg.Pool.Index, leg.Sell.Index, leg.Buy.Index, leg.AmountIn));
        return new PeerRoute(brought, swaps, MedianUs(repetitions, _planner.Forget, () => _planner.Plan(_request, [], _plan)));
    }

    /// <param name="order">The order.</param>
    /// <param name="first">Where the path begins among the paths found; -1 where there is none.</param>
    private UInt256 BestPath(PeerOrder order, out int first)
    {
        first = -1;
        PathQuery query = new()
        {
            Amount = (double)order.AmountIn,
            Source = order.Sell,
            Target = order.Buy,
            MaxHops = MaxHops,
            MaxPaths = Candidates,
        };
        UInt256 best = UInt256.Zero;
        if (_search.Find(in query, [], _paths, _values, out int count) != PathStatus.Found)
            return best;
        for (int i = 0; i < count; i++)
            if (TryQuote(_paths.AsSpan(i * MaxHops, MaxHops), order.AmountIn, out UInt256 brought) && brought > best)
                (best, first) = (brought, i * MaxHops);
        return best;
    }

    private bool TryQuote(ReadOnlySpan<int> path, UInt256 amountIn, out UInt256 amountOut)
    {
        amountOut = amountIn;
        foreach (int edge in path)
        {
            if (edge < 0)
                break;
            RouteGraph.Direction way = _graph[edge];
            if (_graph.PoolOf(edge).QuoteExactIn(way.Sell, way.Buy, in amountOut, out SwapQuote quote) != QuoteStatus.Exact)
                return false;
            amountOut = quote.AmountOut;
        }
        return true;
    }

    private static double MedianUs(int repetitions, Action prepare, Action action)
    {
        List<double> times = [];
        double spentUs = 0;
        while (times.Count < Math.Min(LeastRepetitions, repetitions) || (spentUs < BudgetUs && times.Count < repetitions))
        {
            prepare();
            long start = Stopwatch.GetTimestamp();
            action();
            times.Add((Stopwatch.GetTimestamp() - start) * 1e6 / Stopwatch.Frequency);
            spentUs += times[^1];
        }
        times.Sort();
        return times[times.Count / 2];
    }
}
