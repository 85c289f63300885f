using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Rpc.Framing;

namespace FastRebalance.Execution.Channels;

/// <summary>What the channels into a node have in common: what its answers mean, and that nothing is thrown.</summary>
internal static class NodeSend
{
    public static ChannelAnswer Answer(SendOutcome outcome, Hash32 hash) =>
        outcome.Error is { } error ? new ChannelAnswer(NodeAnswers.Classify(error.Message), error.ToString())
        // A node that names another hash has answered something else: nothing is known of ours.
        : outcome.Hash == hash ? new ChannelAnswer(AnswerClass.Accepted, "")
        : new ChannelAnswer(AnswerClass.Unknown, $"the node answered with the hash {outcome.Hash} to {hash}");

    public static IReadOnlyList<ReadyPlace> Places(params ReadOnlySpan<RpcEndpoint?> endpoints)
    {
        List<ReadyPlace> places = new(endpoints.Length);
        foreach (RpcEndpoint? endpoint in endpoints)
            if (endpoint is { IsHttp2: false }) // its frames are the connection's own
                places.Add(new ReadyPlace(endpoint, RawTransactionFraming.For(endpoint)));
        return places;
    }

    public static async Task<ChannelAnswer> GuardAsync(Func<Task<ChannelAnswer>> send)
    {
        try
        {
            return await send().ConfigureAwait(false);
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
}
