using BenchmarkDotNet.Attributes;
using FastRebalance.Amm;
using FastRebalance.Bench.Routing;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Native;
using FastRebalance.Routing.Paths;

namespace FastRebalance.Benchmarks;

/// <summary>
/// The best path of up to four pools out of two hundred, exact quotes and the proof that no other is better included, beside the search
/// alone: the difference is what the quotes take.
/// </summary>
public class PathRouterBenchmarks
{
    /// <summary>Orders of one call.</summary>
    public const int Orders = 64;

    private const int Assets = 20;

    private readonly (AssetId Sell, AssetId Buy, UInt256 Amount)[] _orders = new (AssetId, AssetId, UInt256)[Orders];
    private readonly int[] _paths = new int[8 * OrderEvent.MaxHops];
    private readonly double[] _values = new double[8];
    private IPathSearch _search = null!;
    private PathRouter _router = null!;

    [GlobalSetup]
    public void SetUp()
    {
        RoutingMarket market = new(1, Assets, 200, 10, 0.5);
        _search = PathSearches.ForPools(Assets, market.Pools, out _);
        _router = new PathRouter(market.Pools, Assets, _search);
        _router.Refresh();
        Random random = new(1);
        for (int i = 0; i < Orders; i++)
        {
            int sell = random.Next(Assets), buy = (sell + 1 + random.Next(Assets - 1)) % Assets;
            UInt256.TryFromDoubleFloor(Math.Pow(10, 3 + 2 * random.NextDouble()) / market.Request.ReferencePrices[sell], out UInt256 amount);
            _orders[i] = (AssetId.FromIndex(sell), AssetId.FromIndex(buy), amount);
        }
        for (int i = 0; i < Orders; i++)
        {
            Route(i);
            if (!_router.IsProven)
                throw new InvalidOperationException($"order {i}: the best path is not shown to be the best");
        }
    }

    [Benchmark(OperationsPerInvoke = Orders)]
    public long Route()
    {
        long sum = 0;
        for (int i = 0; i < Orders; i++)
            sum += Route(i);
        return sum;
    }

    [Benchmark(OperationsPerInvoke = Orders, Baseline = true)]
    public long SearchAlone()
    {
        long sum = 0;
        foreach ((AssetId sell, AssetId buy, UInt256 amount) in _orders)
        {
            PathQuery query = new()
            {
                Amount = (double)amount, Source = sell.Index, Target = buy.Index, MaxHops = OrderEvent.MaxHops, MaxPaths = _values.Length,
            };
            _search.Find(in query, [], _paths, _values, out int count);
            sum += count;
        }
        return sum;
    }

    private long Route(int order)
    {
        (AssetId sell, AssetId buy, UInt256 amount) = _orders[order];
        _router.MostOut(sell, buy, in amount, pricePerGas: 0, [], out OrderLeg leg, out _);
        return (long)leg.ExpectedOut.Limb0;
    }
}
