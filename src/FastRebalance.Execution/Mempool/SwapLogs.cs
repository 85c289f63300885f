using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Execution.Mempool;

/// <summary>Reads the swap logs of V2 pairs, V3 pools, V4's manager and Balancer's vault.</summary>
public static class SwapLogs
{
    private const int Word = AbiWord.Length;

    private static readonly Hash32 s_v2 = AbiSignature.EventTopic("Swap(address,uint256,uint256,uint256,uint256,address)");
    private static readonly Hash32 s_v3 = AbiSignature.EventTopic("Swap(address,address,int256,int256,uint160,uint128,int24)");
    private static readonly Hash32 s_v4 = AbiSignature.EventTopic("Swap(bytes32,address,int128,int128,uint160,uint128,int24,uint24)");
    private static readonly Hash32 s_balancer = AbiSignature.EventTopic("Swap(bytes32,address,address,uint256,uint256)");

    /// <summary>The pool of ours that a log speaks of; null for none.</summary>
    public static Pool? PoolOf(MempoolMarket market, LogEntry log)
    {
        if (!market.Watched.TryFind(log.Address, out WatchedRole role, out int index))
            return null;
        return role switch
        {
            WatchedRole.Pool => market.Pools[index],
            WatchedRole.V4Manager or WatchedRole.BalancerVault when log.Topics.Length > 1 => market.PoolOf(market.KeyedOf(log.Topics[1])),
            _ => null,
        };
    }

    /// <summary>False for another log, a pool that is not ours, or malformed data.</summary>
    public static bool TryRead(MempoolMarket market, LogEntry log, out LoggedSwap swap)
    {
        swap = default;
        if (log.Topics.Length == 0 || PoolOf(market, log) is not { } pool)
            return false;
        Hash32 topic = log.Topics[0];
        if (topic == s_balancer)
            return log.Topics.Length == 4 && log.Data.Length == 2 * Word && TryBalancer(market, pool, log, out swap);
        if (topic == s_v2)
            return log.Data.Length == 4 * Word && TryPair(pool, log, out swap);
        bool isV4 = topic == s_v4;
        return (isV4 || topic == s_v3) && log.Data.Length >= 2 * Word && TrySigned(pool, log, isV4, out swap);
    }

    private static bool TryPair(Pool pool, LogEntry log, out LoggedSwap swap)
    {
        UInt256 in0 = Number(log, 0), in1 = Number(log, 1), out0 = Number(log, 2), out1 = Number(log, 3);

        // A loan that pays back in the same asset has both: the side that gains is what was sold.
        bool sells0 = in0 > out0;
        swap = sells0
            ? new LoggedSwap(pool.Id, pool.Asset0, pool.Asset1, in0, out1, log.TransactionHash, log.LogIndex)
            : new LoggedSwap(pool.Id, pool.Asset1, pool.Asset0, in1, out0, log.TransactionHash, log.LogIndex);
        return !swap.AmountIn.IsZero;
    }

    /// <summary>V3 counts from the pool's side, above zero for what came in; V4 from the trader's.</summary>
    private static bool TrySigned(Pool pool, LogEntry log, bool isV4, out LoggedSwap swap)
    {
        UInt256 amount0 = AbiWord.ToInt256(log.Data.AsSpan(0, Word), out bool negative0);
        UInt256 amount1 = AbiWord.ToInt256(log.Data.AsSpan(Word, Word), out bool negative1);
        bool sells0 = isV4 ? negative0 || (amount0.IsZero && !negative1) : negative1 || (amount1.IsZero && !negative0);
        swap = sells0
            ? new LoggedSwap(pool.Id, pool.Asset0, pool.Asset1, amount0, amount1, log.TransactionHash, log.LogIndex)
            : new LoggedSwap(pool.Id, pool.Asset1, pool.Asset0, amount1, amount0, log.TransactionHash, log.LogIndex);
        return !swap.AmountIn.IsZero;
    }

    private static bool TryBalancer(MempoolMarket market, Pool pool, LogEntry log, out LoggedSwap swap)
    {
        AssetId sell = market.AssetOf(new Address(log.Topics[2].Span[12..])), buy = market.AssetOf(new Address(log.Topics[3].Span[12..]));
        swap = new LoggedSwap(pool.Id, sell, buy, Number(log, 0), Number(log, 1), log.TransactionHash, log.LogIndex);
        return pool.Holds(sell) && pool.Holds(buy);
    }

    private static UInt256 Number(LogEntry log, int word) => UInt256.ReadBigEndian(log.Data.AsSpan(word * Word, Word));
}
