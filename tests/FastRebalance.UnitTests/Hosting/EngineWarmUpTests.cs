using FastRebalance.Configuration;
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
    }

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
