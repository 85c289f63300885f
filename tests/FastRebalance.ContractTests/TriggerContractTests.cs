using FastRebalance.Composition;
using FastRebalance.Configuration;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Engine.Triggers;

namespace FastRebalance.ContractTests;

/// <summary>What every registered trigger must keep to, run for each by name.</summary>
public sealed class TriggerContractTests() : PluginOptionsContractTests<ITrigger>(Triggers.Registry)
{
    private static readonly double[] s_usualTargets = [0.5, 0.2, 0.3];

    public static TheoryData<string> Names => new(Triggers.Registry.Names);

    public static TheoryData<string, string> Variants => TriggerVariants.All;

    public static TheoryData<string, string> Banded => TriggerVariants.Banded;

    // With a plan, cheap gas, WETH above its level, and half the portfolio in the wrong asset.
    [Theory, MemberData(nameof(Names))]
    public void Fires_FarAdriftAndLongAfter_Does(string name) => Assert.True(FiresTwoDaysOn(name, [0, 0.7, 0.3]));

    [Theory, MemberData(nameof(Names))]
    public void Fires_DriftUnknown_DoesNot(string name) => Assert.False(FiresTwoDaysOn(name, [double.NaN, double.NaN, double.NaN]));

    [Theory, MemberData(nameof(Names))]
    public void Fires_OneDriftUnknown_DoesNot(string name) => Assert.False(FiresTwoDaysOn(name, [double.NaN, 0.7, 0.3]));

    [Theory, MemberData(nameof(Variants))]
    public void Fires_SameCycleAgain_SaysTheSame(string name, string options)
    {
        ITrigger first = TriggerVariants.Create(name, options), second = TriggerVariants.Create(name, options);
        SampleCycle sample = SampleCycle.Filled().Planned();
        Random random = new(11);
        for (int i = 0; i < 500; i++)
        {
            sample.Pass(TimeSpan.FromMinutes(random.NextDouble() * 30));
            FenceProbe.Move(sample, FenceProbe.Spread(random, 0.02), FenceProbe.Spread(random, 0.02));
            if (i % 50 == 0)
                sample.HoldWorth(300_000, 120_000, 180_000);
            sample.Value(s_usualTargets);
            bool fires = first.Fires(sample.Cycle);
            Assert.Equal(fires, first.Fires(sample.Cycle));
            Assert.Equal(fires, second.Fires(sample.Cycle));
            if (fires)
                sample.Market.Orders.Open(sample.NowUnixNs);
        }
    }

    [Theory, MemberData(nameof(Variants))]
    public void Fence_PricesAndTimeInside_DoesNotFire(string name, string options) =>
        Assert.Null(FenceProbe.FirstViolation(() => TriggerVariants.Create(name, options), rounds: 2_000, seed: 12));

    // The test above must see a fence that is a hundredth too wide, or it proves nothing.
    [Theory, MemberData(nameof(Banded))]
    public void Fence_OnePerCentTooWide_IsCaught(string name, string options) =>
        Assert.NotNull(FenceProbe.FirstViolation(() => new Widened(TriggerVariants.Create(name, options)), rounds: 2_000, seed: 12));

    /// <summary>Two of a kind on one market: one is asked at every tick, the other only when its fence has fallen. They must agree.</summary>
    [Theory, MemberData(nameof(Variants))]
    public void Fires_AskedOnlyOutsideItsFence_SaysWhatItWouldAnyway(string name, string options)
    {
        ITrigger always = TriggerVariants.Create(name, options), fenced = TriggerVariants.Create(name, options);
        SampleCycle sample = SampleCycle.Filled().Planned();
        PriceFence fence = new(3);
        Random random = new(13);
        int inside = 0, fired = 0;
        for (int i = 0; i < 20_000; i++)
        {
            Happen(sample, fence, random, i);
            sample.Value(s_usualTargets);
            bool fires = always.Fires(sample.Cycle);
            fired += fires ? 1 : 0;
            if (fence.Holds(sample.NowUnixNs))
            {
                inside++;
                Assert.False(fires, $"tick {i}: fires inside its fence");
                continue;
            }
            Assert.True(fires == fenced.Fires(sample.Cycle), $"tick {i}: one that is always asked {(fires ? "fires" : "does not fire")}");
            if (!fires)
                fence.Draw(fenced.Fence(sample.Cycle), sample.Market.Prices);
            else if (random.Next(3) == 0)
                sample.Market.Orders.Open(sample.NowUnixNs);
        }
        Assert.True(inside > 0 && fired > 0 && fired < 20_000, $"{inside} inside, {fired} fired: it says nothing");
    }

    // Whatever fires in usual times fires in stress.
    [Theory, MemberData(nameof(Variants))]
    public void Fires_SafetyInStress_FiresWhereItDidWithout(string name, string options) =>
        Assert.Null(FirstThatFiresLess(name, WithStress(name, options, "stressTightening"), PolicyTier.Safety, calm: 1, stressed: 2));

    // What does not fire in usual times does not fire in stress: the same, from the other side.
    [Theory, MemberData(nameof(Variants))]
    public void Fires_EconomyInStress_RestsWhereItDidWithout(string name, string options) =>
        Assert.Null(FirstThatFiresLess(name, WithStress(name, options, "stressWidening"), PolicyTier.Economic, calm: 2, stressed: 1));

    [Theory]
    [InlineData("drift-band")]
    [InlineData("relative-band")]
    [InlineData("five-twenty-five")]
    [InlineData("l2-norm")]
    [InlineData("tracking-error")]
    [InlineData("no-trade-region")]
    [InlineData("no-trade-ellipsoid")]
    [InlineData("volatility-band")]
    public void Fires_BandThatWidensInStress_IsCaughtAsUnsafe(string name) => Assert.NotNull(
        FirstThatFiresLess(name, WithStress(name, PluginSamples.Of(name).Options, "stressWidening"), PolicyTier.Economic, calm: 1, stressed: 2));

    [Fact]
    public void Create_WideningInSafety_IsRefusedWithItsPath()
    {
        const string nested = """{ "triggers": [ { "kind": "drift-band", "absoluteBps": 100, "stressWidening": 1 }, { "kind": "volatility-band", "mode": "noise", "sigmas": 2 } ] }""";

        Assert.Null(TriggerVariants.TryCreate("any", nested, PolicyTier.Safety, out List<ConfigProblem> problems));

        Assert.Equal(["plugin.triggers[0].stressWidening", "plugin.triggers[1].mode"], problems.Select(p => p.Path));
    }

    [Theory, MemberData(nameof(Variants))]
    public void Fires_AbsurdNumbers_NeverThrows(string name, string options)
    {
        ITrigger trigger = TriggerVariants.Create(name, options);
        foreach (double absurd in SampleCycle.Absurd)
        {
            SampleCycle sample = SampleCycle.Filled().Planned();
            sample.Weigh(absurd, [absurd, absurd, absurd], [absurd, 0.2, 0.3]);
            sample.Cycle.MaxDrift = absurd;
            trigger.Fires(sample.Cycle);
            trigger.Fence(sample.Cycle);
            trigger.Read(sample.Cycle);
        }
        trigger.Fires(new SampleCycle().Cycle);
        trigger.Fence(new SampleCycle().Cycle);
        trigger.Read(new SampleCycle().Cycle);
    }

    [Theory, MemberData(nameof(Variants))]
    public void Read_AtAnyPass_ChangesNothingAndPassesItsLimitWhereItFires(string name, string options)
    {
        ITrigger read = TriggerVariants.Create(name, options), unread = TriggerVariants.Create(name, options);
        SampleCycle sample = SampleCycle.Filled().Planned();
        Random random = new(14);
        for (int i = 0; i < 500; i++)
        {
            sample.Pass(TimeSpan.FromMinutes(random.NextDouble() * 3));
            FenceProbe.Move(sample, FenceProbe.Spread(random, 0.02), FenceProbe.Spread(random, 0.02));
            sample.Value(s_usualTargets);
            read.Read(sample.Cycle);
            bool fires = read.Fires(sample.Cycle);
            TriggerReading reading = read.Read(sample.Cycle);

            Assert.Equal(unread.Fires(sample.Cycle), fires);
            Assert.NotEqual(TriggerUnit.None, reading.Unit);
            Assert.True(double.IsFinite(reading.Value) && double.IsFinite(reading.Limit), $"{reading}");
            if (fires)
                Assert.True(reading.FiresBelow ? reading.Value <= reading.Limit : reading.Value >= reading.Limit, $"fires at {reading}");
        }
    }

    [Theory, MemberData(nameof(Variants))]
    public void Fires_ManyTimes_AllocatesNothing(string name, string options)
    {
        ITrigger trigger = TriggerVariants.Create(name, options);
        SampleCycle sample = SampleCycle.Filled().Planned();
        Assert.Equal(0, SampleCycle.AllocatedBy(() => trigger.Fires(sample.Cycle)));
        Assert.Equal(0, SampleCycle.AllocatedBy(() => trigger.Fence(sample.Cycle)));
        Assert.Equal(0, SampleCycle.AllocatedBy(() => trigger.Read(sample.Cycle)));
    }

    private static bool FiresTwoDaysOn(string name, double[] weights)
    {
        ITrigger trigger = PluginSamples.Create(Triggers.Registry, name);
        SampleCycle sample = SampleCycle.Filled().Planned();
        sample.Weigh(600_000, weights, s_usualTargets);
        sample.Cycle.MaxDrift = weights.Any(double.IsNaN) ? double.NaN : sample.Cycle.MaxDrift;
        trigger.Fires(sample.Cycle);
        sample.Pass(TimeSpan.FromDays(2));
        return trigger.Fires(sample.Cycle);
    }

    /// <summary>A tick; now and then a block with another base fee, an order that settles, or a portfolio brought back.</summary>
    private static void Happen(SampleCycle sample, PriceFence fence, Random random, int tick)
    {
        sample.Pass(TimeSpan.FromSeconds(random.NextDouble() * 10)); // no event of its own to the fence: time only
        double pullWeth = (2500 - sample.Market.Prices[0]) / 2500 * 0.005, pullWbtc = (60_000 - sample.Market.Prices[1]) / 60_000 * 0.005;
        FenceProbe.Move(sample, pullWeth + FenceProbe.Spread(random, 0.006), pullWbtc + FenceProbe.Spread(random, 0.006));
        fence.Pass(0, sample.Market.Prices[0]);
        fence.Pass(1, sample.Market.Prices[1]);
        if (tick % 100 == 0)
            sample.Head(baseFeeGwei: random.NextDouble() * 80);
        if (tick % 400 == 0)
            sample.HoldWorth([.. s_usualTargets.Select(t => 600_000 * t * (1 + FenceProbe.Spread(random, 0.1 * (tick % 3))))]);
        if (tick % 3000 == 0)
            sample.Planned(1 + (random.NextDouble() * random.Next(2)));
        if (tick % 100 == 0)
            fence.Fall();
    }

    /// <summary>The first seeded portfolio in which the trigger fires at the calm stress and not at the other.</summary>
    private static string? FirstThatFiresLess(string name, string options, PolicyTier tier, double calm, double stressed)
    {
        if (TriggerVariants.TryCreate(name, options, tier, out _) is null)
            return null; // refused for this tier: there is nothing to be unsafe
        Random random = new(15);
        for (int round = 0; round < 1_000; round++)
        {
            int seed = random.Next();
            if (FiresAt(calm, seed) && !FiresAt(stressed, seed))
                return $"round {round}: fires at stress {calm}, and not at {stressed}";
        }
        return null;

        bool FiresAt(double stress, int seed)
        {
            Random same = new(seed);
            ITrigger trigger = TriggerVariants.Create(name, options, tier);
            SampleCycle sample = SampleCycle.Filled().Planned(stress);
            double[] targets = FenceProbe.Targets(same);
            FenceProbe.Move(sample, FenceProbe.Spread(same, 0.05), FenceProbe.Spread(same, 0.05));
            sample.HoldWorth([.. targets.Select(t => 600_000 * t * (1 + FenceProbe.Spread(same, 0.3)))]);
            sample.Head(baseFeeGwei: same.NextDouble() * 80);
            sample.Value(targets);
            trigger.Fires(sample.Cycle);
            sample.Pass(TimeSpan.FromMinutes(same.NextDouble() * 60));
            return trigger.Fires(sample.Cycle);
        }
    }

    /// <summary>The options with stress at work, where the trigger takes that.</summary>
    private static string WithStress(string name, string options, string field)
    {
        string with = $"{options.TrimEnd().TrimEnd('}')}{(options.Contains(':') ? "," : "")} \"{field}\": 0.8 }}";
        return TriggerVariants.TryCreate(name, with, field == "stressWidening" ? PolicyTier.Economic : PolicyTier.Safety, out _) is null ? options : with;
    }

    /// <summary>Says that prices may move a hundredth farther than they may.</summary>
    private sealed class Widened(ITrigger trigger) : ITrigger
    {
        public bool Fires(RebalanceCycle cycle) => trigger.Fires(cycle);

        public TriggerFence Fence(RebalanceCycle cycle)
        {
            TriggerFence fence = trigger.Fence(cycle);
            return fence with { PriceMove = fence.PriceMove * 1.01 };
        }
    }
}
