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

    private readonly IPathSearch _search;
    private readonly RouteGraph _graph;
    private readonly int[] _paths = new int[Candidates * PeerAnswerCheck.MaxHops];
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

    /// <summary>What the best path brings: proposed by the search, chosen by exact quotes.</summary>
    /// <param name="order">The order.</param>
    /// <param name="repetitions">How often it is timed.</param>
    /// <param name="medianUs">What finding it took.</param>
    /// <returns>Base units; zero where there is no path.</returns>
    public UInt256 BestPath(PeerOrder order, int repetitions, out double medianUs)
    {
        UInt256 best = BestPath(order);
        medianUs = MedianUs(repetitions, () => { }, () => BestPath(order));
        return best;
    }

    /// <summary>What the planner's legs bring, found from the start each time.</summary>
    /// <param name="order">The order.</param>
    /// <param name="repetitions">How often it is timed.</param>
    /// <param name="medianUs">What planning took.</param>
    /// <returns>Base units; zero where there is no plan.</returns>
    public UInt256 Basket(PeerOrder order, int repetitions, out double medianUs)
    {
        Array.Clear(_request.Holdings);
        _request.Holdings[order.Sell] = order.AmountIn;
        _request.Kept = AssetId.FromIndex(order.Buy);
        _planner.Forget();
        BasketStatus status = _planner.Plan(_request, [], _plan);
        UInt256 brought = status == BasketStatus.Planned ? _plan.FinalHoldings[order.Buy] : UInt256.Zero;
        medianUs = MedianUs(repetitions, _planner.Forget, () => _planner.Plan(_request, [], _plan));
        return brought;
    }

    private UInt256 BestPath(PeerOrder order)
    {
        PathQuery query = new()
        {
            Amount = (double)order.AmountIn,
            Source = order.Sell,
            Target = order.Buy,
            MaxHops = PeerAnswerCheck.MaxHops,
            MaxPaths = Candidates,
        };
        UInt256 best = UInt256.Zero;
        if (_search.Find(in query, [], _paths, _values, out int count) != PathStatus.Found)
            return best;
        for (int i = 0; i < count; i++)
            if (TryQuote(_paths.AsSpan(i * PeerAnswerCheck.MaxHops, PeerAnswerCheck.MaxHops), order.AmountIn, out UInt256 brought) && brought > best)
                best = brought;
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
        double[] times = new double[repetitions];
        for (int i = 0; i < repetitions; i++)
        {
            prepare();
            long start = Stopwatch.GetTimestamp();
            action();
            times[i] = (Stopwatch.GetTimestamp() - start) * 1e6 / Stopwatch.Frequency;
        }
        Array.Sort(times);
        return times[times.Length / 2];
    }
}
