using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.WriteAhead;

/// <summary>Makes signed transactions durable before they may be released, and takes them back. Called on the account's own thread.</summary>
public interface IArmLog
{
    /// <summary>Returns once all of them are on stable storage, with one sync for the whole group.</summary>
    LogVerdict Arm(ReadOnlySpan<ArmedAttempt> attempts);

    /// <summary>These will not be released any more; none of them was.</summary>
    LogVerdict Retire(ulong nonce, ReadOnlySpan<Hash32> hashes);
}
