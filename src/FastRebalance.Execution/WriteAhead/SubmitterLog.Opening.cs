using System.Text;
using FastRebalance.Core.Assets;
using FastRebalance.Execution.Submission;
using FastRebalance.Native.Machine;
using Microsoft.Win32.SafeHandles;

namespace FastRebalance.Execution.WriteAhead;

/// <summary>From what lies on the disk to a log that goes on with it.</summary>
public sealed partial class SubmitterLog
{
    private const int MostHostBytes = 64;
    private const string Restore = "restore the whole folder from the newest copy; if there is none, establish from the chain what is out and start a new folder";

    /// <summary>Opens an account's log, makes it where there is none, and recovers what it holds.</summary>
    /// <exception cref="LogRefusedException">It cannot be trusted, or is in use; nothing was changed.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    /// <exception cref="ArgumentException">The options make no sense.</exception>
    public static SubmitterLog Open(SubmitterLogOptions options)
    {
        CheckOptions(options);
        List<IDisposable> held = [];
        try
        {
            LogFolder folder = Hold(held, LogFolder.Open(options.Root, options.ChainId, options.Sender));
            bool IsNew() => LogFormat.Numbers(folder.Path, LogStreamKind.Account).Length == 0 && LogFormat.Numbers(folder.Path, LogStreamKind.Fires).Length == 0;
            LogFence fence = Hold(held, LogFence.Take(folder, IsNew));
            if (fence.Claimed < options.LeastEpoch)
                throw new LogRefusedException(folder.Path, $"epoch {fence.Claimed} is its newest, and {options.LeastEpoch} is known to have been: it is an older copy", Restore);
            CancelReserve reserve = Hold(held, CancelReserve.Open(folder, IsNew));
            SubmitterState state = new();
            (ReplayedStream account, ReplayedStream fires) = Replay(folder, fence, ref state);
            Clear(folder, account, fires);
            LogStream fireStream = Hold(held, LogStream.GoOn(folder, LogStreamKind.Fires, options.FireSegmentBytes, fires));
            LogStream accountStream = Hold(held, LogStream.GoOn(folder, LogStreamKind.Account, options.AccountSegmentBytes, account));
            SubmitterLog log = new(options, folder, fence, reserve, accountStream, fireStream, state);
            log.Start(account.IsTorn || fires.IsTorn);
            return log;
        }
        catch
        {
            for (int i = held.Count - 1; i >= 0; i--)
                held[i].Dispose();
            throw;
        }
    }

    /// <summary>What a log says now, its fires folded in; for tests.</summary>
    internal SubmitterState Now()
    {
        FoldFires();
        return _state.Copy();
    }

    /// <summary>Puts other files in the place of those written to; for tests of what a disk may do.</summary>
    internal void ExchangeFiles(SafeFileHandle? account, SafeFileHandle? fires)
    {
        if (account is not null)
            _account.Active.File = account;
        if (fires is not null)
            _fires.Active.File = fires;
    }

    /// <summary>Makes a snapshot now.</summary>
    internal LogVerdict SnapshotNow() => TrySync() && TrySnapshot() ? LogVerdict.Written : LogVerdict.Faulted;

    private static (ReplayedStream Account, ReplayedStream Fires) Replay(LogFolder folder, LogFence fence, ref SubmitterState state)
    {
        SubmitterState replayed = state;
        int fireNumber = 1;
        ulong fireSequence = 1;
        ReplayedStream account = new LogReplay(folder, LogStreamKind.Account, fence.Claimed).Read(0, 0, mayBeMissing: true, (kind, payload) =>
        {
            if (kind != LogRecordKind.Snapshot)
                return replayed.Epoch == 0 && kind != LogRecordKind.Epoch ? "the log does not start with an epoch" : replayed.Take(kind, payload, commit: true);
            PayloadReader reader = new(payload);
            (fireNumber, fireSequence) = ((int)reader.UInt32(), reader.UInt64());
            if (replayed.Epoch != 0 || SubmitterState.ReadFrom(ref reader) is not { } snapshot)
                return "a snapshot that cannot be read here";
            replayed = snapshot;
            return null;
        });
        CheckEpoch(folder, fence, replayed.Epoch, account.LastNumber);
        bool isEmpty = account.NextSequence == 1;
        ReplayedStream fires = new LogReplay(folder, LogStreamKind.Fires, fence.Claimed)
            .Read(fireNumber, fireSequence, mayBeMissing: isEmpty, (kind, payload) => replayed.Take(kind, payload, commit: true));
        CheckEnd(folder, fence, account.NextSequence - 1, fires.NextSequence - 1);
        state = replayed;
        return (account, fires);
    }

    /// <summary>The lock file knows how far the log had come: files of different age are not taken for one log.</summary>
    private static void CheckEpoch(LogFolder folder, LogFence fence, ulong epoch, int lastNumber)
    {
        if (epoch < fence.Opened)
            throw new LogRefusedException(
                folder.File(LogFormat.NameOf(LogStreamKind.Account, Math.Max(lastNumber, 1))),
                lastNumber == 0
                    ? "the segment is missing"
                    : $"the log ends in epoch {epoch}, and its lock file knows of epoch {fence.Opened}: it is from an older copy, or lost its end",
                Restore);
    }

    private static void CheckEnd(LogFolder folder, LogFence fence, ulong accountSequence, ulong fireSequence)
    {
        if (fence.IsClean && (accountSequence, fireSequence) != (fence.AccountSequence, fence.FireSequence))
            throw new LogRefusedException(
                folder.Path,
                $"it ended cleanly after records {fence.AccountSequence} and {fence.FireSequence}, and there are {accountSequence} and {fireSequence}: a part is from another copy",
                Restore);
    }

    /// <summary>Takes away what a crash left: torn tails, segments without a record, files that never got their name.</summary>
    private static void Clear(LogFolder folder, ReplayedStream account, ReplayedStream fires)
    {
        foreach ((LogStreamKind kind, ReplayedStream found) in new[] { (LogStreamKind.Account, account), (LogStreamKind.Fires, fires) })
        {
            foreach (int number in found.Leftovers)
                folder.Delete(LogFormat.NameOf(kind, number));
            if (found.LastNumber > 0 && folder.TryOpen(LogFormat.NameOf(kind, found.LastNumber), out SafeFileHandle file))
                using (file)
                    if (found.IsTorn)
                        Cut(folder.File(LogFormat.NameOf(kind, found.LastNumber)), found.End);
        }

        folder.DeleteUnfinished();
        folder.SyncNames();
    }

    private static void Cut(string path, long end)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        file.SetLength(end);
        file.Flush(flushToDisk: true);
    }

    private void Start(bool wasTorn)
    {
        EpochStart start = StartOf();
        Hash32 config = _state.Config;
        KillMode kill = _reserve.KillGeneration >= _state.KillGeneration ? _reserve.Kill : _state.Kill;
        foreach (SlotRecord slot in _state.Slots.Values)
            if (slot.Outcome == SlotOutcome.None)
                foreach (AttemptRecord attempt in slot.Attempts)
                    Admit(attempt);
        StartEpoch(start);
        _kill = kill;
        AgreeOnKill(kill);
        AdoptTaken();
        _fires.Sync();
        _account.Sync();
        TryMakeSpares();
        SubmitterState recovered = _state.Copy();
        bool isBehind = recovered.HighestReleased is not null && _options.ChainNonce > recovered.NextNonce(0);
        Recovered = new RecoveredLog(recovered, start, config, wasTorn, _reserve.Cancels, isBehind);
    }

    private void Admit(AttemptRecord attempt)
    {
        Admit(attempt.Attempt);
        if (attempt.Released == ReleaseEvidence.Certain)
            _gate[attempt.Attempt.Hash].TryLetGo();
    }

    private EpochStart StartOf()
    {
        Guid boot = BootId.Read();
        return _state.Epoch == 0 ? EpochStart.New
            : _fence.IsClean ? EpochStart.Clean
            : boot == Guid.Empty || boot != _state.Boot ? EpochStart.PowerLoss
            : EpochStart.ProcessEnd;
    }

    /// <summary>Takes an epoch in the lock file, records it, and says in the lock file that it is recorded.</summary>
    private void StartEpoch(EpochStart start)
    {
        ulong epoch = Math.Max(_fence.Claimed, _state.Epoch) + 1;
        _fence.Claim(epoch);
        Volatile.Write(ref _epoch, epoch);
        byte[] host = Encoding.UTF8.GetBytes(Environment.MachineName);
        Append(Begin(LogRecordKind.Epoch)
            .Put(epoch).Put((byte)start).Put(BootId.Read()).Put(_options.Config)
            .Put((uint)Environment.ProcessId).Put((byte)Math.Min(host.Length, MostHostBytes)).Put(host.AsSpan(0, Math.Min(host.Length, MostHostBytes))));
        if (_standing != LogVerdict.Written)
            throw new IOException(FaultReason);
        _account.Sync();
        _fence.Open(epoch);
    }

    /// <summary>The switch stands in the reserve and in the log; both say the same from here on.</summary>
    private void AgreeOnKill(KillMode kill)
    {
        if (_reserve.Kill == kill && _state.Kill == kill)
            return;
        ulong generation = NextKillGeneration;
        Append(Begin(LogRecordKind.Kill).Put(generation).Put((byte)kill));
        _reserve.SetKill(generation, kill);
    }

    /// <summary>What was taken from the reserve while the log took no records is in the log from here on.</summary>
    private void AdoptTaken()
    {
        foreach (ArmedAttempt cancel in _reserve.Taken)
            if (_state.FlawOf(cancel) is null && (!_state.Slots.TryGetValue(cancel.Nonce, out SlotRecord? slot) || slot.Find(cancel.Hash)?.Released != ReleaseEvidence.Certain))
            {
                Append(Begin(LogRecordKind.Arm).Put(cancel));
                Admit(cancel);
                _gate[cancel.Hash].TryLetGo();
                Append(Begin(LogRecordKind.Release).Put(cancel.Nonce).Put(cancel.Hash));
            }
    }

    private static T Hold<T>(List<IDisposable> held, T thing)
        where T : IDisposable
    {
        held.Add(thing);
        return thing;
    }

    private static void CheckOptions(SubmitterLogOptions options)
    {
        if (options.ChainId == 0 || options.Sender.IsZero)
            throw new ArgumentException("the log belongs to a chain and an account: name both", nameof(options));
        if (options.AccountSegmentBytes is < SubmitterLogOptions.LeastSegmentBytes or > int.MaxValue / 4 || options.FireSegmentBytes is < SubmitterLogOptions.LeastSegmentBytes or > int.MaxValue / 4)
            throw new ArgumentException($"segments have {SubmitterLogOptions.LeastSegmentBytes} to {int.MaxValue / 4} bytes", nameof(options));
        if (options.SnapshotAfterSegments < 2)
            throw new ArgumentException("a snapshot is made after 2 segments or more", nameof(options));
    }
}
