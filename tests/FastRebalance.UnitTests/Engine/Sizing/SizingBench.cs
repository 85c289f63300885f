using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Engine;
using FastRebalance.Engine.Risk;
using FastRebalance.Engine.Sizing;
using FastRebalance.Kernels;

namespace FastRebalance.UnitTests.Engine.Sizing;

/// <summary>Some assets of 18 decimals at a price of one, and cash of 6 decimals as the last: a weight is a number of tokens.</summary>
internal sealed class SizingBench
{
    public const long SecondNs = 1_000_000_000;

    private ulong _block = 1;

    public SizingBench(int assets, double maxTradeNumeraire = 1e12)
    {
        Count = assets + 1;
        EngineAsset[] all = [.. Enumerable.Range(0, assets).Select(i => new EngineAsset(Name(i), 18)), new EngineAsset("CASH", 6)];
        Market = new MarketState(new EngineSetup(all, [], AssetId.FromIndex(assets), AssetId.FromIndex(0), Epoch: 1));
        Cycle = new RebalanceCycle(Market, new RiskBounds(maxTradeNumeraire, new Bps(50)), AssetId.FromIndex(assets));
        for (int i = 0; i < assets; i++)
            Price(i, 1);
    }

    public int Count { get; }

    public int Cash => Count - 1;

    public MarketState Market { get; }

    public RebalanceCycle Cycle { get; }

    public long NowUnixNs { get; private set; } = 1_700_000_000L * SecondNs;

    public List<string> Symbols => [.. Enumerable.Range(0, Count - 1).Select(Name), "CASH"];

    public void Price(int asset, double price)
    {
        MarketEvent e = new() { Kind = MarketEventKind.Price, Subject = AssetId.FromIndex(asset).Value };
        e.Price.NumerairePerToken = price;
        Apply(e);
    }

    public void Hold(params double[] tokens)
    {
        for (int i = 0; i < tokens.Length; i++)
        {
            Assert.True(UInt256.TryFromDoubleFloor(tokens[i] * Market.UnitsPerToken[i], out UInt256 units));
            HoldUnits(i, units);
        }
        Head(baseFeeWei: 0);
    }

    public void HoldUnits(int asset, UInt256 units) =>
        Apply(new MarketEvent { Kind = MarketEventKind.Holding, Subject = AssetId.FromIndex(asset).Value, Holding = units });

    public void Head(ulong baseFeeWei)
    {
        MarketEvent head = new() { Kind = MarketEventKind.Head, BlockNumber = ++_block };
        head.Head.BaseFeePerGasWei = baseFeeWei;
        Apply(head);
    }

    public void Pass(TimeSpan time)
    {
        NowUnixNs += (long)time.TotalNanoseconds;
        Apply(new MarketEvent { Kind = MarketEventKind.Timer });
    }

    /// <summary>A plan with these regions; cash has none.</summary>
    public void Regions(params (double Trigger, double Landing, double Cost)[] regions)
    {
        for (int i = 0; i < Count; i++)
        {
            PlanAsset line = default;
            if (i < regions.Length)
                (line.TriggerDrift, line.LandingDrift, line.Cost) = regions[i];
            Apply(new MarketEvent { Kind = MarketEventKind.PlanAsset, Subject = AssetId.FromIndex(i).Value, PlanAsset = line });
        }
        Apply(new MarketEvent { Kind = MarketEventKind.PlanReady, PlanReady = new PlanReady { Parts = PlanParts.Regions } });
    }

    /// <summary>The pass as the steps before sizing leave it.</summary>
    public RebalanceCycle Valued(params double[] targets)
    {
        Cycle.Begin();
        targets.CopyTo(Cycle.Targets, 0);
        Cycle.TotalNumeraire = ValuationKernel.Measure(Market.Quantities, Market.Prices, Cycle.Values);
        Cycle.MaxDrift = DriftKernel.Measure(Cycle.Values, Cycle.TotalNumeraire, Cycle.Targets, Cycle.Weights, Cycle.Drift, out _);
        return Cycle;
    }

    /// <summary>Numeraire that the trades bring of each asset, less what they take.</summary>
    public double[] Bought()
    {
        double[] bought = new double[Count];
        foreach (Trade trade in Cycle.Trades)
        {
            bought[trade.Sell.Index] -= trade.ValueNumeraire;
            bought[trade.Buy.Index] += trade.ValueNumeraire;
        }
        return bought;
    }

    /// <summary>Fills the trades at the prices known, in exact units.</summary>
    public void Fill()
    {
        UInt256[] holdings = Market.Holdings.ToArray();
        foreach (Trade trade in Cycle.Trades.ToArray())
        {
            (int sell, int buy) = (trade.Sell.Index, trade.Buy.Index);
            double worth = (double)trade.AmountIn / Market.UnitsPerToken[sell] * Market.Prices[sell];
            Assert.True(UInt256.TryFromDoubleFloor(worth / Market.Prices[buy] * Market.UnitsPerToken[buy], out UInt256 bought));
            holdings[sell] -= trade.AmountIn;
            holdings[buy] += bought;
        }
        for (int i = 0; i < Count; i++)
            HoldUnits(i, holdings[i]);
        Head(baseFeeWei: 0);
    }

    private void Apply(MarketEvent e)
    {
        e.UnixNs = NowUnixNs;
        Assert.Equal(ApplyVerdict.Applied, Market.Apply(in e));
    }

    private static string Name(int index) => $"A{index}";
}
