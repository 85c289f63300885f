using FastRebalance.Core.Assets;
using FastRebalance.Core.Measures;
using FastRebalance.Ethereum.Rpc.Framing;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Transactions;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.Execution.Presigning;

/// <summary>
/// Keeps ladders ready: signs the likeliest rungs first, has each group made durable, frames it for every channel, and only then lays it
/// where the trigger thread looks. Takes rungs back when something happens that makes them wrong. All on the account's thread, one call at a
/// time; only <see cref="Invalidate"/> and <see cref="TakeSlot"/> may come while an arming waits for a signer elsewhere.
/// </summary>
/// <remarks>
/// A slot that has rungs keeps them until the new ones are whole; one without gets each group as soon as it is there.
/// </remarks>
public sealed partial class Armory
{
    private readonly RungSigner _signer;
    private readonly IOrderEncoder _encoder;
    private readonly IArmLog _log;
    private readonly IRawTransactionFraming[] _framings;
    private readonly HotTables _tables;
    private readonly LadderMetrics _metrics;
    private readonly ArmoryOptions _options;
    private readonly ReserveCancels _cancels;
    private readonly LadderPages _pages = new();
    private readonly List<SlotLadder> _slots = [];
    private readonly List<Invalidation> _meanwhile = [];
    private ulong _next;
    private int _inFlightBefore;
    private bool _isArming;

    /// <param name="signer">Signs for the account, here or elsewhere; not owned.</param>
    /// <param name="encoder">Writes the calls.</param>
    /// <param name="log">Makes rungs durable.</param>
    /// <param name="framings">One for each channel, in the order of the fire path's sockets.</param>
    /// <param name="tables">Where the trigger thread looks.</param>
    /// <param name="metrics">Told of everything.</param>
    /// <param name="options">Groups.</param>
    /// <param name="nextNonce">The lowest that the chain has not used.</param>
    /// <exception cref="ArgumentException">There is no channel, or an option makes no sense.</exception>
    internal Armory(
        IAccountSigner signer, IOrderEncoder encoder, IArmLog log, IReadOnlyList<IRawTransactionFraming> framings, HotTables tables,
        LadderMetrics metrics, ArmoryOptions options, ulong nextNonce)
    {
        options.Validate();
        if (framings.Count is 0 or > FirePath.MostChannels)
            throw new ArgumentException($"{framings.Count} channels to frame for: 1 to {FirePath.MostChannels} make sense", nameof(framings));
        _signer = new RungSigner(signer, options.MostAsked);
        _encoder = encoder;
        _log = log;
        _framings = [.. framings];
        _tables = tables;
        _metrics = metrics;
        _options = options;
        _next = nextNonce;
        _cancels = new ReserveCancels(_signer, log, options.CancelGas);
    }

    /// <summary>The nonce that the first slot of the next plan has to have.</summary>
    public ulong FirstNonce => _slots.Count > 0 ? _slots[0].Nonce : _next + (ulong)_inFlightBefore;

    /// <summary>Every slot that was armed and not consumed, ascending.</summary>
    public IReadOnlyList<SlotLadder> Slots => _slots;

    /// <summary>Told each time cancels for a nonce are durable: they belong into the log's reserve. It must not throw.</summary>
    public Action<ulong, IReadOnlyList<ArmedAttempt>>? OnCancels
    {
        get => _cancels.OnSigned;
        init => _cancels.OnSigned = value;
    }

    /// <summary>The cancels signed for a nonce, by rising fee; empty where there are none.</summary>
    public IReadOnlyList<ArmedAttempt> CancelsOf(ulong nonce) => _cancels.Of(nonce);

    /// <summary>At each head, before anything else: the trigger thread judges deadlines by it.</summary>
    public void OnHead(ulong block, long unixSeconds)
    {
        _tables.SetHead(block, unixSeconds);
        _metrics.OnHead(FirstUnfired() is { IsWhole: true } slot && slot.Gate.State == SlotGateState.Armed);
    }

    /// <summary>At each head: which fee level each tier fires at. Levels are those of the slots' present plans.</summary>
    public void ChooseFees(FeeLevels levels)
    {
        foreach (SlotLadder slot in _slots)
            slot.FeeLevels = levels;
    }

    /// <summary>Signs, makes durable and lays every rung of the plan.</summary>
    /// <param name="plan">Its first nonce must be <see cref="FirstNonce"/>, or that of a slot that is armed.</param>
    /// <param name="levels">Which fee level each tier fires at until told otherwise.</param>
    /// <param name="cancellation">Gives up waiting for a signer elsewhere.</param>
    /// <exception cref="ArgumentException">The plan would leave a gap.</exception>
    /// <exception cref="InvalidOperationException">An arming is under way.</exception>
    public async ValueTask<ArmOutcome> ArmAsync(LadderPlan plan, FeeLevels levels, CancellationToken cancellation = default)
    {
        RequireNoGap(plan);
        if (_isArming)
            throw new InvalidOperationException("an arming is under way: one follows the other");
        _isArming = true;
        _meanwhile.Clear();
        ArmRun run = new(this, plan, levels);
        try
        {
            return await run.RunAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            run.CleanUp();
            _isArming = false;
        }
    }

    /// <summary>
    /// Takes the next unused nonce for another way out. Where it succeeds nothing of this nonce is ever fired from the table, and its rungs are
    /// retired; where it does not, a shot was quicker.
    /// </summary>
    public bool TakeSlot(ulong nonce, out LogVerdict log)
    {
        log = LogVerdict.None;
        if (_slots.Find(slot => slot.Nonce == nonce) is not { } ladder)
        {
            if (_slots.Count > 0 || nonce != _next + (ulong)_inFlightBefore)
                return false;
            _inFlightBefore++;
            Lay();
            return true;
        }
        if (FirstUnfired() != ladder)
            return false;
        if (!ladder.Gate.TryFire() && !(ladder.Gate.TryWithdraw() && TryReplaceByTaken(ref ladder)))
            return false;
        log = Retire(ladder, [.. ladder.Armed().Select(rung => ladder[rung].Hash)]);
        return true;
    }

    /// <summary>Takes back what an event makes wrong. What is left of a slot goes on under a new gate; what fired is left alone.</summary>
    public InvalidationOutcome Invalidate(in Invalidation what)
    {
        if (_isArming)
            _meanwhile.Add(what);
        InvalidationOutcome outcome = default;
        bool isConsumption = what.Kind == InvalidationKind.SlotConsumed;
        for (int i = 0; i < _slots.Count; i++)
            outcome = KillIn(i, in what, outcome);
        if (isConsumption)
            Promote(what.Number);
        Lay();
        _metrics.OnInvalidated(outcome.Rungs);
        return outcome;
    }

    private InvalidationOutcome KillIn(int slot, in Invalidation what, InvalidationOutcome so)
    {
        SlotLadder ladder = _slots[slot];
        HashSet<Hash32> dead = DeadIn(ladder, in what);
        if (dead.Count == 0)
            return so;
        if (!ladder.Gate.TryWithdraw())
            return so with { Busy = so.Busy + 1 };
        LogVerdict log = Retire(ladder, [.. dead]);
        SlotLadder left = ladder.Without(dead);
        if (left.Count > 0 && log == LogVerdict.Written)
            left.Gate.TryArm();
        _slots[slot] = left;
        return new InvalidationOutcome(so.Rungs + dead.Count, so.Slots + 1, so.Busy, log == LogVerdict.Written && !so.IsSound ? so.Log : log);
    }

    private static HashSet<Hash32> DeadIn(SlotLadder ladder, in Invalidation what)
    {
        HashSet<Hash32> dead = [];
        foreach (int rung in ladder.Armed())
            if (InvalidationRules.Kills(in what, ladder, rung))
                dead.Add(ladder[rung].Hash);
        return dead;
    }

    // The slots above move up; they are as good as they were.
    private void Promote(ulong consumed)
    {
        if (consumed < _next)
            return;
        _inFlightBefore = Math.Max(0, _inFlightBefore - (int)Math.Min(consumed - _next + 1, int.MaxValue));
        _next = consumed + 1;
        List<SlotLadder> done = _slots.FindAll(slot => slot.Nonce <= consumed);
        _slots.RemoveAll(slot => slot.Nonce <= consumed);
        Lay();
        foreach (SlotLadder slot in done)
        {
            _metrics.Ledger.Forget(slot.Nonce);
            _cancels.Forget(slot.Nonce);
        }
        Recycle(done);
    }

    // A gate that was withdrawn can be taken only as another one: the old table may still show it.
    private bool TryReplaceByTaken(ref SlotLadder ladder)
    {
        SlotLadder taken = ladder.Without(new HashSet<Hash32>());
        taken.Gate.TryArm();
        taken.Gate.TryFire();
        _slots[_slots.IndexOf(ladder)] = taken;
        ladder = taken;
        Lay();
        return true;
    }

    private LogVerdict Retire(SlotLadder ladder, Hash32[] hashes)
    {
        if (hashes.Length == 0)
            return LogVerdict.Written;
        foreach (Hash32 hash in hashes)
            _metrics.Ledger.Retired(in hash);
        return _log.Retire(ladder.Nonce, hashes);
    }

    // Withdrawn slots only, and none that goes on with the same page.
    private void Recycle(List<SlotLadder> done)
    {
        done.RemoveAll(slot => slot.Gate.State != SlotGateState.Withdrawn);
        if (done.Count == 0)
            return;
        _tables.WaitUntilQuiet();
        foreach (LadderPage page in done.Select(static slot => slot.Page).Distinct())
            if (!_slots.Exists(slot => slot.Page == page))
                _pages.Return(page);
    }

    private void Lay() => _tables.Lay(new HotTable([.. _slots], _inFlightBefore));

    private SlotLadder? FirstUnfired() => _slots.Find(static slot => slot.Gate.State != SlotGateState.Fired);

    private void RequireNoGap(LadderPlan plan)
    {
        ulong first = plan.Slots[0].Nonce;
        ulong free = _next + (ulong)_inFlightBefore + (ulong)_slots.Count;
        if (first > free || first < FirstNonce)
            throw new ArgumentException($"a ladder from nonce {first} on would leave a gap: it has to begin from {FirstNonce} to {free}", nameof(plan));
    }
}
