using System.Diagnostics;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Baskets;
using FastRebalance.Core.Events;
using FastRebalance.Routing.Baskets;
using FastRebalance.Routing.Paths;

namespace FastRebalance.Bench.Routing.Peers;

/// <summary>Our two ways to an order's answer on one instance: the best path, and the planner that may split. Gas is left out, as the peers do.</summary>
public sealed class OurRouters
{
    // As the peers are timed: bench/peers/harness.mjs.
    private const int LeastRepetitions = 3;
    private const double BudgetUs = 300_000;

    private readonly PathRouter _paths;
    private readonly BasketPlanner _planner;
    private readonly BasketRequest _request;
    private readonly BasketPlan _plan;

    public OurRouters(PeerInstance instance, IReadOnlyList<Pool> pools)
    {
        int assets = instance.Prices.Count;
        _paths = new PathRouter(pools, assets, PathSearches.ForPools(assets, pools, out _), PeerReplay.MaxHops);
        _paths.Refresh();
        _planner = new BasketPlanner(pools, assets);
        _plan = new BasketPlan(assets, _planner.MaxLegs);
        _request = new BasketRequest(assets) { Goal = BasketGoal.MostOfOne };
        for (int asset = 0; asset < assets; asset++)
            _request.ReferencePrices[asset] = instance.Prices[asset];
    }

    /// <summary>"native" or "managed".</summary>
    public string SearchName => _paths.SearchName;

    /// <summary>The best path: proposed by the search, chosen by exact quotes.</summary>
    /// <param name="order">The order.</param>
    /// <param name="repetitions">How often it is timed at most; less often where that takes long.</param>
    /// <returns>Without swaps where there is no path.</returns>
    public PeerRoute BestPath(PeerOrder order, int repetitions)
    {
        OrderLeg leg = BestLeg(order);
        List<PeerSwap> swaps = [];
        for (int hop = 0; hop < leg.HopCount; hop++)
        {
            AssetId sell = hop == 0 ? leg.Sell : leg.BoughtAt(hop - 1);
            swaps.Add(new PeerSwap(leg.Pool(hop).Index, sell.Index, leg.BoughtAt(hop).Index, hop == 0 ? order.AmountIn : null));
        }
        return new PeerRoute(leg.ExpectedOut, swaps, MedianUs(repetitions, () => { }, () => BestLeg(order)));
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

    private OrderLeg BestLeg(PeerOrder order)
    {
        _paths.MostOut(
            AssetId.FromIndex(order.Sell), AssetId.FromIndex(order.Buy), order.AmountIn, pricePerGas: 0, [], out OrderLeg leg, out _);
        return leg;
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
