using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Engine;
using FastRebalance.Engine.Planning;
using FastRebalance.Engine.Targets;

namespace FastRebalance.UnitTests.Engine.Planning;

/// <summary>A market of WETH, WBTC and USDC (the numeraire) as a stream of events, minute by minute, and a planner to watch it.</summary>
internal sealed class PlannerBench(ITarget target, PlannerOptions options)
{
    public const long MinuteNs = 60L * 1_000_000_000;

    // Volatilities per year, and the correlation of the two.
    public const double WethVolatility = 0.8, WbtcVolatility = 0.5, Correlation = 0.6;

    public static readonly EngineSetup Setup = new([new("WETH", 18), new("WBTC", 8), new("USDC", 6)], [], EngineBench.Usdc, EngineBench.Weth, Epoch: 1);

    private readonly Random _random = new(7);

    public Planner Planner { get; } = new(Setup, target, options);

    public MarketState Engine { get; } = new(Setup);

    public List<MarketEvent> Seen { get; } = [];

    /// <summary>Every plan, its events one after the other.</summary>
    public List<MarketEvent> Planned { get; } = [];

    public int Plans { get; private set; }

    public int RefusedPlans { get; private set; }

    public double Weth { get; set; } = 2500;

    public double Wbtc { get; set; } = 60_000;

    public long NowUnixNs { get; set; } = EngineBench.StartUnixNs;

    public static PlannerOptions Quick => new() { WarmUpSamples = 30, HalfLife = TimeSpan.FromHours(12) };

    public static FixedWeightsTarget Fixed => new(new() { Weights = new() { ["WETH"] = 0.5, ["WBTC"] = 0.2, ["USDC"] = 0.3 } }, EngineBench.Symbols);

    public PlannerBench Start()
    {
        Send(new MarketEvent { Kind = MarketEventKind.Holding, Subject = EngineBench.Weth.Value, Holding = UInt256.Parse("100000000000000000000") });
        Send(new MarketEvent { Kind = MarketEventKind.Holding, Subject = EngineBench.Wbtc.Value, Holding = 5_00000000UL });
        Send(new MarketEvent { Kind = MarketEventKind.Holding, Subject = EngineBench.Usdc.Value, Holding = 50_000_000000UL });
        Minute();
        return this;
    }

    /// <summary>Minutes of a random walk with the volatilities above.</summary>
    public PlannerBench Walk(int minutes, double volatility = 1)
    {
        double root = volatility * Math.Sqrt(1 / (365.0 * 1440));
        for (int i = 0; i < minutes; i++)
        {
            double first = Normal(), second = (Correlation * first) + (Math.Sqrt(1 - (Correlation * Correlation)) * Normal());
            Weth *= Math.Exp(WethVolatility * root * first);
            Wbtc *= Math.Exp(WbtcVolatility * root * second);
            Minute();
        }
        return this;
    }

    /// <summary>A minute passes; then the prices as they are, and a head.</summary>
    public void Minute(bool weth = true, bool wbtc = true)
    {
        NowUnixNs += MinuteNs;
        if (weth)
            Price(EngineBench.Weth, Weth);
        if (wbtc)
            Price(EngineBench.Wbtc, Wbtc);
        MarketEvent head = new() { Kind = MarketEventKind.Head, BlockNumber = (ulong)(NowUnixNs / MinuteNs) };
        head.Head.BaseFeePerGasWei = 10_000_000_000;
        Send(head);
    }

    public void Price(AssetId asset, double price)
    {
        MarketEvent e = new() { Kind = MarketEventKind.Price, Subject = asset.Value };
        e.Price.NumerairePerToken = price;
        Send(e);
    }

    public void Send(MarketEvent e)
    {
        e.UnixNs = NowUnixNs;
        Seen.Add(e);
        bool isDue = Planner.Observe(in e);
        Engine.Apply(in e);
        if (!isDue)
            return;
        Plans++;
        List<MarketEvent> plan = [];
        Planner.Plan(plan);
        foreach (MarketEvent line in plan)
        {
            Planned.Add(line);
            Planner.Observe(in line);
            if (Engine.Apply(in line) != ApplyVerdict.Applied)
                RefusedPlans++;
        }
    }

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
