using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Execution.Confirmation;

/// <summary>What a leg moved, in base units.</summary>
internal readonly record struct LegMovement(UInt256 Spent, UInt256 Received);

/// <summary>
/// Reads off a receipt what each leg spent and received. The legs run one after the other and so do their hops, so the pools'
/// swap logs stand in that order: each hop takes the next log of its pool, and two legs that buy the same asset, or share a pool,
/// are told apart.
/// </summary>
internal sealed class FillReader(IReadOnlyList<Address> assets, IReadOnlyList<PoolFacts> pools) : IFillReader
{
    // UniswapV2Pair.sol and IUniswapV3PoolEvents.sol.
    private static readonly Hash32 V2Swap = AbiSignature.EventTopic("Swap(address,uint256,uint256,uint256,uint256,address)");
    private static readonly Hash32 V3Swap = AbiSignature.EventTopic("Swap(address,address,int256,int256,uint160,uint128,int24)");

    bool IFillReader.TryRead(ulong orderId, IReadOnlyList<OrderLeg> legs, IReadOnlyList<LogEntry> logs, Span<LegMovement> movements) =>
        TryRead(legs, logs, movements);

    /// <returns>One entry per leg; false where a hop has no log of its own, and the movements are then zero from that leg on.</returns>
    public bool TryRead(IReadOnlyList<OrderLeg> legs, IReadOnlyList<LogEntry> logs, Span<LegMovement> movements)
    {
        movements.Clear();
        int at = 0;
        for (int i = 0; i < legs.Count; i++)
            if (!TryReadLeg(legs[i], logs, ref at, out movements[i]))
                return false;
        return true;
    }

    private bool TryReadLeg(OrderLeg leg, IReadOnlyList<LogEntry> logs, ref int at, out LegMovement movement)
    {
        movement = default;
        UInt256 spent = default;
        UInt256 received = default;
        Address token = assets[leg.Sell.Index];
        for (int hop = 0; hop < leg.HopCount; hop++)
        {
            PoolFacts pool = pools[leg.Pool(hop).Index];
            bool sellsToken0 = token == pool.Token0;
            if (!TryNextSwap(logs, ref at, pool, sellsToken0, out UInt256 amountIn, out received))
                return false;
            if (hop == 0)
                spent = amountIn;
            token = sellsToken0 ? pool.Token1 : pool.Token0;
        }
        movement = new LegMovement(spent, received);
        return true;
    }

    private static bool TryNextSwap(
        IReadOnlyList<LogEntry> logs, ref int at, PoolFacts pool, bool sellsToken0, out UInt256 amountIn, out UInt256 amountOut)
    {
        for (; at < logs.Count; at++)
            if (logs[at].Address == pool.Address && TryReadSwap(logs[at], sellsToken0, out amountIn, out amountOut))
            {
                at++;
                return true;
            }
        amountIn = default;
        amountOut = default;
        return false;
    }

    private static bool TryReadSwap(LogEntry log, bool sellsToken0, out UInt256 amountIn, out UInt256 amountOut)
    {
        amountIn = default;
        amountOut = default;
        if (log.Topics.Length == 0)
            return false;
        AbiReader reader = new(log.Data);
        return log.Topics[0] == V2Swap ? TryReadV2(ref reader, sellsToken0, out amountIn, out amountOut)
            : log.Topics[0] == V3Swap && TryReadV3(ref reader, sellsToken0, out amountIn, out amountOut);
    }

    private static bool TryReadV2(ref AbiReader reader, bool sellsToken0, out UInt256 amountIn, out UInt256 amountOut)
    {
        amountIn = default;
        amountOut = default;
        if (!reader.TryReadUInt256(out UInt256 in0) || !reader.TryReadUInt256(out UInt256 in1)
            || !reader.TryReadUInt256(out UInt256 out0) || !reader.TryReadUInt256(out UInt256 out1))
            return false;
        (amountIn, amountOut) = sellsToken0 ? (in0, out1) : (in1, out0);
        return !amountOut.IsZero;
    }

    // Positive is what the pool took, negative what it paid.
    private static bool TryReadV3(ref AbiReader reader, bool sellsToken0, out UInt256 amountIn, out UInt256 amountOut)
    {
        amountIn = default;
        amountOut = default;
        if (!reader.TryReadInt256(out UInt256 amount0, out bool paid0) || !reader.TryReadInt256(out UInt256 amount1, out bool paid1)
            || paid0 == sellsToken0 || paid1 != sellsToken0)
            return false;
        (amountIn, amountOut) = sellsToken0 ? (amount0, amount1) : (amount1, amount0);
        return true;
    }
}
