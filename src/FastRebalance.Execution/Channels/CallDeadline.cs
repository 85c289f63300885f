using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Transactions;

namespace FastRebalance.Execution.Channels;

/// <summary>The last second in which a transaction may trade, read out of its own bytes: what counts is what was signed.</summary>
internal static class CallDeadline
{
    /// <returns>False for bytes that are no transaction, and for a call without a deadline, such as a cancel.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> raw, out ulong unixSeconds)
    {
        unixSeconds = 0;
        return TransactionDecoder.Decode(raw, out SignedTransaction signed).IsValid && TryRead(in signed, out unixSeconds);
    }

    public static bool TryRead(in SignedTransaction signed, out ulong unixSeconds) =>
        SwapRouter02Encoder.TryReadDeadline(signed.Fields.Data.Span, out unixSeconds)
        || ExecutorCalls.TryReadMaxTime(signed.Fields.Data.Span, out unixSeconds);
}
