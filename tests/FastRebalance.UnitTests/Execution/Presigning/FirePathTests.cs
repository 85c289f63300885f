using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Presigning;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.UnitTests.Execution.Presigning;

public sealed class FirePathTests
{
    private const int Rounds = 5;

    private readonly PresignBench _bench = new();

    [Fact]
    public void TryFire_ArmedRung_GoesWholeToEveryChannelAfterTheRecord()
    {
        _bench.Arm();
        foreach (RecordingSocket socket in _bench.Sockets)
            socket.OnWrite = () => Assert.Equal(1, _bench.Log.Fires);

        Assert.True(_bench.Fire(out FireOutcome outcome));

        Assert.Equal((FireVerdict.Fired, HitClass.HitExact, 0b11UL), (outcome.Verdict, outcome.Class, outcome.ChannelsWritten));
        Assert.Equal(_bench.Log.FiredAt(0), outcome.Hash);
        Assert.Equal(new DecisionId(0, 1007), outcome.Decision);
        string hex = Convert.ToHexStringLower(_bench.Log.Armed[outcome.Hash].Raw.Span);
        string request = $"{{\"jsonrpc\":\"2.0\",\"id\":{RequestId.Of(7, outcome.Rung)},\"method\":\"eth_sendRawTransaction\",\"params\":[\"0x{hex}\"]}}";
        Assert.Equal(request, _bench.Sockets[0].Last);
        Assert.StartsWith("POST / HTTP/1.1\r\n", _bench.Sockets[1].Last);
        Assert.EndsWith(request, _bench.Sockets[1].Last);
        Assert.True(outcome.FirstByteNs >= outcome.TriggerNs);
    }

    [Fact]
    public void TryFire_FiredBytes_AreASignedCallOfTheForeseenOrder()
    {
        _bench.Arm();
        _bench.Fire(out FireOutcome outcome);

        Assert.True(TransactionDecoder.Decode(outcome.Raw, out SignedTransaction read).IsValid);
        Assert.True(read.TryRecoverSender(out Address sender));
        Assert.Equal((_bench.Local.Address, outcome.Hash, 7UL, 5UL), (sender, read.Hash, read.Fields.Nonce, read.Fields.ChainId));
        Assert.Equal(PresignBench.Fees[1].MaxFeePerGasWei, (ulong)read.Fields.MaxFeePerGasWei);
        byte[] call = new byte[_bench.Encoder.MaxLength(1)];
        _bench.Encoder.TryEncode(1007, new(PresignBench.Head + 10, PresignBench.Deadline), [PresignBench.Leg()], call, out int length);
        Assert.Equal(call[..length], read.Fields.Data.ToArray());
    }

    [Fact]
    public void TryFire_Twice_SecondFindsTheSlotBusy()
    {
        _bench.Arm();
        _bench.Fire(out _);

        Assert.False(_bench.Fire(out FireOutcome second));

        Assert.Equal((FireVerdict.Missed, HitClass.MissNonce), (second.Verdict, second.Class));
        Assert.Equal(1, _bench.Log.Fires);
        Assert.Equal(1, _bench.Sockets[0].Writes);
    }

    [Fact]
    public void TryFire_TwoMayBeInFlight_SecondTakesTheNextNonceThenNoMore()
    {
        PresignBench bench = new(pick: new PickOptions { MostInFlight = 2 });
        bench.Arm();

        Assert.True(bench.Fire(out FireOutcome first));
        Assert.True(bench.Fire(out FireOutcome second));
        Assert.False(bench.Fire(out FireOutcome third));

        Assert.Equal((7UL, 8UL), (first.Nonce, second.Nonce));
        Assert.NotEqual(first.Decision, second.Decision);
        Assert.Equal(HitClass.MissNonce, third.Class);
    }

    [Fact]
    public void TryFire_LowerSlotWithdrawn_LeavesTheHigherAlone()
    {
        PresignBench bench = new(pick: new PickOptions { MostInFlight = 2 });
        bench.Arm();
        Assert.True(bench.Armory.Slots[0].Gate.TryWithdraw());

        Assert.False(bench.Fire(out FireOutcome outcome));

        Assert.Equal(HitClass.MissCold, outcome.Class);
        Assert.Equal(0, bench.Sockets[0].Writes);
    }

    [Fact]
    public void TryFire_NothingArmed_IsCold()
    {
        Assert.False(_bench.Fire(out FireOutcome outcome));

        Assert.Equal((FireVerdict.Missed, HitClass.MissCold), (outcome.Verdict, outcome.Class));
    }

    [Theory]
    [InlineData(AccountGateState.Draining)]
    [InlineData(AccountGateState.KilledSoft)]
    [InlineData(AccountGateState.KilledHard)]
    [InlineData(AccountGateState.KilledCold)]
    public void TryFire_AccountStopped_NoRecordAndNoByte(AccountGateState stop)
    {
        _bench.Arm();
        _bench.Account.Stop(stop);

        Assert.False(_bench.Fire(out FireOutcome outcome));

        AssertNothingLeft(FireVerdict.Closed, outcome);
        Assert.Equal(SlotGateState.Armed, _bench.Armory.Slots[0].Gate.State);
    }

    [Fact]
    public void TryFire_AccountNeverOpened_NoRecordAndNoByte()
    {
        _bench.Arm();
        _bench.Account.TryClose();

        Assert.False(_bench.Fire(out FireOutcome outcome));
        AssertNothingLeft(FireVerdict.Closed, outcome);

        Assert.True(_bench.Account.TryOpen());
        Assert.True(_bench.Fire(out _));
    }

    [Theory]
    [InlineData(LogVerdict.None)]
    [InlineData(LogVerdict.Faulted)]
    [InlineData(LogVerdict.Fenced)]
    [InlineData(LogVerdict.Killed)]
    public void TryFire_LogDoesNotTakeIt_NoByteAndTheSlotStaysUsed(LogVerdict verdict)
    {
        _bench.Arm();
        _bench.Log.FireSays = verdict;

        Assert.False(_bench.Fire(out FireOutcome outcome));

        Assert.Equal((FireVerdict.NotLogged, verdict), (outcome.Verdict, outcome.Log));
        Assert.All(_bench.Sockets, socket => Assert.Equal(0, socket.Writes));
        Assert.Equal(SlotGateState.Fired, _bench.Armory.Slots[0].Gate.State);
        Assert.True(_bench.Path.TryTakeFired(out FireOutcome taken));
        Assert.Equal(FireVerdict.NotLogged, taken.Verdict);
    }

    [Fact]
    public void TryFire_NoChannelConnected_UsesNothingUp()
    {
        _bench.Arm();
        foreach (RecordingSocket socket in _bench.Sockets)
            socket.IsReady = false;

        Assert.False(_bench.Fire(out FireOutcome outcome));

        AssertNothingLeft(FireVerdict.NoChannel, outcome);
        Assert.Equal(SlotGateState.Armed, _bench.Armory.Slots[0].Gate.State);
    }

    [Fact]
    public void TryFire_OneChannelFails_TheOtherStillGetsIt()
    {
        _bench.Arm();
        _bench.Sockets[0].Takes = false;

        Assert.True(_bench.Fire(out FireOutcome outcome));

        Assert.Equal(0b10UL, outcome.ChannelsWritten);
        Assert.Equal(1, _bench.Sockets[1].Writes);
        Assert.NotEqual(0, outcome.FirstByteNs);
    }

    [Fact]
    public void TryFire_EveryWriteFails_CountsAsFiredAllTheSame()
    {
        _bench.Arm();
        foreach (RecordingSocket socket in _bench.Sockets)
            socket.Takes = false;

        Assert.True(_bench.Fire(out FireOutcome outcome)); // a part may have gone

        Assert.Equal((0UL, 0L), (outcome.ChannelsWritten, outcome.FirstByteNs));
        Assert.Equal(0, _bench.Path.Timings.ExactToFirstByte.Count);
    }

    [Fact]
    public void TryFire_Shots_AreHandedOverOnceAndInOrder()
    {
        PresignBench bench = new(pick: new PickOptions { MostInFlight = 2 });
        bench.Arm();
        bench.Fire(out FireOutcome first);
        bench.Fire(out FireOutcome second);

        Assert.True(bench.Path.TryTakeFired(out FireOutcome one) && bench.Path.TryTakeFired(out FireOutcome two) && two.Hash == second.Hash);
        Assert.Equal(first.Hash, one.Hash);
        Assert.False(bench.Path.TryTakeFired(out _));
    }

    [Fact]
    public void TryFire_FiredRung_KnowsTheOneAboveIt()
    {
        _bench.Arm();
        _bench.Fire(out FireOutcome outcome);

        Assert.True(outcome.Ladder!.TryRaise(outcome.Rung, out int higher));

        Rung raised = outcome.Ladder[higher], fired = outcome.Ladder[outcome.Rung];
        Assert.Equal(fired.Key with { Fee = 2 }, raised.Key);
        Assert.Equal(PresignBench.Fees[2], raised.Fees);
        Assert.False(outcome.Ladder.TryRaise(higher, out _));
    }

    [Fact]
    public void TryFire_AnyHitOrMiss_AllocatesNothing()
    {
        PresignBench bench = new(pick: new PickOptions { MostInFlight = 200 });
        bench.Options = new LadderOptions { SizesBps = [10_000] };
        bench.Arm(200);
        OrderLeg[] hit = [PresignBench.Leg()], wrongRoute = [PresignBench.Leg() with { Pool0 = World.V2AB }], tooSmall = [PresignBench.Leg(amount: 10)];
        long least = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 40; i++)
            {
                DecidedOrder order = new()
                {
                    OrderId = 1,
                    Portfolio = PresignBench.Portfolio,
                    Tier = PolicyTier.Economic,
                    Legs = (i % 3) switch { 0 => hit, 1 => wrongRoute, _ => tooSmall },
                    DeadlineUnixSeconds = PresignBench.Deadline,
                };
                bench.Path.TryFire(in order, MonotonicClock.NowNs, out _);
            }
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            while (bench.Path.TryTakeFired(out _))
            {
            }
        }

        Assert.Equal(70, bench.Log.Fires);
        Assert.Equal(0, least);
    }

    [Fact]
    public void Rehearse_ArmedRung_UsesNothingUpAndAllocatesNothing()
    {
        _bench.Arm();
        OrderLeg[] legs = [PresignBench.Leg()];
        DecidedOrder order = new()
        {
            OrderId = 1,
            Portfolio = PresignBench.Portfolio,
            Tier = PolicyTier.Economic,
            Legs = legs,
            DeadlineUnixSeconds = PresignBench.Deadline,
        };
        long least = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 40; i++)
                if (!_bench.Path.Rehearse(in order))
                    Assert.Fail("there is a rung for it");
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.Equal((0, Rounds * 80, 0, Rounds * 40), (_bench.Log.Fires, _bench.Log.Touches, _bench.Sockets[1].Writes, _bench.Sockets[1].Rehearsals));
        Assert.Equal(SlotGateState.Armed, _bench.Armory.Slots[0].Gate.State);
        Assert.Equal(0, _bench.Path.Timings.CountOf(HitClass.HitExact));
        Assert.True(_bench.Fire(out _));
    }

    [Fact]
    public void Rehearse_AgainAndAgain_ComesByEveryRungOfTheNextNonce()
    {
        _bench.Arm();
        int rungs = _bench.Armory.Slots[0].Count;
        for (int i = 0; i < rungs; i++)
            Assert.True(_bench.Path.Rehearse());

        Assert.Equal(rungs, _bench.Log.Touched.Count());
        Assert.Equal((0, 0), (_bench.Log.Fires, _bench.Path.Timings.CountOf(HitClass.HitExact)));
        Assert.Equal(0, _bench.Path.Timings.ExactToFirstByte.Count + _bench.Path.Timings.Append.Count + _bench.Path.Timings.ToMiss.Count);
    }

    [Fact]
    public void TryFire_AccountThreadDoesNotComeForShots_StopsBeforeOneIsLost()
    {
        PresignBench bench = new(pick: new PickOptions { MostInFlight = 200 });
        bench.Options = new LadderOptions { SizesBps = [10_000] };
        bench.Arm(80);
        int fired = 0;
        FireOutcome last;
        while (bench.Fire(out last))
            fired++;

        Assert.Equal((64, FireVerdict.Unread), (fired, last.Verdict));
        Assert.Equal(64, bench.Log.Fires);
    }

    private void AssertNothingLeft(FireVerdict verdict, FireOutcome outcome)
    {
        Assert.Equal(verdict, outcome.Verdict);
        Assert.Equal(LogVerdict.None, outcome.Log);
        Assert.Equal(0, _bench.Log.Fires);
        Assert.All(_bench.Sockets, socket => Assert.Equal(0, socket.Writes));
        Assert.False(_bench.Path.TryTakeFired(out _));
    }
}
