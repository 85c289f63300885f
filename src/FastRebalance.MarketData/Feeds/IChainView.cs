using System.Threading.Channels;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.MarketData.Feeds;

/// <summary>What the pool feed asks of a chain. Failures are those of <see cref="EthereumNode"/>.</summary>
internal interface IChainView
{
    Task<HeadStream> SubscribeHeadsAsync(CancellationToken cancellation);

    Task<BlockHeader?> BlockAsync(BlockRef block, CancellationToken cancellation);

    Task<LogEntry[]> LogsAsync(Hash32 blockHash, IReadOnlyList<Address> addresses, CancellationToken cancellation);

    Task<EthCallOutcome[]> CallManyAsync(IReadOnlyList<EthCall> calls, Hash32 blockHash, CancellationToken cancellation);

    Task<FeeHistory> FeeHistoryAsync(int blockCount, double percentile, CancellationToken cancellation);
}

/// <summary>Heads with their signals, and what ends them.</summary>
internal sealed record HeadStream(ChannelReader<SubscriptionItem<BlockHeader>> Items, IAsyncDisposable Subscription) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Subscription.DisposeAsync();
}

/// <summary>The view through a node.</summary>
internal sealed class NodeChainView(EthereumNode node) : IChainView
{
    public async Task<HeadStream> SubscribeHeadsAsync(CancellationToken cancellation)
    {
        RpcSubscription<BlockHeader> heads = await node.SubscribeHeadsAsync(cancellation).ConfigureAwait(false);
        return new HeadStream(heads.Items, heads);
    }

    public Task<BlockHeader?> BlockAsync(BlockRef block, CancellationToken cancellation) => node.BlockAsync(block, cancellation);

    public Task<LogEntry[]> LogsAsync(Hash32 blockHash, IReadOnlyList<Address> addresses, CancellationToken cancellation) =>
        node.LogsAsync(blockHash, addresses, cancellation);

    public Task<EthCallOutcome[]> CallManyAsync(IReadOnlyList<EthCall> calls, Hash32 blockHash, CancellationToken cancellation) =>
        node.CallManyAsync(calls, blockHash, cancellation);

    public Task<FeeHistory> FeeHistoryAsync(int blockCount, double percentile, CancellationToken cancellation) =>
        node.FeeHistoryAsync(blockCount, BlockRef.Latest, [percentile], cancellation);
}
