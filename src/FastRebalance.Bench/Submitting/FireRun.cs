using FastRebalance.Bench.Latency;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Presigning;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.Bench.Submitting;

/// <summary>
/// Triggers at fixed times on one thread, each stamped with the time it was due, while the account thread beside it follows the shots, moves the
/// ladders up and arms new ones. Afterwards every frame that arrived is read back.
/// </summary>
internal sealed class FireRun : IDisposable
{
    private const int Ahead = 4;
    private const int MostFrameBytes = 8 * 1024;
    private const int Kinds = 20;
    private const int TendEvery = 64; // shots: as an account does at a head
    private const long RehearseEveryNs = 50_000;
    private const long DecidedNs = 10_000; // before the trigger is due
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_untilFirst = TimeSpan.FromMilliseconds(50);

    private readonly SubmitBenchOptions _options;
    private readonly BenchLog _log;
    private readonly ArmWitness _witness;
    private readonly DiscardingEndpoint _far;
    private readonly SampleDesk _desk;
    private readonly OrderLeg[][] _decisions;
    private readonly OrderLeg[] _decided;
    private readonly FireOutcome[] _shots;
    private readonly List<string> _wrong = [];
    private readonly Seat _triggerSeat;
    private readonly Seat _accountSeat;
    private int _fired;
    private int _isOver;
    private int _settled;
    private long _allocated;

    public FireRun(SubmitBenchOptions options)
    {
        _options = options;
        int[] cores = options.Pin && Machine.AllowedCores is { Length: > 1 } allowed ? allowed : [-1, -1];
        _triggerSeat = new Seat("trigger", cores[^1]);
        _accountSeat = new Seat("account", cores[0]);
        _log = new BenchLog(options.LogFolder);
        _witness = new ArmWitness(_log.Log);
        _far = new DiscardingEndpoint(options.Shots * MostFrameBytes);
        _desk = new SampleDesk(_witness, _log.Log, sink => ReadySocket.To(RpcEndpoint.Parse("ipc:" + _far.Path), 0, sink), Ahead, options.Delever);
        _decisions = [.. Enumerable.Range(0, Kinds).Select(Decision)];
        _decided = new OrderLeg[_decisions[0].Length];
        _shots = new FireOutcome[options.Shots];
    }

    /// <summary>By trigger: the longest time between two readings of the clock while the thread did nothing else.</summary>
    public LatencyHistogram Gaps { get; } = new();

    /// <summary>From the call of the fire path to the first byte: what is left of a shot when the thread had to wait for nothing before it.</summary>
    public LatencyHistogram CallToFirstByte { get; } = new();

    /// <summary>From the call to the first byte of the very first shot; 0 where it did not leave.</summary>
    public long FirstCallNs { get; private set; }

    /// <summary>Shots that the log told of when it was read back.</summary>
    public int LogTold { get; private set; }

    public FireTimings Timings => _desk.Path.Timings;

    public LadderSnapshot Ladder => _desk.Metrics.Snapshot();

    /// <summary>Bytes that the trigger thread allocated while it was measured.</summary>
    public long AllocatedBytes => _allocated;

    public int Collections { get; private set; }

    public bool IsPinned => _triggerSeat.IsTaken && _accountSeat.IsTaken;

    /// <summary>Frames that arrived whole and were read back.</summary>
    public int Verified { get; private set; }

    public IReadOnlyList<string> Wrong => _wrong;

    public void Run()
    {
        if (_desk.Socket is ReadySocket socket && !socket.WaitUntilReady(s_patience))
            throw new InvalidOperationException("the local socket was not connected");
        if (_options.WarmUp)
            FireWarmUp.Run(_log.Log, [_desk.Socket], new PickOptions());
        FillAhead();
        int collections = GC.CollectionCount(0);
        Thread account = new(Follow) { Name = "account", IsBackground = true };
        Thread trigger = new(Trigger) { Name = "trigger", IsBackground = true };
        account.Start();
        trigger.Start();
        trigger.Join();
        Volatile.Write(ref _isOver, 1);
        account.Join();
        Collections = GC.CollectionCount(0) - collections;
        Verify(_far.Finish());
        ReadLogBack();
    }

    public void Dispose()
    {
        _desk.Dispose();
        _far.Dispose();
        _log.Dispose();
    }

    // Ten exact, seven a little larger than a rung, one exactly a smaller one; one far too small and one nobody foresaw. A delever: of the larger ones
    // four by another split.
    private OrderLeg[] Decision(int kind)
    {
        OrderLeg[] legs = _desk.Decided(kind switch { < 10 => 10_000u, < 17 => 10_010u + ((uint)kind * 20), 17 => 9_500u, 18 => 5_000u, _ => 10_000u });
        if (_options.Delever && kind is >= 13 and < 17)
            Shift(legs);
        if (kind == 19 && _options.Delever)
            legs[0].Buy = AssetId.FromIndex(2);
        else if (kind == 19)
            legs[0].Pool0 = PoolId.FromIndex(2);
        return legs;
    }

    private static void Shift(OrderLeg[] legs)
    {
        OrderLeg from = legs[0], to = legs[1];
        UInt256 part = from.AmountIn / 10UL;
        legs[0] = Part(in from, from.AmountIn - part);
        legs[1] = Part(in to, to.AmountIn + part);

        static OrderLeg Part(in OrderLeg leg, UInt256 amount) => leg with
        {
            AmountIn = amount, MinimumOut = leg.MinimumOut * amount / leg.AmountIn, ExpectedOut = leg.ExpectedOut * amount / leg.AmountIn,
            KeepBalance = leg.KeepBalance + leg.AmountIn - amount,
        };
    }

    private void Trigger()
    {
        _triggerSeat.Take();
        long every = (long)_options.Every.TotalNanoseconds, start = MonotonicClock.NowNs + (long)s_untilFirst.TotalNanoseconds;
        long bytes = 0;
        for (int i = 0; i < _shots.Length; i++)
        {
            if (i == _shots.Length / 5)
            {
                Timings.ResetTimes();
                Gaps.Reset();
                CallToFirstByte.Reset();
                bytes = GC.GetAllocatedBytesForCurrentThread();
            }
            long due = start + (i * every);
            long gap = WaitUntil(due, _decisions[i % Kinds]);
            if (Shoot((ulong)i + 1, due, isRehearsal: false, out long called, out FireOutcome shot))
            {
                FirstCallNs = _fired++ == 0 ? shot.FirstByteNs - called : FirstCallNs;
                CallToFirstByte.Record(shot.FirstByteNs - called);
            }
            Gaps.Record(gap);
            shot.Ladder = null; // its page goes back
            _shots[i] = shot;
        }
        _allocated = GC.GetAllocatedBytesForCurrentThread() - bytes;
    }

    // As an engine comes to the fire path: by code that it has just run.
    private bool Shoot(ulong id, long due, bool isRehearsal, out long called, out FireOutcome shot)
    {
        DecidedOrder order = new()
        {
            OrderId = id,
            Portfolio = SampleDesk.Portfolio,
            Tier = _desk.Tier,
            Legs = _decided,
            DeadlineUnixSeconds = SampleDesk.Deadline,
        };
        shot = default;
        called = MonotonicClock.NowNs;
        return isRehearsal ? _desk.Path.Rehearse() : _desk.Path.TryFire(in order, due, out shot);
    }

    // Rehearses now and then, as a trigger thread with nothing to do would; not right before the shot. What is decided is put where an engine, that
    // has just decided it, has it: in the caches.
    private long WaitUntil(long due, OrderLeg[] next)
    {
        bool isDecided = false;
        long longest = 0, last = MonotonicClock.NowNs, rehearsed = last;
        while (last < due)
        {
            long now = MonotonicClock.NowNs;
            longest = Math.Max(longest, now - last);
            last = now;
            if (!isDecided && due - now < DecidedNs)
            {
                next.CopyTo(_decided, 0);
                isDecided = true;
            }
            if (!_options.Rehearse || now - rehearsed < RehearseEveryNs || due - now < RehearseEveryNs / 2)
                continue;
            Shoot(0, due, isRehearsal: true, out _, out _);
            last = rehearsed = MonotonicClock.NowNs;
        }
        if (!isDecided)
            next.CopyTo(_decided, 0); // due already
        return longest;
    }

    private void Follow()
    {
        _accountSeat.Take();
        while (true)
        {
            bool wasOver = Volatile.Read(ref _isOver) != 0;
            while (_desk.Path.TryTakeFired(out FireOutcome shot))
                Settle(in shot);
            if (wasOver)
                return;
            Thread.Yield();
        }
    }

    private void Settle(in FireOutcome shot)
    {
        if (!_desk.Metrics.OnFired(in shot) && !shot.IsLate)
            Note("a shot was not durable before its trigger");
        Conclude(in shot);
        _desk.Armory.Invalidate(Invalidation.SlotConsumed(shot.Nonce));
        _desk.Armory.Release(shot.Ladder!);
        _desk.NextHead();
        FillAhead();
    }

    /// <summary>The chain has mined it, says this run: the log hears of it, and does now and then what it does between its works.</summary>
    private void Conclude(in FireOutcome shot)
    {
        LogVerdict included = _log.Log.Included(shot.Nonce, new SlotInclusion(shot.Hash, shot.Hash, shot.Nonce, Succeeded: true));
        LogVerdict final = _log.Log.Final(shot.Nonce, SlotOutcome.Filled);
        LogVerdict tended = ++_settled % TendEvery == 0 ? _log.Log.Tend() : LogVerdict.Written;
        if ((included, final, tended) is not (LogVerdict.Written, LogVerdict.Written, LogVerdict.Written))
            Note($"the log did not take what became of a shot: {included}, {final}, {tended} {_log.Log.FaultReason}");
    }

    private void ReadLogBack()
    {
        Dictionary<ulong, Hash32> fired = _shots.Where(static shot => shot.IsFired).ToDictionary(static shot => shot.Nonce, static shot => shot.Hash);
        if (_log.ReadBack(fired, out int told) is { } wrong)
            Note(wrong);
        LogTold = told;
    }

    private void FillAhead()
    {
        while (_desk.Armory.Slots.Count < Ahead)
            _desk.Arm(_desk.Armory.FirstNonce + (ulong)_desk.Armory.Slots.Count, 1);
    }

    /// <summary>Every frame that arrived is whole, is ours, was fired, and was durable before its trigger; and every fired one arrived.</summary>
    private void Verify(ReadOnlySpan<byte> came)
    {
        Dictionary<Hash32, FireOutcome> fired = [];
        foreach (FireOutcome shot in _shots)
            if (shot.IsFired && !fired.TryAdd(shot.Hash, shot))
                Note("the same bytes were fired twice");
        while (!came.IsEmpty)
        {
            int end = came.IndexOf("\"]}"u8);
            int from = came.IndexOf("\"0x"u8);
            if (end < 0 || from < 0 || from > end || !VerifyFrame(came[(from + 3)..end], fired))
            {
                Note("a frame did not arrive as it was armed");
                return;
            }
            came = came[(end + 3)..];
            Verified++;
        }
        if (Verified != _fired || fired.Count > 0)
            Note($"{_fired} were fired and {Verified} arrived");
    }

    private bool VerifyFrame(ReadOnlySpan<byte> hex, Dictionary<Hash32, FireOutcome> fired)
    {
        byte[] raw = Convert.FromHexString(System.Text.Encoding.ASCII.GetString(hex));
        return TransactionDecoder.Decode(raw, out SignedTransaction read).IsValid
            && read.TryRecoverSender(out Address sender) && sender == _desk.Signer.Address
            && fired.Remove(read.Hash, out FireOutcome shot) && shot.Nonce == read.Fields.Nonce
            && _witness.ArmedNs.TryGetValue(read.Hash, out long armedNs) && (shot.IsLate || armedNs < shot.TriggerNs);
    }

    private void Note(string wrong)
    {
        lock (_wrong)
            if (!_wrong.Contains(wrong))
                _wrong.Add(wrong);
    }
}
