using FastRebalance.Core.Assets;
using FastRebalance.Execution;
using FastRebalance.Journal;

namespace FastRebalance.Hosting;

/// <summary>Every signed transaction on the disk before its first byte leaves.</summary>
internal sealed class SentLog(JournalWriter writer) : IIntentLog
{
    public void Sent(ulong orderId, in Hash32 hash, ReadOnlySpan<byte> raw)
    {
        if (!writer.AppendSent(orderId, in hash, raw) || !writer.FlushToDisk())
            throw new JournalFaultedException(writer.FaultReason ?? "it is closed");
    }
}
