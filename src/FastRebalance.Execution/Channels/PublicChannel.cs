using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Execution.Channels;

/// <summary>The node's own pool, by <c>eth_sendRawTransaction</c>: from there the transaction goes to everyone.</summary>
public sealed class PublicChannel(EthereumNode node) : ISubmitChannel
{
    public const string ChannelName = "public";

    public string Name => ChannelName;

    public async Task<ChannelAnswer> SubmitAsync(ReadOnlyMemory<byte> raw, Hash32 hash, CancellationToken cancellation)
    {
        try
        {
            SendOutcome outcome = await node.SendRawTransactionAsync(raw, cancellation).ConfigureAwait(false);
            return outcome.Error is { } error ? new ChannelAnswer(NodeAnswers.Classify(error.Message), error.ToString()) : Taken(outcome.Hash, hash);
        }
        catch (RpcTransportException broken)
        {
            return new ChannelAnswer(broken.NotSent ? AnswerClass.NotSent : AnswerClass.Unknown, broken.Message);
        }
        catch (OperationCanceledException)
        {
            return new ChannelAnswer(AnswerClass.Unknown, "the node did not answer in time");
        }
    }

    // A node that names another hash has answered something else: nothing is known of ours.
    private static ChannelAnswer Taken(Hash32 said, Hash32 hash) => said == hash
        ? new ChannelAnswer(AnswerClass.Accepted, "")
        : new ChannelAnswer(AnswerClass.Unknown, $"the node answered with the hash {said} to {hash}");
}
