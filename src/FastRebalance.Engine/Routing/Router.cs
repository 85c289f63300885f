using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Routing.PathSearch;
using FastRebalance.Engine.Sizing;
using FastRebalance.Native;

namespace FastRebalance.Engine.Routing;

/// <summary>
/// Finds a path of at most four pools for each trade. A search over smooth curves proposes the best few, exact integer quotes
/// choose among them, gas counted; then all trades are planned as one basket, which stands in where it is worth more. No pool serves two
/// legs of one order, so each quote holds on the state that it was made on.
/// Owned by the engine thread; allocates nothing after construction.
/// </summary>
public sealed class Router
{
    private const int Candidates = 8;
    private const int Halvings = 3;

    private readonly MarketState _market;
    private readonly AssetId _numeraire;
    private readonly IPathSearch _search;
    private readonly RouteGraph _graph;
    private readonly BasketRouter _baskets;
    private readonly byte[] _blocked;
    private readonly byte[] _withoutOrders; // by pool: quoted, but no order goes through
    private readonly int[] _paths = new int[Candidates * OrderEvent.MaxHops];
    private readonly double[] _values = new double[Candidates];

    /// <param name="search">Its own from now on: the router gives it a graph and keeps that up to date.</param>
    public Router(EngineSetup setup, MarketState market, IPathSearch search)
    {
        _market = market;
        _numeraire = setup.Numeraire;
        _search = search;
        _graph = new RouteGraph(setup.Pools, setup.Assets.Count, search);
        _blocked = new byte[setup.Pools.Count];
        _withoutOrders = [.. setup.Pools.OrderBy(pool => pool.Id.Index).Select(pool => pool.TakesOrders ? (byte)0 : (byte)1)];
        _baskets = new BasketRouter(setup, market, search is ManagedPathSearch);
    }

    /// <summary>Which search is at work: <c>native</c> or <c>managed</c>.</summary>
    public string SearchName => _search.Name;

    /// <summary>Adds the legs of every trade that can be routed inside the bounds; the others stay undone until the next pass.</summary>
    public void Route(RebalanceCycle cycle)
    {
        Begin();
        _withoutOrders.CopyTo(_blocked, 0);
        cycle.ExpectedGas = GasModel.Transaction;
        bool isWhole = true;
        foreach (ref readonly Trade trade in cycle.Trades)
        {
            int leg = cycle.LegCount;
            RouteStatus status = RouteTrade(cycle, in trade);
            isWhole &= status == RouteStatus.Found && cycle.Legs[leg].AmountIn == trade.AmountIn;
            // The first reason stands, unless a later trade finds its way.
            if (status == RouteStatus.Found || cycle.Route == RouteStatus.Unrouted)
                cycle.Route = status;
        }
        if (cycle.Trades.Length > 0)
            _baskets.Improve(cycle, isWhole);
    }

    /// <summary>The best single leg for this much input, without a bound on its price; for quotes.</summary>
    /// <returns><see cref="RouteStatus.Found"/> and the leg with its gas, or the reason why there is none.</returns>
    public RouteStatus Quote(AssetId sell, AssetId buy, in UInt256 amountIn, out OrderLeg leg, out uint gas)
    {
        Begin();
        return TryLeg(sell, buy, in amountIn, UInt256.Zero, out leg, out gas);
    }

    /// <summary>
    /// The single leg that takes least, gas counted in the sold asset, to bring this much output; for quotes. Inputs round up at every hop
    /// and units are whole, so the leg's <see cref="OrderLeg.ExpectedOut"/>, which its input brings exactly, may be more than asked.
    /// </summary>
    /// <returns><see cref="RouteStatus.Found"/> and the leg with its gas, or the reason why there is none.</returns>
    public RouteStatus QuoteExactOut(AssetId sell, AssetId buy, in UInt256 amountOut, out OrderLeg leg, out uint gas)
    {
        Begin();
        leg = default;
        gas = 0;
        double gasPrice = GasPriceIn(sell);
        PathStatus status = _search.FindExactOut(
            QueryOf(sell, buy, (double)amountOut, gasPrice), _blocked, _paths, _values, out int count);
        if (status != PathStatus.Found)
            return WhyNot(status);

        double least = double.PositiveInfinity;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<int> path = _paths.AsSpan(i * OrderEvent.MaxHops, OrderEvent.MaxHops);
            if (!TryInputFor(path, in amountOut, out UInt256 amountIn)
                || !TryQuote(path, in amountIn, out UInt256 brought, out uint pathGas) || brought < amountOut)
                continue;
            double cost = (double)amountIn + pathGas * gasPrice;
            if (cost >= least)
                continue;
            least = cost;
            gas = pathGas;
            leg = LegOf(path, sell, buy, in amountIn, in brought, in amountOut);
        }
        return double.IsPositiveInfinity(least) ? RouteStatus.NoLiquidity : RouteStatus.Found;
    }

    private void Begin()
    {
        _graph.Refresh();
        Array.Clear(_blocked);
    }

    private RouteStatus RouteTrade(RebalanceCycle cycle, in Trade trade)
    {
        RouteStatus status = RouteLeg(cycle, trade.Sell, trade.Buy, in trade.AmountIn, out _);
        bool throughCash = status is RouteStatus.NoPath or RouteStatus.NoLiquidity && trade.Sell != _numeraire && trade.Buy != _numeraire;
        if (!throughCash)
            return status;

        // No path of four pools: sell for cash first, and buy with what the sale is sure to bring.
        status = RouteLeg(cycle, trade.Sell, _numeraire, in trade.AmountIn, out UInt256 sureCash);
        if (status == RouteStatus.Found && !sureCash.IsZero)
            RouteLeg(cycle, _numeraire, trade.Buy, in sureCash, out _);
        return status;
    }

    /// <summary>Routes as much of the amount as the slippage bound lets through: all of it, or a half, a quarter, an eighth.</summary>
    private RouteStatus RouteLeg(RebalanceCycle cycle, AssetId sell, AssetId buy, in UInt256 amountIn, out UInt256 sureOut)
    {
        RouteStatus status = RouteStatus.Unrouted;
        UInt256 amount = amountIn;
        sureOut = default;
        for (int halving = 0; halving <= Halvings && !amount.IsZero; halving++, amount >>= 1)
        {
            if (!TryMinimumOut(_market, sell, buy, in amount, cycle.Bounds.MaxSlippage, out UInt256 minimum))
                return RouteStatus.NoLiquidity;
            status = TryLeg(sell, buy, in amount, in minimum, out OrderLeg leg, out uint gas);
            if (status == RouteStatus.Found)
            {
                Block(in leg);
                cycle.Add(in leg);
                cycle.ExpectedGas += gas + GasModel.Leg;
                sureOut = leg.MinimumOut;
                return status;
            }
            if (status != RouteStatus.WorseThanBound)
                return status;
        }
        return status;
    }

    /// <summary>What the amount is worth in the bought asset, less the slippage allowed; rounded up, for the desk.</summary>
    internal static bool TryMinimumOut(
        MarketState market, AssetId sell, AssetId buy, in UInt256 amountIn, Bps maxSlippage, out UInt256 minimum)
    {
        double worth = (double)amountIn / market.UnitsPerToken[sell.Index] * market.Prices[sell.Index]
            / market.Prices[buy.Index] * market.UnitsPerToken[buy.Index];
        return UInt256.TryFromDoubleFloor(worth * (1 - maxSlippage.Fraction), out minimum)
            && UInt256.TryAdd(minimum, UInt256.One, out minimum);
    }

    private RouteStatus TryLeg(AssetId sell, AssetId buy, in UInt256 amountIn, in UInt256 minimumOut, out OrderLeg leg, out uint gas)
    {
        leg = default;
        gas = 0;
        double gasPrice = GasPriceIn(buy);
        PathStatus status = _search.Find(QueryOf(sell, buy, (double)amountIn, gasPrice), _blocked, _paths, _values, out int count);
        if (status != PathStatus.Found)
            return WhyNot(status);

        double best = double.NegativeInfinity;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<int> path = _paths.AsSpan(i * OrderEvent.MaxHops, OrderEvent.MaxHops);
            if (!TryQuote(path, in amountIn, out UInt256 amountOut, out uint pathGas))
                continue;
            double net = (double)amountOut - pathGas * gasPrice;
            if (net <= best)
                continue;
            best = net;
            gas = pathGas;
            leg = LegOf(path, sell, buy, in amountIn, in amountOut, in minimumOut);
        }
        if (double.IsNegativeInfinity(best))
            return RouteStatus.NoLiquidity;
        if (best <= 0)
            return RouteStatus.NotWorthGas;
        return leg.ExpectedOut < minimumOut ? RouteStatus.WorseThanBound : RouteStatus.Found;
    }

    /// <summary>Base units of the asset that one unit of gas costs now; 0 where that has no price yet.</summary>
    private double GasPriceIn(AssetId asset)
    {
        double wei = (double)_market.BaseFeePerGasWei + _market.PriorityFeePerGasWei;
        double price = wei * _market.NumerairePerWei / _market.Prices[asset.Index] * _market.UnitsPerToken[asset.Index];
        return RouteGraph.IsSearchable(price) ? price : 0;
    }

    private static PathQuery QueryOf(AssetId sell, AssetId buy, double amount, double gasPrice) => new()
    {
        Amount = amount,
        GasPrice = gasPrice,
        Source = sell.Index,
        Target = buy.Index,
        MaxHops = OrderEvent.MaxHops,
        MaxPaths = Candidates,
    };

    /// <summary>The prices of gas are searchable, so a number out of range is the amount: beyond what any pool holds, or nothing.</summary>
    private static RouteStatus WhyNot(PathStatus status) => status == PathStatus.BadNumber ? RouteStatus.NoLiquidity : RouteStatus.NoPath;

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

    private OrderLeg LegOf(
        ReadOnlySpan<int> path, AssetId sell, AssetId buy, in UInt256 amountIn, in UInt256 amountOut, in UInt256 minimumOut)
    {
        OrderLeg leg = default;
        leg.Sell = sell;
        leg.Buy = buy;
        leg.AmountIn = amountIn;
        leg.ExpectedOut = amountOut;
        leg.MinimumOut = minimumOut;
        leg.Pool0 = PoolAt(path, 0);
        leg.Pool1 = PoolAt(path, 1);
        leg.Pool2 = PoolAt(path, 2);
        leg.Pool3 = PoolAt(path, 3);
        leg.Via0 = BoughtBefore(path, 1);
        leg.Via1 = BoughtBefore(path, 2);
        leg.Via2 = BoughtBefore(path, 3);
        return leg;
    }

    private PoolId PoolAt(ReadOnlySpan<int> path, int hop) => path[hop] < 0 ? PoolId.None : _graph.PoolOf(path[hop]).Id;

    private AssetId BoughtBefore(ReadOnlySpan<int> path, int hop) => path[hop] < 0 ? AssetId.None : _graph[path[hop]].Sell;

    private void Block(in OrderLeg leg)
    {
        for (int hop = 0; hop < leg.HopCount; hop++)
            _blocked[leg.Pool(hop).Index] = 1;
    }
}
