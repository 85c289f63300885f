using FastRebalance.Amm;
using FastRebalance.Bench.Routing;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;

namespace FastRebalance.UnitTests.Bench.Routing;

public sealed class RoutingMarketTests
{
    private const int Assets = 8;
    private const int PoolCount = 40;

    [Fact]
    public void New_SameSeed_SameMarketAlsoAfterTheSameMoves()
    {
        RoutingMarket left = Market(seed: 3), right = Market(seed: 3);

        Assert.Equal(left.Request.ReferencePrices, right.Request.ReferencePrices);
        Assert.Equal(left.Request.Weights, right.Request.Weights);
        Assert.Equal(left.Request.Holdings, right.Request.Holdings);
        Assert.Equal(Quotes(left), Quotes(right));
        for (int i = 0; i < 100; i++)
            Assert.Equal(left.Disturb(), right.Disturb());
        Assert.Equal(Quotes(left), Quotes(right));
    }

    [Fact]
    public void New_OtherSeed_OtherMarket()
    {
        RoutingMarket left = Market(seed: 3), right = Market(seed: 4);

        Assert.NotEqual(left.Request.ReferencePrices, right.Request.ReferencePrices);
        Assert.NotEqual(Quotes(left), Quotes(right));
    }

    [Fact]
    public void New_ManySeeds_PoolsQuoteAndTheRequestIsAPortfolio()
    {
        int ranged = 0;
        for (int seed = 0; seed < 20; seed++)
        {
            RoutingMarket market = Market(seed);
            Assert.Equal(PoolCount, market.Pools.Count);
            Assert.All(Quotes(market), quote => Assert.Equal(QuoteStatus.Exact, quote.Status));
            Assert.Equal(1, market.Request.Weights.Sum(), 1e-12);
            Assert.All(market.Request.ReferencePrices, price => Assert.True(price > 0 && double.IsFinite(price)));
            double worth = 0;
            for (int i = 0; i < Assets; i++)
                worth += (double)market.Request.Holdings[i] * market.Request.ReferencePrices[i];
            Assert.Equal(1e6, worth, 1);
            ranged += market.Pools.Count(pool => pool is UniswapV3Pool);
        }
        Assert.InRange(ranged, 20 * PoolCount / 5, 20 * PoolCount / 2);
    }

    /// <summary>Within the fee no pool pays more than the reference prices say, so that nobody profits from a circle.</summary>
    [Fact]
    public void New_NoiseBelowTheFee_NoPoolPaysMoreThanTheReference()
    {
        for (int seed = 0; seed < 20; seed++)
            foreach (Quoted quote in Quotes(Market(seed)))
                Assert.True(quote.Ratio < 1, $"seed {seed}: {quote}");
    }

    [Fact]
    public void Disturb_OneMove_ChangesTheToldPoolAlone()
    {
        RoutingMarket market = Market(seed: 5);
        Quoted[] before = Quotes(market);

        int moved = market.Disturb(partOfFee: 1);

        Quoted[] after = Quotes(market);
        for (int i = 0; i < PoolCount; i++)
            Assert.Equal(i == moved, before[2 * i] != after[2 * i] || before[2 * i + 1] != after[2 * i + 1]);
    }

    private static RoutingMarket Market(int seed) => new(seed, Assets, PoolCount, depth: 100, noise: 0.9);

    /// <summary>What every pool pays, both ways, for a thousandth of the portfolio.</summary>
    private static Quoted[] Quotes(RoutingMarket market) => [.. market.Pools.SelectMany(pool => new[]
    {
        Quote(market, pool, pool.Asset0.Index, pool.Asset1.Index),
        Quote(market, pool, pool.Asset1.Index, pool.Asset0.Index),
    })];

    private static Quoted Quote(RoutingMarket market, Pool pool, int sell, int buy)
    {
        double[] prices = market.Request.ReferencePrices;
        UInt256.TryFromDoubleFloor(1e3 / prices[sell], out UInt256 amount);
        QuoteStatus status = pool.QuoteExactIn(AssetId.FromIndex(sell), AssetId.FromIndex(buy), amount, out SwapQuote quote);
        return new Quoted(status, quote.AmountOut, (double)quote.AmountOut * prices[buy] / ((double)amount * prices[sell]));
    }

    private readonly record struct Quoted(QuoteStatus Status, UInt256 AmountOut, double Ratio);
}
