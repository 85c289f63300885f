using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.MarketData;
using FastRebalance.MarketData.Feeds;
using FastRebalance.UnitTests.Amm;

namespace FastRebalance.UnitTests.MarketData;

public class PoolEventsSetupTests
{
    [Fact]
    public void Validate_TwoPoolsOfOneManager_AreTwoPools()
    {
        Setup(PoolOf(0, fee: 500), PoolOf(1, fee: 3_000)).Validate();
        Assert.Throws<ArgumentException>(() => Setup(PoolOf(0, fee: 500), PoolOf(1, fee: 500)).Validate());
    }

    [Fact]
    public void Validate_TheSamePairTwice_Throws()
    {
        PoolFacts facts = new(UniswapV2Pool.KindName, PoolMaker.At, PoolMaker.Token0, PoolMaker.Token1, 3_000);
        Pool[] pools = [.. Enumerable.Range(0, 2).Select(i => new UniswapV2Pool(facts, PoolId.FromIndex(i), [PoolMaker.Asset0, PoolMaker.Asset1]))];
        Assert.Throws<ArgumentException>(() => Setup(pools).Validate());
    }

    private static UniswapV4Pool PoolOf(int index, uint fee) => new(
        new PoolFacts(UniswapV4Pool.KindName, PoolMaker.At, PoolMaker.Token0, PoolMaker.Token1, fee, 10)
        {
            Parameters = PoolMaker.V4Parameters(PoolMaker.Token0, PoolMaker.Token1, fee, 10),
        }, PoolId.FromIndex(index), [PoolMaker.Asset0, PoolMaker.Asset1]);

    private static PoolEventsSetup Setup(params Pool[] pools) => new()
    {
        Assets = [new FeedAsset("A", PoolMaker.Token0, 18), new FeedAsset("B", PoolMaker.Token1, 18)],
        Numeraire = PoolMaker.Asset0,
        Pools = pools,
        Account = PoolMaker.At,
    };
}
