using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Engine;
using FastRebalance.Engine.Risk;
using FastRebalance.Kernels;

namespace FastRebalance.ContractTests;

/// <summary>One pass over 100 WETH at 2500, 5 WBTC at 60000 and 50000 USDC beside one pool of WETH and USDC, its parts filled as the steps before would.</summary>
internal sealed class SampleCycle
{
    public const double MaxTradeNumeraire = 100_000;
    public const long StartUnixNs = 1_700_000_000L * 1_000_000_000;

    /// <summary>Numbers that no portfolio has, and that must bring no plug-in down.</summary>
    public static readonly double[] Absurd = [double.NaN, 0, -1, -0.0, double.Epsilon, 1e308, -1e308, double.PositiveInfinity, double.NegativeInfinity];

    private static readonly AssetId Weth = AssetId.FromIndex(0);
    private static readonly AssetId Wbtc = AssetId.FromIndex(1);
    private static readonly AssetId Usdc = AssetId.FromIndex(2);

    public SampleCycle()
    {
        EngineSetup setup = new([new("WETH", 18), new("WBTC", 8), new("USDC", 6)], [MakePool()], Usdc, Weth, Epoch: 1);
        Market = new MarketState(setup);
        Cycle = new RebalanceCycle(Market, new RiskBounds(MaxTradeNumeraire, new Bps(50)), Usdc);
    }

    public MarketState Market { get; }

    public RebalanceCycle Cycle { get; }

    public long NowUnixNs { get; private set; } = StartUnixNs;

    /// <summary>With everything known and the weights as given; the targets are 0.5, 0.2 and 0.3.</summary>
    public static SampleCycle Filled(double weth = 0.45, double wbtc = 0.25, double usdc = 0.3)
    {
        SampleCycle sample = new();
        sample.Hold(Weth, UInt256.Parse("100000000000000000000"));
        sample.Hold(Wbtc, 5_00000000UL);
        sample.Hold(Usdc, 50_000_000000UL);
        sample.Price(Weth, 2500);
        sample.Price(Wbtc, 60_000);
        sample.Reference(Weth, 2500);
        sample.Reference(Wbtc, 60_000);
        sample.MovePool(weth: 4_000, usdc: 10_000_000);
        sample.Apply(new MarketEvent { Kind = MarketEventKind.Head, BlockNumber = 1 });
        sample.Weigh(600_000, [weth, wbtc, usdc], [0.5, 0.2, 0.3]);
        return sample;
    }

    /// <summary>
    /// With a plan for these assets and targets, cheap gas in the newest block, and gas of 60 numeraire as the average. The regions are
    /// optimal for a risk aversion of 5, costs of 30 bps and that gas on a portfolio of 600000.
    /// </summary>
    public SampleCycle Planned(double stress = 1)
    {
        Plan(Weth, volatility: 0.8, driftVariance: 0.04, trigger: 0.072406, landing: 0.017317);
        Plan(Wbtc, volatility: 0.6, driftVariance: 0.009216, trigger: 0.056636, landing: 0.011876);
        PlanAsset cash = default;
        cash.TargetWeight = 0.3;
        Apply(new MarketEvent { Kind = MarketEventKind.PlanAsset, Subject = Usdc.Value, PlanAsset = cash });
        PlanRow(PlanMatrix.Covariance, Weth, 0.64, 0.36, 0);
        PlanRow(PlanMatrix.Covariance, Wbtc, 0.36, 0.36, 0);
        PlanRow(PlanMatrix.Covariance, Usdc, 0, 0, 0);
        PlanRow(PlanMatrix.Region, Weth, 900, 300, 0);
        PlanRow(PlanMatrix.Region, Wbtc, 300, 1600, 0);
        PlanRow(PlanMatrix.Region, Usdc, 0, 0, 0);
        PlanReady ready = new()
        {
            Parts = PlanParts.Targets | PlanParts.Estimates | PlanParts.Regions | PlanParts.Covariance | PlanParts.Ellipsoid,
            Stress = stress,
            AverageGasNumeraire = 60,
        };
        Apply(new MarketEvent { Kind = MarketEventKind.PlanReady, PlanReady = ready });
        Head(baseFeeGwei: 1);
        return this;
    }

    public void Head(double baseFeeGwei)
    {
        MarketEvent head = new() { Kind = MarketEventKind.Head, BlockNumber = Market.HeadBlock + 1 };
        head.Head.BaseFeePerGasWei = (ulong)(baseFeeGwei * 1e9);
        Apply(head);
    }

    /// <summary>Fills the parts of the cycle from what is held, at the prices known, as the steps before the triggers would.</summary>
    public void Value(ReadOnlySpan<double> targets)
    {
        Cycle.Begin();
        targets.CopyTo(Cycle.Targets);
        Cycle.TotalNumeraire = ValuationKernel.Measure(Market.Quantities, Market.Prices, Cycle.Values);
        Cycle.MaxDrift = DriftKernel.Measure(Cycle.Values, Cycle.TotalNumeraire, Cycle.Targets, Cycle.Weights, Cycle.Drift, out _);
    }

    /// <summary>Holds so much of each asset that it is worth this at the prices known.</summary>
    public void HoldWorth(params ReadOnlySpan<double> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            Assert.True(UInt256.TryFromDoubleFloor(values[i] / Market.Prices[i] * Market.UnitsPerToken[i], out UInt256 units));
            Hold(AssetId.FromIndex(i), units);
        }
    }

    public void Weigh(double total, double[] weights, double[] targets)
    {
        Cycle.Begin();
        Cycle.TotalNumeraire = total;
        for (int i = 0; i < weights.Length; i++)
        {
            Cycle.Weights[i] = weights[i];
            Cycle.Targets[i] = targets[i];
            Cycle.Values[i] = weights[i] * total;
            Cycle.Drift[i] = weights[i] - targets[i];
        }
        Cycle.MaxDrift = Cycle.Drift.Max(Math.Abs);
    }

    /// <summary>A price of the second source.</summary>
    public void Reference(AssetId asset, double price)
    {
        MarketEvent e = new() { Kind = MarketEventKind.ReferencePrice, Subject = asset.Value };
        e.Price.NumerairePerToken = price;
        Apply(e);
    }

    /// <summary>The pool's reserves, in whole tokens.</summary>
    public void MovePool(uint weth, uint usdc)
    {
        MarketEvent e = new() { Kind = MarketEventKind.Reserves, Subject = PoolId.FromIndex(0).Value };
        e.Reserves.Reserve0 = (UInt128)weth * 1_000_000_000_000_000_000;
        e.Reserves.Reserve1 = (UInt128)usdc * 1_000_000;
        Apply(e);
        Apply(new MarketEvent { Kind = MarketEventKind.PoolReady, Subject = PoolId.FromIndex(0).Value });
    }

    public void Pass(TimeSpan time)
    {
        NowUnixNs += (long)time.TotalNanoseconds;
        Apply(new MarketEvent { Kind = MarketEventKind.Timer });
    }

    public void Apply(MarketEvent e)
    {
        e.UnixNs = NowUnixNs;
        Assert.Equal(ApplyVerdict.Applied, Market.Apply(in e));
    }

    /// <summary>Bytes that this thread allocates over many calls, the first ones left out.</summary>
    public static long AllocatedBy(Action call)
    {
        for (int i = 0; i < 100; i++)
            call();
        AllocationWatch watch = new();
        while (watch.Next())
            for (int i = 0; i < 1_000; i++)
                call();
        return watch.LeastBytes;
    }

    private static Pool MakePool()
    {
        Assert.True(PoolKinds.TryFind("uniswap-v2", out PoolKind? kind));
        PoolFacts facts = new("uniswap-v2", AddressOf(0x10), AddressOf(1), AddressOf(3), 3000);
        return kind.Create(facts, PoolId.FromIndex(0), Weth, Usdc);
    }

    private static Address AddressOf(int number) => Address.Parse($"0x{number:x40}");

    private void Hold(AssetId asset, UInt256 units) => Apply(new MarketEvent { Kind = MarketEventKind.Holding, Subject = asset.Value, Holding = units });

    private void Plan(AssetId asset, double volatility, double driftVariance, double trigger, double landing)
    {
        double riskPrice = 5 * volatility * volatility;
        PlanAsset line = new()
        {
            TargetWeight = asset == Weth ? 0.5 : 0.2,
            Volatility = volatility,
            AnchorPrice = Market.Prices[asset.Index],
            TriggerDrift = trigger,
            LandingDrift = landing,
            DriftVariance = driftVariance,
            RiskPrice = riskPrice,
            LossRate = riskPrice * ((trigger * trigger) + (trigger * landing) + (landing * landing)) / 6,
            Cost = 0.003,
        };
        Apply(new MarketEvent { Kind = MarketEventKind.PlanAsset, Subject = asset.Value, PlanAsset = line });
    }

    private void PlanRow(PlanMatrix matrix, AssetId row, params ReadOnlySpan<double> numbers)
    {
        PlanRow part = new() { Matrix = matrix, Count = (byte)numbers.Length };
        for (int i = 0; i < numbers.Length; i++)
            part.Numbers[i] = numbers[i];
        Apply(new MarketEvent { Kind = MarketEventKind.PlanRow, Subject = row.Value, PlanRow = part });
    }

    public void Price(AssetId asset, double price)
    {
        MarketEvent e = new() { Kind = MarketEventKind.Price, Subject = asset.Value };
        e.Price.NumerairePerToken = price;
        Apply(e);
    }
}
