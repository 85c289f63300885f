using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Explaining;
using FastRebalance.Tests;

namespace FastRebalance.ReplayTests;

/// <summary>Explanations of a live run's journal, long after its chain is gone.</summary>
public sealed class ExplainerTests(RecordedRun recorded)
{
    [Fact]
    public void FromJournal_LiveRun_TellsItsStateAndCountsItsPasses()
    {
        Explanation told = Explain(recorded.ConfigPath);

        Assert.Equal(recorded.Report.Journal, told.Source);
        Assert.Equal(recorded.Report.Decisions, told.History!.Passes);
        Assert.Equal(Sorted(recorded.Report.Verdicts), Sorted(told.History.Verdicts));
        Assert.Equal(Sorted(recorded.Report.Refusals), Sorted(told.History.Refusals));
        Assert.Equal(recorded.Report.Verdicts["order"], told.History.Decisions.Count(d => d.Reason == "Order"));
        Assert.All(told.History.Decisions, d => Assert.Equal("economic 1: drift-band", d.Trigger));
        Assert.Null(told.History.Gap);
        Assert.Equal(recorded.Records.LastHead.BlockNumber, told.Block);
        Assert.Equal(1, told.Assets.Sum(a => a.Weight), 9);
    }

    [Fact]
    public void FromJournal_WiderBandThanTheRuns_TellsWhatThatWouldSee()
    {
        Explanation told = Explain(ConfigEdits.Write(recorded.ConfigPath, "explain-wide.json", root => root.SetBand(9_000)));

        Assert.Equal("insideBand", told.Verdict);
        Assert.All(told.NextPrices, next => Assert.Null(next.Up));
        Assert.Equal(recorded.Report.Decisions, told.History!.Passes); // what the run decided stays what it was
    }

    [Fact]
    public void FromJournal_GivenPriceBeyondTheNextTriggerPrice_Fires()
    {
        Explanation before = Explain(recorded.ConfigPath);
        NextPriceLine weth = before.NextPrices.Single(n => n.Asset == "WETH");
        AssetId asset = recorded.Setup.AssetOf("WETH");

        Explanation told = Explain(recorded.ConfigPath, new WhatIfPrice(asset, weth.Up!.Price * 1.01));

        Assert.True(told.Triggers[0].Fires);
        Assert.True(told.Assets[asset.Index].IsGiven);
    }

    private static IEnumerable<KeyValuePair<string, long>> Sorted(IReadOnlyDictionary<string, long> counts) => counts.OrderBy(c => c.Key, StringComparer.Ordinal);

    private Explanation Explain(string config, params WhatIfPrice[] prices) =>
        Explainer.FromJournal(ConfigReader.Read(config), recorded.Report.Journal, prices, keep: 1000);
}
