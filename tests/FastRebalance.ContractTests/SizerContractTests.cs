using FastRebalance.Composition;
using FastRebalance.Core.Assets;
using FastRebalance.Engine.Sizing;

namespace FastRebalance.ContractTests;

/// <summary>What every registered sizer must keep to, run for each by name.</summary>
public sealed class SizerContractTests() : PluginOptionsContractTests<ISizer>(Sizers.Registry)
{
    private static readonly double[] s_targets = [0.5, 0.2, 0.3];

    public static TheoryData<string> Names => new(Sizers.Registry.Names);

    [Theory, MemberData(nameof(Names))]
    public void Size_FarAdrift_Trades(string name)
    {
        SampleCycle sample = SampleCycle.Filled();
        PluginSamples.Create(Sizers.Registry, name).Size(sample.Cycle);
        Assert.NotEmpty(sample.Cycle.Trades.ToArray());
    }

    [Theory, MemberData(nameof(Names))]
    public void Size_OnTarget_DoesNotTrade(string name)
    {
        SampleCycle sample = SampleCycle.Filled(0.5, 0.2, 0.3);
        PluginSamples.Create(Sizers.Registry, name).Size(sample.Cycle);
        Assert.Equal(0, sample.Cycle.TradeCount);
    }

    [Theory, MemberData(nameof(Names))]
    public void Size_AnyDrift_StaysInsideHoldingsAndBounds(string name)
    {
        ISizer sizer = PluginSamples.Create(Sizers.Registry, name);
        SampleCycle sample = SampleCycle.Filled();
        Random random = new(5);
        for (int i = 0; i < 1_000; i++)
        {
            double a = random.NextDouble(), b = random.NextDouble() * (1 - a);
            sample.Weigh(600_000 * Math.Pow(10, random.Next(-6, 4)), [a, b, 1 - a - b], s_targets);
            sizer.Size(sample.Cycle);
            Assert.All(sample.Cycle.Trades.ToArray(), trade => AssertAllowed(sample, trade));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Size_DriftUnknown_DoesNotTrade(string name)
    {
        ISizer sizer = PluginSamples.Create(Sizers.Registry, name);
        SampleCycle sample = SampleCycle.Filled();

        sample.Weigh(600_000, [double.NaN, double.NaN, double.NaN], s_targets);
        sizer.Size(sample.Cycle);
        Assert.Equal(0, sample.Cycle.TradeCount);

        sample.Weigh(double.NaN, [0.4, 0.3, 0.3], s_targets);
        sizer.Size(sample.Cycle);
        Assert.Equal(0, sample.Cycle.TradeCount);
    }

    [Theory, MemberData(nameof(Names))]
    public void Size_OneDriftUnknown_LeavesThatAssetAlone(string name)
    {
        ISizer sizer = PluginSamples.Create(Sizers.Registry, name);
        for (int unknown = 0; unknown < s_targets.Length; unknown++)
        {
            SampleCycle sample = SampleCycle.Filled(0.4, 0.1, 0.5);
            sample.Cycle.Drift[unknown] = double.NaN;
            sizer.Size(sample.Cycle);
            Assert.DoesNotContain(sample.Cycle.Trades.ToArray(), t => t.Sell.Index == unknown || t.Buy.Index == unknown);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Size_AbsurdNumbers_NeverThrowsAndStaysInsideHoldings(string name)
    {
        ISizer sizer = PluginSamples.Create(Sizers.Registry, name);
        foreach (double total in SampleCycle.Absurd)
            foreach (double weight in SampleCycle.Absurd)
            {
                SampleCycle sample = SampleCycle.Filled();
                sample.Weigh(total, [weight, 0.4, 0.1], s_targets);
                sizer.Size(sample.Cycle);
                Assert.All(sample.Cycle.Trades.ToArray(), trade => AssertAllowed(sample, trade));
            }
    }

    [Theory, MemberData(nameof(Names))]
    public void Size_NothingKnown_DoesNotTrade(string name)
    {
        SampleCycle sample = new();
        sample.Weigh(600_000, [0.4, 0.3, 0.3], s_targets);
        PluginSamples.Create(Sizers.Registry, name).Size(sample.Cycle);
        Assert.Equal(0, sample.Cycle.TradeCount);
    }

    [Theory, MemberData(nameof(Names))]
    public void Size_SameCycleAgain_SaysTheSame(string name)
    {
        ISizer first = PluginSamples.Create(Sizers.Registry, name), second = PluginSamples.Create(Sizers.Registry, name);
        SampleCycle sample = SampleCycle.Filled();
        Trade[] trades = Sized(first, sample);
        Assert.Equal(trades, Sized(first, sample));
        Assert.Equal(trades, Sized(second, sample));
    }

    [Theory, MemberData(nameof(Names))]
    public void Size_ManyTimes_AllocatesNothing(string name)
    {
        ISizer sizer = PluginSamples.Create(Sizers.Registry, name);
        SampleCycle sample = SampleCycle.Filled();
        double total = sample.Cycle.TotalNumeraire;
        Assert.Equal(0, SampleCycle.AllocatedBy(() =>
        {
            sample.Cycle.Begin();
            sample.Cycle.TotalNumeraire = total;
            sizer.Size(sample.Cycle);
        }));
        Assert.NotEqual(0, sample.Cycle.TradeCount);
    }

    private static Trade[] Sized(ISizer sizer, SampleCycle sample)
    {
        double total = sample.Cycle.TotalNumeraire;
        sample.Cycle.Begin();
        sample.Cycle.TotalNumeraire = total;
        sizer.Size(sample.Cycle);
        return sample.Cycle.Trades.ToArray();
    }

    private static void AssertAllowed(SampleCycle sample, Trade trade)
    {
        Assert.NotEqual(trade.Sell, trade.Buy);
        Assert.False(trade.AmountIn.IsZero);
        Assert.True(trade.AmountIn <= sample.Market.Holdings[trade.Sell.Index], $"{trade.AmountIn} of {trade.Sell} are more than is held");
        Assert.InRange(trade.ValueNumeraire, double.Epsilon, SampleCycle.MaxTradeNumeraire);
        // What goes in is worth no more than the trade says: the limit is on what really moves.
        double worth = (double)trade.AmountIn / sample.Market.UnitsPerToken[trade.Sell.Index] * sample.Market.Prices[trade.Sell.Index];
        Assert.True(worth <= trade.ValueNumeraire * (1 + 1e-12), $"{worth} go in for a trade of {trade.ValueNumeraire}");
    }
}
