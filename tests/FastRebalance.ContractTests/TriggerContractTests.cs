using FastRebalance.Composition;
using FastRebalance.Engine.Triggers;

namespace FastRebalance.ContractTests;

/// <summary>What every registered trigger must keep to, run for each by name.</summary>
public sealed class TriggerContractTests() : PluginOptionsContractTests<ITrigger>(Triggers.Registry)
{
    public static TheoryData<string> Names => new(Triggers.Registry.Names);

    [Theory, MemberData(nameof(Names))]
    public void Fires_FarAdriftAndLongAfter_Does(string name) => Assert.True(FiresTwoDaysOn(name, maxDrift: 0.5));

    [Theory, MemberData(nameof(Names))]
    public void Fires_DriftUnknown_DoesNot(string name) => Assert.False(FiresTwoDaysOn(name, maxDrift: double.NaN));

    [Theory, MemberData(nameof(Names))]
    public void Fires_SameCycleAgain_SaysTheSame(string name)
    {
        ITrigger first = PluginSamples.Create(Triggers.Registry, name), second = PluginSamples.Create(Triggers.Registry, name);
        SampleCycle sample = SampleCycle.Filled();
        Random random = new(11);
        for (int i = 0; i < 500; i++)
        {
            sample.Pass(TimeSpan.FromMinutes(random.NextDouble() * 30));
            sample.Cycle.MaxDrift = random.NextDouble() * 0.03;
            bool fires = first.Fires(sample.Cycle);
            Assert.Equal(fires, first.Fires(sample.Cycle));
            Assert.Equal(fires, second.Fires(sample.Cycle));
            if (fires)
                sample.Market.Orders.Open(sample.NowUnixNs);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Fence_PricesAndTimeInside_DoesNotFire(string name)
    {
        Random random = new(12);
        double[] targets = [0.5, 0.2, 0.3];
        for (int i = 0; i < 2_000; i++)
        {
            ITrigger trigger = PluginSamples.Create(Triggers.Registry, name);
            SampleCycle sample = SampleCycle.Filled();
            double[] values = [.. targets.Select(t => t * (1 + (random.NextDouble() - 0.5) * 0.1))];
            Weigh(values);
            if (trigger.Fires(sample.Cycle))
                continue;
            TriggerFence fence = trigger.Fence(sample.Cycle);
            double reach = Math.Min(fence.PriceMove, 0.9) * (1 - 1e-6);
            if (fence.UntilUnixNs > sample.NowUnixNs)
                sample.Pass(TimeSpan.FromTicks(Math.Min((fence.UntilUnixNs - sample.NowUnixNs) / 100 - 1, TimeSpan.TicksPerHour) * random.Next(2)));
            Weigh([.. values.Select(v => v * (1 + reach * (random.Next(3) - 1)))]);

            Assert.False(trigger.Fires(sample.Cycle), $"fires {reach:P4} from where it said it would not");

            void Weigh(double[] worth)
            {
                double total = worth.Sum();
                sample.Weigh(total, [.. worth.Select(v => v / total)], targets);
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Fires_AbsurdNumbers_NeverThrows(string name)
    {
        ITrigger trigger = PluginSamples.Create(Triggers.Registry, name);
        foreach (double absurd in SampleCycle.Absurd)
        {
            SampleCycle sample = SampleCycle.Filled();
            sample.Weigh(absurd, [absurd, absurd, absurd], [absurd, 0.2, 0.3]);
            sample.Cycle.MaxDrift = absurd;
            trigger.Fires(sample.Cycle);
            trigger.Fence(sample.Cycle);
        }
        trigger.Fires(new SampleCycle().Cycle);
    }

    [Theory, MemberData(nameof(Names))]
    public void Fires_ManyTimes_AllocatesNothing(string name)
    {
        ITrigger trigger = PluginSamples.Create(Triggers.Registry, name);
        SampleCycle sample = SampleCycle.Filled();
        Assert.Equal(0, SampleCycle.AllocatedBy(() => trigger.Fires(sample.Cycle)));
        Assert.Equal(0, SampleCycle.AllocatedBy(() => trigger.Fence(sample.Cycle)));
    }

    private static bool FiresTwoDaysOn(string name, double maxDrift)
    {
        ITrigger trigger = PluginSamples.Create(Triggers.Registry, name);
        SampleCycle sample = SampleCycle.Filled();
        sample.Cycle.MaxDrift = maxDrift;
        trigger.Fires(sample.Cycle);
        sample.Pass(TimeSpan.FromDays(2));
        return trigger.Fires(sample.Cycle);
    }
}
