using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.Tests;

/// <summary>Runs a pool's description and snapshot against whatever answers calls: a node, a recording, a made-up chain.</summary>
internal static class PoolCalls
{
    public static PoolFacts Describe(this PoolKind kind, PoolSite site, Func<PoolCall, byte[]> answer)
    {
        IPoolDescription description = kind.BeginDescription(site);
        for (List<PoolCall> calls = []; description.NextCalls(calls); calls = [])
            description.Accept([.. calls.Select(answer)]);
        return description.Facts ?? throw new InvalidOperationException(description.Failure);
    }

    public static async Task<PoolFacts> DescribeAsync(this PoolKind kind, PoolSite site, Func<List<PoolCall>, Task<byte[][]>> ask)
    {
        IPoolDescription description = kind.BeginDescription(site);
        for (List<PoolCall> calls = []; description.NextCalls(calls); calls = [])
            description.Accept(await ask(calls));
        return description.Facts ?? throw new InvalidOperationException(description.Failure);
    }

    /// <summary>Fills a pool by the events of a snapshot, as a feed does.</summary>
    public static async Task FillAsync(this Pool pool, Func<List<PoolCall>, Task<byte[][]>> ask)
    {
        IPoolSnapshot snapshot = pool.BeginSnapshot();
        List<MarketEvent> events = [];
        for (List<PoolCall> calls = []; snapshot.NextCalls(calls); calls = [])
            snapshot.Accept(await ask(calls), events);
        if (snapshot.Failure is not null)
            throw new InvalidOperationException(snapshot.Failure);
        foreach (MarketEvent e in events)
            pool.Apply(in e);
    }
}
