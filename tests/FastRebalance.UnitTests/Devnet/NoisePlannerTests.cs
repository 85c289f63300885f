using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Market;
using FastRebalance.Devnet.Noise;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.UnitTests.Devnet;

public sealed class NoisePlannerTests
{
    private static readonly Address Trader = AddressOf(99);
    private static readonly DeployedMarket Market = CreateMarket();

    [Fact]
    public void Plan_PoolsFarFromTheWalk_BringsEachOfThemAlongInAtMostThreeTransactions()
    {
        NoisePlanner planner = new(Market, Trader, seed: 1);
        PriceWalk walk = new(MarketPlan.Create(1), 1);
        for (ulong block = 1; block <= 50; block++)
        {
            walk.Advance(1);
            IReadOnlyList<NoiseTransaction> transactions = planner.Plan(block, walk, States(walk, off: 1.05));

            Assert.InRange(transactions.Count, 1, 3);
            Assert.Equal(Market.Pools.Count, transactions.Sum(SwapsIn));
            Assert.All(transactions, transaction => Assert.True(transaction.TipPerGasWei < transaction.MaxFeePerGasWei));
        }
    }

    [Fact]
    public void Plan_PoolsWhereTheWalkIs_TradesOnlyWherePricesDisagreeBeyondTheFee()
    {
        NoisePlanner planner = new(Market, Trader, seed: 1);
        PriceWalk walk = new(MarketPlan.Create(1), 1);

        IReadOnlyList<NoiseTransaction> transactions = planner.Plan(1, walk, States(walk, off: 1));

        Assert.True(transactions.Sum(SwapsIn) <= Market.Pools.Count(pool => pool.Plan.IsConcentrated));
    }

    [Fact]
    public void Plan_SameBlockAndPools_PlansTheSame()
    {
        PriceWalk walk = new(MarketPlan.Create(1), 1);

        IReadOnlyList<NoiseTransaction> one = new NoisePlanner(Market, Trader, 5).Plan(3, walk, States(walk, 1.02));
        IReadOnlyList<NoiseTransaction> two = new NoisePlanner(Market, Trader, 5).Plan(3, walk, States(walk, 1.02));

        Assert.Equal(one.Select(t => Convert.ToHexString(t.Data)), two.Select(t => Convert.ToHexString(t.Data)));
        Assert.Equal(one.Select(t => t.MaxFeePerGasWei), two.Select(t => t.MaxFeePerGasWei));
    }

    [Theory]
    [InlineData(1.05, true)]
    [InlineData(0.95, false)]
    public void Towards_PoolAboveOrBelow_SellsTheDearToken(double off, bool sellsToken0)
    {
        PriceWalk walk = new(MarketPlan.Create(1), 1);
        foreach (PoolState state in States(walk, off))
            Assert.Equal(sellsToken0, NoiseSwap.Towards(in state, state.RawPrice / off).SellsToken0);
    }

    [Fact]
    public void Towards_PoolRunFarAway_NeverPaysMoreThanTheCap()
    {
        PriceWalk walk = new(MarketPlan.Create(1), 1);
        foreach (PoolState state in States(walk, off: 1))
        {
            NoiseSwap swap = NoiseSwap.Towards(in state, state.RawPrice * 1e6);
            TokenPlan paid = state.Pool.Token1.Plan;
            Assert.InRange((double)swap.AmountIn / Math.Pow(10, paid.Decimals) * paid.StartPrice, 0, 20_000_001);
        }
    }

    // A multicall's only argument is an array: its count stands behind the selector and one offset.
    private static int SwapsIn(NoiseTransaction transaction) =>
        transaction.To == Market.Contracts.SwapRouter02
            ? (int)(ulong)UInt256.ReadBigEndian(transaction.Data.AsSpan(AbiSelector.Length + AbiWriter.WordLength, AbiWriter.WordLength))
            : 1;

    private static PoolState[] States(PriceWalk walk, double off) => [.. Market.Pools.Select(pool =>
    {
        double price = off * pool.RawPrice(walk.PriceOf(pool.Token0.Plan.Symbol), walk.PriceOf(pool.Token1.Plan.Symbol));
        double reserve0 = pool.Token0.Plan.BaseUnitsOf(1e6);
        return pool.Plan.IsConcentrated ? new PoolState(pool, price, 0, 0) : new PoolState(pool, price, reserve0, reserve0 * price);
    })];

    private static DeployedMarket CreateMarket()
    {
        MarketPlan plan = MarketPlan.Create(1);
        DeployedToken[] tokens = [.. plan.Tokens.Select((token, index) => new DeployedToken(token, AddressOf(index + 1)))];
        DeployedToken Of(string symbol) => tokens.First(token => token.Plan.Symbol == symbol);
        UniswapContracts contracts = new()
        {
            Weth = tokens[0].Address,
            V2Factory = AddressOf(20),
            V2Router02 = AddressOf(21),
            V3Factory = AddressOf(22),
            V3PositionManager = AddressOf(23),
            V3SwapRouter = AddressOf(24),
            V3QuoterV2 = AddressOf(25),
            V3TickLens = AddressOf(26),
            SwapRouter02 = AddressOf(27),
        };
        return new DeployedMarket(contracts, tokens,
            [.. plan.Pools.Select((pool, index) => new DeployedPool(pool, AddressOf(40 + index), Of(pool.TokenA), Of(pool.TokenB)))]);
    }

    private static Address AddressOf(int number)
    {
        byte[] bytes = new byte[Address.Length];
        bytes[^1] = (byte)number;
        return new Address(bytes);
    }
}
