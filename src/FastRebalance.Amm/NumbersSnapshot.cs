using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.Amm;

/// <summary>
/// The snapshot of a pool whose state is its balances and a few numbers more, read in one round of the calls that it reconciles by.
/// </summary>
/// <param name="pool">The pool.</param>
/// <param name="balances">How many balances it has.</param>
/// <param name="parameters">How many other numbers.</param>
/// <param name="read">Fills both from the answers; null, or what is wrong with them.</param>
internal sealed class NumbersSnapshot(Pool pool, int balances, int parameters, NumbersSnapshot.Reader read) : IPoolSnapshot
{
    internal delegate string? Reader(IReadOnlyList<byte[]> results, UInt256[] balances, UInt256[] parameters);

    private bool _done;

    public string? Failure { get; private set; }

    public bool NextCalls(List<PoolCall> calls)
    {
        if (_done)
            return false;
        pool.AppendReconcileCalls(calls);
        return true;
    }

    public SnapshotStatus Accept(IReadOnlyList<byte[]> results, List<MarketEvent> events)
    {
        _done = true;
        var held = new UInt256[balances];
        var others = new UInt256[parameters];
        Failure = read(results, held, others);
        if (Failure is not null)
            return SnapshotStatus.Failed;
        events.Add(new MarketEvent { Kind = MarketEventKind.PoolReset, Subject = pool.Id.Value });
        Append(events, MarketEventKind.PoolBalance, held);
        Append(events, MarketEventKind.PoolParameter, others);
        events.Add(new MarketEvent { Kind = MarketEventKind.PoolReady, Subject = pool.Id.Value });
        return SnapshotStatus.Complete;
    }

    private void Append(List<MarketEvent> events, MarketEventKind kind, UInt256[] values)
    {
        for (int i = 0; i < values.Length; i++)
            events.Add(new MarketEvent
            {
                Kind = kind,
                Subject = pool.Id.Value,
                PoolValue = new PoolValue { Index = (byte)i, Value = values[i] },
            });
    }
}
