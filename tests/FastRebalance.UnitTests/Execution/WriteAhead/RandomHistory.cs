using FastRebalance.Core.Assets;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.UnitTests.Execution.WriteAhead;

/// <summary>Says random things to a log, sensible and not, and keeps by itself, in the plainest way, what must be known afterwards.</summary>
internal sealed class RandomHistory(int seed)
{
    private readonly Random _random = new(seed);
    private readonly Dictionary<ulong, Nonce> _nonces = [];
    private readonly HashSet<DecisionId> _ended = [];
    private int _rung;
    private ulong _lowest;

    public void Step(SubmitterLog log)
    {
        ulong nonce = _lowest + (ulong)_random.Next(4);
        if (!_nonces.TryGetValue(nonce, out Nonce? slot))
            _nonces.Add(nonce, slot = new Nonce());
        switch (_random.Next(15))
        {
            case 0 or 1 or 2: Arm(log, nonce, slot); break;
            case 3: Retire(log, nonce, slot); break;
            case 4 or 5: LetGo((ulong at, in Hash32 hash) => log.Fire(at, in hash), nonce, slot); break;
            case 6: LetGo(log.Release, nonce, slot); break;
            case 7: Evidence(slot, hash => log.Acknowledged(nonce, hash, (byte)_random.Next(256))); break;
            case 8: Evidence(slot, hash => log.Echoed(nonce, hash)); break;
            case 9: Include(log, nonce, slot); break;
            case 10: End(log, nonce, slot); break;
            case 11: Void(log); break;
            case 14: Withdraw(log, nonce, slot); break;
            case 12: Assert.Equal(LogVerdict.Written, log.Tend()); break;
            default: Rare(log); break;
        }
    }

    /// <summary>A log that was opened again must know all of it.</summary>
    public void Check(SubmitterState state)
    {
        foreach ((ulong nonce, Nonce slot) in _nonces.Where(n => n.Key >= state.Floor))
        {
            state.Slots.TryGetValue(nonce, out SlotRecord? found);
            Hash32[] kept = [.. (found?.Attempts ?? []).Select(a => a.Attempt.Hash)];
            if (slot.Outcome == SlotOutcome.None)
                Assert.Equal(slot.Armed.OrderBy(h => h.ToString()), kept.OrderBy(h => h.ToString()));
            else
                Assert.Subset(slot.Armed.ToHashSet(), kept.ToHashSet()); // a snapshot keeps of a final nonce what left
            Assert.Equal(slot.Out.OrderBy(h => h.ToString()), (found?.Attempts ?? []).Where(a => a.Released == ReleaseEvidence.Certain).Select(a => a.Attempt.Hash).OrderBy(h => h.ToString()));
            Assert.Equal(slot.In, found?.Inclusion?.Hash);
            Assert.Equal(slot.Outcome, found?.Outcome ?? SlotOutcome.None);
        }

        Assert.All(_nonces.Where(n => n.Key < state.Floor), n => Assert.NotEqual(SlotOutcome.None, n.Value.Outcome));
        Assert.Equal(_nonces.Where(n => n.Value.Out.Count > 0 || n.Value.Outcome != SlotOutcome.None).Select(n => (ulong?)n.Key).DefaultIfEmpty(null).Max(), state.HighestReleased);
        Assert.All(_ended, d => Assert.True(state.Ended.ContainsKey(d)));
    }

    private void Arm(SubmitterLog log, ulong nonce, Nonce slot)
    {
        ArmedAttempt[] group = [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ =>
            LogDesk.Attempt(nonce, ++_rung, _random.Next(4) == 0 ? AttemptKind.Cancel : AttemptKind.Fill))];
        bool isEnded = group.Any(a => _ended.Contains(a.Decision));
        LogVerdict verdict = log.Arm(group);
        Assert.Equal(slot.Outcome != SlotOutcome.None || isEnded ? LogVerdict.Refused : LogVerdict.Written, verdict);
        if (verdict == LogVerdict.Written)
            slot.Armed.AddRange(group.Select(a => a.Hash));
    }

    private void Retire(SubmitterLog log, ulong nonce, Nonce slot)
    {
        if (Any(slot) is not { } hash)
            return;
        bool mayBe = !slot.Out.Contains(hash) && slot.Outcome == SlotOutcome.None;
        Assert.Equal(mayBe ? LogVerdict.Written : LogVerdict.Refused, log.Retire(nonce, [hash]));
        if (mayBe)
            slot.Armed.Remove(hash);
    }

    private delegate LogVerdict Going(ulong nonce, in Hash32 hash);

    private void LetGo(Going going, ulong nonce, Nonce slot)
    {
        if (Any(slot) is not { } hash)
            return;
        bool mayBe = slot.Outcome == SlotOutcome.None;
        Assert.Equal(mayBe ? LogVerdict.Written : LogVerdict.Refused, going(nonce, in hash));
        if (mayBe)
            slot.Out.Add(hash);
    }

    private void Evidence(Nonce slot, Func<Hash32, LogVerdict> say)
    {
        if (Any(slot) is not { } hash || (slot.Outcome != SlotOutcome.None && !slot.Out.Contains(hash)))
            return; // of a final nonce nobody hears of what never left
        Assert.Equal(LogVerdict.Written, say(hash));
        slot.Out.Add(hash);
        slot.WasSeen = true;
    }

    private void Withdraw(SubmitterLog log, ulong nonce, Nonce slot)
    {
        bool mayBe = slot.Outcome == SlotOutcome.None && slot.In is null && !slot.WasSeen;
        if (nonce < _lowest || slot.Armed.Count == 0)
            return;
        Assert.Equal(mayBe ? LogVerdict.Written : LogVerdict.Refused, log.Unsent(nonce));
        if (!mayBe)
            return;
        slot.Armed.Clear();
        slot.Out.Clear();
    }

    private void Include(SubmitterLog log, ulong nonce, Nonce slot)
    {
        if (slot.In is not null && _random.Next(2) == 0)
        {
            bool mayBe = slot.Outcome == SlotOutcome.None;
            Assert.Equal(mayBe ? LogVerdict.Written : LogVerdict.Refused, log.Unincluded(nonce));
            if (mayBe)
                slot.In = null;
        }
        else if (Any(slot) is { } hash)
        {
            bool mayBe = slot.Outcome == SlotOutcome.None;
            Assert.Equal(mayBe ? LogVerdict.Written : LogVerdict.Refused, log.Included(nonce, new SlotInclusion(hash, LogDesk.Block(nonce), nonce, true)));
            if (!mayBe)
                return;
            slot.In = hash;
            slot.WasSeen = true;
            slot.Out.Add(hash);
        }
    }

    private void End(SubmitterLog log, ulong nonce, Nonce slot)
    {
        SlotOutcome outcome = (SlotOutcome)_random.Next((int)SlotOutcome.Reverted, (int)SlotOutcome.Foreign + 1);
        bool mayBe = slot.Outcome == SlotOutcome.None && (slot.In is not null || outcome == SlotOutcome.Foreign) && nonce == _lowest;
        if (nonce != _lowest)
            return;
        Assert.Equal(mayBe ? LogVerdict.Written : LogVerdict.Refused, log.Final(nonce, outcome));
        if (!mayBe)
            return;
        slot.Outcome = outcome;
        _lowest++;
    }

    private void Void(SubmitterLog log)
    {
        DecisionId decision = new(0xfeed, 1_000 + (ulong)_random.Next(30));
        Assert.Equal(_ended.Add(decision) ? LogVerdict.Written : LogVerdict.Refused, log.Void(decision, DecisionEnd.Withdrawn));
    }

    private void Rare(SubmitterLog log)
    {
        if (_random.Next(3) == 0)
            Assert.Equal(LogVerdict.Written, log.SnapshotNow());
        else if (_random.Next(2) == 0)
            Assert.Equal(LogVerdict.Written, log.Configured(LogDesk.Block((ulong)_random.Next())));
        else
            Assert.Equal(LogVerdict.Written, log.Bind(new DecisionId(0xfeed, 2_000 + (ulong)_random.Next(30)), _lowest + 5));
    }

    private Hash32? Any(Nonce slot) => slot.Armed.Count == 0 ? null : slot.Armed[_random.Next(slot.Armed.Count)];

    private sealed class Nonce
    {
        public List<Hash32> Armed { get; } = [];

        public HashSet<Hash32> Out { get; } = [];

        public Hash32? In { get; set; }

        public bool WasSeen { get; set; }

        public SlotOutcome Outcome { get; set; }
    }
}
