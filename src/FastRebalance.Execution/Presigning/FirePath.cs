using FastRebalance.Core.Measures;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.Execution.Presigning;

/// <summary>
/// From a decision to bytes in the sockets: find the rung, win the slot, look at the account's gate, tell the log, write. On the trigger thread,
/// one call at a time; no lock, no allocation, no wait but the kernel's.
/// </summary>
public sealed class FirePath
{
    /// <summary>Channels at most: as many as a word has bits.</summary>
    public const int MostChannels = 64;

    private const int CacheLine = 64;
    private const int TypicalAppendNs = 800;
    private const int TypicalShotNs = 4_000;

    private readonly HotTables _tables;
    private readonly AccountGate _account;
    private readonly IFireLog _log;
    private readonly IReadySocket[] _sockets;
    private readonly PickOptions _options;
    private readonly FiredQueue _fired = new();
    private int _touched;
    private uint _turn;

    /// <param name="tables">Where the armed rungs lie.</param>
    /// <param name="account">Whether anything may leave.</param>
    /// <param name="log">Told before the first byte.</param>
    /// <param name="sockets">In the order of the frames that the armory makes.</param>
    /// <param name="options">How far a rung may be from what was decided.</param>
    /// <exception cref="ArgumentException">There are no channels, or too many, or an option makes no sense.</exception>
    public FirePath(HotTables tables, AccountGate account, IFireLog log, IReadOnlyList<IReadySocket> sockets, PickOptions options)
    {
        if (sockets.Count is 0 or > MostChannels)
            throw new ArgumentException($"{sockets.Count} channels to fire into: 1 to {MostChannels} make sense", nameof(sockets));
        options.Validate();
        _tables = tables;
        _account = account;
        _log = log;
        _sockets = [.. sockets];
        _options = options;
    }

    public FireTimings Timings { get; } = new();

    /// <summary>Fires the rung for what was decided, if there is one.</summary>
    /// <param name="order">What was decided.</param>
    /// <param name="triggerNs">Monotonic time of the trigger. A rung that was armed after it is fired all the same, and counts as no hit.</param>
    /// <param name="outcome">What was done; where nothing was, the order may go the longer way.</param>
    /// <returns>True where bytes may have left.</returns>
    public bool TryFire(in DecidedOrder order, long triggerNs, out FireOutcome outcome)
    {
        Go(in order, triggerNs, isRehearsal: false, out outcome);
        Timings.Count(in outcome, MonotonicClock.NowNs);
        return outcome.IsFired;
    }

    /// <summary>
    /// Does what firing would, but takes no slot, tells no log and sends nothing: what it reads, frames included, is then in the caches when a shot
    /// comes. Trigger thread, while it has nothing to do.
    /// </summary>
    /// <remarks>By the same code, not by code like it: what was not run for some milliseconds is as far away as the data.</remarks>
    /// <returns>True where a shot for this order would find a rung now.</returns>
    public bool Rehearse(in DecidedOrder order) => Go(in order, MonotonicClock.NowNs, isRehearsal: true, out _);

    /// <summary>
    /// The same for an order that the lowest armed nonce was foreseen for: the likeliest every other time, and each of the others in its turn.
    /// </summary>
    /// <returns>True where there is one, and a shot for it would find a rung now.</returns>
    public bool Rehearse()
    {
        _tables.Enter();
        DecidedOrder order;
        try
        {
            if (_tables.Current is not { Slots: [var next, ..] } || next.Plan.RouteArray is not { Length: > 0 } routes)
                return false;
            ForeseenOrder foreseen = routes[_turn % 2 == 0 ? 0 : _turn / 2 % (uint)routes.Length];
            order = new DecidedOrder
            {
                OrderId = 0,
                Portfolio = foreseen.Portfolio,
                Tier = foreseen.Tier,
                Legs = foreseen.LegArray,
                DeadlineUnixSeconds = foreseen.DeadlineUnixSeconds,
            };
        }
        finally
        {
            _tables.Leave();
        }
        return Rehearse(in order);
    }

    /// <summary>Account thread: the next shot that used a slot, oldest first.</summary>
    public bool TryTakeFired(out FireOutcome outcome) => _fired.TryTake(out outcome);

    /// <returns>True where there is a rung for it.</returns>
    private bool Go(in DecidedOrder order, long triggerNs, bool isRehearsal, out FireOutcome outcome)
    {
        outcome = default;
        outcome.OrderId = order.OrderId;
        outcome.TriggerNs = triggerNs;
        outcome.Rung = -1;
        _tables.Enter();
        try
        {
            if (!TryPick(in order, ref outcome, out SlotLadder? ladder))
                return false;
            Fire(ladder!, isRehearsal, ref outcome);
            if (isRehearsal)
                TouchTheRest(ladder!);
            return true;
        }
        finally
        {
            _tables.Leave();
        }
    }

    private void TouchTheRest(SlotLadder ladder)
    {
        TouchByTurns(ladder);
        _fired.Touch();
        Timings.Touch(TypicalShotNs, TypicalAppendNs);
    }

    // Another rung may be the one that fits: each has its turn, so that a whole ladder stays within reach.
    private void TouchByTurns(SlotLadder ladder)
    {
        if (ladder.Count is not (> 0 and var count))
            return;
        int turn = (int)(_turn++ % (uint)count);
        ref readonly Rung rung = ref ladder[turn];
        if (ladder.Plan.LegsOf(rung.Key.Size, rung.Key.Route, rung.Key.Limit) is { } legs)
            _touched += Touch(System.Runtime.InteropServices.MemoryMarshal.AsBytes<Core.Events.OrderLeg>(legs));
        _log.Fire(ladder.Nonce, rung.Hash, isRehearsal: true);
        for (int channel = 0; channel < _sockets.Length; channel++)
            _touched += Touch(ladder.FrameOf(turn, channel));
    }

    private static int Touch(ReadOnlySpan<byte> frame)
    {
        int sum = 0;
        for (int i = 0; i < frame.Length; i += CacheLine)
            sum += frame[i];
        return sum;
    }

    private void Fire(SlotLadder ladder, bool isRehearsal, ref FireOutcome outcome)
    {
        if (!MayStart(ref outcome) && !isRehearsal)
            return;
        if (!ladder.Gate.TryFire(isRehearsal))
        {
            outcome.Verdict = FireVerdict.Withdrawn;
            return;
        }
        if (!_account.IsOpen && !isRehearsal)
        {
            ladder.Gate.GiveBack();
            outcome.Verdict = FireVerdict.Closed;
            return;
        }
        if (Log(ladder, isRehearsal, ref outcome, out long appendNs))
            Write(ladder, isRehearsal, ref outcome);
        if (isRehearsal)
            return;
        Timings.Append.Record(appendNs);
        _fired.Add(in outcome);
    }

    private bool TryPick(in DecidedOrder order, ref FireOutcome outcome, out SlotLadder? ladder)
    {
        outcome.Verdict = FireVerdict.Missed;
        if (!TryFindSlot(ref outcome, out ladder))
            return false;
        RungPick pick = RungPicker.Pick(ladder!, in order, _tables.HeadBlock, _tables.HeadSeconds, _options);
        outcome.Class = pick.Class;
        if (!pick.IsHit)
            return false;
        ref readonly Rung rung = ref ladder![pick.Rung];
        outcome.IsLate = rung.ArmedNs > outcome.TriggerNs;
        outcome.Rung = pick.Rung;
        outcome.FeeLevel = pick.FeeLevel;
        outcome.SizeErrorBps = pick.SizeErrorBps;
        outcome.RegretBps = pick.RegretBps;
        outcome.Hash = rung.Hash;
        outcome.Nonce = ladder.Nonce;
        outcome.Decision = ladder.Decision;
        return true;
    }

    // The lowest nonce that has not fired, if everything below it has: a gap would hold it up.
    private bool TryFindSlot(ref FireOutcome outcome, out SlotLadder? ladder)
    {
        ladder = null;
        outcome.Class = HitClass.MissCold;
        if (_tables.Current is not { } table)
            return false;
        int inFlight = table.InFlightBefore;
        foreach (SlotLadder slot in table.Slots)
        {
            SlotGateState state = slot.Gate.State;
            if (state == SlotGateState.Fired)
            {
                inFlight++;
                continue;
            }
            ladder = slot;
            outcome.Class = inFlight >= _options.MostInFlight ? HitClass.MissNonce : HitClass.MissCold;
            return state == SlotGateState.Armed && inFlight < _options.MostInFlight;
        }
        outcome.Class = inFlight > 0 ? HitClass.MissNonce : HitClass.MissCold;
        return false;
    }

    private bool MayStart(ref FireOutcome outcome)
    {
        outcome.Verdict = !_account.IsOpen ? FireVerdict.Closed
            : !_fired.HasRoom ? FireVerdict.Unread
            : !HasChannel() ? FireVerdict.NoChannel
            : FireVerdict.None;
        return outcome.Verdict == FireVerdict.None;
    }

    private bool HasChannel()
    {
        foreach (IReadySocket socket in _sockets)
            if (socket.IsReady)
                return true;
        return false;
    }

    // A log that failed may or may not hold the record: the slot stays fired, as what is said of it must be believed.
    private bool Log(SlotLadder ladder, bool isRehearsal, ref FireOutcome outcome, out long appendNs)
    {
        outcome.Ladder = ladder;
        long before = MonotonicClock.NowNs;
        outcome.Log = _log.Fire(outcome.Nonce, in outcome.Hash, isRehearsal);
        appendNs = MonotonicClock.NowNs - before;
        outcome.Verdict = outcome.Log == LogVerdict.Written ? FireVerdict.Fired : FireVerdict.NotLogged;
        return outcome.IsFired || isRehearsal;
    }

    private void Write(SlotLadder ladder, bool isRehearsal, ref FireOutcome outcome)
    {
        for (int channel = 0; channel < _sockets.Length; channel++)
        {
            ReadOnlySpan<byte> frame = ladder.FrameOf(outcome.Rung, channel);
            if (!(isRehearsal ? Rehearse(channel, frame) : _sockets[channel].Write(frame)))
                continue;
            if (outcome.FirstByteNs == 0)
                outcome.FirstByteNs = MonotonicClock.NowNs;
            outcome.ChannelsWritten |= 1UL << channel;
        }
    }

    private bool Rehearse(int channel, ReadOnlySpan<byte> frame)
    {
        _touched += Touch(frame);
        _sockets[channel].Rehearse(frame.Length);
        return true;
    }
}
