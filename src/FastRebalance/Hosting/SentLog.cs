using FastRebalance.Core.Assets;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.WriteAhead;
using FastRebalance.Journal;

namespace FastRebalance.Hosting;

/// <summary>Every signed transaction on the disk before its first byte leaves.</summary>
internal sealed class SentLog(JournalWriter writer) : ISubmissionLog
{
    public LogVerdict Arm(ReadOnlySpan<ArmedAttempt> attempts)
    {
        foreach (ArmedAttempt attempt in attempts)
            if (!writer.AppendSent(attempt.Decision.Number, attempt.Hash, attempt.Raw.Span))
                return LogVerdict.Faulted;
        return writer.FlushToDisk() ? LogVerdict.Written : LogVerdict.Faulted;
    }

    public LogVerdict Retire(ulong nonce, ReadOnlySpan<Hash32> hashes) => LogVerdict.Written;

    public LogVerdict Release(ulong nonce, in Hash32 hash) => LogVerdict.Written;

    public LogVerdict Acknowledged(ulong nonce, in Hash32 hash, byte lane) => LogVerdict.Written;

    public LogVerdict Echoed(ulong nonce, in Hash32 hash) => LogVerdict.Written;

    public LogVerdict Included(ulong nonce, in SlotInclusion inclusion) => LogVerdict.Written;

    public LogVerdict Unincluded(ulong nonce) => LogVerdict.Written;

    public LogVerdict Final(ulong nonce, SlotOutcome outcome) => LogVerdict.Written;

    public LogVerdict Bind(DecisionId decision, ulong nonce) => LogVerdict.Written;

    public LogVerdict Void(DecisionId decision, DecisionEnd end) => LogVerdict.Written;

    public LogVerdict Tend() => LogVerdict.Written;

    public LogVerdict SetReserve(ReadOnlySpan<ArmedAttempt> cancels) => LogVerdict.Written;

    public LogVerdict Kill(KillMode mode) => LogVerdict.Written;

    public bool TryTakeCancel(ulong nonce, out ArmedAttempt cancel)
    {
        cancel = null!;
        return false;
    }
}
