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

    private static readonly AssetId Weth = AssetId.FromIndex(0), Wbtc = AssetId.FromIndex(1), Usdc = AssetId.FromIndex(2);

    private static readonly RiskSection Limits =
        new(100, SampleCycle.MaxTradeNumeraire, TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(2), MaxGasNumeraire)
        {
            BadPrint = new BadPrintSection(null, 20, 100),
            MaxPoolDeviationBps = 100,
            MaxTurnoverPerDay = 0.5,
            SlippageBudget = new SlippageBudgetSection(10, TimeSpan.FromHours(6)),
            Exposure = new ExposureSection(new Dictionary<string, double> { ["WETH"] = 0.6 }, null),
            MaxDrawdownBps = 1000,
            FrozenPrices = new FrozenPricesSection(TimeSpan.FromSeconds(8), new Dictionary<string, TimeSpan>(), 1),
        };

    // By check: what makes it, and it alone, say no.
    private static readonly Dictionary<string, Action<SampleCycle>> Offences = new()
    {
        [nameof(KillSwitchCheck)] = sample => sample.Apply(new MarketEvent { Kind = MarketEventKind.Operator, Command = OperatorCommand.Pause }),
        [nameof(PriceAgeCheck)] = sample => sample.Pass(TimeSpan.FromSeconds(13)),
        [nameof(TradeSizeCheck)] = TradeTooMuch,
        [nameof(CoolDownCheck)] = sample => sample.Market.Orders.Open(sample.NowUnixNs),
        [nameof(GasBudgetCheck)] = SpendTheGasBudget,
        [nameof(BadPrintCheck)] = sample => WithATrade(sample).Reference(Wbtc, 62_000),
        [nameof(PoolDeviationCheck)] = sample => WithATrade(sample).MovePool(weth: 4_000, usdc: 9_800_000),
        [nameof(TurnoverCheck)] = sample => Fill(WithATrade(sample), soldWeth: 120, receivedUsdc: 300_000),
        [nameof(SlippageBudgetCheck)] = sample => Fill(WithATrade(sample), soldWeth: 10, receivedUsdc: 24_000),
        [nameof(ExposureCheck)] = BuyTooMuch,
        [nameof(DrawdownCheck)] = LoseTooMuch,
        [nameof(FrozenAssetCheck)] = sample => WithATrade(sample).Pass(TimeSpan.FromSeconds(9)),
        [nameof(PostTradeCheck)] = sample => sample.Cycle.Add(TradeWorth(6_000, Weth, Wbtc)),
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

    [Theory, MemberData(nameof(Names))]
    public void Gate_OffenceOfACheck_IsRefusedWithoutAllocation(string name)
    {
        RiskGate gate = new([.. Checks()]);
        SampleCycle wrong = Offend(name);
        Assert.False(gate.Approves(wrong.Cycle));
        Assert.Equal(0, SampleCycle.AllocatedBy(() => gate.Approves(wrong.Cycle)));
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

    private static Trade TradeWorth(double numeraire) => TradeWorth(numeraire, Weth, Usdc);

    private static Trade TradeWorth(double numeraire, AssetId sell, AssetId buy) =>
        new() { Sell = sell, Buy = buy, AmountIn = 1, ValueNumeraire = numeraire };

    /// <summary>A trade that nothing is wrong with: WBTC is 5 % over its target, and WETH as much below.</summary>
    private static SampleCycle WithATrade(SampleCycle sample)
    {
        sample.Cycle.Add(TradeWorth(6_000, Wbtc, Weth));
        return sample;
    }

    private static void TradeTooMuch(SampleCycle sample)
    {
        sample.Weigh(600_000, [0.3, 0.4, 0.3], [0.5, 0.2, 0.3]);
        sample.Cycle.Add(TradeWorth(SampleCycle.MaxTradeNumeraire * 1.01, Wbtc, Weth));
    }

    private static void BuyTooMuch(SampleCycle sample)
    {
        sample.Weigh(600_000, [0.55, 0.1, 0.35], [0.7, 0.1, 0.2]);
        sample.Cycle.Add(TradeWorth(60_000, Usdc, Weth));
    }

    private static void LoseTooMuch(SampleCycle sample)
    {
        sample.Cycle.HighWater.See(sample.Cycle);
        sample.Weigh(500_000, [0.45, 0.25, 0.3], [0.5, 0.2, 0.3]);
        sample.Cycle.HighWater.See(sample.Cycle);
    }

    /// <summary>An order long enough ago that moved so much.</summary>
    private static void Fill(SampleCycle sample, uint soldWeth, uint receivedUsdc)
    {
        OrderLeg leg = new() { Sell = Weth, Buy = Usdc, AmountIn = (UInt128)soldWeth * 1_000_000_000_000_000_000 };
        leg.ExpectedOut = leg.MinimumOut = (UInt128)receivedUsdc * 1_000_000;
        MarketEvent fill = new() { Kind = MarketEventKind.LegFill };
        fill.Fill = new LegFill { OrderId = sample.Market.OpenOrder([leg]), Spent = leg.AmountIn, Received = leg.ExpectedOut };
        sample.Apply(fill);
        sample.Pass(TimeSpan.FromSeconds(3));
    }

    private static void SpendTheGasBudget(SampleCycle sample)
    {
        MarketEvent report = new() { Kind = MarketEventKind.OrderReport };
        report.Order.Status = SubmitStatus.Reverted;
        report.Order.GasUsed = 1_000_000;
        report.Order.EffectiveGasPriceWei = (ulong)(MaxGasNumeraire / 2500 * 1e18 / report.Order.GasUsed) + 1;
        sample.Apply(report);
    }
}
