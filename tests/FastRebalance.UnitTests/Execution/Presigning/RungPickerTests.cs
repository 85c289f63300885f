using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Execution.Presigning;

namespace FastRebalance.UnitTests.Execution.Presigning;

public sealed class RungPickerTests
{
    private readonly PresignBench _bench = new();

    [Fact]
    public void Pick_AsForeseen_IsExact()
    {
        _bench.Arm();

        RungPick pick = _bench.Pick();

        Assert.Equal((HitClass.HitExact, 1, 0, 0), (pick.Class, pick.FeeLevel, pick.SizeErrorBps, pick.RegretBps));
        Assert.Equal(new RungKey(0, 1, 1, 0, 0), _bench.Armory.Slots[0][pick.Rung].Key);
    }

    [Theory]
    [InlineData(1_049_999, 1, 477)] // 50 bps short of the larger size
    [InlineData(1_050_000, 2, 0)]
    [InlineData(1_000_001, 1, 1)]
    [InlineData(999_999, 0, 500)]
    [InlineData(950_000, 0, 0)]
    [InlineData(1_166_666, 2, 1000)] // ten per cent more than the largest size
    public void Pick_AnotherAmount_TakesTheLargestThatIsNotLarger(ulong amount, int size, int errorBps)
    {
        _bench.Arm();

        RungPick pick = _bench.Pick(legs: Scaled(amount));

        Assert.Equal(errorBps, pick.SizeErrorBps);
        Assert.Equal(errorBps, pick.RegretBps);
        Assert.Equal(size, _bench.Armory.Slots[0][pick.Rung].Key.Size);
        Assert.Equal(errorBps == 0 ? HitClass.HitExact : HitClass.HitBucket, pick.Class);
    }

    [Theory]
    [InlineData(949_999)] // below the smallest size
    [InlineData(1_166_668)] // more than ten per cent above the largest
    public void Pick_AmountOutsideTheSizes_Misses(ulong amount)
    {
        _bench.Arm();

        Assert.Equal(HitClass.MissSize, _bench.Pick(legs: Scaled(amount)).Class);
    }

    // A part of a cure now is worth more than all of it a block later.
    [Theory]
    [InlineData(PolicyTier.Economic, HitClass.MissSize)]
    [InlineData(PolicyTier.Safety, HitClass.HitBucket)]
    public void Pick_AThirdLess_IsEnoughForSafetyAlone(PolicyTier tier, HitClass expected)
    {
        _bench.Arm();

        Assert.Equal(expected, _bench.Pick(tier, null, Scaled(1_575_000)).Class);
    }

    [Theory]
    [InlineData(PresignBench.Keep, HitClass.HitExact)]
    [InlineData(PresignBench.Keep - 1, HitClass.HitExact)]
    [InlineData(PresignBench.Keep + 1, HitClass.HitBucket)] // the smaller size keeps more
    [InlineData(PresignBench.Keep + 50_001, HitClass.MissSize)]
    public void Pick_MoreToKeep_TakesARungThatKeepsIt(ulong keep, HitClass expected)
    {
        _bench.Arm();

        Assert.Equal(expected, _bench.Pick(legs: PresignBench.Leg(keep: keep)).Class);
    }

    // The rung's limit is 980000 for 1000000.
    [Theory]
    [InlineData(980_000, 980_000, HitClass.HitExact)]
    [InlineData(980_001, 990_000, HitClass.MissPrice)] // looser than risk allowed
    [InlineData(900_000, 979_999, HitClass.MissPrice)] // better than the order expects
    [InlineData(970_000, 990_000, HitClass.HitExact)]
    public void Pick_Price_IsNeverLooserThanDecidedNorBetterThanExpected(ulong minimum, ulong expected, HitClass hit)
    {
        _bench.Arm();

        Assert.Equal(hit, _bench.Pick(legs: PresignBench.Leg(minimum: minimum, expected: expected)).Class);
    }

    [Fact]
    public void Pick_SeveralLimits_TakesTheLoosestThatIsNotTooLoose()
    {
        _bench.Options = new LadderOptions { LimitShiftsBps = [0, 10, 20] };
        _bench.Arm();

        RungPick pick = _bench.Pick(legs: PresignBench.Leg(minimum: 980_500));

        Assert.Equal(1, _bench.Armory.Slots[0][pick.Rung].Key.Limit);
    }

    [Fact]
    public void Pick_OtherPools_MissesTheRoute()
    {
        _bench.Arm();

        Assert.Equal(HitClass.MissRoute, _bench.Pick(legs: PresignBench.Leg() with { Pool0 = World.V2AB }).Class);
        Assert.Equal(HitClass.MissRoute, _bench.Pick(legs: [PresignBench.Leg(), PresignBench.Leg()]).Class);
        Assert.Equal(HitClass.MissRoute, _bench.Pick(legs: PresignBench.Leg() with { Buy = World.C }).Class);
        Assert.Equal(HitClass.MissRoute, _bench.Pick(legs: PresignBench.Leg() with { Via0 = World.C }).Class);
    }

    // The market's depth went elsewhere in the gap: what was signed goes 700 and 300 where 400 and 650 were decided, and it is the same sale.
    [Fact]
    public void Pick_SafetysSaleByAnotherSplit_IsTakenWhereItSellsNoMoreInAll()
    {
        OrderLeg Part(ulong amount, PoolId pool, ulong keep) => PresignBench.Leg(amount, amount * 98 / 100, amount * 99 / 100, keep) with { Pool0 = pool };
        OrderLeg[] signed = [Part(700_000, World.V3AB, 500_000), Part(300_000, World.V2AB, 200_000)];
        PresignBench bench = new() { Options = new LadderOptions { SizesBps = [10_000] } };
        bench.Arm(1, PresignBench.FirstNonce, PresignBench.Foreseen(signed));
        OrderLeg[] decided = [Part(400_000, World.V3AB, 850_000), Part(650_000, World.V2AB, 200_000)];

        RungPick pick = bench.Pick(PolicyTier.Safety, null, decided);

        Assert.Equal((HitClass.HitBucket, 477, 477), (pick.Class, pick.SizeErrorBps, pick.RegretBps));
        Assert.Equal(HitClass.HitBucket, bench.Pick(PolicyTier.Safety, null, Part(1_050_000, World.V3AB, 200_000)).Class);
        Assert.Equal(HitClass.MissSize, bench.Pick(PolicyTier.Economic, null, decided).Class); // economy waits for better
        Assert.Equal(HitClass.MissSize, bench.Pick(PolicyTier.Safety, null, decided[0], Part(599_999, World.V2AB, 200_000)).Class); // less in all
        Assert.Equal(HitClass.MissSize, bench.Pick(PolicyTier.Safety, null, decided[0], decided[1] with { KeepBalance = 200_001 }).Class);
        Assert.Equal(HitClass.MissPrice, bench.Pick(PolicyTier.Safety, null, decided[0], decided[1] with { MinimumOut = 637_001 }).Class);
        Assert.Equal(HitClass.MissPrice, bench.Pick(PolicyTier.Safety, null, decided[0] with { MinimumOut = 1, ExpectedOut = 391_999 }, decided[1]).Class);
        Assert.Equal(HitClass.MissRoute, bench.Pick(PolicyTier.Safety, null, decided[0], decided[1] with { Buy = World.C }).Class); // another trade
    }

    [Fact]
    public void Pick_SecondRoute_IsFound()
    {
        OrderLeg other = PresignBench.Leg() with { Pool0 = World.V2AB };
        _bench.Arm(1, PresignBench.FirstNonce, PresignBench.Foreseen(), PresignBench.Foreseen(other) with { Rank = 1 });

        RungPick pick = _bench.Pick(legs: other);

        Assert.Equal(1, _bench.Armory.Slots[0][pick.Rung].Key.Route);
    }

    [Fact]
    public void Pick_EveryLegCounts_NotTheFirstAlone()
    {
        OrderLeg second = World.Leg(World.B, World.C, 500_000, 400_000, World.V3BC) with { ExpectedOut = 450_000, KeepBalance = 100_000 };
        _bench.Arm(1, PresignBench.FirstNonce, PresignBench.Foreseen(PresignBench.Leg(), second));

        Assert.Equal(HitClass.HitExact, _bench.Pick(legs: [PresignBench.Leg(), second]).Class);
        Assert.Equal(HitClass.MissSize, _bench.Pick(legs: [PresignBench.Leg(), second with { AmountIn = 100_000 }]).Class);
        Assert.Equal(HitClass.MissPrice, _bench.Pick(legs: [PresignBench.Leg(), second with { MinimumOut = 400_001 }]).Class);
        RungPick pick = _bench.Pick(legs: [PresignBench.Leg(), second with { AmountIn = 505_000, MinimumOut = 404_000, ExpectedOut = 454_500 }]);
        Assert.Equal((HitClass.HitBucket, 100, 100), (pick.Class, pick.SizeErrorBps, pick.RegretBps)); // 99.0…, rounded up; legs without a common asset are not added
    }

    // Two sales for the same money: that the small one lacks a fifth is little of the whole.
    [Theory]
    [InlineData(125_000, HitClass.HitBucket, 223)] // a fifth of the small one lacks: 24750 of 1113750 in all
    [InlineData(400_000, HitClass.MissSize, 0)]
    [InlineData(99_999, HitClass.MissSize, 0)] // smaller than any rung
    public void Pick_SmallLegLacks_CountsByItsShareOfTheOrder(ulong amount, HitClass expected, int regretBps)
    {
        OrderLeg small = World.Leg(World.C, World.B, 100_000, 90_000, World.V3BC) with { ExpectedOut = 99_000, KeepBalance = 100_000 };
        PresignBench bench = new() { Options = new LadderOptions { SizesBps = [10_000] } };
        bench.Arm(1, PresignBench.FirstNonce, PresignBench.Foreseen(PresignBench.Leg(), small));
        OrderLeg wanted = small with { AmountIn = amount, MinimumOut = amount * 9 / 10, ExpectedOut = amount * 99 / 100 };

        RungPick pick = bench.Pick(legs: [PresignBench.Leg(), wanted]);

        Assert.Equal(expected, pick.Class);
        Assert.Equal(regretBps, pick.RegretBps);
    }

    [Fact]
    public void Pick_FeeOfTheTier_AsChosenAtTheHead()
    {
        _bench.Arm();
        Assert.Equal(2, _bench.Pick(PolicyTier.Safety).FeeLevel);

        _bench.Armory.ChooseFees(default(FeeLevels).With(PolicyTier.Safety, 0, 0));

        Assert.Equal(0, _bench.Pick(PolicyTier.Safety).FeeLevel);
        Assert.Equal(HitClass.MissFee, _bench.Pick().Class);
        Assert.Equal(HitClass.MissFee, _bench.Pick(PolicyTier.None).Class);
    }

    [Fact]
    public void Pick_FeeLevelKilled_TakesTheNextOnlyWhereAllowed()
    {
        _bench.Arm();
        _bench.Armory.Invalidate(Invalidation.BaseFeeRose(29_500_000_000, 0)); // the lowest level cannot bear it

        _bench.Armory.ChooseFees(default(FeeLevels).With(PolicyTier.Economic, 0, 0));
        Assert.Equal(HitClass.MissFee, _bench.Pick().Class);

        _bench.Armory.ChooseFees(default(FeeLevels).With(PolicyTier.Economic, 0, 2));
        Assert.Equal(1, _bench.Pick().FeeLevel);
    }

    // The rungs end in block 110 and second 1000120.
    [Theory]
    [InlineData(109, 0, HitClass.HitExact)]
    [InlineData(110, 0, HitClass.MissStale)]
    [InlineData(100, 119, HitClass.HitExact)]
    [InlineData(100, 120, HitClass.MissStale)]
    public void Pick_RungsThatEndSoon_AreStale(ulong block, long seconds, HitClass expected)
    {
        _bench.Arm();
        _bench.Armory.OnHead(block, PresignBench.HeadSeconds + seconds);

        Assert.Equal(expected, _bench.Pick().Class);
    }

    [Fact]
    public void Pick_RungsThatLiveLongerThanDecided_AreStale()
    {
        _bench.Arm();

        Assert.False(_bench.Fire(out FireOutcome outcome, PolicyTier.Economic, PresignBench.Deadline - 1));

        Assert.Equal(HitClass.MissStale, outcome.Class);
    }

    [Fact]
    public void Pick_OfAnotherPortfolio_MissesTheRoute()
    {
        _bench.Arm(1, PresignBench.FirstNonce, PresignBench.Foreseen() with { Portfolio = PortfolioId.FromIndex(1) });

        Assert.Equal(HitClass.MissRoute, _bench.Pick().Class);
    }

    // Whatever is decided: what is picked is never larger, never worse, never keeps less.
    [Fact]
    public void Pick_AnyDecision_NeverExceedsIt()
    {
        _bench.Options = new LadderOptions { SizesBps = [8_000, 9_000, 9_500, 10_000, 10_500, 11_000], LimitShiftsBps = [0, 20, 50] };
        _bench.Arm();
        Random random = new(11);
        PickOptions options = new() { MaxUndersizeBps = 700 };
        int hits = 0;
        for (int i = 0; i < 20_000; i++)
        {
            ulong amount = (ulong)random.Next(700_000, 1_300_000), expected = (ulong)(amount * (0.97 + (0.03 * random.NextDouble())));
            OrderLeg leg = PresignBench.Leg(amount, (ulong)(expected * (0.98 + (0.02 * random.NextDouble()))), expected, PresignBench.Keep + (ulong)random.Next(-200_000, 200_000));
            RungPick pick = _bench.Pick(options: options, legs: leg);
            if (!pick.IsHit)
                continue;
            hits++;
            RungKey key = _bench.Armory.Slots[0][pick.Rung].Key;
            OrderLeg rung = _bench.Armory.Slots[0].Plan.LegsOf(key.Size, key.Route, key.Limit)![0];
            Assert.True(rung.AmountIn <= leg.AmountIn && rung.KeepBalance >= leg.KeepBalance);
            Assert.True(rung.AmountIn * 10_000UL >= leg.AmountIn * 9_300UL);
            Assert.True(rung.MinimumOut * leg.AmountIn >= leg.MinimumOut * rung.AmountIn);
            Assert.True(rung.MinimumOut * leg.AmountIn <= leg.ExpectedOut * rung.AmountIn);
        }
        Assert.InRange(hits, 200, 19_000);
    }

    // An order of another size at the foreseen prices; what was held is what the foreseen one would have left and sold.
    private static OrderLeg Scaled(ulong amount) => PresignBench.Leg(
        amount, (ulong)((UInt128)PresignBench.Minimum * amount / PresignBench.Amount) - 1, (ulong)((UInt128)PresignBench.Expected * amount / PresignBench.Amount) + 1,
        PresignBench.Keep + PresignBench.Amount - amount);
}
