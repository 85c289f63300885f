using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Native;

namespace FastRebalance.Routing.Paths;

/// <summary>
/// The best path of at most four pools for one amount, gas counted. The search tells paths in the order of what they can bring at most (or
/// must cost at least); exact integer quotes follow that order and stop where no further path can be better, so that the best of those quoted
/// is the best of all. One user and one thread at a time; allocates nothing after construction.
/// </summary>
public sealed class PathRouter
{
    // Mostly the first path or two decide. Where many pools bend far below their ceilings the search is asked again, for all it can tell.
    private const int FewPaths = 8;
    private const int MostPaths = PathLimits.MaxPaths;

    private readonly IPathSearch _search;
    private readonly RouteGraph _graph;
    private readonly int _maxHops;
    private readonly int[] _paths;
    private readonly double[] _values = new double[MostPaths];

    /// <param name="pools">A pool's id is its place here.</param>
    /// <param name="assetCount">Assets are below it.</param>
    /// <param name="search">Its own from now on: the router gives it a graph and keeps that up to date.</param>
    /// <param name="maxHops">Pools of the longest path, at most <see cref="OrderEvent.MaxHops"/>.</param>
    /// <exception cref="InvalidOperationException">The search is too small for the pools.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A path of that length does not fit into a leg.</exception>
    public PathRouter(IReadOnlyList<Pool> pools, int assetCount, IPathSearch search, int maxHops = OrderEvent.MaxHops)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxHops, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxHops, OrderEvent.MaxHops);
        _maxHops = maxHops;
        _paths = new int[MostPaths * maxHops];
        _search = search;
        _graph = new RouteGraph(pools, assetCount, search);
    }

    /// <summary>Which search is at work: <c>native</c> or <c>managed</c>.</summary>
    public string SearchName => _search.Name;

    /// <summary>
    /// The last answer was found to be the best of all paths: no other brings more, but for amounts of a few units, where what a contract
    /// rounds is a part of the amount. False where the search could not tell paths enough; the answer is the best of those that it told.
    /// </summary>
    public bool IsProven { get; private set; }

    /// <summary>Takes up what has changed in the pools; answers hold on the states of the last call.</summary>
    public void Refresh() => _graph.Refresh();

    /// <summary>The path that brings most, net of gas.</summary>
    /// <param name="sell">What goes in.</param>
    /// <param name="buy">What comes out.</param>
    /// <param name="amountIn">Base units of <paramref name="sell"/>.</param>
    /// <param name="pricePerGas">Base units of <paramref name="buy"/> for one unit of gas; what is not searchable, as 0 or NaN, leaves gas out.</param>
    /// <param name="blockedPools">One byte per pool, not zero to leave the pool out; or empty.</param>
    /// <param name="leg">The path and its exact amounts, without a bound.</param>
    /// <param name="gas">Of its pools.</param>
    /// <returns><see cref="RouteStatus.Found"/>, <see cref="RouteStatus.NotWorthGas"/> with the leg all the same, or why there is none.</returns>
    public RouteStatus MostOut(
        AssetId sell, AssetId buy, in UInt256 amountIn, double pricePerGas, ReadOnlySpan<byte> blockedPools, out OrderLeg leg, out uint gas)
    {
        leg = default;
        gas = 0;
        double gasPrice = Searchable(pricePerGas);
        double best = double.NegativeInfinity;
        PathQuery query = QueryOf(sell, buy, (double)amountIn, gasPrice);
        int next = 0;
        do
        {
            PathStatus status = _search.Find(in query, blockedPools, _paths, _values, out int count);
            IsProven = status == PathStatus.NoPath;
            if (status != PathStatus.Found)
                return WhyNot(status);
            for (; next < count && _values[next] > best; next++)
            {
                if (!TryQuote(PathAt(next), in amountIn, out UInt256 amountOut, out uint pathGas))
                    continue;
                double net = (double)amountOut - pathGas * gasPrice;
                if (net <= best)
                    continue;
                best = net;
                gas = pathGas;
                leg = LegOf(PathAt(next), sell, buy, in amountIn, in amountOut);
            }
            IsProven = next < count || count < query.MaxPaths;
        }
        while (!IsProven && TryAskMore(ref query));
        if (double.IsNegativeInfinity(best))
            return RouteStatus.NoLiquidity;
        return best <= 0 ? RouteStatus.NotWorthGas : RouteStatus.Found;
    }

    /// <summary>
    /// The path that takes least, gas counted, to bring so much. Inputs round up at every hop and units are whole, so the leg's
    /// <see cref="OrderLeg.ExpectedOut"/>, which its input brings exactly, may be more than asked. A path whose pools would not take that
    /// input, as a weighted pool does beyond its limits, is none.
    /// </summary>
    /// <param name="sell">What goes in.</param>
    /// <param name="buy">What comes out.</param>
    /// <param name="amountOut">Base units of <paramref name="buy"/>.</param>
    /// <param name="pricePerGas">Base units of <paramref name="sell"/> for one unit of gas; what is not searchable, as 0 or NaN, leaves gas out.</param>
    /// <param name="blockedPools">One byte per pool, not zero to leave the pool out; or empty.</param>
    /// <param name="leg">The path and its exact amounts, without a bound.</param>
    /// <param name="gas">Of its pools.</param>
    /// <returns><see cref="RouteStatus.Found"/>, or why there is none.</returns>
    public RouteStatus LeastIn(
        AssetId sell, AssetId buy, in UInt256 amountOut, double pricePerGas, ReadOnlySpan<byte> blockedPools, out OrderLeg leg, out uint gas)
    {
        leg = default;
        gas = 0;
        double gasPrice = Searchable(pricePerGas);
        double least = double.PositiveInfinity;
        PathQuery query = QueryOf(sell, buy, (double)amountOut, gasPrice);
        int next = 0;
        do
        {
            PathStatus status = _search.FindExactOut(in query, blockedPools, _paths, _values, out int count);
            IsProven = status == PathStatus.NoPath;
            if (status != PathStatus.Found)
                return WhyNot(status);
            for (; next < count && _values[next] < least; next++)
            {
                if (!TryInputFor(PathAt(next), in amountOut, out UInt256 amountIn)
                    || !TryQuote(PathAt(next), in amountIn, out UInt256 brought, out uint pathGas) || brought < amountOut)
                    continue;
                double cost = (double)amountIn + pathGas * gasPrice;
                if (cost >= least)
                    continue;
                least = cost;
                gas = pathGas;
                leg = LegOf(PathAt(next), sell, buy, in amountIn, in brought);
            }
            IsProven = next < count || count < query.MaxPaths;
        }
        while (!IsProven && TryAskMore(ref query));
        return double.IsPositiveInfinity(least) ? RouteStatus.NoLiquidity : RouteStatus.Found;
    }

    // The paths told before come again in front, in the same order.
    private static bool TryAskMore(ref PathQuery query)
    {
        bool isMore = query.MaxPaths < MostPaths;
        query.MaxPaths = MostPaths;
        return isMore;
    }

    private static double Searchable(double price) => RouteGraph.IsSearchable(price) ? price : 0;

    private PathQuery QueryOf(AssetId sell, AssetId buy, double amount, double gasPrice) => new()
    {
        Amount = amount,
        GasPrice = gasPrice,
        Source = sell.Index,
        Target = buy.Index,
        MaxHops = _maxHops,
        MaxPaths = FewPaths,
    };

    /// <summary>The prices of gas are searchable, so a number out of range is the amount: beyond what any pool holds, or nothing.</summary>
    private static RouteStatus WhyNot(PathStatus status) => status == PathStatus.BadNumber ? RouteStatus.NoLiquidity : RouteStatus.NoPath;

    private ReadOnlySpan<int> PathAt(int place) => _paths.AsSpan(place * _maxHops, _maxHops);

    private bool TryQuote(ReadOnlySpan<int> path, in UInt256 amountIn, out UInt256 amountOut, out uint gas)
    {
        amountOut = amountIn;
        gas = 0;
        foreach (int edge in path)
        {
            if (edge < 0)
                break;
            RouteGraph.Direction way = _graph[edge];
            if (_graph.PoolOf(edge).QuoteExactIn(way.Sell, way.Buy, in amountOut, out SwapQuote quote) != QuoteStatus.Exact)
                return false;
            amountOut = quote.AmountOut;
            gas += quote.Gas;
        }
        return true;
    }

    /// <summary>From the last pool to the first: each must pay what the next one takes.</summary>
    private bool TryInputFor(ReadOnlySpan<int> path, in UInt256 amountOut, out UInt256 amountIn)
    {
        amountIn = amountOut;
        for (int hop = HopsOf(path) - 1; hop >= 0; hop--)
        {
            RouteGraph.Direction way = _graph[path[hop]];
            if (_graph.PoolOf(path[hop]).QuoteExactOut(way.Sell, way.Buy, in amountIn, out SwapQuote quote) != QuoteStatus.Exact)
                return false;
            amountIn = quote.AmountInUsed;
        }
        return true;
    }

    private static int HopsOf(ReadOnlySpan<int> path)
    {
        int end = path.IndexOf(-1);
        return end < 0 ? path.Length : end;
    }

    private OrderLeg LegOf(ReadOnlySpan<int> path, AssetId sell, AssetId buy, in UInt256 amountIn, in UInt256 amountOut)
    {
        OrderLeg leg = default;
        leg.Sell = sell;
        leg.Buy = buy;
        leg.AmountIn = amountIn;
        leg.ExpectedOut = amountOut;
        for (int hop = 0; hop < HopsOf(path); hop++)
            leg.SetHop(hop, _graph.PoolOf(path[hop]).Id, _graph[path[hop]].Sell);
        return leg;
    }
}
