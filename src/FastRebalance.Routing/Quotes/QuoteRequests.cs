using FastRebalance.Amm;
using FastRebalance.Amm.UniswapV3;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Native;

namespace FastRebalance.Routing.Quotes;

/// <summary>Makes requests of pools, for <see cref="IQuoteBatch"/>. Allocates nothing.</summary>
public static class QuoteRequests
{
    /// <summary>Asks what selling so much into a pair brings on its present state.</summary>
    /// <returns>False while the pair is not ready, and for an asset that is not its own.</returns>
    public static bool TryMake(UniswapV2Pool pool, AssetId sell, in UInt256 amountIn, out V2QuoteRequest request)
    {
        request = default;
        if (!pool.IsReady || !pool.Holds(sell))
            return false;
        (request.ReserveIn, request.ReserveOut) = sell == pool.Asset0 ? (pool.Reserve0, pool.Reserve1) : (pool.Reserve1, pool.Reserve0);
        request.AmountIn = ToWide(in amountIn);
        request.FeeKept = pool.FeeKept;
        request.FeeWhole = pool.FeeWhole;
        return true;
    }

    /// <summary>Asks what selling so much into a concentrated pool brings on its present state.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="sell">The asset that goes in.</param>
    /// <param name="amountIn">Its units.</param>
    /// <param name="firstStop">Where the pool's stops of this direction stand in the batch's list (<see cref="WriteStops"/>).</param>
    /// <param name="stopCount">How many they are.</param>
    /// <param name="request">The request.</param>
    /// <returns>False while the pool is not ready or has no price, and for an asset that is not its own.</returns>
    public static bool TryMake(
        UniswapV3Pool pool, AssetId sell, in UInt256 amountIn, int firstStop, int stopCount, out V3QuoteRequest request)
    {
        request = default;
        ConcentratedState state = pool.State;
        if (!pool.IsReady || !pool.Holds(sell) || state.SqrtPriceX96.IsZero)
            return false;
        request.AmountIn = ToWide(in amountIn);
        request.Price = ToWide(in state.SqrtPriceX96);
        request.Liquidity = state.Liquidity;
        request.FeePips = pool.FeePips;
        request.SellsToken0 = sell == pool.Asset0 ? 1 : 0;
        request.FirstStop = firstStop;
        request.StopCount = stopCount;
        return true;
    }

    /// <summary>The pool's stops of one direction, as <see cref="ConcentratedPool.WriteStops"/> tells them.</summary>
    /// <returns>How many were written.</returns>
    public static int WriteStops(UniswapV3Pool pool, AssetId sell, Span<ConcentratedStop> scratch, Span<V3Stop> stops)
    {
        int count = pool.WriteStops(sell, scratch[..Math.Min(scratch.Length, stops.Length)]);
        for (int i = 0; i < count; i++)
        {
            stops[i].Price = ToWide(scratch[i].Price);
            stops[i].Net = scratch[i].Net;
        }
        return count;
    }

    private static Wide256 ToWide(in UInt256 number) => new(number.Limb0, number.Limb1, number.Limb2, number.Limb3);
}
