using FastRebalance.Core.Assets;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Submission;

namespace FastRebalance.Execution.WriteAhead;

/// <summary>A nonce of the account: everything that may take it, and what did.</summary>
public sealed class SlotRecord
{
    private readonly List<AttemptRecord> _attempts = [];
    private readonly List<Hash32> _retired = [];
    private readonly List<Hash32> _unsent = [];

    internal SlotRecord(ulong nonce) => Nonce = nonce;

    public ulong Nonce { get; }

    /// <summary>Armed and not retired, in the order in which they were armed.</summary>
    public IReadOnlyList<AttemptRecord> Attempts => _attempts;

    /// <summary>Hashes of what was armed and given up before it left; a snapshot forgets them.</summary>
    public IReadOnlyList<Hash32> Retired => _retired;

    /// <summary>Let go once, and known since to have reached nobody: the record of their fire may still be read.</summary>
    public IReadOnlyList<Hash32> Unsent => _unsent;

    /// <summary>Where it was last seen included; null while it is not, or when a reorganisation took it out again.</summary>
    public SlotInclusion? Inclusion { get; internal set; }

    public SlotOutcome Outcome { get; internal set; }

    /// <summary>Something at this nonce is out, or may be.</summary>
    public bool MayBeOut => _attempts.Exists(a => a.Released != ReleaseEvidence.None);

    public AttemptRecord? Find(in Hash32 hash)
    {
        foreach (AttemptRecord attempt in _attempts)
            if (attempt.Attempt.Hash == hash)
                return attempt;
        return null;
    }

    /// <summary>The decision whose fills stand here; none while only cancels do.</summary>
    internal DecisionId Decision()
    {
        foreach (AttemptRecord attempt in _attempts)
            if (attempt.Attempt.Kind == AttemptKind.Fill)
                return attempt.Attempt.Decision;
        return default;
    }

    internal AttemptRecord Add(ArmedAttempt attempt)
    {
        if (Find(attempt.Hash) is { } there)
            return there;
        _retired.Remove(attempt.Hash);
        AttemptRecord added = new(attempt);
        _attempts.Add(added);
        return added;
    }

    internal void Retire(Hash32 hash)
    {
        _attempts.RemoveAll(a => a.Attempt.Hash == hash);
        _retired.Add(hash);
    }

    /// <summary>Nothing here has reached anybody: all of it is given up, and the nonce is free.</summary>
    internal void GiveUp()
    {
        foreach (AttemptRecord attempt in _attempts)
            if (!_unsent.Contains(attempt.Attempt.Hash))
                _unsent.Add(attempt.Attempt.Hash);
        _attempts.Clear();
    }

    internal void ForgetRetired() => _retired.Clear();

    /// <summary>The nonce is final: fills that never left are nothing any more, and there may be hundreds.</summary>
    internal void ForgetNeverSent() => _attempts.RemoveAll(static record => record.Released == ReleaseEvidence.None && record.Attempt.Kind == AttemptKind.Fill);

    internal void AddUnsent(in Hash32 hash) => _unsent.Add(hash);

    internal void AddRetired(in Hash32 hash) => _retired.Add(hash);
}
