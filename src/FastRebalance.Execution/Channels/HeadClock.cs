using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Execution.Channels;

/// <summary>The chain's height and time as a channel knows them: as told, or else asked of the node. Any thread.</summary>
internal sealed class HeadClock(EthereumNode node)
{
    private Head? _told;

    public void OnHead(ulong number, long timestampSeconds) => Volatile.Write(ref _told, new Head(number, timestampSeconds));

    /// <exception cref="RpcTransportException">Nobody has told, and the node does not answer.</exception>
    public async ValueTask<Head> NowAsync(CancellationToken cancellation)
    {
        if (Volatile.Read(ref _told) is { } told)
            return told;
        try
        {
            BlockHeader? head = await node.BlockAsync(BlockRef.Latest, cancellation).ConfigureAwait(false);
            return head is not null ? new Head(head.Number, head.TimestampSeconds)
                : throw new RpcTransportException("the node knows no latest block", notSent: true);
        }
        catch (Exception refused) when (refused is RpcErrorException or RpcTransportException { NotSent: false })
        {
            // Of the transaction no byte has left, whatever became of the question.
            throw new RpcTransportException($"the chain's height is not known: {refused.Message}", notSent: true, refused);
        }
    }

    public sealed record Head(ulong Number, long TimestampSeconds);
}
