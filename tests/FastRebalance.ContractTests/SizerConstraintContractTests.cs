using FastRebalance.Composition;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Engine.Sizing;

namespace FastRebalance.ContractTests;

/// <summary>What every registered sizer must keep to when the portfolio constrains it, on seeded random portfolios.</summary>
public sealed class SizerConstraintContractTests
{
    private const int Portfolios = 300;
    private const int Cash = 2;
    private const double Lot = 0.01;
    private const double Dust = 50;

    public static TheoryData<string> Names => new(Sizers.Registry.Names);

    [Theory, MemberData(nameof(Names))]
    public void Size_Unconstrained_SpendsWhatIsHeldAndGoesNearerNeverAcross(string name)
    {
        int trades = 0;
        Run(name, _ => new SizingConstraints(3), (sample, _) =>
        {
            AssertHeld(sample, new SizingConstraints(3));
            trades += sample.Cycle.TradeCount;
            for (int i = 0; i < Cash; i++)
            {
                double before = sample.Cycle.Drift[i];
                double after = before + (Bought(sample, i) / sample.Cycle.TotalNumeraire);
                Assert.True(Math.Abs(after) <= Math.Abs(before) + 1e-9 && after * before >= -1e-9, $"asset {i} from {before} to {after}");
            }
        });
        Assert.True(trades > 100, $"only {trades} trades were seen");
    }

    [Theory, MemberData(nameof(Names))]
    public void Size_NoBuyAndNoSell_AreKept(string name) =>
        Run(name, random =>
        {
            SizingConstraints constraints = new(3);
            for (int i = 0; i < 3; i++)
                (constraints.NoBuy[i], constraints.NoSell[i]) = (random.Next(3) == 0, random.Next(3) == 0);
            return constraints;
        }, (sample, constraints) =>
        {
            AssertHeld(sample, constraints);
            foreach (Trade trade in sample.Cycle.Trades)
            {
                Assert.False(constraints.NoSell[trade.Sell.Index], $"{trade.Sell} is sold");
                Assert.False(constraints.NoBuy[trade.Buy.Index], $"{trade.Buy} is bought");
            }
        });

    [Theory, MemberData(nameof(Names))]
    public void Size_CashBufferAndWeightLimits_AreKept(string name) =>
        Run(name, random =>
        {
            SizingConstraints constraints = new(3) { CashBuffer = random.NextDouble() * 0.2 };
            constraints.MaxWeights[0] = random.NextDouble();
            return constraints;
        }, (sample, constraints) =>
        {
            AssertHeld(sample, constraints);
            double after = (sample.Cycle.Values[0] + Bought(sample, 0)) / sample.Cycle.TotalNumeraire;
            Assert.True(after <= Math.Max(constraints.MaxWeights[0], sample.Cycle.Weights[0]) + 1e-9, $"{after} of {constraints.MaxWeights[0]}");
        });

    [Theory, MemberData(nameof(Names))]
    public void Size_Lots_AreWhole(string name)
    {
        UInt256 lot = UInt256.PowerOfTen(16);
        Run(name, _ =>
        {
            SizingConstraints constraints = new(3);
            constraints.Lots[0] = Lot;
            return constraints;
        }, (sample, constraints) =>
        {
            AssertHeld(sample, constraints);
            foreach (Trade trade in sample.Cycle.Trades)
                if (trade.Sell.Index == 0)
                    Assert.True((trade.AmountIn % lot).IsZero || sample.Cycle.Targets[0] == 0, $"{trade.AmountIn} is no multiple of {lot}");
                else if (trade.Buy.Index == 0 && sample.Cycle.Targets[trade.Sell.Index] != 0)
                    Assert.InRange(OffLot(trade.ValueNumeraire / sample.Market.Prices[0] / Lot), 0, 1e-4);
        });
    }

    [Theory, MemberData(nameof(Names))]
    public void Size_MinimumTrade_IsKept(string name) =>
        Run(name, random => new SizingConstraints(3) { MinTradeNumeraire = random.NextDouble() * 5_000 }, (sample, constraints) =>
        {
            foreach (Trade trade in sample.Cycle.Trades)
                Assert.True(trade.ValueNumeraire >= constraints.MinTradeNumeraire, $"{trade.ValueNumeraire} of at least {constraints.MinTradeNumeraire}");
        });

    [Theory, MemberData(nameof(Names))]
    public void Size_DustOfAnAssetNotToBeHeld_IsLeftOrSoldToTheLastUnit(string name)
    {
        if (name == "twap")
            Assert.Skip("slices an exit as it slices everything");
        int exits = 0;
        Run(name, _ => new SizingConstraints(3) { DustNumeraire = Dust }, (sample, _) =>
        {
            for (int i = 0; i < Cash; i++)
            {
                double value = sample.Cycle.Values[i];
                if (sample.Cycle.Targets[i] != 0 || value == 0)
                    continue;
                UInt256 sold = Sold(sample, i);
                bool mayGo = value > Dust && value < SampleCycle.MaxTradeNumeraire / 2;
                if (value <= Dust)
                    Assert.True(sold.IsZero, $"dust of {value} is sold");
                else if (mayGo)
                    Assert.Equal(sample.Market.Holdings[i], sold);
                exits += mayGo ? 1 : 0;
            }
        });
        Assert.True(exits > 10, $"only {exits} exits were seen");
    }

    [Theory, MemberData(nameof(Names))]
    public void Size_Constrained_AllocatesNothing(string name)
    {
        SizingConstraints constraints = new(3) { CashBuffer = 0.01, DriftedBand = 0.001, DustNumeraire = 5, MinTradeNumeraire = 20, GasOverCost = true };
        constraints.Lots[0] = Lot;
        constraints.NoBuy[2] = true;
        ISizer sizer = Create(name, constraints);
        SampleCycle sample = SampleCycle.Filled().Planned();
        Assert.Equal(0, SampleCycle.AllocatedBy(() =>
        {
            sample.Value([0.5, 0.2, 0.3]);
            sizer.Size(sample.Cycle);
        }));
    }

    private static void Run(string name, Func<Random, SizingConstraints> constrain, Action<SampleCycle, SizingConstraints> check)
    {
        Random random = new(name.Length);
        SampleCycle sample = SampleCycle.Filled();
        for (int i = 0; i < Portfolios; i++)
        {
            if (i == Portfolios / 2)
                sample.Planned();
            double total = 1_000 * Math.Pow(10, 2 * random.NextDouble());
            double[] held = Weights(random), targets = Weights(random);
            sample.HoldWorth(held[0] * total, held[1] * total, held[2] * total);
            sample.Value(targets);
            SizingConstraints constraints = constrain(random);
            Create(name, constraints).Size(sample.Cycle);
            check(sample, constraints);
        }
    }

    /// <summary>Some of them zero, some tiny.</summary>
    private static double[] Weights(Random random)
    {
        double[] raw = [random.NextDouble(), random.NextDouble(), random.NextDouble()];
        int odd = random.Next(6);
        if (odd < 3)
            raw[odd] = random.Next(2) * 0.01 * random.NextDouble();
        double sum = raw.Sum();
        return [.. raw.Select(x => x / sum)];
    }

    private static ISizer Create(string name, SizingConstraints constraints)
    {
        BuildContext context = new(PluginSamples.Symbols, AssetId.FromIndex(Cash)) { Constraints = constraints };
        return PluginSamples.TryCreate(Sizers.Registry, name, PluginSamples.Of(name).Options, context, out List<ConfigProblem> problems)
            ?? throw new InvalidOperationException(string.Join("; ", problems));
    }

    /// <summary>All trades together spend what is held, and of cash only what is above the buffer.</summary>
    private static void AssertHeld(SampleCycle sample, SizingConstraints constraints)
    {
        for (int i = 0; i < 3; i++)
        {
            UInt256 sold = Sold(sample, i);
            Assert.True(sold <= sample.Market.Holdings[i], $"{sold} of asset {i} are sold, {sample.Market.Holdings[i]} are held");
            double left = (double)(sample.Market.Holdings[i] - sold) / sample.Market.UnitsPerToken[i];
            if (i == Cash && !sold.IsZero)
                Assert.True(left >= (constraints.CashBuffer * sample.Cycle.TotalNumeraire) - 1e-9, $"{left} of cash are left");
        }
    }

    private static UInt256 Sold(SampleCycle sample, int asset)
    {
        UInt256 sold = UInt256.Zero;
        foreach (Trade trade in sample.Cycle.Trades)
            if (trade.Sell.Index == asset)
                sold += trade.AmountIn;
        return sold;
    }

    private static double Bought(SampleCycle sample, int asset)
    {
        double bought = 0;
        foreach (Trade trade in sample.Cycle.Trades)
            bought += trade.Buy.Index == asset ? trade.ValueNumeraire : trade.Sell.Index == asset ? -trade.ValueNumeraire : 0;
        return bought;
    }

    private static double OffLot(double lots) => Math.Abs(lots - Math.Round(lots));
}
