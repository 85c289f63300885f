using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.MarketData.Feeds;

/// <summary>Reads pools and holdings from the chain, every answer at one block hash. Used by the feed's thread of work only.</summary>
internal sealed class PoolReader(IChainView chain, PoolEventsSetup setup, FeedCounters counters)
{
    private const int WordBytes = 32;

    private readonly byte[] _balanceOf = Erc20.BalanceOf(setup.Account);

    /// <summary>
    /// Reads these pools whole and adds their events. The rounds of all pools go together, so that it takes as many
    /// round trips as the deepest pool needs. A pool that cannot be read is reset and counted.
    /// </summary>
    public async Task SnapshotAsync(IEnumerable<Pool> pools, Hash32 block, List<MarketEvent> events, CancellationToken cancellation)
    {
        List<(Pool Pool, IPoolSnapshot Snapshot)> reading = [.. pools.Select(pool => (pool, pool.BeginSnapshot()))];
        List<PoolCall> round = [];
        while (reading.Count > 0)
        {
            List<EthCall> calls = [];
            List<int> counts = [];
            foreach ((_, IPoolSnapshot snapshot) in reading)
            {
                round.Clear();
                snapshot.NextCalls(round);
                counts.Add(round.Count);
                calls.AddRange(round.Select(call => new EthCall(call.To, call.Data)));
            }
            byte[][] answers = await AnswersAsync(calls, block, cancellation).ConfigureAwait(false);
            Accept(reading, counts, answers, events);
        }
    }

    /// <summary>
    /// Holdings of every asset, the pools whose copies the answers show to be wrong, and the answers to <paramref name="more"/>, in one batch. What
    /// contradicts a copy is asked once more before the copy is given up: a node between two blocks may answer out of the wrong one.
    /// </summary>
    public async Task<(UInt256[] Holdings, List<Pool> Mismatched, ArraySegment<byte[]> More)> HoldingsAndMismatchesAsync(
        Hash32 block, Func<Task> applyLogs, IReadOnlyList<EthCall> more, CancellationToken cancellation)
    {
        List<EthCall> calls = [.. setup.Assets.Select(asset => new EthCall(asset.Token, _balanceOf))];
        List<int> counts = [];
        List<PoolCall> wanted = [];
        foreach (Pool pool in setup.Pools)
        {
            wanted.Clear();
            pool.AppendReconcileCalls(wanted);
            counts.Add(wanted.Count);
            calls.AddRange(wanted.Select(call => new EthCall(call.To, call.Data)));
        }
        calls.AddRange(more);
        // The logs and the batch travel together; the copies are compared once the logs are in them.
        Task<byte[][]> asking = AnswersAsync(calls, block, cancellation);
        await Task.WhenAll(asking, applyLogs()).ConfigureAwait(false);
        byte[][] answers = await asking.ConfigureAwait(false);
        List<Pool> mismatched = Mismatched(answers, counts);
        if (mismatched.Exists(static pool => pool.IsReady))
        {
            int before = mismatched.Count;
            answers = await AnswersAsync(calls, block, cancellation).ConfigureAwait(false);
            mismatched = Mismatched(answers, counts);
            if (mismatched.Count < before)
                counters.CountUnsteady();
        }
        return (Holdings(answers), mismatched, new ArraySegment<byte[]>(answers, answers.Length - more.Count, more.Count));
    }

    private List<Pool> Mismatched(byte[][] answers, List<int> counts)
    {
        List<Pool> mismatched = [];
        int at = setup.Assets.Count;
        for (int i = 0; i < counts.Count; at += counts[i++])
            if (!setup.Pools[i].IsReady || !setup.Pools[i].Reconciles(new ArraySegment<byte[]>(answers, at, counts[i])))
                mismatched.Add(setup.Pools[i]);
        return mismatched;
    }

    /// <summary>Holdings of every asset, and the answers to <paramref name="more"/>, in one batch.</summary>
    public async Task<(UInt256[] Holdings, ArraySegment<byte[]> More)> HoldingsAsync(Hash32 block, IReadOnlyList<EthCall> more, CancellationToken cancellation)
    {
        List<EthCall> calls = [.. setup.Assets.Select(asset => new EthCall(asset.Token, _balanceOf)), .. more];
        byte[][] answers = await AnswersAsync(calls, block, cancellation).ConfigureAwait(false);
        return (Holdings(answers), new ArraySegment<byte[]>(answers, answers.Length - more.Count, more.Count));
    }

    private void Accept(List<(Pool Pool, IPoolSnapshot Snapshot)> reading, List<int> counts, byte[][] answers, List<MarketEvent> events)
    {
        int at = 0;
        List<(Pool, IPoolSnapshot)> over = [];
        for (int i = 0; i < reading.Count; at += counts[i++])
        {
            (Pool pool, IPoolSnapshot snapshot) = reading[i];
            SnapshotStatus status = snapshot.Accept(new ArraySegment<byte[]>(answers, at, counts[i]), events);
            if (status == SnapshotStatus.MoreCalls)
                continue;
            over.Add(reading[i]);
            if (status == SnapshotStatus.Complete)
                continue;
            counters.CountFailedSnapshot();
            events.Add(new MarketEvent { Kind = MarketEventKind.PoolReset, Subject = pool.Id.Value });
        }
        reading.RemoveAll(over.Contains);
    }

    private UInt256[] Holdings(byte[][] answers)
    {
        UInt256[] holdings = new UInt256[setup.Assets.Count];
        for (int i = 0; i < holdings.Length; i++)
        {
            if (answers[i].Length != WordBytes)
                throw new RpcTransportException(
                    $"balanceOf of {setup.Assets[i].Symbol} ({setup.Assets[i].Token}) answered {answers[i].Length} bytes, not {WordBytes}: is it a token?");
            holdings[i] = UInt256.ReadBigEndian(answers[i]);
        }
        return holdings;
    }

    /// <summary>Return data in the order of the calls, empty for a revert; any other refusal means that the block is not to be had.</summary>
    private async Task<byte[][]> AnswersAsync(List<EthCall> calls, Hash32 block, CancellationToken cancellation)
    {
        EthCallOutcome[] outcomes = await chain.CallManyAsync(calls, block, cancellation).ConfigureAwait(false);
        return Array.ConvertAll(outcomes, outcome => outcome switch
        {
            { Success: true } => outcome.Data,
            { Error.IsRevert: true } => [],
            _ => throw new RpcErrorException("eth_call", outcome.Error!),
        });
    }
}
