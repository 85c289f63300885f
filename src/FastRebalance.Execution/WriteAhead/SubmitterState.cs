using FastRebalance.Core.Assets;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Submission;

namespace FastRebalance.Execution.WriteAhead;

/// <summary>
/// What the log knows of an account: what may be out at each nonce, what came of it, which decisions ended. A pure function of the records;
/// the writer and the reader of the log take each through the same door (<see cref="Take"/>), so they cannot come to differ.
/// </summary>
public sealed class SubmitterState
{
    /// <summary>Ended decisions kept, counted back from the highest number; the desk counts upward and never comes back to older ones.</summary>
    private const ulong DecisionsKept = 4096;

    private const int MostLanes = 64;

    private readonly SortedDictionary<ulong, SlotRecord> _slots = [];
    private readonly Dictionary<DecisionId, DecisionEnd> _ended = [];
    private readonly Dictionary<DecisionId, ulong> _bound = [];

    internal SubmitterState()
    {
    }

    /// <summary>Nonces of which anything is known, ascending.</summary>
    public IReadOnlyDictionary<ulong, SlotRecord> Slots => _slots;

    /// <summary>Every nonce below is final, and nothing more is known of it.</summary>
    public ulong Floor { get; private set; }

    /// <summary>The highest nonce that is consumed, or at which something is out or may be; null when there never was one.</summary>
    public ulong? HighestReleased
    {
        get
        {
            ulong? highest = Floor > 0 ? Floor - 1 : null;
            foreach (SlotRecord slot in _slots.Values)
                if (slot.MayBeOut || slot.Outcome != SlotOutcome.None)
                    highest = slot.Nonce;
            return highest;
        }
    }

    /// <summary>Decisions that ended.</summary>
    public IReadOnlyDictionary<DecisionId, DecisionEnd> Ended => _ended;

    /// <summary>The nonce at which a decision lives.</summary>
    public IReadOnlyDictionary<DecisionId, ulong> Bound => _bound;

    /// <summary>The highest decision number seen; 0 for none.</summary>
    public ulong HighestDecision { get; private set; }

    public KillMode Kill { get; private set; } = KillMode.Off;

    /// <summary>What was burnt in fees so far.</summary>
    public BurnState Burnt { get; private set; }

    /// <summary>Hash of the configuration of the newest epoch.</summary>
    public Hash32 Config { get; private set; }

    internal ulong KillGeneration { get; private set; }

    internal ulong Epoch { get; private set; }

    internal Guid Boot { get; private set; }

    /// <summary>The nonce to go on with: never one at which something may be out.</summary>
    /// <param name="chainNonce">Transactions of the account that the chain has mined.</param>
    public ulong NextNonce(ulong chainNonce) =>
        Math.Max(Math.Max(chainNonce, Floor), HighestReleased is { } highest ? highest + 1 : 0);

    /// <summary>Checks a record, and makes it part of the state where <paramref name="commit"/> says so.</summary>
    /// <returns>Why it cannot be; null when it can. Nothing has changed where it cannot.</returns>
    internal string? Take(LogRecordKind kind, ReadOnlySpan<byte> payload, bool commit)
    {
        PayloadReader reader = new(payload);
        return kind switch
        {
            LogRecordKind.Epoch => TakeEpoch(ref reader, commit),
            LogRecordKind.Arm => TakeArm(ref reader, commit),
            LogRecordKind.Retire => TakeRetire(ref reader, commit),
            LogRecordKind.Release or LogRecordKind.Fire => TakeRelease(ref reader, commit),
            LogRecordKind.Acknowledged => TakeAcknowledged(ref reader, commit),
            LogRecordKind.Echoed => TakeEchoed(ref reader, commit),
            LogRecordKind.Included => TakeIncluded(ref reader, commit),
            LogRecordKind.Unincluded => TakeUnincluded(ref reader, commit),
            LogRecordKind.Final => TakeFinal(ref reader, commit),
            LogRecordKind.Bind => TakeBind(ref reader, commit),
            LogRecordKind.Void => TakeVoid(ref reader, commit),
            LogRecordKind.Kill => TakeKill(ref reader, commit),
            LogRecordKind.Configured => TakeConfigured(ref reader, commit),
            LogRecordKind.Unsent => TakeUnsent(ref reader, commit),
            LogRecordKind.Burnt => TakeBurnt(ref reader, commit),
            _ => "such a record does not stand here",
        };
    }

    /// <summary>Why an attempt cannot be armed; null when it can.</summary>
    internal string? FlawOf(ArmedAttempt attempt)
    {
        if (attempt.Kind is not (AttemptKind.Fill or AttemptKind.Cancel) || attempt.Raw.IsEmpty || attempt.Hash.IsZero)
            return "an attempt without a kind, a hash or bytes";
        if (attempt.Kind == AttemptKind.Fill && attempt.Decision.IsNone)
            return "a fill that serves no decision";
        if (attempt.Nonce < Floor)
            return $"nonce {attempt.Nonce} is final";
        if (attempt.Kind == AttemptKind.Fill && _ended.ContainsKey(attempt.Decision))
            return $"decision {attempt.Decision} has ended";
        if (attempt.Kind == AttemptKind.Fill && _bound.TryGetValue(attempt.Decision, out ulong bound) && bound != attempt.Nonce)
            return $"decision {attempt.Decision} lives at nonce {bound}";
        if (!_slots.TryGetValue(attempt.Nonce, out SlotRecord? slot))
            return null;
        if (slot.Outcome != SlotOutcome.None)
            return $"nonce {attempt.Nonce} is final";
        DecisionId there = slot.Decision();
        return attempt.Kind == AttemptKind.Fill && !there.IsNone && there != attempt.Decision
            ? $"nonce {attempt.Nonce} belongs to decision {there}"
            : null;
    }

    internal void Arm(ArmedAttempt attempt)
    {
        SlotOf(attempt.Nonce).Add(attempt);
        if (attempt.Kind == AttemptKind.Fill)
            _bound[attempt.Decision] = attempt.Nonce;
        HighestDecision = Math.Max(HighestDecision, attempt.Decision.Number);
    }

    internal static void MarkReleased(AttemptRecord attempt, ReleaseEvidence evidence)
    {
        if (attempt.Released < evidence)
            attempt.Released = evidence;
    }

    /// <summary>Forgets final nonces far enough below the highest one, what was retired, and fills of a final nonce that never left.</summary>
    internal void Compact(ulong keepFinal)
    {
        ulong highestFinal = 0;
        foreach (SlotRecord slot in _slots.Values)
            if (slot.Outcome != SlotOutcome.None)
                highestFinal = slot.Nonce;
        while (_slots.Count > 0 && _slots.First() is var lowest && lowest.Value.Outcome != SlotOutcome.None && lowest.Key + keepFinal < highestFinal)
        {
            Floor = lowest.Key + 1;
            _slots.Remove(lowest.Key);
        }

        foreach (SlotRecord slot in _slots.Values)
        {
            slot.ForgetRetired();
            if (slot.Outcome != SlotOutcome.None)
                slot.ForgetNeverSent();
        }
        foreach (DecisionId bound in _bound.Where(b => b.Value < Floor).Select(b => b.Key).ToArray())
            _bound.Remove(bound);
        foreach (DecisionId old in _ended.Keys.Where(d => d.Number + DecisionsKept < HighestDecision).ToArray())
            _ended.Remove(old);
    }

    /// <summary>The whole of it, always in the same order: equal states are equal bytes.</summary>
    internal void WriteTo(RecordWriter writer)
    {
        writer.Put(Epoch).Put(Boot).Put(Config).Put(Floor);
        writer.Put(HighestDecision).Put(KillGeneration).Put((byte)Kill).Put(Burnt);
        writer.Put((uint)_ended.Count);
        foreach ((DecisionId decision, DecisionEnd end) in _ended.OrderBy(e => e.Key.Space).ThenBy(e => e.Key.Number))
            writer.Put(decision).Put((byte)end);
        writer.Put((uint)_bound.Count);
        foreach ((DecisionId decision, ulong nonce) in _bound.OrderBy(e => e.Key.Space).ThenBy(e => e.Key.Number))
            writer.Put(decision).Put(nonce);
        writer.Put((uint)_slots.Count);
        foreach (SlotRecord slot in _slots.Values)
            WriteSlot(writer, slot);
    }

    /// <summary>What <see cref="WriteTo"/> wrote; null where the bytes are not that.</summary>
    internal static SubmitterState? ReadFrom(ref PayloadReader reader)
    {
        SubmitterState state = new() { Epoch = reader.UInt64(), Boot = reader.Id(), Config = reader.Hash(), Floor = reader.UInt64() };
        state.HighestDecision = reader.UInt64();
        state.KillGeneration = reader.UInt64();
        state.Kill = (KillMode)reader.Byte();
        state.Burnt = reader.Burn();
        for (uint left = reader.UInt32(); left > 0 && !reader.IsShort; left--)
            state._ended[reader.Decision()] = (DecisionEnd)reader.Byte();
        for (uint left = reader.UInt32(); left > 0 && !reader.IsShort; left--)
            state._bound[reader.Decision()] = reader.UInt64();
        for (uint left = reader.UInt32(); left > 0 && !reader.IsShort; left--)
            ReadSlot(ref reader, state);
        return reader.IsWhole ? state : null;
    }

    /// <summary>The same in memory of its own.</summary>
    internal SubmitterState Copy()
    {
        RecordWriter writer = new();
        WriteTo(writer.Begin(LogRecordKind.Snapshot));
        PayloadReader reader = new(writer.Payload);
        return ReadFrom(ref reader)!;
    }

    private static void WriteSlot(RecordWriter writer, SlotRecord slot)
    {
        writer.Put(slot.Nonce).Put((byte)slot.Outcome).Put((byte)(slot.Inclusion is null ? 0 : 1));
        if (slot.Inclusion is { } inclusion)
            writer.Put(inclusion.Hash).Put(inclusion.BlockHash).Put(inclusion.Height).Put((byte)(inclusion.Succeeded ? 1 : 0));
        writer.Put((uint)slot.Unsent.Count);
        foreach (Hash32 hash in slot.Unsent)
            writer.Put(hash);
        writer.Put((uint)slot.Retired.Count);
        foreach (Hash32 hash in slot.Retired)
            writer.Put(hash);
        writer.Put((uint)slot.Attempts.Count);
        foreach (AttemptRecord attempt in slot.Attempts)
            writer.Put(attempt.Attempt).Put((byte)attempt.Released).Put(attempt.AcknowledgedLanes).Put((byte)(attempt.WasEchoed ? 1 : 0));
    }

    private static void ReadSlot(ref PayloadReader reader, SubmitterState state)
    {
        SlotRecord slot = state.SlotOf(reader.UInt64());
        slot.Outcome = (SlotOutcome)reader.Byte();
        if (reader.Byte() != 0)
            slot.Inclusion = new SlotInclusion(reader.Hash(), reader.Hash(), reader.UInt64(), reader.Byte() != 0);
        for (uint left = reader.UInt32(); left > 0 && !reader.IsShort; left--)
            slot.AddUnsent(reader.Hash());
        for (uint left = reader.UInt32(); left > 0 && !reader.IsShort; left--)
            slot.AddRetired(reader.Hash());
        for (uint left = reader.UInt32(); left > 0 && !reader.IsShort; left--)
        {
            AttemptRecord attempt = slot.Add(reader.Attempt());
            attempt.Released = (ReleaseEvidence)reader.Byte();
            attempt.AcknowledgedLanes = reader.UInt64();
            attempt.WasEchoed = reader.Byte() != 0;
        }
    }

    private SlotRecord SlotOf(ulong nonce)
    {
        if (!_slots.TryGetValue(nonce, out SlotRecord? slot))
            _slots.Add(nonce, slot = new SlotRecord(nonce));
        return slot;
    }

    private string? TakeEpoch(ref PayloadReader reader, bool commit)
    {
        ulong epoch = reader.UInt64();
        EpochStart start = (EpochStart)reader.Byte();
        Guid boot = reader.Id();
        Hash32 config = reader.Hash();
        reader.UInt32(); // the process's id and the host's name: for people
        reader.Take(reader.Byte());
        if (!reader.IsWhole || start is EpochStart.Unknown or > EpochStart.KillReleased)
            return "an epoch of another release";
        if (epoch <= Epoch)
            return $"epoch {epoch} follows epoch {Epoch}";
        if (!commit)
            return null;
        (Epoch, Boot, Config) = (epoch, boot, config);
        if (start == EpochStart.PowerLoss)
            MarkAllPossiblyReleased();
        return null;
    }

    /// <summary>The word that an attempt left is not synced when it leaves: without power it may be lost, the attempt itself is not.</summary>
    private void MarkAllPossiblyReleased()
    {
        foreach (SlotRecord slot in _slots.Values)
            if (slot.Outcome == SlotOutcome.None)
                foreach (AttemptRecord attempt in slot.Attempts)
                    MarkReleased(attempt, ReleaseEvidence.Possible);
    }

    private string? TakeArm(ref PayloadReader reader, bool commit)
    {
        ArmedAttempt attempt = reader.Attempt();
        if (!reader.IsWhole)
            return "an attempt of another release";
        if (FlawOf(attempt) is { } flaw)
            return flaw;
        if (commit)
            Arm(attempt);
        return null;
    }

    private string? TakeRetire(ref PayloadReader reader, bool commit)
    {
        if (Find(ref reader, out SlotRecord? slot, out AttemptRecord? attempt) is { } flaw)
            return flaw;
        if (!reader.IsWhole)
            return "a retirement of another release";
        if (attempt is null)
            return "what is final is not retired";
        if (attempt.Released == ReleaseEvidence.Certain)
            return $"{attempt.Attempt.Hash} is retired and had left";
        if (!commit)
            return null;
        slot!.Retire(attempt.Attempt.Hash);
        // With the last of its fills the decision leaves the nonce: the nonce may serve another one, and the decision live elsewhere.
        if (slot.Decision().IsNone && _bound.TryGetValue(attempt.Attempt.Decision, out ulong bound) && bound == slot.Nonce)
            _bound.Remove(attempt.Attempt.Decision);
        return null;
    }

    private string? TakeRelease(ref PayloadReader reader, bool commit)
    {
        if (Find(ref reader, out SlotRecord? slot, out AttemptRecord? attempt, mayBeUnsent: true) is { } flaw)
            return flaw;
        if (!reader.IsWhole)
            return "a release of another release";
        if (commit && attempt is not null)
            MarkReleased(attempt, ReleaseEvidence.Certain);
        return null;
    }

    private string? TakeAcknowledged(ref PayloadReader reader, bool commit)
    {
        if (Find(ref reader, out SlotRecord? slot, out AttemptRecord? attempt) is { } flaw)
            return flaw;
        byte lane = reader.Byte();
        if (!reader.IsWhole)
            return "an acknowledgement of another release";
        if (!commit || attempt is null)
            return null;
        MarkReleased(attempt, ReleaseEvidence.Certain);
        attempt.AcknowledgedLanes |= 1UL << Math.Min((int)lane, MostLanes - 1);
        return null;
    }

    private string? TakeEchoed(ref PayloadReader reader, bool commit)
    {
        if (Find(ref reader, out SlotRecord? slot, out AttemptRecord? attempt) is { } flaw)
            return flaw;
        if (!reader.IsWhole)
            return "an echo of another release";
        if (!commit || attempt is null)
            return null;
        MarkReleased(attempt, ReleaseEvidence.Certain);
        attempt.WasEchoed = true;
        return null;
    }

    private string? TakeIncluded(ref PayloadReader reader, bool commit)
    {
        if (Find(ref reader, out SlotRecord? slot, out AttemptRecord? attempt) is { } flaw)
            return flaw;
        SlotInclusion inclusion = new(attempt?.Attempt.Hash ?? default, reader.Hash(), reader.UInt64(), reader.Byte() != 0);
        if (!reader.IsWhole)
            return "an inclusion of another release";
        if (slot?.Outcome is not SlotOutcome.None)
            return "a final nonce is not included again";
        if (!commit)
            return null;
        MarkReleased(attempt!, ReleaseEvidence.Certain);
        attempt!.WasEchoed = true; // a block has shown it to everybody, and a reorganisation does not take that back
        slot.Inclusion = inclusion;
        return null;
    }

    private string? TakeUnincluded(ref PayloadReader reader, bool commit)
    {
        ulong nonce = reader.UInt64();
        if (!reader.IsWhole)
            return "a removal of another release";
        if (!_slots.TryGetValue(nonce, out SlotRecord? slot) || slot.Inclusion is null || slot.Outcome != SlotOutcome.None)
            return $"nonce {nonce} stands in no block that could lose it";
        if (commit)
            slot.Inclusion = null;
        return null;
    }

    private string? TakeFinal(ref PayloadReader reader, bool commit)
    {
        ulong nonce = reader.UInt64();
        SlotOutcome outcome = (SlotOutcome)reader.Byte();
        if (!reader.IsWhole || outcome is SlotOutcome.None or > SlotOutcome.Foreign)
            return "an outcome of another release";
        if (nonce < Floor)
            return $"nonce {nonce} is final already";
        _slots.TryGetValue(nonce, out SlotRecord? slot);
        if (slot?.Outcome is { } known and not SlotOutcome.None)
            return $"nonce {nonce} is final already, {known}";
        if (outcome != SlotOutcome.Foreign && slot?.Inclusion is null)
            return $"nonce {nonce} was in no block";
        if (!commit)
            return null;
        slot ??= SlotOf(nonce);
        slot.Outcome = outcome;
        if (outcome == SlotOutcome.Filled && slot.Find(slot.Inclusion!.Value.Hash) is { Attempt.Decision.IsNone: false } filled)
            _ended[filled.Attempt.Decision] = DecisionEnd.Filled;
        if (slot.Decision() is { IsNone: false } decision && _bound.TryGetValue(decision, out ulong bound) && bound == nonce)
            _bound.Remove(decision);
        return null;
    }

    private string? TakeUnsent(ref PayloadReader reader, bool commit)
    {
        ulong nonce = reader.UInt64();
        if (!reader.IsWhole)
            return "a withdrawal of another release";
        if (nonce < Floor)
            return $"nonce {nonce} is final";
        if (!_slots.TryGetValue(nonce, out SlotRecord? slot))
            return null;
        if (slot.Outcome != SlotOutcome.None || slot.Inclusion is not null)
            return $"nonce {nonce} is in a block";
        foreach (AttemptRecord attempt in slot.Attempts)
            if (attempt.WasEchoed || attempt.AcknowledgedLanes != 0)
                return $"{attempt.Attempt.Hash} has reached somebody";
        if (!commit)
            return null;
        if (slot.Decision() is { IsNone: false } decision && _bound.TryGetValue(decision, out ulong bound) && bound == nonce)
            _bound.Remove(decision);
        slot.GiveUp();
        return null;
    }

    private string? TakeBind(ref PayloadReader reader, bool commit)
    {
        DecisionId decision = reader.Decision();
        ulong nonce = reader.UInt64();
        if (!reader.IsWhole || decision.IsNone)
            return "a binding of another release";
        if (_ended.ContainsKey(decision))
            return $"decision {decision} has ended";
        if (nonce < Floor)
            return $"nonce {nonce} is final";
        if (!commit)
            return null;
        _bound[decision] = nonce;
        HighestDecision = Math.Max(HighestDecision, decision.Number);
        return null;
    }

    private string? TakeVoid(ref PayloadReader reader, bool commit)
    {
        DecisionId decision = reader.Decision();
        DecisionEnd end = (DecisionEnd)reader.Byte();
        if (!reader.IsWhole || decision.IsNone || end is DecisionEnd.None or > DecisionEnd.Foreign)
            return "an end of another release";
        if (_ended.TryGetValue(decision, out DecisionEnd known))
            return $"decision {decision} has ended already, {known}";
        if (!commit)
            return null;
        _ended[decision] = end;
        _bound.Remove(decision);
        HighestDecision = Math.Max(HighestDecision, decision.Number);
        return null;
    }

    private string? TakeKill(ref PayloadReader reader, bool commit)
    {
        ulong generation = reader.UInt64();
        KillMode mode = (KillMode)reader.Byte();
        if (!reader.IsWhole || mode is KillMode.Unknown or > KillMode.Cold)
            return "a kill of another release";
        if (commit)
            (KillGeneration, Kill) = (generation, mode);
        return null;
    }

    private string? TakeBurnt(ref PayloadReader reader, bool commit)
    {
        BurnState burnt = reader.Burn();
        if (!reader.IsWhole)
            return "a burn of another release";
        if (commit)
            Burnt = burnt;
        return null;
    }

    private string? TakeConfigured(ref PayloadReader reader, bool commit)
    {
        Hash32 config = reader.Hash();
        if (!reader.IsWhole)
            return "a configuration of another release";
        if (commit)
            Config = config;
        return null;
    }

    /// <summary>The attempt that a record is about. Below the floor there is none, and nothing is wrong: a snapshot may be ahead of the fires.</summary>
    private string? Find(ref PayloadReader reader, out SlotRecord? slot, out AttemptRecord? attempt, bool mayBeUnsent = false)
    {
        ulong nonce = reader.UInt64();
        Hash32 hash = reader.Hash();
        attempt = null;
        slot = null;
        if (nonce < Floor)
            return null;
        if (!_slots.TryGetValue(nonce, out slot) || ((attempt = slot.Find(hash)) is null && !(mayBeUnsent && slot.Unsent.Contains(hash))))
            return $"{hash} is not armed at nonce {nonce}";
        return null;
    }
}
