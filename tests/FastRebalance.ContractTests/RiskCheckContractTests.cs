using FastRebalance.Composition;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Risk;
using FastRebalance.Engine.Sizing;

namespace FastRebalance.ContractTests;

/// <summary>What every risk check must keep to, run for each that <see cref="RiskChecks"/> makes. A new one adds its line to <see cref="Offences"/>.</summary>
public sealed class RiskCheckContractTests
{
    private const double MaxGasNumeraire = 500;

    private static readonly RiskSection Limits =
        new(100, SampleCycle.MaxTradeNumeraire, TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(2), MaxGasNumeraire);

    // By check: what makes it, and it alone, say no.
    private static readonly Dictionary<string, Action<SampleCycle>> Offences = new()
    {
        [nameof(KillSwitchCheck)] = sample => sample.Apply(new MarketEvent { Kind = MarketEventKind.Operator, Command = OperatorCommand.Pause }),
        [nameof(PriceAgeCheck)] = sample => sample.Pass(TimeSpan.FromSeconds(13)),
        [nameof(TradeSizeCheck)] = sample => sample.Cycle.Add(TradeWorth(SampleCycle.MaxTradeNumeraire * 1.01)),
        [nameof(CoolDownCheck)] = sample => sample.Market.Orders.Open(sample.NowUnixNs),
        [nameof(GasBudgetCheck)] = SpendTheGasBudget,
    };

    public static TheoryData<string> Names => new(Checks().Select(c => c.GetType().Name));

    [Theory, MemberData(nameof(Names))]
    public void Check_NothingWrong_Approves(string name) => Assert.Equal(RiskVerdict.Approved, Check(name).Check(SampleCycle.Filled().Cycle));

    [Theory, MemberData(nameof(Names))]
    public void Check_ItsOwnOffence_IsRefusedByItAlone(string name)
    {
        SampleCycle sample = Offend(name);
        RiskVerdict verdict = Check(name).Check(sample.Cycle);

        Assert.NotEqual(RiskVerdict.Unchecked, verdict);
        Assert.NotEqual(RiskVerdict.Approved, verdict);
        Assert.All(Checks().Where(c => c.GetType().Name != name), c => Assert.Equal(RiskVerdict.Approved, c.Check(sample.Cycle)));
    }

    [Fact]
    public void Check_AllOffences_HaveVerdictsOfTheirOwn()
    {
        RiskVerdict[] verdicts = [.. Checks().Select(c => c.Check(Offend(c.GetType().Name).Cycle))];
        Assert.Equal(verdicts.Length, verdicts.Distinct().Count());
    }

    [Theory, MemberData(nameof(Names))]
    public void Check_NothingKnownYet_IsNeverUnchecked(string name) =>
        Assert.NotEqual(RiskVerdict.Unchecked, Check(name).Check(new SampleCycle().Cycle));

    [Theory, MemberData(nameof(Names))]
    public void Check_AbsurdNumbers_NeverThrowsAndIsNeverUnchecked(string name)
    {
        foreach (double absurd in SampleCycle.Absurd)
        {
            SampleCycle sample = SampleCycle.Filled();
            sample.Weigh(absurd, [absurd, absurd, absurd], [absurd, absurd, absurd]);
            sample.Cycle.Add(TradeWorth(absurd));
            Assert.NotEqual(RiskVerdict.Unchecked, Check(name).Check(sample.Cycle));
        }
    }

    [Fact]
    public void Check_TradeOfUnknownWorth_IsRefusedBySomeCheck()
    {
        SampleCycle sample = SampleCycle.Filled();
        sample.Cycle.Add(TradeWorth(double.NaN));
        Assert.False(new RiskGate([.. Checks()]).Approves(sample.Cycle));
    }

    [Theory, MemberData(nameof(Names))]
    public void Check_SameCycleAgain_SaysTheSame(string name)
    {
        SampleCycle sample = Offend(name);
        IRiskCheck check = Check(name);
        RiskVerdict verdict = check.Check(sample.Cycle);
        Assert.Equal(verdict, check.Check(sample.Cycle));
        Assert.Equal(verdict, Check(name).Check(sample.Cycle));
    }

    [Theory, MemberData(nameof(Names))]
    public void Check_ManyTimes_AllocatesNothing(string name)
    {
        IRiskCheck check = Check(name);
        SampleCycle right = SampleCycle.Filled(), wrong = Offend(name);
        Assert.Equal(0, SampleCycle.AllocatedBy(() =>
        {
            check.Check(right.Cycle);
            check.Check(wrong.Cycle);
        }));
    }

    private static IReadOnlyList<IRiskCheck> Checks() => RiskChecks.From(Limits, new BuildContext(PluginSamples.Symbols, AssetId.FromIndex(2)));

    private static IRiskCheck Check(string name) => Checks().Single(c => c.GetType().Name == name);

    private static SampleCycle Offend(string name)
    {
        SampleCycle sample = SampleCycle.Filled();
        if (!Offences.TryGetValue(name, out Action<SampleCycle>? offence))
            throw new InvalidOperationException(
                $"nothing here makes {name} say no: add a line to Offences in tests/FastRebalance.ContractTests/RiskCheckContractTests.cs");
        offence(sample);
        return sample;
    }

    private static Trade TradeWorth(double numeraire) =>
        new() { Sell = AssetId.FromIndex(0), Buy = AssetId.FromIndex(2), AmountIn = 1, ValueNumeraire = numeraire };

    private static void SpendTheGasBudget(SampleCycle sample)
    {
        MarketEvent report = new() { Kind = MarketEventKind.OrderReport };
        report.Order.Status = SubmitStatus.Reverted;
        report.Order.GasUsed = 1_000_000;
        report.Order.EffectiveGasPriceWei = (ulong)(MaxGasNumeraire / 2500 * 1e18 / report.Order.GasUsed) + 1;
        sample.Apply(report);
    }
}
