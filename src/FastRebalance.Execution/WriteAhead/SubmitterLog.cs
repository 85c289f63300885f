using System.Collections.Concurrent;
using FastRebalance.Core.Assets;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Submission;

namespace FastRebalance.Execution.WriteAhead;

/// <summary>
/// The submitter's write-ahead log: no signed byte leaves before it says what leaves. After any end of the process, and of the machine, it
/// tells everything that may be out.
/// </summary>
/// <remarks>
/// Two streams, each with one writer, so there is no lock and no hole: <see cref="Fire"/> belongs to the trigger's thread, everything else
/// to the account's. Nothing orders the two but what they do to each other: a fire only makes the state grow, and what is retired can never
/// have been fired (<see cref="GateEntry"/> decides before the record is written), so the account's records and then the fires give the
/// state that was. An attempt's record is on stable storage before it can be fired; a fire's record is with the operating system before the
/// first byte, which outlives the process but not the power: after a loss of power whatever was armed counts as possibly out.
/// A failed append or sync is final. Whatever the log refuses, the reserve still gives cancels.
/// </remarks>
public sealed partial class SubmitterLog : ISubmissionLog, IFireLog, IDisposable
{
    private const int FireBytes = LogFormat.RecordHeaderBytes + sizeof(ulong) + Hash32.Length;
    private static readonly byte[] s_zeros = new byte[FireBytes];

    private readonly SubmitterLogOptions _options;
    private readonly LogFolder _folder;
    private readonly LogFence _fence;
    private readonly CancelReserve _reserve;
    private readonly LogStream _account;
    private readonly LogStream _fires;
    private readonly SubmitterState _state;
    private readonly ConcurrentDictionary<Hash32, GateEntry> _gate = new(concurrencyLevel: 1, capacity: 4096);
    private readonly RecordWriter _writer = new();
    private readonly byte[] _fire = new byte[FireBytes];
    private ulong _epoch;
    private volatile LogVerdict _standing = LogVerdict.Written;
    private volatile KillMode _kill = KillMode.Off;
    private int _snapshotAt;
    private bool _isClosed;

    private SubmitterLog(SubmitterLogOptions options, LogFolder folder, LogFence fence, CancelReserve reserve, LogStream account, LogStream fires, SubmitterState state)
    {
        _options = options;
        _folder = folder;
        _fence = fence;
        _reserve = reserve;
        _account = account;
        _fires = fires;
        _state = state;
        _snapshotAt = options.SnapshotAfterSegments;
    }

    /// <summary>What the log held when it was opened.</summary>
    public RecoveredLog Recovered { get; private set; } = null!;

    /// <summary>Counts the openings of the log; no two have the same.</summary>
    public ulong Epoch => Volatile.Read(ref _epoch);

    /// <summary>May be read by any thread: who is about to send looks here last.</summary>
    public KillMode KillMode => _kill;

    /// <summary>Why nothing is written any more; null while it is.</summary>
    public string? FaultReason { get; private set; }

    /// <summary>False: the space for the next segment could not be taken yet. Trading goes on in the present one, and a person should make room.</summary>
    public bool HasSpace => _account.HasSpare && _fires.HasSpare;

    /// <inheritdoc/>
    /// <remarks>
    /// Written: it may leave, however often. Refused: it was never armed, or was given up. A verdict that is not Written may still leave the
    /// record behind; then the log says more than happened, which is the safe side.
    /// </remarks>
    public LogVerdict Fire(ulong nonce, in Hash32 hash, bool isRehearsal = false)
    {
        LogVerdict standing = StandingOfFires();
        if (standing != LogVerdict.Written)
            return standing;
        if (!TryLetGo(nonce, in hash, isRehearsal))
            return LogVerdict.Refused;
        FaultPoints.Reach(isRehearsal ? FaultPoint.None : FaultPoint.BeforeFireAppend);
        SealFire(nonce, in hash);
        if (!TryAppendFire(isRehearsal))
            return LogVerdict.Faulted;
        FaultPoints.Reach(isRehearsal ? FaultPoint.None : FaultPoint.AfterFireAppend);
        // Again: a kill that came while this was being written has been told that nothing leaves.
        return StandingOfFires();
    }

    /// <summary>
    /// Goes the way of a fire and says nothing: one that is refused, an attempt that is none and is let go, a record that is sealed and dropped, an
    /// append of no bytes. After it no fire pays for compilation. On the fires' thread, or before it runs.
    /// </summary>
    public void Rehearse()
    {
        Hash32 none = default; // no attempt has it: to arm one is refused
        IFireLog way = this; // as the fire path comes: the way in is compiled too
        way.Fire(0, in none);
        _gate.TryAdd(none, new GateEntry(0, AttemptKind.Fill));
        TryLetGo(0, in none, isRehearsal: false);
        _gate.TryRemove(none, out _);
        FaultPoints.Reach(FaultPoint.None);
        SealFire(0, in none);
        TryAppendFire(isRehearsal: true);
    }

    /// <inheritdoc/>

    /// <inheritdoc/>
    public LogVerdict Arm(ReadOnlySpan<ArmedAttempt> attempts)
    {
        if (Standing() is var standing && standing != LogVerdict.Written)
            return standing;
        if (attempts.IsEmpty)
            return LogVerdict.Written;
        if (_kill is KillMode.Hard or KillMode.Cold && HasFill(attempts))
            return LogVerdict.Killed;
        if (!IsConsistent(attempts))
            return LogVerdict.Refused;
        _writer.Clear();
        for (int i = 0; i < attempts.Length; i++)
            _writer.Begin(LogRecordKind.Arm).Put(attempts[i]).End(_epoch, _account.NextSequence + (ulong)i);
        if (_writer.Records.Length > _options.AccountSegmentBytes - LogFormat.HeaderBytes)
            throw new ArgumentException($"{attempts.Length} attempts of {_writer.Records.Length} bytes do not fit a segment of {_options.AccountSegmentBytes}: arm fewer at once", nameof(attempts));
        if (!TryArm(attempts.Length))
            return LogVerdict.Faulted;
        foreach (ArmedAttempt attempt in attempts)
            Adopt(attempt with { Raw = attempt.Raw.ToArray() });
        return LogVerdict.Written;
    }

    /// <inheritdoc/>
    /// <remarks>Refused: at least one has been fired, or was never armed. The others are retired.</remarks>
    public LogVerdict Retire(ulong nonce, ReadOnlySpan<Hash32> hashes)
    {
        if (Standing() is var standing && standing != LogVerdict.Written)
            return standing;
        LogVerdict all = LogVerdict.Written;
        foreach (ref readonly Hash32 hash in hashes)
        {
            // First the gate and then the record: from here on nobody can fire it.
            if (!_gate.TryGetValue(hash, out GateEntry? entry) || entry.Nonce != nonce || !entry.TryGiveUp())
            {
                all = LogVerdict.Refused;
                continue;
            }

            LogVerdict one = Append(Begin(LogRecordKind.Retire).Put(nonce).Put(hash));
            if (one != LogVerdict.Written)
                return one;
            _gate.TryRemove(hash, out _);
        }

        return all;
    }

    /// <summary>An attempt is about to leave from the account's own thread: a cancel, the next rung, the same bytes once more.</summary>
    public LogVerdict Release(ulong nonce, in Hash32 hash)
    {
        if (Standing() is var standing && standing != LogVerdict.Written)
            return standing;
        if (!_gate.TryGetValue(hash, out GateEntry? entry) || entry.Nonce != nonce)
            return LogVerdict.Refused;
        if (!MayLeave(entry))
            return LogVerdict.Killed;
        if (!entry.TryLetGo())
            return LogVerdict.Refused;
        FaultPoints.Reach(entry.Kind == AttemptKind.Cancel ? FaultPoint.BeforeCancelRelease : FaultPoint.BeforeFireAppend);
        LogVerdict verdict = Append(Begin(LogRecordKind.Release).Put(nonce).Put(hash));
        FaultPoints.Reach(entry.Kind == AttemptKind.Cancel ? FaultPoint.AfterCancelRelease : FaultPoint.AfterFireAppend);
        return verdict;
    }

    /// <summary>A lane says that it has the attempt.</summary>
    public LogVerdict Acknowledged(ulong nonce, in Hash32 hash, byte lane)
    {
        LogVerdict verdict = Evidence(hash, Begin(LogRecordKind.Acknowledged).Put(nonce).Put(hash).Put(lane));
        FaultPoints.Reach(FaultPoint.AfterAcknowledged);
        return verdict;
    }

    /// <summary>The attempt was seen in a pool.</summary>
    public LogVerdict Echoed(ulong nonce, in Hash32 hash) => Evidence(hash, Begin(LogRecordKind.Echoed).Put(nonce).Put(hash));

    /// <summary>The attempt stands in a block of the canonical chain.</summary>
    public LogVerdict Included(ulong nonce, in SlotInclusion inclusion)
    {
        LogVerdict verdict = Evidence(inclusion.Hash, Begin(LogRecordKind.Included)
            .Put(nonce).Put(inclusion.Hash).Put(inclusion.BlockHash).Put(inclusion.Height).Put((byte)(inclusion.Succeeded ? 1 : 0)));
        FaultPoints.Reach(FaultPoint.AfterIncluded);
        return verdict;
    }

    /// <summary>A reorganisation took the nonce's block away.</summary>
    public LogVerdict Unincluded(ulong nonce) => Record(Begin(LogRecordKind.Unincluded).Put(nonce));

    /// <summary>The nonce has ended for good; nothing is armed or fired there any more.</summary>
    public LogVerdict Final(ulong nonce, SlotOutcome outcome)
    {
        LogVerdict verdict = Record(Begin(LogRecordKind.Final).Put(nonce).Put((byte)outcome));
        if (verdict == LogVerdict.Written)
            CloseGate(nonce);
        return verdict;
    }

    /// <summary>From now on the decision lives at this nonce. To move it is the caller's word that nothing of it at another nonce can fill any more.</summary>
    public LogVerdict Bind(DecisionId decision, ulong nonce) => Record(Begin(LogRecordKind.Bind).Put(decision).Put(nonce));

    /// <summary>
    /// No byte of the nonce ever reached anybody: what is armed there is given up, let go or not, and the nonce may serve another decision. On
    /// stable storage when this returns. Refused when somebody is known to have it.
    /// </summary>
    public LogVerdict Unsent(ulong nonce)
    {
        if (Standing() is var standing && standing != LogVerdict.Written)
            return standing;
        SlotRecord? slot = _state.Slots.GetValueOrDefault(nonce);
        Hash32[] hashes = slot is null ? [] : [.. slot.Attempts.Select(a => a.Attempt.Hash)];
        LogVerdict verdict = Record(Begin(LogRecordKind.Unsent).Put(nonce), isSynced: true);
        if (verdict == LogVerdict.Written)
            foreach (Hash32 hash in hashes)
                if (_gate.TryRemove(hash, out GateEntry? entry))
                    entry.TryGiveUp();
        return verdict;
    }

    /// <summary>The decision has ended and is never opened again; on stable storage when this returns.</summary>
    public LogVerdict Void(DecisionId decision, DecisionEnd end) => Record(Begin(LogRecordKind.Void).Put(decision).Put((byte)end), isSynced: true);

    /// <inheritdoc/>
    public LogVerdict Burnt(in BurnState burnt) => Record(Begin(LogRecordKind.Burnt).Put(in burnt));

    /// <summary>Another configuration trades.</summary>
    public LogVerdict Configured(in Hash32 config) => Record(Begin(LogRecordKind.Configured).Put(config));

    /// <summary>
    /// What the account's thread does between its works: sees whether the account is still ours, brings everything appended to stable
    /// storage, makes the next segments ahead of time, and a snapshot when one is due.
    /// </summary>
    public LogVerdict Tend()
    {
        if (Standing() is var standing && standing is not (LogVerdict.Written or LogVerdict.Killed))
            return standing;
        if (!TrySync())
            return LogVerdict.Faulted;
        if (_account.Segments >= _snapshotAt && !TrySnapshot())
            return LogVerdict.Faulted;
        TryMakeSpares();
        return LogVerdict.Written;
    }

    /// <summary>Puts signed cancels of the next nonces into the reserve, in place of those that are there.</summary>
    /// <exception cref="ArgumentException">Something among them is no cancel, or they are too many.</exception>
    public LogVerdict SetReserve(ReadOnlySpan<ArmedAttempt> cancels)
    {
        if (HasFill(cancels))
            throw new ArgumentException("the reserve holds cancels and nothing else", nameof(cancels));
        if (Standing() is var standing && standing is not (LogVerdict.Written or LogVerdict.Killed))
            return standing;
        try
        {
            _reserve.Set(cancels);
            return LogVerdict.Written;
        }
        catch (Exception error) when (IsOfTheDisk(error))
        {
            return Latch(error);
        }
    }

    /// <summary>The cheapest cancel of a nonce in the reserve that was not taken yet, as about to leave. Works when nothing else does.</summary>
    /// <returns>False where there is none, or nothing at all may leave.</returns>
    public bool TryTakeCancel(ulong nonce, out ArmedAttempt cancel)
    {
        cancel = null!;
        if (_kill == KillMode.Cold || _standing == LogVerdict.Fenced || !_reserve.TryTake(nonce, out ArmedAttempt? taken))
            return false;
        cancel = taken!;
        // In the log as well, while it takes records; the mark in the reserve says it where it does not.
        if (Arm([cancel]) == LogVerdict.Written)
            Release(nonce, cancel.Hash);
        return true;
    }

    /// <summary>
    /// Puts the kill switch down. From the start of this call on the log lets no fill go; when it returns, that outlives the machine.
    /// What was let go just before may still be on its way to a socket: the sender looks at <see cref="KillMode"/> once more before it writes.
    /// </summary>
    /// <returns>Written when it is on stable storage. Faulted when even the reserve failed: it is down in this process all the same.</returns>
    public LogVerdict Kill(KillMode mode)
    {
        if (mode is not (KillMode.Soft or KillMode.Hard or KillMode.Cold))
            throw new ArgumentException($"{mode} is no way to kill; {nameof(ReleaseKill)} lifts the switch", nameof(mode));
        if (mode < _kill)
            return LogVerdict.Written; // a harder one is never taken back by a softer
        _kill = mode;
        Interlocked.MemoryBarrier();
        ulong generation = NextKillGeneration;
        try
        {
            FaultPoints.Reach(FaultPoint.BeforeKillSync);
            _reserve.SetKill(generation, mode);
            FaultPoints.Reach(FaultPoint.AfterKillSync);
        }
        catch (Exception error) when (IsOfTheDisk(error))
        {
            return Latch(error);
        }

        if (_standing == LogVerdict.Written)
            Append(Begin(LogRecordKind.Kill).Put(generation).Put((byte)mode));
        return LogVerdict.Written;
    }

    /// <summary>Lifts the kill switch, in a new epoch. Only ever at a person's word.</summary>
    public LogVerdict ReleaseKill()
    {
        if (Standing() is var standing && standing is not (LogVerdict.Written or LogVerdict.Killed))
            return standing;
        try
        {
            ulong generation = NextKillGeneration;
            StartEpoch(EpochStart.KillReleased);
            if (Append(Begin(LogRecordKind.Kill).Put(generation).Put((byte)KillMode.Off)) is var verdict && verdict != LogVerdict.Written)
                return verdict;
            _account.Sync();
            _reserve.SetKill(generation, KillMode.Off);
            _kill = KillMode.Off;
            return LogVerdict.Written;
        }
        catch (Exception error) when (IsOfTheDisk(error))
        {
            return Latch(error);
        }
    }

    /// <summary>Ends cleanly: all on stable storage, and marked so. Both threads have stopped.</summary>
    public LogVerdict Complete()
    {
        if (_standing != LogVerdict.Written || _isClosed)
            return LogVerdict.Faulted;
        try
        {
            _fires.Sync();
            _account.Sync();
            _fence.EndCleanly(_account.NextSequence - 1, _fires.NextSequence - 1);
            Dispose();
            return LogVerdict.Written;
        }
        catch (Exception error) when (IsOfTheDisk(error))
        {
            return Latch(error);
        }
    }

    /// <summary>Closes without the mark of a clean end; what was appended is there.</summary>
    public void Dispose()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        if (_standing == LogVerdict.Written)
            Latch(new IOException("the log is closed"));
        _account.Dispose();
        _fires.Dispose();
        _reserve.Dispose();
        _folder.Dispose();
        _fence.Dispose(); // last: with it goes the lock
    }

    private ulong NextKillGeneration => Math.Max(_reserve.KillGeneration, _state.KillGeneration) + 1;

    /// <summary>What a fire may do now.</summary>
    private LogVerdict StandingOfFires() => _standing != LogVerdict.Written ? _standing : _kill != KillMode.Off ? LogVerdict.Killed : LogVerdict.Written;

    /// <summary>Whether the account's thread may append. Looks at the lock file: another engine's epoch there fences this one.</summary>
    private LogVerdict Standing()
    {
        if (_standing == LogVerdict.Written && !_fence.IsOurs(_epoch))
        {
            _standing = LogVerdict.Fenced;
            FaultReason = $"{_folder.File(LogFence.Name)}: another engine has taken the account, or the file was replaced";
        }

        return _standing;
    }

    private RecordWriter Begin(LogRecordKind kind)
    {
        _writer.Clear();
        return _writer.Begin(kind);
    }

    private LogVerdict Record(RecordWriter record, bool isSynced = false)
    {
        LogVerdict verdict = Standing() is var standing && standing != LogVerdict.Written ? standing : Append(record);
        return verdict == LogVerdict.Written && isSynced && !TrySync() ? LogVerdict.Faulted : verdict;
    }

    /// <summary>A record that shows the attempt to be out, whoever let it go: it is not given up any more.</summary>
    private LogVerdict Evidence(Hash32 hash, RecordWriter record)
    {
        LogVerdict verdict = Record(record);
        if (verdict == LogVerdict.Written && _gate.TryGetValue(hash, out GateEntry? entry))
            entry.TryLetGo();
        return verdict;
    }

    /// <summary>One record that the state agrees to.</summary>
    private LogVerdict Append(RecordWriter record)
    {
        if (_state.Take(record.Kind, record.Payload, commit: false) is not null)
            return LogVerdict.Refused;
        record.End(_epoch, _account.NextSequence);
        if (!TryAppendAccount(1))
            return LogVerdict.Faulted;
        _state.Take(record.Kind, record.Payload, commit: true);
        return LogVerdict.Written;
    }

    private bool TryAppendAccount(int count)
    {
        try
        {
            _account.Append(_writer.Records, count, mayMake: true);
            return true;
        }
        catch (Exception error) when (IsOfTheDisk(error))
        {
            Latch(error);
            return false;
        }
    }

    private bool TryLetGo(ulong nonce, in Hash32 hash, bool isRehearsal) =>
        _gate.TryGetValue(hash, out GateEntry? entry) && entry.Nonce == nonce && entry.TryLetGo(isRehearsal);

    private void SealFire(ulong nonce, in Hash32 hash)
    {
        Span<byte> payload = _fire.AsSpan(LogFormat.RecordHeaderBytes);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(payload, nonce);
        hash.Span.CopyTo(payload[sizeof(ulong)..]);
        LogFormat.SealRecord(_fire, LogRecordKind.Fire, Epoch, _fires.NextSequence);
    }

    // A rehearsal writes zeros where zeros are.
    private bool TryAppendFire(bool isRehearsal)
    {
        try
        {
            _fires.Append(isRehearsal ? s_zeros : _fire, isRehearsal ? 0 : 1, mayMake: false);
            return true;
        }
        catch (Exception error) when (IsOfTheDisk(error))
        {
            Latch(error);
            return false;
        }
    }

    private bool TryArm(int count)
    {
        FaultPoints.Reach(FaultPoint.BeforeArmAppend);
        if (!TryAppendAccount(count))
            return false;
        FaultPoints.Reach(FaultPoint.AfterArmAppend);
        FaultPoints.Reach(FaultPoint.BeforeArmSync);
        try
        {
            _account.Sync();
        }
        catch (Exception error) when (IsOfTheDisk(error))
        {
            Latch(error);
            return false;
        }

        FaultPoints.Reach(FaultPoint.AfterArmSync);
        return true;
    }

    private bool TrySync()
    {
        try
        {
            _fires.Sync();
            _account.Sync();
            return true;
        }
        catch (Exception error) when (IsOfTheDisk(error))
        {
            Latch(error);
            return false;
        }
    }

    /// <summary>Nothing is lost by a disk that is full now: the present segment goes on, and the next try may find room.</summary>
    private void TryMakeSpares()
    {
        try
        {
            _account.MakeSpare();
            _fires.MakeSpare();
        }
        catch (Exception error) when (IsOfTheDisk(error))
        {
            // HasSpace says it.
        }
    }

    private bool TrySnapshot()
    {
        try
        {
            Snapshot();
            return true;
        }
        catch (Exception error) when (IsOfTheDisk(error))
        {
            Latch(error);
            return false;
        }
    }

    /// <summary>
    /// The whole state at the head of a new account segment; what came before is no longer needed. The fires before the present segment are
    /// in it: each was let go in the gate before it was appended.
    /// </summary>
    private void Snapshot()
    {
        LogSegment fires = _fires.Active;
        FoldFires();
        _state.Compact(_options.KeepFinal);
        _writer.Clear();
        _writer.Begin(LogRecordKind.Snapshot).Put((uint)fires.Number).Put(fires.FirstSequence);
        _state.WriteTo(_writer);
        _writer.End(_epoch, _account.NextSequence);
        // One that could not be read back must not take the place of what can; a full disk is not asked again every time either.
        if (_writer.Payload.Length > _options.MostSnapshotBytes || !_account.TryStartOver(_writer.Records))
        {
            _snapshotAt = _account.Segments + 1;
            return;
        }

        _snapshotAt = _options.SnapshotAfterSegments;
        _fires.DeleteBelow(fires.Number);
        _folder.SyncNames();
    }

    private void FoldFires()
    {
        foreach ((Hash32 hash, GateEntry entry) in _gate)
            if (entry.IsLetGo && _state.Slots.TryGetValue(entry.Nonce, out SlotRecord? slot) && slot.Find(hash) is { } attempt)
                SubmitterState.MarkReleased(attempt, ReleaseEvidence.Certain);
    }

    private void CloseGate(ulong nonce)
    {
        SlotRecord slot = _state.Slots[nonce];
        foreach (AttemptRecord attempt in slot.Attempts)
            if (_gate.TryRemove(attempt.Attempt.Hash, out GateEntry? entry) && !entry.TryGiveUp())
                SubmitterState.MarkReleased(attempt, ReleaseEvidence.Certain);
    }

    private void Adopt(ArmedAttempt attempt)
    {
        _state.Arm(attempt);
        Admit(attempt);
    }

    private void Admit(ArmedAttempt attempt) => _gate.TryAdd(attempt.Hash, new GateEntry(attempt.Nonce, attempt.Kind));

    /// <summary>What leaves while the switch is down: cancels, unless nothing may; and more of a decision that is out, where only new ones are stopped.</summary>
    private bool MayLeave(GateEntry entry) => _kill switch
    {
        KillMode.Off => true,
        KillMode.Soft => entry.Kind == AttemptKind.Cancel || IsDecisionOut(entry.Nonce),
        KillMode.Hard => entry.Kind == AttemptKind.Cancel,
        _ => false,
    };

    private bool IsDecisionOut(ulong nonce)
    {
        foreach (AttemptRecord attempt in _state.Slots[nonce].Attempts)
            if (attempt.Attempt.Kind == AttemptKind.Fill
                && (attempt.Released != ReleaseEvidence.None || (_gate.TryGetValue(attempt.Attempt.Hash, out GateEntry? entry) && entry.IsLetGo)))
                return true;
        return false;
    }

    /// <summary>Each agrees with the state, and they agree with each other: one decision at a nonce, one nonce for a decision and for a hash.</summary>
    private bool IsConsistent(ReadOnlySpan<ArmedAttempt> attempts)
    {
        Dictionary<ulong, DecisionId> decisions = [];
        Dictionary<DecisionId, ulong> nonces = [];
        Dictionary<Hash32, ulong> hashes = [];
        foreach (ArmedAttempt attempt in attempts)
        {
            if (_state.FlawOf(attempt) is not null
                || (_gate.TryGetValue(attempt.Hash, out GateEntry? known) && known.Nonce != attempt.Nonce)
                || !IsOnly(hashes, attempt.Hash, attempt.Nonce))
                return false;
            if (attempt.Kind == AttemptKind.Fill
                && !(IsOnly(decisions, attempt.Nonce, attempt.Decision) && IsOnly(nonces, attempt.Decision, attempt.Nonce)))
                return false;
        }

        return true;
    }

    private static bool IsOnly<TKey, TValue>(Dictionary<TKey, TValue> known, TKey key, TValue value)
        where TKey : notnull =>
        known.TryAdd(key, value) || EqualityComparer<TValue>.Default.Equals(known[key], value);

    private static bool HasFill(ReadOnlySpan<ArmedAttempt> attempts)
    {
        foreach (ArmedAttempt attempt in attempts)
            if (attempt.Kind != AttemptKind.Cancel)
                return true;
        return false;
    }

    private LogVerdict Latch(Exception error)
    {
        if (_standing == LogVerdict.Written)
        {
            FaultReason = error.Message;
            _standing = LogVerdict.Faulted;
        }

        return _standing;
    }

    private static bool IsOfTheDisk(Exception error) => error is IOException or UnauthorizedAccessException or ObjectDisposedException;
}
