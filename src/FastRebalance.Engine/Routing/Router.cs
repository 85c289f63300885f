using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Sizing;
using FastRebalance.Routing.Paths;

namespace FastRebalance.Engine.Routing;

/// <summary>
/// Finds a path of at most four pools for each trade, gas counted; then all trades are planned as one basket, which stands in where it is worth more. No pool serves two
/// legs of one order, so each quote holds on the state that it was made on.
/// Owned by the engine thread; allocates nothing after construction.
/// </summary>
public sealed class Router
{
    private const int Halvings = 3;

    private readonly MarketState _market;
    private readonly AssetId _numeraire;
    private readonly PathRouter _paths;
    private readonly BasketRouter _baskets;
    private readonly byte[] _blocked;
    private readonly byte[] _withoutOrders; // by pool: quoted, but no order goes through

    /// <param name="search">Its own from now on: the router gives it a graph and keeps that up to date.</param>
    public Router(EngineSetup setup, MarketState market, IPathSearch search)
    {
        _market = market;
        _numeraire = setup.Numeraire;
        _paths = new PathRouter(setup.Pools, setup.Assets.Count, search);
        _blocked = new byte[setup.Pools.Count];
        _withoutOrders = [.. setup.Pools.OrderBy(pool => pool.Id.Index).Select(pool => pool.TakesOrders ? (byte)0 : (byte)1)];
        _baskets = new BasketRouter(setup, market, search is ManagedPathSearch);
    }

    /// <summary>Which search is at work: <c>native</c> or <c>managed</c>.</summary>
    public string SearchName => _paths.SearchName;

    /// <summary>Adds the legs of every trade that can be routed inside the bounds; the others stay undone until the next pass.</summary>
    public void Route(RebalanceCycle cycle)
    {
        Begin();
        _withoutOrders.CopyTo(_blocked, 0);
        cycle.ExpectedGas = GasModel.Transaction;
        bool isWhole = true, moves = false;
        foreach (ref readonly Trade trade in cycle.Trades)
        {
            if (trade.Sell == trade.Buy)
            {
                moves = true;
                AddMove(cycle, in trade);
                continue;
            }
            int leg = cycle.LegCount;
            RouteStatus status = RouteTrade(cycle, in trade);
            isWhole &= status == RouteStatus.Found && cycle.Legs[leg].AmountIn == trade.AmountIn;
            // The first reason stands, unless a later trade finds its way.
            if (status == RouteStatus.Found || cycle.Route == RouteStatus.Unrouted)
                cycle.Route = status;
        }
        if (cycle.Trades.Length > 0 && !moves)
            _baskets.Improve(cycle, isWhole);
        if (_market.Lending is not null && cycle.LegCount > 0)
            cycle.ExpectedGas += GasModel.Lending;
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
        RouteStatus status = _paths.LeastIn(sell, buy, in amountOut, GasPriceIn(sell), _blocked, out leg, out gas);
        if (status == RouteStatus.Found)
            leg.MinimumOut = amountOut;
        return status;
    }

    private void Begin()
    {
        _paths.Refresh();
        Array.Clear(_blocked);
    }

    /// <summary>Into the lending market: no pool, no price, nothing lost.</summary>
    private static void AddMove(RebalanceCycle cycle, in Trade trade)
    {
        cycle.Add(new OrderLeg
        {
            Sell = trade.Sell,
            Buy = trade.Buy,
            AmountIn = trade.AmountIn,
            ExpectedOut = trade.AmountIn,
            MinimumOut = trade.AmountIn,
        });
        cycle.ExpectedGas += GasModel.Leg;
        cycle.Route = RouteStatus.Found;
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
        RouteStatus status = _paths.MostOut(sell, buy, in amountIn, GasPriceIn(buy), _blocked, out leg, out gas);
        if (status != RouteStatus.Found)
            return status;
        leg.MinimumOut = minimumOut;
        return leg.ExpectedOut < minimumOut ? RouteStatus.WorseThanBound : RouteStatus.Found;
    }

    /// <summary>Base units of the asset that one unit of gas costs now; no sound number where that has no price yet.</summary>
    private double GasPriceIn(AssetId asset)
    {
        return _market.WeiPerGas * _market.NumerairePerWei / _market.Prices[asset.Index] * _market.UnitsPerToken[asset.Index];
    }

    private void Block(in OrderLeg leg)
    {
        for (int hop = 0; hop < leg.HopCount; hop++)
            _blocked[leg.Pool(hop).Index] = 1;
    }
}
