using FastRebalance.Composition;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Engine.Targets;

namespace FastRebalance.ContractTests;

/// <summary>What every registered target policy must keep to, run for each by name.</summary>
public sealed class TargetContractTests() : PluginOptionsContractTests<ITarget>(Targets.Registry)
{
    public static TheoryData<string> Names => new(Targets.Registry.Names);

    [Theory, MemberData(nameof(Names))]
    public void Aim_EverythingKnown_WritesWeightsThatAddUpToOne(string name)
    {
        SampleCycle sample = SampleCycle.Filled().WithPlan();
        PluginSamples.Create(Targets.Registry, name).Aim(sample.Cycle);
        AssertWeights(sample);
    }

    [Theory, MemberData(nameof(Names))]
    public void Aim_TargetsOfAnEarlierPass_AreAllReplaced(string name)
    {
        SampleCycle sample = SampleCycle.Filled().WithPlan();
        Array.Fill(sample.Cycle.Targets, 7);
        PluginSamples.Create(Targets.Registry, name).Aim(sample.Cycle);
        AssertWeights(sample);
    }

    [Theory, MemberData(nameof(Names))]
    public void Aim_SameCycleAgain_SaysTheSame(string name)
    {
        ITarget first = PluginSamples.Create(Targets.Registry, name), second = PluginSamples.Create(Targets.Registry, name);
        SampleCycle sample = SampleCycle.Filled().WithPlan();
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
            SampleCycle sample = SampleCycle.Filled().WithPlan();
            sample.Weigh(absurd, [absurd, absurd, absurd], [absurd, absurd, absurd]);
            target.Aim(sample.Cycle);
        }
        target.Aim(new SampleCycle().Cycle);
    }

    [Theory, MemberData(nameof(Names))]
    public void Aim_ManyTimes_AllocatesNothing(string name)
    {
        ITarget target = PluginSamples.Create(Targets.Registry, name);
        SampleCycle sample = SampleCycle.Filled().WithPlan();
        Assert.Equal(0, SampleCycle.AllocatedBy(() => target.Aim(sample.Cycle)));
    }

    [Theory, MemberData(nameof(Names))]
    public void IsReady_NoPlanYet_IsNotWhereOneIsWanted(string name)
    {
        ITarget target = PluginSamples.Create(Targets.Registry, name);
        if (target.WantsPlan)
            Assert.False(target.IsReady(SampleCycle.Filled().Cycle));
    }

    [Theory, MemberData(nameof(Names))]
    public void IsReady_EverythingKnown_IsAndAllocatesNothing(string name)
    {
        ITarget target = PluginSamples.Create(Targets.Registry, name);
        SampleCycle sample = SampleCycle.Filled().WithPlan();
        Assert.True(target.IsReady(sample.Cycle));
        Assert.Equal(0, SampleCycle.AllocatedBy(() => target.IsReady(sample.Cycle)));
    }

    // The fence lets prices pass without asking the target: one that calls itself constant must not look at them.
    [Theory, MemberData(nameof(Names))]
    public void Aim_ConstantAndPricesMove_SaysTheSame(string name)
    {
        ITarget target = PluginSamples.Create(Targets.Registry, name);
        SampleCycle sample = SampleCycle.Filled().WithPlan();
        target.Aim(sample.Cycle);
        if (!target.IsConstant)
            return;
        double[] weights = [.. sample.Cycle.Targets];
        MarketEvent price = new() { Kind = MarketEventKind.Price, Subject = AssetId.FromIndex(0).Value };
        price.Price.NumerairePerToken = 1;
        sample.Apply(price);
        sample.Pass(TimeSpan.FromDays(1));
        sample.Cycle.TotalNumeraire /= 2;
        target.Aim(sample.Cycle);
        Assert.Equal(weights, sample.Cycle.Targets);
    }

    private static void AssertWeights(SampleCycle sample)
    {
        Assert.All(sample.Cycle.Targets, weight => Assert.InRange(weight, 0, 1));
        Assert.Equal(1, sample.Cycle.Targets.Sum(), 1e-9);
    }
}
