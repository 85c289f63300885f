using System.Collections.Concurrent;
using FastRebalance.Core.Assets;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.Bench.Chaos;

/// <summary>The real log, which tells what it is about to take and what it has taken; and which is broken where that is wanted.</summary>
internal sealed class TellingLog(SubmitterLog log, Telling telling, ChaosBug bug) : ISubmissionLog
{
    private readonly ConcurrentDictionary<ulong, SlotOutcome> _ended = [];

    /// <summary>Whether a nonce was said to be final in this run. Any thread.</summary>
    public bool HasEnded(ulong nonce) => _ended.ContainsKey(nonce);

    public LogVerdict Arm(ReadOnlySpan<ArmedAttempt> attempts)
    {
        foreach (ArmedAttempt attempt in attempts)
            Tell('a', attempt);
        LogVerdict verdict = log.Arm(attempts);
        if (verdict == LogVerdict.Written)
            foreach (ArmedAttempt attempt in attempts)
                Tell('A', attempt);
        return verdict;
    }

    public LogVerdict Retire(ulong nonce, ReadOnlySpan<Hash32> hashes)
    {
        foreach (ref readonly Hash32 hash in hashes)
            telling.Say('d', nonce, in hash);
        LogVerdict verdict = log.Retire(nonce, hashes);
        if (verdict == LogVerdict.Written)
            foreach (ref readonly Hash32 hash in hashes)
                telling.Say('D', nonce, in hash);
        return verdict;
    }

    public LogVerdict Release(ulong nonce, in Hash32 hash)
    {
        telling.Say('r', nonce, in hash);
        LogVerdict verdict = bug == ChaosBug.ForgetReleases ? LogVerdict.Written : log.Release(nonce, in hash);
        if (verdict == LogVerdict.Written)
            telling.Say('R', nonce, in hash);
        return verdict;
    }

    public LogVerdict Acknowledged(ulong nonce, in Hash32 hash, byte lane)
    {
        LogVerdict verdict = bug == ChaosBug.ForgetReleases ? LogVerdict.Written : log.Acknowledged(nonce, in hash, lane);
        if (verdict == LogVerdict.Written)
            telling.Say('K', nonce, in hash);
        return verdict;
    }

    public LogVerdict Echoed(ulong nonce, in Hash32 hash) => log.Echoed(nonce, in hash);

    public LogVerdict Included(ulong nonce, in SlotInclusion inclusion)
    {
        LogVerdict verdict = log.Included(nonce, in inclusion);
        if (verdict == LogVerdict.Written)
            telling.Say('I', nonce, inclusion.Hash);
        return verdict;
    }

    public LogVerdict Unincluded(ulong nonce) => log.Unincluded(nonce);

    public LogVerdict Final(ulong nonce, SlotOutcome outcome)
    {
        telling.Say($"f {nonce} {(int)outcome}");
        LogVerdict verdict = log.Final(nonce, outcome);
        if (verdict == LogVerdict.Written)
            telling.Say($"F {nonce} {(int)outcome}");
        _ended[nonce] = outcome;
        return verdict;
    }

    public LogVerdict Bind(DecisionId decision, ulong nonce) => log.Bind(decision, nonce);

    public LogVerdict Void(DecisionId decision, DecisionEnd end) => log.Void(decision, end);

    public LogVerdict Unsent(ulong nonce)
    {
        telling.Say($"n {nonce}");
        LogVerdict verdict = log.Unsent(nonce);
        if (verdict == LogVerdict.Written)
            telling.Say($"N {nonce}");
        return verdict;
    }

    public LogVerdict Burnt(in BurnState burnt) => log.Burnt(in burnt);

    public LogVerdict Kill(KillMode mode)
    {
        telling.Say($"x {(int)mode}");
        LogVerdict verdict = log.Kill(mode);
        if (verdict == LogVerdict.Written)
            telling.Say($"X {(int)mode}");
        return verdict;
    }

    public LogVerdict Tend() => log.Tend();

    public LogVerdict SetReserve(ReadOnlySpan<ArmedAttempt> cancels) => log.SetReserve(cancels);

    public bool TryTakeCancel(ulong nonce, out ArmedAttempt cancel)
    {
        if (!log.TryTakeCancel(nonce, out cancel))
            return false;
        Tell('A', cancel);
        telling.Say('R', nonce, cancel.Hash);
        return true;
    }

    private void Tell(char what, ArmedAttempt attempt) =>
        telling.Say($"{what} {attempt.Nonce} {attempt.Hash} {(int)attempt.Kind} {attempt.Decision.Space} {attempt.Decision.Number}");
}
