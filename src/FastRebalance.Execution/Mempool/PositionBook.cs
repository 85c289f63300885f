using FastRebalance.Amm;
using FastRebalance.Amm.UniswapV3;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Execution.Mempool;

/// <summary>
/// Positions of V3's manager by their numbers, learnt from logs: the pool logs the range, and the manager right after it the number. Bounded: the
/// oldest are forgotten. Owned by one thread.
/// </summary>
public sealed class PositionBook(MempoolMarket market, int capacity = 65_536)
{
    private static readonly Hash32 s_increased = AbiSignature.EventTopic("IncreaseLiquidity(uint256,uint128,uint256,uint256)");
    private static readonly Hash32 s_decreased = AbiSignature.EventTopic("DecreaseLiquidity(uint256,uint128,uint256,uint256)");

    private readonly Dictionary<ulong, KnownPosition> _positions = [];
    private readonly Queue<ulong> _age = [];

    public int Count => _positions.Count;

    public bool TryFind(ulong token, out KnownPosition position) => _positions.TryGetValue(token, out position);

    /// <summary>Reads a block's logs in their order.</summary>
    public void Learn(IReadOnlyList<LogEntry> logs)
    {
        KnownPosition last = default;
        Hash32 lastTransaction = default;
        foreach (LogEntry log in logs)
        {
            if (!market.Watched.TryFind(log.Address, out WatchedRole role, out int index))
                continue;
            if (role == WatchedRole.Pool && market.Pools[index] is UniswapV3Pool pool)
            {
                MarketEvent e = default;
                if (pool.TryReadLog(log.Topics, log.Data, ref e) && e.Kind == MarketEventKind.LiquidityChange)
                    (last, lastTransaction) = (new KnownPosition(pool.Id, e.Liquidity.TickLower, e.Liquidity.TickUpper), log.TransactionHash);
            }
            else if (role == WatchedRole.V3Positions && log.Topics.Length == 2 && (log.Topics[0] == s_increased || log.Topics[0] == s_decreased)
                && !last.Pool.IsNone && lastTransaction == log.TransactionHash)
            {
                Add(UInt256.ReadBigEndian(log.Topics[1].Span), in last);
                last = default;
            }
        }
    }

    private void Add(in UInt256 token, in KnownPosition position)
    {
        if (!token.FitsUInt64)
            return;
        if (_positions.TryAdd(token.Limb0, position))
            _age.Enqueue(token.Limb0);
        if (_positions.Count > capacity)
            _positions.Remove(_age.Dequeue());
    }
}
