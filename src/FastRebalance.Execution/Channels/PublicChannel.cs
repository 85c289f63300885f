using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Execution.Channels;

/// <summary>The node's own pool, by <c>eth_sendRawTransaction</c>: from there the transaction goes to everyone.</summary>
public sealed class PublicChannel(EthereumNode node) : ISubmitChannel, IReadyRequests
{
    public const string ChannelName = "public";

    public string Name => ChannelName;

    public LaneClass Class => LaneClass.Public;

    /// <summary>The endpoint that the node is reached through now: it may be another after a reconnect.</summary>
    public IReadOnlyList<ReadyPlace> Places => NodeSend.Places(node.Endpoint);

    public Task<ChannelAnswer> SubmitAsync(ReadOnlyMemory<byte> raw, Hash32 hash, CancellationToken cancellation) => NodeSend.GuardAsync(
        async () => NodeSend.Answer(await node.SendRawTransactionAsync(raw, cancellation).ConfigureAwait(false), hash));

    /// <summary>Options of <c>public</c>: there are none.</summary>
    public sealed record Options : IChannelOptions
    {
        public IEnumerable<OptionProblem> Problems(ChannelTerms terms) => [];
    }
}
