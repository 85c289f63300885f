using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Execution.Channels;

/// <summary>
/// A sequencer, by <c>eth_sendRawTransactionConditional</c>: past the order's deadline it drops the transaction, where the contract could only revert
/// it and charge for the gas. The deadline is read out of the bytes themselves, so what is asked for is what was signed; a
/// transaction without one, such as a cancel, goes the ordinary way.
/// </summary>
public sealed class ConditionalChannel(EthereumNode node) : ISubmitChannel
{
    public const string ChannelName = "conditional";

    public string Name => ChannelName;

    public LaneClass Class => LaneClass.Sequencer;

    public Task<ChannelAnswer> SubmitAsync(ReadOnlyMemory<byte> raw, Hash32 hash, CancellationToken cancellation) => NodeSend.GuardAsync(async () =>
    {
        SendOutcome outcome = CallDeadline.TryRead(raw, out ulong deadline)
            ? await node.SendRawTransactionConditionalAsync(raw, new SendCondition(deadline), cancellation).ConfigureAwait(false)
            : await node.SendRawTransactionAsync(raw, cancellation).ConfigureAwait(false);
        return NodeSend.Answer(outcome, hash);
    });

    /// <summary>Options of <c>conditional</c>: there are none, but the chain must know the method.</summary>
    public sealed record Options : IChannelOptions
    {
        public IEnumerable<OptionProblem> Problems(ChannelTerms terms)
        {
            if (terms.Rules is { HasConditionalSend: false })
                yield return new("kind", $"\"{ChannelName}\" on a chain of profile {terms.Profile}",
                    $"{PublicChannel.ChannelName}, or chain.rules.conditionalSend where the sequencer is known to take it");
        }
    }
}
