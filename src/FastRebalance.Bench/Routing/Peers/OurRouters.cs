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
    private readonly PathRouter _paths;
    private readonly BasketPlanner _planner;
    private readonly BasketRequest _request;
    private readonly BasketPlan _plan;

    public OurRouters(PeerInstance instance, IReadOnlyList<Pool> pools)
    {
        int assets = instance.Prices.Count;
        _paths = new PathRouter(pools, assets, PathSearches.ForPools(assets, pools, out _), PeerAnswerCheck.MaxHops);
        _paths.Refresh();
        _planner = new BasketPlanner(pools, assets);
        _plan = new BasketPlan(assets, _planner.MaxLegs);
        _request = new BasketRequest(assets) { Goal = BasketGoal.MostOfOne };
        for (int asset = 0; asset < assets; asset++)
            _request.ReferencePrices[asset] = instance.Prices[asset];
    }

    /// <summary>"native" or "managed".</summary>
    public string SearchName => _paths.SearchName;

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
        _paths.MostOut(AssetId.FromIndex(order.Sell), AssetId.FromIndex(order.Buy), order.AmountIn, pricePerGas: 0, [], out OrderLeg leg, out _);
        return leg.ExpectedOut;
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
