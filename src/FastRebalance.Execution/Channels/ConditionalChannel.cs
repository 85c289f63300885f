using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Transactions;

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

    public Task<ChannelAnswer> SubmitAsync(ReadOnlyMemory<byte> raw, Hash32 hash, CancellationToken cancellation) => NodeSend.GuardAsync(async () =>
    {
        SendOutcome outcome = TryDeadline(raw, out ulong deadline)
            ? await node.SendRawTransactionConditionalAsync(raw, new SendCondition(deadline), cancellation).ConfigureAwait(false)
            : await node.SendRawTransactionAsync(raw, cancellation).ConfigureAwait(false);
        return NodeSend.Answer(outcome, hash);
    });

    private static bool TryDeadline(ReadOnlyMemory<byte> raw, out ulong deadline)
    {
        deadline = 0;
        return TransactionDecoder.Decode(raw, out SignedTransaction signed).IsValid
            && (SwapRouter02Encoder.TryReadDeadline(signed.Fields.Data.Span, out deadline)
                || ExecutorCalls.TryReadMaxTime(signed.Fields.Data.Span, out deadline));
    }
}
