using FastRebalance.Composition;
using FastRebalance.Engine.Targets;

namespace FastRebalance.ContractTests;

/// <summary>What every registered target policy must keep to, run for each by name.</summary>
public sealed class TargetContractTests() : PluginOptionsContractTests<ITarget>(Targets.Registry)
{
    public static TheoryData<string> Names => new(Targets.Registry.Names);

    [Theory, MemberData(nameof(Names))]
    public void Aim_EverythingKnown_WritesWeightsThatAddUpToOne(string name)
    {
        SampleCycle sample = SampleCycle.Filled();
        PluginSamples.Create(Targets.Registry, name).Aim(sample.Cycle);
        AssertWeights(sample);
    }

    [Theory, MemberData(nameof(Names))]
    public void Aim_TargetsOfAnEarlierPass_AreAllReplaced(string name)
    {
        SampleCycle sample = SampleCycle.Filled();
        Array.Fill(sample.Cycle.Targets, 7);
        PluginSamples.Create(Targets.Registry, name).Aim(sample.Cycle);
        AssertWeights(sample);
    }

    [Theory, MemberData(nameof(Names))]
    public void Aim_SameCycleAgain_SaysTheSame(string name)
    {
        ITarget first = PluginSamples.Create(Targets.Registry, name), second = PluginSamples.Create(Targets.Registry, name);
        SampleCycle sample = SampleCycle.Filled();
        first.Aim(sample.Cycle);
        double[] weights = [.. sample.Cycle.Targets];
        first.Aim(sample.Cycle);
        Assert.Equal(weights, sample.Cycle.Targets);
        second.Aim(sample.Cycle);
        Assert.Equal(weights, sample.Cycle.Targets);
    }

    [Theory, MemberData(nameof(Names))]
    public void Aim_AbsurdNumbers_NeverThrows(string name)
    {
        ITarget target = PluginSamples.Create(Targets.Registry, name);
        foreach (double absurd in SampleCycle.Absurd)
        {
            SampleCycle sample = SampleCycle.Filled();
            sample.Weigh(absurd, [absurd, absurd, absurd], [absurd, absurd, absurd]);
            target.Aim(sample.Cycle);
        }
        target.Aim(new SampleCycle().Cycle);
    }

    [Theory, MemberData(nameof(Names))]
    public void Aim_ManyTimes_AllocatesNothing(string name)
    {
        ITarget target = PluginSamples.Create(Targets.Registry, name);
        SampleCycle sample = SampleCycle.Filled();
        Assert.Equal(0, SampleCycle.AllocatedBy(() => target.Aim(sample.Cycle)));
    }

    private static void AssertWeights(SampleCycle sample)
    {
        Assert.All(sample.Cycle.Targets, weight => Assert.InRange(weight, 0, 1));
        Assert.Equal(1, sample.Cycle.Targets.Sum(), 1e-9);
    }
}
