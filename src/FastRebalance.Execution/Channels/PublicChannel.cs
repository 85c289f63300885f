using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Execution.Channels;

/// <summary>The node's own pool, by <c>eth_sendRawTransaction</c>: from there the transaction goes to everyone.</summary>
public sealed class PublicChannel(EthereumNode node) : ISubmitChannel
{
    public const string ChannelName = "public";

    public string Name => ChannelName;

    public Task<ChannelAnswer> SubmitAsync(ReadOnlyMemory<byte> raw, Hash32 hash, CancellationToken cancellation) => NodeSend.GuardAsync(
        async () => NodeSend.Answer(await node.SendRawTransactionAsync(raw, cancellation).ConfigureAwait(false), hash));
}
