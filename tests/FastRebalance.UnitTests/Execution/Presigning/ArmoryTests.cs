using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Ethereum.Rpc.Framing;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Presigning;
using FastRebalance.Execution.Transactions;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.UnitTests.Execution.Presigning;

public sealed class ArmoryTests
{
    private readonly PresignBench _bench = new();

    [Fact]
    public void Arm_APlan_MakesEveryRungDurableAndUsable()
    {
        ArmOutcome outcome = _bench.Arm();

        Assert.Equal((ArmVerdict.Armed, 18, 6), (outcome.Verdict, outcome.Rungs, outcome.Cancels));
        Assert.Equal([7UL, 8UL], _bench.Armory.Slots.Select(slot => slot.Nonce));
        foreach (SlotLadder slot in _bench.Armory.Slots)
        {
            Assert.True(slot.IsWhole);
            Assert.Equal(SlotGateState.Armed, slot.Gate.State);
            foreach (int rung in slot.Armed())
            {
                ArmedAttempt attempt = _bench.Log.Armed[slot[rung].Hash];
                Assert.Equal(attempt.Raw.ToArray(), slot.RawOf(rung).ToArray());
                Assert.Equal((slot.Nonce, slot.Decision, AttemptKind.Fill, 110UL, PresignBench.Deadline), (attempt.Nonce, attempt.Decision, attempt.Kind, attempt.MaxBlock, attempt.MaxUnixSeconds));
                Assert.True(TransactionDecoder.Decode(attempt.Raw, out SignedTransaction read).IsValid);
                Assert.True(read.TryRecoverSender(out Address sender) && sender == _bench.Local.Address);
                Assert.Equal(attempt.Hash, read.Hash);
            }
        }
    }

    [Fact]
    public void Arm_InGroups_TheLikeliestAreUsableBeforeTheRest()
    {
        List<int> usable = [];
        _bench.Log.OnArm = () => usable.Add(_bench.Tables.Current is { } table ? table.Slots.ToArray().Sum(slot => slot.Count) : 0);

        ArmOutcome outcome = _bench.Arm();

        Assert.Equal([6, 3, 6, 3, 3, 3], _bench.Log.Groups); // the two slots' rungs, then their cancels
        Assert.Equal([0, 6, 9, 15, 18, 18], usable);
        Assert.InRange(outcome.FirstUsableNs, 1, outcome.TookNs);
    }

    [Fact]
    public void Arm_Again_TheSlotsShareAGroupAsNobodyWaitsForItsFirst()
    {
        _bench.Arm();
        SlotLadder[] old = [.. _bench.Armory.Slots];
        _bench.Log.Groups.Clear();
        ArmOutcome outcome = _bench.Arm(2, PresignBench.FirstNonce, PresignBench.Foreseen() with { MaxBlock = 111 });

        Assert.Equal(ArmVerdict.Armed, outcome.Verdict);
        Assert.Equal(18, Assert.Single(_bench.Log.Groups));
        Assert.All(_bench.Armory.Slots, slot => Assert.True(slot.IsWhole && !old.Contains(slot)));
    }

    [Fact]
    public void Arm_AgainInGroupsOfFour_SlotsChangeOverOnlyWhenAllAreWhole()
    {
        PresignBench bench = new(arming: new ArmoryOptions { FirstGroup = 1, LargestGroup = 4 });
        bench.Arm();
        SlotLadder[] old = [.. bench.Armory.Slots];
        bench.Log.Groups.Clear();
        bench.Log.OnArm = () => Assert.Equal(old, bench.Tables.Current!.Slots.ToArray());

        ArmOutcome outcome = bench.Arm(2, PresignBench.FirstNonce, PresignBench.Foreseen() with { MaxBlock = 111 });

        Assert.Equal((ArmVerdict.Armed, 18), (outcome.Verdict, outcome.Rungs));
        Assert.Equal([4, 4, 4, 4, 2], bench.Log.Groups);
        Assert.All(bench.Armory.Slots, slot => Assert.Equal(9, slot.Armed().Count()));
    }

    [Fact]
    public void Arm_LogDoesNotTakeAGroup_NothingOfItIsUsable()
    {
        _bench.Log.OnArm = () => _bench.Log.ArmSays = _bench.Log.Groups.Count == 1 ? LogVerdict.Faulted : LogVerdict.Written;

        ArmOutcome outcome = _bench.Arm();

        Assert.Equal((ArmVerdict.NotLogged, LogVerdict.Faulted), (outcome.Verdict, outcome.Log));
        SlotLadder slot = Assert.Single(_bench.Armory.Slots);
        Assert.Equal(6, slot.Count);
        Assert.All(slot.Armed(), rung => Assert.Contains(slot[rung].Hash, _bench.Log.Armed.Keys));
        Assert.False(slot.IsWhole);
    }

    [Fact]
    public void Arm_Again_OldRungsServeUntilTheNewAreWholeAndAreThenRetired()
    {
        _bench.Arm(1);
        SlotLadder old = _bench.Armory.Slots[0];
        HashSet<Hash32> before = [.. old.Armed().Select(rung => old[rung].Hash)];
        _bench.Log.OnArm = () =>
        {
            Assert.Same(old, _bench.Tables.Current!.Slots[0]);
            Assert.Equal(SlotGateState.Armed, old.Gate.State);
        };

        _bench.Armory.OnHead(PresignBench.Head + 1, PresignBench.HeadSeconds + 12);
        ArmOutcome outcome = _bench.Arm(1, PresignBench.FirstNonce, PresignBench.Foreseen() with { MaxBlock = 111 });

        Assert.Equal((ArmVerdict.Armed, 9, 0), (outcome.Verdict, outcome.Rungs, outcome.Cancels)); // the cancels are as good as before
        Assert.Equal(SlotGateState.Withdrawn, old.Gate.State);
        Assert.True(before.SetEquals(_bench.Log.Retired));
        Assert.NotSame(old, _bench.Tables.Current!.Slots[0]);
        Assert.True(_bench.Fire(out FireOutcome fired));
        Assert.DoesNotContain(fired.Hash, before);
    }

    [Fact]
    public void Arm_SlotFiredMeanwhile_NewRungsAreRetiredAndTheFiredBytesStay()
    {
        _bench.Arm(1);
        FireOutcome fired = default;
        byte[] raw = [];
        _bench.Log.OnArm = () =>
        {
            if (fired.IsFired)
                return;
            Assert.True(_bench.Fire(out fired));
            raw = fired.Raw.ToArray();
        };

        ArmOutcome outcome = _bench.Arm(1, PresignBench.FirstNonce, PresignBench.Foreseen() with { MaxBlock = 111 });

        Assert.Equal(ArmVerdict.Overtaken, outcome.Verdict);
        Assert.Equal(9, _bench.Log.Retired.Count);
        Assert.DoesNotContain(fired.Hash, _bench.Log.Retired);
        Assert.Same(fired.Ladder, _bench.Armory.Slots[0]);
        _bench.Arm(2); // the fired slot is left alone, the next is armed
        Assert.Equal(raw, fired.Raw.ToArray());
        Assert.Equal(2, _bench.Armory.Slots.Count);
    }

    [Fact]
    public void Arm_AWouldBeGap_IsRefused()
    {
        Assert.Contains("gap", Assert.Throws<ArgumentException>(() => _bench.Arm(1, 8)).Message);
        _bench.Arm(1);
        Assert.True(_bench.Armory.Slots.Count == 1);
        _bench.Arm(1, 8);
        Assert.Throws<ArgumentException>(() => _bench.Arm(1, 10));
        Assert.Throws<ArgumentException>(() => _bench.Arm(1, 6));
    }

    [Fact]
    public void Arm_CallThatCannotBeWritten_SignsNothing()
    {
        ArmOutcome outcome = _bench.Arm(1, PresignBench.FirstNonce, PresignBench.Foreseen(PresignBench.Leg() with { Pool0 = World.V3BC }));

        Assert.Equal((ArmVerdict.NotEncoded, EncodeStatus.BrokenPath), (outcome.Verdict, outcome.Encoding));
        Assert.Empty(_bench.Log.Armed);
    }

    [Fact]
    public void Cancels_OneAboveEachLevel_GoToTheReserve()
    {
        PresignBench bench = new();
        Dictionary<ulong, IReadOnlyList<ArmedAttempt>> reserve = [];
        Armory armory = new(bench.Local, bench.Encoder, bench.Log, [new IpcFraming()], bench.Tables, bench.Metrics, new ArmoryOptions(), 7)
        {
            OnCancels = (nonce, cancels) => reserve[nonce] = cancels,
        };

        Assert.True(armory.ArmAsync(bench.Plan(), PresignBench.MiddleFee, TestContext.Current.CancellationToken).Result.IsArmed);

        Assert.Equal([7UL, 8UL], reserve.Keys.Order());
        for (int level = 0; level < PresignBench.Fees.Length; level++)
        {
            ArmedAttempt cancel = reserve[8][level];
            Assert.True(cancel.Fees.MaxFeePerGasWei >= FeePolicy.Bump(PresignBench.Fees[level].MaxFeePerGasWei) && cancel.Fees.TipWei >= FeePolicy.Bump(PresignBench.Fees[level].TipWei));
            Assert.Equal((AttemptKind.Cancel, 21_000UL, true), (cancel.Kind, cancel.GasLimit, cancel.Decision.IsNone));
            TransactionDecoder.Decode(cancel.Raw, out SignedTransaction read);
            Assert.True(read.TryRecoverSender(out Address sender) && sender == bench.Local.Address && read.Fields.To == sender && read.Fields.Nonce == 8);
            Assert.True(read.Fields.Data.IsEmpty && read.Fields.ValueWei.IsZero);
            Assert.Contains(cancel.Hash, bench.Log.Armed.Keys);
        }
    }

    [Fact]
    public void TakeSlot_ForAnotherWayOut_NothingIsFiredAndTheRungsAreRetired()
    {
        _bench.Arm();

        Assert.True(_bench.Armory.TakeSlot(7, out LogVerdict log));

        Assert.Equal(LogVerdict.Written, log);
        Assert.Equal(9, _bench.Log.Retired.Count);
        Assert.False(_bench.Fire(out FireOutcome outcome));
        Assert.Equal(HitClass.MissNonce, outcome.Class);
        Assert.False(_bench.Armory.TakeSlot(7, out _));
    }

    // Another configuration: everything that was signed for the portfolio is taken back, and the nonce is free for what comes next, either way.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Invalidate_DecisionChanged_NothingIsFiredAndTheSlotGoesOn(bool armsAnew)
    {
        _bench.Arm();

        InvalidationOutcome outcome = _bench.Armory.Invalidate(Invalidation.DecisionChanged(PresignBench.Portfolio));

        Assert.True(outcome.IsSound && outcome.Busy == 0);
        Assert.False(_bench.Fire(out _));
        if (armsAnew)
        {
            OrderLeg leg = PresignBench.Leg(amount: PresignBench.Amount - 1_000);
            Assert.True(_bench.Arm(2, PresignBench.FirstNonce, PresignBench.Foreseen(leg)).IsArmed);
            Assert.True(_bench.Fire(out _, leg));
        }
        else
        {
            Assert.True(_bench.Armory.TakeSlot(7, out _));
        }
    }

    [Fact]
    public void TakeSlot_Fired_IsRefused()
    {
        _bench.Arm();
        _bench.Fire(out _);

        Assert.False(_bench.Armory.TakeSlot(7, out _));
        Assert.True(_bench.Armory.TakeSlot(8, out _));
    }

    [Fact]
    public void TakeSlot_NotTheNext_IsRefused()
    {
        _bench.Arm();

        Assert.False(_bench.Armory.TakeSlot(8, out _));
        Assert.False(_bench.Armory.TakeSlot(9, out _));
    }

    [Fact]
    public void TakeSlot_NothingArmed_NextPlanBeginsAboveIt()
    {
        Assert.True(_bench.Armory.TakeSlot(7, out _));
        Assert.False(_bench.Fire(out FireOutcome outcome));
        Assert.Equal(HitClass.MissNonce, outcome.Class);

        Assert.Equal(8UL, _bench.Armory.FirstNonce);
        _bench.Arm(1, 8);
        Assert.False(_bench.Fire(out outcome)); // one in flight is enough
        Assert.Equal(HitClass.MissNonce, outcome.Class);
        _bench.Armory.Invalidate(Invalidation.SlotConsumed(7));
        Assert.True(_bench.Fire(out outcome));
        Assert.Equal(8UL, outcome.Nonce);
    }

    [Fact]
    public void TakeSlot_WithdrawnByAnEvent_CanStillBeTaken()
    {
        _bench.Arm(1);
        _bench.Armory.Invalidate(Invalidation.CodeChanged);

        Assert.True(_bench.Armory.TakeSlot(7, out _));

        Assert.False(_bench.Fire(out FireOutcome outcome));
        Assert.Equal(HitClass.MissNonce, outcome.Class);
    }

    [Fact]
    public async Task Arm_SignerElsewhere_IsAskedAFewAtATimeAndGivesTheSameBytes()
    {
        WaitingSigner signer = new(_bench.Local);
        PresignBench remote = new(signer, arming: new ArmoryOptions { MostAsked = 4 });
        _bench.Arm();

        ValueTask<ArmOutcome> arming = remote.Armory.ArmAsync(remote.Plan(), PresignBench.MiddleFee, TestContext.Current.CancellationToken);
        Assert.Equal(4, signer.Open);
        Assert.Throws<InvalidOperationException>(() => remote.Armory.ArmAsync(remote.Plan(), PresignBench.MiddleFee).GetAwaiter().GetResult());
        while (signer.Open > 0)
        {
            Assert.InRange(signer.Open, 1, 4);
            signer.Answer();
        }

        Assert.True((await arming).IsArmed);
        Assert.True(remote.Log.Armed.Keys.ToHashSet().SetEquals(_bench.Log.Armed.Keys));
        Assert.True(remote.Fire(out FireOutcome outcome));
        Assert.Equal(_bench.Log.Armed[outcome.Hash].Raw.ToArray(), outcome.Raw.ToArray());
    }

    [Theory]
    [InlineData(SigningStatus.TimedOut, ArmVerdict.Unsigned)]
    [InlineData(SigningStatus.OtherTransaction, ArmVerdict.WrongSignature)]
    public async Task Arm_SignerElsewhereFails_WhatWasThereStays(SigningStatus status, ArmVerdict expected)
    {
        WaitingSigner signer = new(_bench.Local);
        PresignBench remote = new(signer);
        ValueTask<ArmOutcome> arming = remote.Armory.ArmAsync(remote.Plan(1), PresignBench.MiddleFee, TestContext.Current.CancellationToken);
        signer.Answer(); // the first group
        signer.Refusal = SigningOutcome.No(status, "no");
        while (signer.Open > 0)
            signer.Answer();

        ArmOutcome outcome = await arming;

        Assert.Equal(expected, outcome.Verdict);
        Assert.Equal(6, Assert.Single(remote.Armory.Slots).Count);
        Assert.True(remote.Fire(out _));
    }

    [Fact]
    public async Task Arm_InvalidatedWhileTheSignerIsAsked_NothingKilledIsUsable()
    {
        WaitingSigner signer = new(_bench.Local);
        PresignBench remote = new(signer);
        ValueTask<ArmOutcome> arming = remote.Armory.ArmAsync(remote.Plan(1), PresignBench.MiddleFee, TestContext.Current.CancellationToken);

        remote.Armory.Invalidate(Invalidation.PoolChanged(World.V3AB));
        while (signer.Open > 0)
            signer.Answer();
        ArmOutcome outcome = await arming;

        Assert.NotEqual(ArmVerdict.Armed, outcome.Verdict);
        Assert.Equal(0, remote.Armory.Slots.Sum(slot => slot.Count));
        Assert.False(remote.Fire(out FireOutcome missed));
        Assert.Equal(HitClass.MissCold, missed.Class);
        Assert.True(remote.Log.Retired.SetEquals(remote.Log.Armed.Where(armed => armed.Value.Kind == AttemptKind.Fill).Select(armed => armed.Key)));
    }

    [Fact]
    public async Task Arm_NonceConsumedWhileTheSignerIsAsked_NothingIsArmedForIt()
    {
        WaitingSigner signer = new(_bench.Local);
        PresignBench remote = new(signer);
        ValueTask<ArmOutcome> arming = remote.Armory.ArmAsync(remote.Plan(1), PresignBench.MiddleFee, TestContext.Current.CancellationToken);

        remote.Armory.Invalidate(Invalidation.SlotConsumed(7));
        while (signer.Open > 0)
            signer.Answer();

        Assert.Equal(ArmVerdict.Overtaken, (await arming).Verdict);
        Assert.Empty(remote.Log.Armed);
        Assert.Empty(remote.Armory.Slots);
    }

    [Fact]
    public void Arm_ManyHeads_ReusesItsPages()
    {
        _bench.Arm(1);
        HashSet<byte[]> pages = [];
        for (ulong head = 1; head <= 20; head++)
        {
            _bench.Arm(1, PresignBench.FirstNonce, PresignBench.Foreseen() with { MaxBlock = PresignBench.Head + 10 + head });
            pages.Add(_bench.Armory.Slots[0].Page.Bytes);
        }

        Assert.Equal(2, pages.Count);
    }
}
