using FastRebalance.Core.Assets;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.Execution.Mempool;

/// <summary>The log, with the watch told of every transaction before it can be fired: else its echo could be taken for a stranger's.</summary>
internal sealed class WatchedArmLog(IArmLog log, MempoolWatch watch) : IArmLog
{
    public LogVerdict Arm(ReadOnlySpan<ArmedAttempt> attempts)
    {
        foreach (ArmedAttempt attempt in attempts)
            watch.ExpectOwn(attempt.Hash);
        return log.Arm(attempts);
    }

    public LogVerdict Retire(ulong nonce, ReadOnlySpan<Hash32> hashes) => log.Retire(nonce, hashes);
}
