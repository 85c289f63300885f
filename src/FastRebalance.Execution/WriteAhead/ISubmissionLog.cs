using FastRebalance.Core.Assets;
using FastRebalance.Execution.Submission;

namespace FastRebalance.Execution.WriteAhead;

/// <summary>
/// Keeps what is about to leave and what became of it: after a crash every transaction that may be out there is known, and no nonce serves two
/// decisions. Called on the account's own thread.
/// </summary>
public interface ISubmissionLog : IArmLog
{
    /// <summary>The account's own word that an armed attempt is about to leave; appended before its first byte.</summary>
    LogVerdict Release(ulong nonce, in Hash32 hash);

    /// <summary>What became of an attempt or a slot. <see cref="NoteKind.Void"/> is durable on return, for its nonce may be used anew.</summary>
    LogVerdict Note(in SubmissionNote note);

    /// <summary>The kill switch; durable on return. It holds for later runs as well, until it is taken back by hand.</summary>
    LogVerdict Kill(KillMode mode);

    /// <summary>A cancel that was signed and made durable beforehand, for the time when nothing can be written any more.</summary>
    bool TryTakeCancel(ulong nonce, out ArmedAttempt? cancel);
}
