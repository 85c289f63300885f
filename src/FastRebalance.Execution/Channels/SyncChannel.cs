using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Execution.Channels;

/// <summary>
/// The node's own pool, by <c>eth_sendRawTransactionSync</c> (EIP-7966): the answer comes with the block, or when the node's patience ends. A
/// receipt counts as "taken" and no more, and only when it is ours; whether its block holds is the confirmation's matter, as for every other channel.
/// </summary>
public sealed class SyncChannel(EthereumNode node) : ISubmitChannel
{
    public const string ChannelName = "public-sync";

    public string Name => ChannelName;

    public LaneClass Class => LaneClass.Public;

    public Task<ChannelAnswer> SubmitAsync(ReadOnlyMemory<byte> raw, Hash32 hash, CancellationToken cancellation) => NodeSend.GuardAsync(async () =>
    {
        SyncSendOutcome outcome = await node.SendRawTransactionSyncAsync(raw, cancellation).ConfigureAwait(false);
        return outcome.Error is { } error ? Refused(error, hash) : Mined(outcome.Receipt!, hash);
    });

    private static ChannelAnswer Mined(Receipt receipt, Hash32 hash) => receipt.TransactionHash == hash
        ? new ChannelAnswer(AnswerClass.Accepted, "")
        : new ChannelAnswer(AnswerClass.Unknown, $"the node answered with the receipt of {receipt.TransactionHash} to {hash}");

    // The codes of EIP-7966 come first: the words beside them are free. Geth and reth know the timeout alone, and pool a transaction behind a gap, so
    // any other code says nothing about the pool that its words do not say.
    private static ChannelAnswer Refused(RpcError error, Hash32 hash) => error.Code switch
    {
        SyncSendOutcome.TimeoutCode => TimedOut(error, hash),
        SyncSendOutcome.NonceGapCode => new ChannelAnswer(AnswerClass.NonceTooHigh, $"{error}; the node waits for nonce {error.Data ?? "?"}"),
        _ => new ChannelAnswer(NodeAnswers.Classify(error.Message), error.ToString()),
    };

    private static ChannelAnswer TimedOut(RpcError error, Hash32 hash) =>
        Hash32.TryParse(error.Data, out Hash32 named) && named == hash
            ? new ChannelAnswer(AnswerClass.AcceptedUnmined, error.ToString())
            : new ChannelAnswer(AnswerClass.Unknown, $"{error}; the node names the transaction {error.Data ?? "not at all"}, and sent was {hash}");

    /// <summary>Options of <c>public-sync</c>: there are none.</summary>
    public sealed record Options : IChannelOptions
    {
        public IEnumerable<OptionProblem> Problems(ChannelTerms terms) => [];
    }
}
