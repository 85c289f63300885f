using FastRebalance.Core.Assets;
using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Execution.Presigning;

namespace FastRebalance.UnitTests.Execution.Presigning;

public sealed class LadderMetricsTests
{
    private readonly PresignBench _bench = new(pick: new PickOptions { MostInFlight = 2 });

    [Fact]
    public void OnFired_ArmedBefore_CountsAsAHit()
    {
        _bench.Arm();
        _bench.Fire(out _);
        _bench.Fire(out _, PresignBench.Leg(amount: 1_040_000, minimum: 1_000_000, expected: 1_029_000, keep: 4_960_000));

        Assert.True(_bench.Path.TryTakeFired(out FireOutcome exact) && _bench.Metrics.OnFired(in exact));
        Assert.True(_bench.Path.TryTakeFired(out FireOutcome bucket) && _bench.Metrics.OnFired(in bucket));

        LadderSnapshot so = _bench.Metrics.Snapshot();
        Assert.Equal((2L, 1L, 0L, 18L), (so.Hits, so.HitsExact, so.Uncounted, so.Signed));
        Assert.Equal((1.0, 8.0), (so.HitRatio, so.WastedPerHit));
        Assert.Equal((385, 192.5), (so.MaxRegretBps, so.MeanRegretBps)); // 384.6 bps of one, rounded up
        Assert.Equal((1L, 1L, 2L), (so.ExactToFirstByte.Count, so.BucketToFirstByte.Count, so.RungAge.Count));
    }

    // A rung that appears after the trigger, as if it had been there: the flag of the trigger thread says hit, the ledger does not.
    [Fact]
    public void OnFired_ForgedLateRung_IsNotCounted()
    {
        _bench.Arm();
        _bench.Fire(out FireOutcome shot);
        FireOutcome forged = shot with { TriggerNs = ArmedNs(shot.Hash) - 1, IsLate = false };

        Assert.False(_bench.Metrics.OnFired(in forged));

        Assert.Equal((0L, 1L), (_bench.Metrics.Snapshot().Hits, _bench.Metrics.Snapshot().Uncounted));
        Assert.True(_bench.Metrics.OnFired(in shot));
    }

    [Fact]
    public void OnFired_HashThatWasNeverArmed_IsNotCounted()
    {
        _bench.Arm();
        _bench.Fire(out FireOutcome shot);
        FireOutcome forged = shot with { Hash = new Hash32(new byte[32]) };

        Assert.False(_bench.Metrics.OnFired(in forged));
    }

    [Fact]
    public void OnFired_OtherBytesThanTheArmedOnes_IsNotCounted()
    {
        _bench.Arm();
        _bench.Fire(out FireOutcome shot);
        FireOutcome forged = shot with { Rung = shot.Rung == 0 ? 1 : 0 };

        Assert.False(_bench.Metrics.OnFired(in forged));
    }

    [Fact]
    public void TryFire_ArmedWhileTheTriggerWaited_IsFiredAndNotCounted()
    {
        long trigger = MonotonicClock.NowNs;
        _bench.Arm();
        DecidedOrder order = new()
        {
            OrderId = 1,
            Portfolio = PresignBench.Portfolio,
            Tier = PolicyTier.Economic,
            Legs = [PresignBench.Leg()],
            DeadlineUnixSeconds = PresignBench.Deadline,
        };

        Assert.True(_bench.Path.TryFire(in order, trigger, out FireOutcome shot));

        Assert.True(shot.IsLate);
        Assert.False(_bench.Metrics.OnFired(in shot));
        Assert.Equal(0, _bench.Metrics.Snapshot().ExactToFirstByte.Count);
    }

    [Fact]
    public void Snapshot_Misses_AreCountedByReason()
    {
        _bench.Fire(out _);
        _bench.Arm();
        _bench.Fire(out _, PresignBench.Leg() with { Pool0 = World.V2AB });
        _bench.Fire(out _, PresignBench.Leg(amount: 3));
        _bench.Fire(out FireOutcome shot);
        _bench.Metrics.OnFired(in shot);

        LadderSnapshot so = _bench.Metrics.Snapshot();

        Assert.Equal((1L, 1L, 1L), (so.Misses[HitClass.MissCold], so.Misses[HitClass.MissRoute], so.Misses[HitClass.MissSize]));
        Assert.Equal(0.25, so.HitRatio);
        Assert.Equal(3, so.ToMiss.Count);
    }

    [Fact]
    public void Snapshot_Heads_TellHowOftenTheLadderWasWhole()
    {
        _bench.Arm();
        _bench.Armory.OnHead(101, PresignBench.HeadSeconds);
        _bench.Armory.Invalidate(Invalidation.PoolChanged(World.V3AB));
        _bench.Armory.OnHead(102, PresignBench.HeadSeconds);

        LadderSnapshot so = _bench.Metrics.Snapshot();

        Assert.Equal(1.0 / 3, so.FullyArmedHeads!.Value, 12); // the bench's own first head found nothing
        Assert.Equal((18L, 1L), (so.Invalidated, so.Rearm.Count));
    }

    private long ArmedNs(Hash32 hash)
    {
        Assert.True(_bench.Metrics.Ledger.TryGetArmedNs(in hash, out long armedNs));
        return armedNs;
    }
}
