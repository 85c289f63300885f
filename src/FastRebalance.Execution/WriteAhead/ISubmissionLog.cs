using FastRebalance.Core.Assets;
using FastRebalance.Execution.Fees;
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

    /// <summary>A lane says that it has the attempt.</summary>
    LogVerdict Acknowledged(ulong nonce, in Hash32 hash, byte lane);

    /// <summary>A pool has shown it.</summary>
    LogVerdict Echoed(ulong nonce, in Hash32 hash);

    /// <summary>It stands in a canonical block.</summary>
    LogVerdict Included(ulong nonce, in SlotInclusion inclusion);

    /// <summary>Its block left the chain.</summary>
    LogVerdict Unincluded(ulong nonce);

    /// <summary>The nonce is consumed for good.</summary>
    LogVerdict Final(ulong nonce, SlotOutcome outcome);

    /// <summary>An order has taken a decision for its own.</summary>
    LogVerdict Bind(DecisionId decision, ulong nonce);

    /// <summary>A decision that filled nothing has ended; durable on return.</summary>
    LogVerdict Void(DecisionId decision, DecisionEnd end);

    /// <summary>No byte of a nonce ever left, every channel says so, although its release was written down: it may serve another decision. Durable on return.</summary>
    LogVerdict Unsent(ulong nonce);

    /// <summary>What was burnt in fees so far; a later run's budget goes on from there.</summary>
    LogVerdict Burnt(in BurnState burnt);

    /// <summary>The kill switch; durable on return. It holds for later runs as well, until it is taken back by hand.</summary>
    LogVerdict Kill(KillMode mode);

    /// <summary>What is done between works: everything appended comes to stable storage, and room is made ahead of time.</summary>
    LogVerdict Tend();

    /// <summary>Puts signed cancels of the next nonces aside, for the time when nothing can be written any more.</summary>
    LogVerdict SetReserve(ReadOnlySpan<ArmedAttempt> cancels);

    /// <summary>The cheapest of those of a nonce that was not taken yet, as about to leave.</summary>
    bool TryTakeCancel(ulong nonce, out ArmedAttempt cancel);
}
