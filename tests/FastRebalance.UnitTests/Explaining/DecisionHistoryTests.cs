using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Explaining;
using FastRebalance.UnitTests.Configuration;

namespace FastRebalance.UnitTests.Explaining;

public sealed class DecisionHistoryTests : IDisposable
{
    private const long SecondNs = 1_000_000_000;

    private readonly SampleConfig _sample = new();
    private readonly DecisionHistory _history;

    public DecisionHistoryTests() => _history = new DecisionHistory(keep: 2, new Words(_sample.Read()));

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void Report_RefusedAgainAndAgain_IsOneLineWithItsReasonAndCount()
    {
        _history.Take(Outcome(DecisionVerdict.InsideBand), 1 * SecondNs);
        _history.Take(Run(DecisionVerdict.InsideBand, 100), 2 * SecondNs);
        _history.Take(Refused(RiskVerdict.StalePrice, asset: 0), 3 * SecondNs);
        _history.Take(Run(DecisionVerdict.Refused, 9, RiskVerdict.StalePrice), 4 * SecondNs);
        _history.Take(Refused(RiskVerdict.StalePrice, asset: 0), 5 * SecondNs); // told whole again at a head

        HistoryReport report = _history.Report(torn: false, gap: null);

        DecisionLine line = Assert.Single(report.Decisions);
        Assert.Equal(("Refused: StalePrice (WETH)", 11L, "economic 1: drift-band", 150.0), (line.Reason, line.Passes, line.Trigger, line.DriftBps));
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(3), line.Time);
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(5), line.Until);
        Assert.Equal(112, report.Passes);
        Assert.Equal((101L, 11L), (report.Verdicts["insideBand"], report.Verdicts["refused"]));
        Assert.Equal(11, Assert.Single(report.Refusals).Value);
    }

    [Fact]
    public void Report_OtherReasonOrAsset_IsAnotherLineAndOnlyTheLastAreKept()
    {
        _history.Take(Refused(RiskVerdict.CoolDown, asset: -1), SecondNs);
        _history.Take(Refused(RiskVerdict.BadPrint, asset: 0), 2 * SecondNs);
        _history.Take(Refused(RiskVerdict.BadPrint, asset: 1), 3 * SecondNs);

        HistoryReport report = _history.Report(torn: true, gap: "a gap");

        Assert.Equal(["Refused: BadPrint (WETH)", "Refused: BadPrint (WBTC)"], report.Decisions.Select(d => d.Reason));
        Assert.Equal(3, report.Verdicts["refused"]);
        Assert.Equal((true, "a gap"), (report.Torn, report.Gap));
    }

    [Fact]
    public void Report_TwoOrdersInARow_AreTwoLines()
    {
        _history.Take(Outcome(DecisionVerdict.Order), SecondNs);
        _history.Take(Outcome(DecisionVerdict.Order), 2 * SecondNs);

        Assert.Equal([1L, 1L], _history.Report(false, null).Decisions.Select(d => d.Passes));
    }

    private static DecisionOutcome Refused(RiskVerdict risk, int asset)
    {
        DecisionOutcome outcome = Outcome(DecisionVerdict.Refused);
        outcome.Risk = risk;
        outcome.RiskAsset = asset < 0 ? AssetId.None : AssetId.FromIndex(asset);
        return outcome;
    }

    private static DecisionOutcome Outcome(DecisionVerdict verdict) => new()
    {
        Verdict = verdict,
        Trigger = (byte)(verdict == DecisionVerdict.InsideBand ? 0 : 1),
        Tier = verdict == DecisionVerdict.InsideBand ? PolicyTier.None : PolicyTier.Economic,
        MaxDrift = 0.015,
    };

    private static PassRun Run(DecisionVerdict verdict, byte count, RiskVerdict risk = RiskVerdict.Unchecked) => new() { Verdict = verdict, Risk = risk, Count = count };
}
