using System.Runtime;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Engine;
using FastRebalance.Hosting;
using FastRebalance.UnitTests.Configuration;

namespace FastRebalance.UnitTests.Hosting;

public sealed class EngineWarmUpTests
{
    // Orders mean that every step was taken: valuation, drift, triggers, sizing, risk, the search and exact quotes.
    [Fact]
    public void Run_PoolsOfBothKinds_TakesTheWholePath()
    {
        using SampleConfig sample = new();
        ConfigFile config = ConfigReader.Parse(sample.Root.ToJsonString(), sample.Folder);
        ResolvedSetup setup = SetupOf(config);

        EngineWarmUp warmUp = EngineWarmUp.Run(config, setup, PolicyFactory.Search(setup.ToEngineSetup(), out _));

        Assert.True(warmUp.Orders >= 100, $"{warmUp.Orders} orders");
        Assert.True(warmUp.FencedPasses >= 100, $"{warmUp.FencedPasses} ticks that changed nothing");
    }

    // No made-up market has a second source, and none is deep, calm and small enough for every limit at once.
    [Fact]
    public void Run_EveryRiskCheck_TakesTheWholePathAllTheSame()
    {
        using SampleConfig sample = new();
        sample.With("portfolios[0].risk.badPrint", """{ "maxReferenceDeviationBps": 1 }""").With("portfolios[0].risk.maxPoolDeviationBps", "1")
            .With("portfolios[0].risk.maxTurnoverPerDay", "0.001").With("portfolios[0].risk.exposure", """{ "maxRisky": 0.01 }""")
            .With("portfolios[0].risk.maxDrawdownBps", "1").With("portfolios[0].risk.frozenPrices", """{ "after": "00:00:01" }""");
        ConfigFile config = ConfigReader.Parse(sample.Root.ToJsonString(), sample.Folder);
        ResolvedSetup setup = SetupOf(config);

        EngineWarmUp warmUp = EngineWarmUp.Run(config, setup, PolicyFactory.Search(setup.ToEngineSetup(), out _));

        Assert.True(warmUp.Orders >= 100, $"{warmUp.Orders} orders");
    }

    // Those that wait for a plan are given a made-up one.
    [Theory]
    [InlineData("""{ "kind": "risk-parity", "cash": 0.3 }""")]
    [InlineData("""{ "kind": "external", "maxAge": "00:10:00" }""")]
    [InlineData("""{ "kind": "cppi", "floorFraction": 0.8, "risky": { "WETH": 0.5, "WBTC": 0.5 } }""")]
    [InlineData("""{ "kind": "market-cap", "supplies": { "WETH": 1, "WBTC": 1 }, "cash": 0.3 }""")]
    public void Run_TargetOfAnyKind_TakesTheWholePath(string target)
    {
        using SampleConfig sample = new();
        ConfigFile config = ConfigReader.Parse(sample.With("portfolios[0].target", target).Root.ToJsonString(), sample.Folder);
        ResolvedSetup setup = SetupOf(config);

        EngineWarmUp warmUp = EngineWarmUp.Run(config, setup, PolicyFactory.Search(setup.ToEngineSetup(), out _));

        Assert.True(warmUp.Orders >= 100, $"{warmUp.Orders} orders");
    }

    [Fact]
    public void Run_EngineAfterIt_MeetsNoMethodForTheFirstTime()
    {
        using SampleConfig sample = new();
        ConfigFile config = ConfigReader.Parse(sample.Root.ToJsonString(), sample.Folder);
        ResolvedSetup setup = SetupOf(config);
        EngineSetup engine = setup.ToEngineSetup();
        EngineWarmUp warmUp = EngineWarmUp.Run(config, setup, PolicyFactory.Search(engine, out _));
        PortfolioPolicy policy = PolicyFactory.Build(config, [])!;
        RebalancePipeline live = PolicyFactory.Pipeline(setup.ToEngineSetup(), policy, PolicyFactory.Search(engine, out _), warmUp);
        MarketEvent[] events = [.. OffTargetThenAtTarget(engine)];

        long before = JitInfo.GetCompiledMethodCount(currentThread: true);
        for (int i = 0; i < events.Length; i++)
            live.OnEvent(in events[i], i, endOfBatch: events[i].Kind is MarketEventKind.Head or MarketEventKind.Timer || events[i].DueNs > 0);
        long compiled = JitInfo.GetCompiledMethodCount(currentThread: true) - before;

        Assert.True(live.Evaluation.FencedPasses > 0);
        Assert.Equal(0, compiled);
    }

    private static IEnumerable<MarketEvent> OffTargetThenAtTarget(EngineSetup engine)
    {
        ulong[][] tokens = [[1000, 1, 1], [500, 200, 300]];
        for (int block = 0; block < tokens.Length; block++)
        {
            for (int i = 0; i < engine.Assets.Count; i++)
            {
                AssetId asset = AssetId.FromIndex(i);
                UInt256 units = UInt256.PowerOfTen(engine.Assets[i].Decimals) * tokens[block][i];
                yield return new() { Kind = MarketEventKind.Holding, Subject = asset.Value, Holding = units };
                if (asset != engine.Numeraire)
                    yield return Price(asset, dueNs: 0);
            }
            yield return new() { Kind = MarketEventKind.Head, BlockNumber = (ulong)block };
            yield return Price(AssetId.FromIndex(0), dueNs: 1);
            yield return Price(AssetId.FromIndex(1), dueNs: 1);
        }
    }

    private static MarketEvent Price(AssetId asset, long dueNs) =>
        new() { Kind = MarketEventKind.Price, Subject = asset.Value, DueNs = dueNs, Price = new() { NumerairePerToken = 1 } };

    [Fact]
    public void Run_SameAgain_SameOrders()
    {
        using SampleConfig sample = new();
        ConfigFile config = ConfigReader.Parse(sample.Root.ToJsonString(), sample.Folder);
        ResolvedSetup setup = SetupOf(config);
        EngineSetup engine = setup.ToEngineSetup();

        int first = EngineWarmUp.Run(config, setup, PolicyFactory.Search(engine, out _)).Orders;

        Assert.Equal(first, EngineWarmUp.Run(config, setup, PolicyFactory.Search(engine, out _)).Orders);
    }

    private static ResolvedSetup SetupOf(ConfigFile config) => new()
    {
        ChainId = config.Chain.Id,
        Epoch = 1,
        Account = "0x00000000000000000000000000000000000000d1",
        Router = "0x00000000000000000000000000000000000000f1",
        Numeraire = "USDC",
        Native = "WETH",
        Assets = [.. config.Assets.Select(a => new ResolvedAsset(a.Symbol, a.Address.ToString(), a.Decimals))],
        Pools =
        [
            Pool("uniswap-v3", 0xb1, 0xa1, 0xa2, 60),
            Pool("uniswap-v2", 0xb2, 0xa1, 0xa3, 0),
            Pool("uniswap-v3", 0xb3, 0xa2, 0xa3, 10),
        ],
    };

    private static ResolvedPool Pool(string kind, int address, int token0, int token1, int tickSpacing) =>
        new(kind, $"0x{address:x40}", $"0x{token0:x40}", $"0x{token1:x40}", 3000, tickSpacing);
}
