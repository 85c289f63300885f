using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Engine.Risk;
using FastRebalance.Engine.Sizing;

namespace FastRebalance.UnitTests.Engine;

/// <summary>A market of WETH (18 decimals), WBTC (8) and USDC (6, the numeraire) without pools unless some are given, and words to move it.</summary>
internal sealed class EngineBench
{
    public const long SecondNs = 1_000_000_000;
    public const long StartUnixNs = 1_700_000_000L * SecondNs;

    public static readonly AssetId Weth = AssetId.FromIndex(0);
    public static readonly AssetId Wbtc = AssetId.FromIndex(1);
    public static readonly AssetId Usdc = AssetId.FromIndex(2);
    public static readonly List<string> Symbols = ["WETH", "WBTC", "USDC"];

    public EngineBench(double maxTradeNumeraire = 250_000, params Pool[] pools)
    {
        EngineSetup setup = new([new("WETH", 18), new("WBTC", 8), new("USDC", 6)], pools, Usdc, Weth, Epoch: 1);
        Market = new MarketState(setup);
        Cycle = new RebalanceCycle(Market, new RiskBounds(maxTradeNumeraire, new Bps(50)), Usdc);
    }

    public MarketState Market { get; }

    public RebalanceCycle Cycle { get; }

    public ulong Block { get; private set; } = 100;

    public long NowUnixNs { get; set; } = StartUnixNs;

    public ApplyVerdict Price(AssetId asset, double price)
    {
        MarketEvent e = Event(MarketEventKind.Price, asset.Value);
        e.Price.NumerairePerToken = price;
        return Market.Apply(in e);
    }

    /// <summary>A price of the second source.</summary>
    public ApplyVerdict Reference(AssetId asset, double price)
    {
        MarketEvent e = Event(MarketEventKind.ReferencePrice, asset.Value);
        e.Price.NumerairePerToken = price;
        return Market.Apply(in e);
    }

    /// <summary>A plan of estimates: volatility per square root of a year and anchor price, by asset.</summary>
    public ApplyVerdict Estimate(params (double Volatility, double AnchorPrice)[] assets)
    {
        for (int i = 0; i < assets.Length; i++)
        {
            MarketEvent line = Event(MarketEventKind.PlanAsset, AssetId.FromIndex(i).Value);
            line.PlanAsset = new PlanAsset { Volatility = assets[i].Volatility, AnchorPrice = assets[i].AnchorPrice };
            Market.Apply(in line);
        }
        MarketEvent ready = Event(MarketEventKind.PlanReady, 0);
        ready.PlanReady = new PlanReady { Parts = PlanParts.Estimates };
        return Market.Apply(in ready);
    }

    /// <summary>Adds a trade to the pass.</summary>
    public EngineBench Trade(AssetId sell, AssetId buy, double valueNumeraire)
    {
        Cycle.Add(new Trade { Sell = sell, Buy = buy, AmountIn = 1, ValueNumeraire = valueNumeraire });
        return this;
    }

    public ApplyVerdict Hold(AssetId asset, UInt256 units)
    {
        MarketEvent e = Event(MarketEventKind.Holding, asset.Value);
        e.Holding = units;
        return Market.Apply(in e);
    }

    public ApplyVerdict Head(ulong block, ulong baseFeeWei = SecondNs)
    {
        Block = block;
        MarketEvent e = Event(MarketEventKind.Head, 0);
        e.Head.BaseFeePerGasWei = baseFeeWei;
        return Market.Apply(in e);
    }

    public ApplyVerdict Report(ulong order, SubmitStatus status, ulong includedBlock = 0, ulong gasUsed = 0, ulong gasPriceWei = 0)
    {
        MarketEvent e = Event(MarketEventKind.OrderReport, 0);
        e.Order.OrderId = order;
        e.Order.Status = status;
        e.Order.IncludedBlock = includedBlock;
        e.Order.GasUsed = gasUsed;
        e.Order.EffectiveGasPriceWei = gasPriceWei;
        return Market.Apply(in e);
    }

    public ApplyVerdict Operator(OperatorCommand command)
    {
        MarketEvent e = Event(MarketEventKind.Operator, 0);
        e.Command = command;
        return Market.Apply(in e);
    }

    /// <summary>100 WETH at 2500, 5 WBTC at 60000, 50000 USDC: 600000 in all, the numeraire an asset like the others.</summary>
    public EngineBench Filled()
    {
        Hold(Weth, UInt256.Parse("100000000000000000000"));
        Hold(Wbtc, 5_00000000UL);
        Hold(Usdc, 50_000_000000UL);
        Price(Weth, 2500);
        Price(Wbtc, 60000);
        Head(Block);
        return this;
    }

    /// <summary>Values the cycle against these targets, as the pipeline would.</summary>
    public RebalanceCycle Valued(params double[] targets)
    {
        Cycle.Begin();
        Cycle.TotalNumeraire = 0;
        for (int i = 0; i < Market.AssetCount; i++)
        {
            Cycle.Values[i] = Market.Quantities[i] * Market.Prices[i];
            Cycle.TotalNumeraire += Cycle.Values[i];
        }
        Cycle.MaxDrift = 0;
        for (int i = 0; i < Market.AssetCount; i++)
        {
            Cycle.Targets[i] = targets[i];
            Cycle.Weights[i] = Cycle.Values[i] / Cycle.TotalNumeraire;
            Cycle.Drift[i] = Cycle.Weights[i] - targets[i];
            Cycle.MaxDrift = Math.Max(Cycle.MaxDrift, Math.Abs(Cycle.Drift[i]));
        }
        return Cycle;
    }

    /// <summary>The cycle at these weights, whatever is held.</summary>
    public RebalanceCycle Weighed(double[] weights, double[] targets)
    {
        Cycle.Begin();
        Cycle.TotalNumeraire = 600_000;
        Cycle.MaxDrift = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            Cycle.Weights[i] = weights[i];
            Cycle.Targets[i] = targets[i];
            Cycle.Values[i] = weights[i] * Cycle.TotalNumeraire;
            Cycle.Drift[i] = weights[i] - targets[i];
            Cycle.MaxDrift = Math.Max(Cycle.MaxDrift, Math.Abs(Cycle.Drift[i]));
        }
        return Cycle;
    }

    private MarketEvent Event(MarketEventKind kind, ushort subject) =>
        new() { Kind = kind, Subject = subject, UnixNs = NowUnixNs, BlockNumber = Block };
}
