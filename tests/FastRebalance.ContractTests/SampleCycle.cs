using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Engine;
using FastRebalance.Engine.Risk;

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
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
            call();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static Pool MakePool()
    {
        Assert.True(PoolKinds.TryFind("uniswap-v2", out PoolKind? kind));
        PoolFacts facts = new("uniswap-v2", AddressOf(0x10), AddressOf(1), AddressOf(3), 3000);
        return kind.Create(facts, PoolId.FromIndex(0), Weth, Usdc);
    }

    private static Address AddressOf(int number) => Address.Parse($"0x{number:x40}");

    private void Hold(AssetId asset, UInt256 units) => Apply(new MarketEvent { Kind = MarketEventKind.Holding, Subject = asset.Value, Holding = units });

    private void Price(AssetId asset, double price)
    {
        MarketEvent e = new() { Kind = MarketEventKind.Price, Subject = asset.Value };
        e.Price.NumerairePerToken = price;
        Apply(e);
    }
}
