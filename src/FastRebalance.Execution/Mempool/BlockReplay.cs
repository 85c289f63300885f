using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Execution.Mempool;

/// <summary>Plays a block's logs over again on the pools as they were before it, and says what its order did to swaps of ours.</summary>
public static class BlockReplay
{
    private const double Bps = 10_000;

    /// <summary>Looks at every swap that one transaction of ours made.</summary>
    /// <param name="market">Pools as they stood before the block.</param>
    /// <param name="block">The block's number.</param>
    /// <param name="transactions">In the block's order.</param>
    /// <param name="logs">Of our pools, in the block's order.</param>
    /// <param name="ours">Our transaction.</param>
    public static IReadOnlyList<PostMortem> Examine(
        MempoolMarket market, ulong block, IReadOnlyList<MinedTransaction> transactions, IReadOnlyList<LogEntry> logs, Hash32 ours)
    {
        Dictionary<Hash32, int> places = [];
        for (int i = 0; i < transactions.Count; i++)
            places[transactions[i].Hash] = i;
        if (!places.TryGetValue(ours, out int place))
            return [];
        List<LoggedSwap> swaps = [];
        foreach (LogEntry log in logs)
            if (SwapLogs.TryRead(market, log, out LoggedSwap swap))
                swaps.Add(swap);
        List<PostMortem> found = [];
        foreach (LoggedSwap swap in swaps)
            if (swap.Transaction == ours)
                found.Add(Examine(market, block, transactions, places, logs, swaps, swap, place));
        return found;
    }

    private static PostMortem Examine(
        MempoolMarket market, ulong block, IReadOnlyList<MinedTransaction> transactions, Dictionary<Hash32, int> places, IReadOnlyList<LogEntry> logs,
        List<LoggedSwap> swaps, LoggedSwap ours, int place)
    {
        Pool before = market.Pools[ours.Pool.Index];
        before.QuoteExactIn(ours.Sell, ours.Buy, ours.AmountIn, out SwapQuote first);
        Pool then = ReplayUntil(market, before, logs, ours);
        bool isExact = IsExact(then, in ours);
        (LoggedSwap front, LoggedSwap back) = FindPair(market, transactions, places, swaps, ours, place);
        double cost = first.AmountOut.IsZero ? 0 : (1 - (double)ours.AmountOut / (double)first.AmountOut) * Bps;
        bool isSandwich = !front.Transaction.IsZero;
        return new PostMortem
        {
            Transaction = ours.Transaction,
            Block = block,
            Pool = ours.Pool,
            AmountIn = ours.AmountIn,
            AmountOut = ours.AmountOut,
            OutAtFirst = first.AmountOut,
            CostBps = cost,
            IsExact = isExact,
            IsSandwich = isSandwich,
            Searcher = isSandwich ? transactions[places[front.Transaction]].Sender : default,
            Before = front.Transaction,
            After = back.Transaction,
        };
    }

    /// <summary>The pool gives what was given, asked by the input or by the output: which of them the swap named the log does not tell.</summary>
    private static bool IsExact(Pool pool, in LoggedSwap swap) =>
        pool.QuoteExactIn(swap.Sell, swap.Buy, swap.AmountIn, out SwapQuote quote) == QuoteStatus.Exact && quote.AmountOut == swap.AmountOut
        || pool.QuoteExactOut(swap.Sell, swap.Buy, swap.AmountOut, out quote) == QuoteStatus.Exact && quote.AmountInUsed == swap.AmountIn;

    /// <summary>The pool right before the swap: all of its logs before the swap's own, a pair's <c>Sync</c> of that very swap left out.</summary>
    private static Pool ReplayUntil(MempoolMarket market, Pool before, IReadOnlyList<LogEntry> logs, LoggedSwap ours)
    {
        Pool copy = before.Copy();
        LogEntry? held = null;
        foreach (LogEntry log in logs)
        {
            if (log.LogIndex >= ours.LogIndex)
                break;
            if (SwapLogs.PoolOf(market, log) != before)
                continue;

            // A pair tells its new reserves right before the swap that made them: applied only once another log follows.
            Apply(copy, held);
            held = log;
        }
        bool isOwnSync = before is UniswapV2Pool && held?.TransactionHash == ours.Transaction;
        if (!isOwnSync)
            Apply(copy, held);
        return copy;
    }

    private static void Apply(Pool pool, LogEntry? log)
    {
        MarketEvent e = default;
        if (log is not null && pool.TryReadLog(log.Topics, log.Data, ref e))
            pool.Apply(in e);
    }

    /// <summary>Our side before us and the other side after us by one hand: the same signer, or the same contract that is nobody's router.</summary>
    private static (LoggedSwap Front, LoggedSwap Back) FindPair(
        MempoolMarket market, IReadOnlyList<MinedTransaction> transactions, Dictionary<Hash32, int> places, List<LoggedSwap> swaps, LoggedSwap ours, int place)
    {
        foreach (LoggedSwap front in swaps)
        {
            if (front.Pool != ours.Pool || front.Sell != ours.Sell || !places.TryGetValue(front.Transaction, out int at) || at >= place)
                continue;
            foreach (LoggedSwap back in swaps)
                if (back.Pool == ours.Pool && back.Sell == ours.Buy && places.TryGetValue(back.Transaction, out int later) && later > place
                    && IsOneHand(market, transactions[at], transactions[later]))
                    return (front, back);
        }
        return default;
    }

    private static bool IsOneHand(MempoolMarket market, MinedTransaction a, MinedTransaction b) =>
        a.Sender == b.Sender || (!a.To.IsZero && a.To == b.To && !market.Watched.TryFind(a.To, out _, out _));
}
