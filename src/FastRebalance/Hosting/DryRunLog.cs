using FastRebalance.Core.Assets;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.Hosting;

/// <summary>Of a dry run, in which nothing leaves: keeps nothing, and leaves the account's own log alone.</summary>
internal sealed class DryRunLog : ISubmissionLog
{
    public LogVerdict Arm(ReadOnlySpan<ArmedAttempt> attempts) => LogVerdict.Written;

    public LogVerdict Retire(ulong nonce, ReadOnlySpan<Hash32> hashes) => LogVerdict.Written;

    public LogVerdict Release(ulong nonce, in Hash32 hash) => LogVerdict.Refused; // a dry run that sends is none

    public LogVerdict Acknowledged(ulong nonce, in Hash32 hash, byte lane) => LogVerdict.Written;

    public LogVerdict Echoed(ulong nonce, in Hash32 hash) => LogVerdict.Written;

    public LogVerdict Included(ulong nonce, in SlotInclusion inclusion) => LogVerdict.Written;

    public LogVerdict Unincluded(ulong nonce) => LogVerdict.Written;

    public LogVerdict Final(ulong nonce, SlotOutcome outcome) => LogVerdict.Written;

    public LogVerdict Bind(DecisionId decision, ulong nonce) => LogVerdict.Written;

    public LogVerdict Void(DecisionId decision, DecisionEnd end) => LogVerdict.Written;

    public LogVerdict Kill(KillMode mode) => LogVerdict.Written;

    public LogVerdict Unsent(ulong nonce) => LogVerdict.Written;

    public LogVerdict Burnt(in BurnState burnt) => LogVerdict.Written;

    public LogVerdict Tend() => LogVerdict.Written;

    public LogVerdict SetReserve(ReadOnlySpan<ArmedAttempt> cancels) => LogVerdict.Written;

    public bool TryTakeCancel(ulong nonce, out ArmedAttempt cancel)
    {
        cancel = null!;
        return false;
    }
}
