using FastRebalance.Core.Assets;
using FastRebalance.Devnet;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Lending;
using FastRebalance.Lending.Calls;
using FastRebalance.Lending.Logs;
using FastRebalance.MarketData.Lending;
using DevnetCalls = FastRebalance.Devnet.Lending.LendingCalls;

namespace FastRebalance.ChainTests;

/// <summary>The price at the edge of liquidation on the real contracts, and what logs alone cannot keep.</summary>
public sealed class LendingEdgeTests(LendingChain chain) : IClassFixture<LendingChain>
{
    private const int Edges = 40;

    private readonly AccountEntry[] _entries = new AccountEntry[AccountConfiguration.MostReserves];
    private readonly byte[] _data = new byte[PoolCalls.MostBytes];

    [Fact]
    public async Task PriceAtHealthFactor_OnTheContracts_IsTheEdge()
    {
        Address user = chain.Users[0];
        await SupplyAsync(user, "WETH", 10);
        await SupplyAsync(user, "WBTC", 0.05);
        await BorrowAsync(user, "USDC", 9_000);
        LendingMarket market = await chain.ReadAsync(await chain.Node.BlockNumberAsync());
        PriceFeed feed = market.Feeds.Single(one => one.Asset == chain.Manifest.Reserve("WETH").Asset);
        for (int i = 0; i < Edges; i++)
        {
            UInt256 wanted = WadRay.Wad + (UInt256)(ulong)i * UInt256.PowerOfTen(16);
            await SetPriceAsync(market, feed, Edge(market, user, feed.Slot, wanted));
            Assert.True(await HealthFactorAsync(user) >= wanted);
            await SetPriceAsync(market, feed, Edge(market, user, feed.Slot, wanted) - UInt256.One);
            Assert.True(await HealthFactorAsync(user) < wanted);
        }
    }

    [Fact]
    public async Task Apply_AnotherPriceSource_IsReadAnew()
    {
        LendingMarket market = await chain.ReadAsync(await chain.Node.BlockNumberAsync());
        DevnetReserve link = chain.Manifest.Reserve("LINK");
        Address source = chain.Manifest.Reserve("DAI").PriceSource;
        Receipt receipt = await chain.DoAsync(chain.Deployer, chain.Oracle, CallData.Of("setAssetSources(address[],address[])", 2, (ref AbiWriter writer) =>
        {
            foreach (Address address in new[] { link.Asset, source })
            {
                AbiFrame list = writer.BeginArray(1, 1);
                writer.WriteAddress(address);
                writer.End(list);
            }
        }));
        Assert.Equal([LendingLogStatus.NeedsReading], receipt.Logs.Select(log => LendingReader.Apply(market, log, chain.Time)));

        LendingMarket anew = await chain.ReadAsync(receipt.BlockNumber);
        int id = anew.Reserve(link.Asset).Id;
        Assert.Equal(source, anew.Feeds.Single(feed => feed.Slot == id).Source);
        Assert.Equal(anew.Prices[anew.Reserve(chain.Manifest.Reserve("DAI").Asset).Id], anew.Prices[id]);
    }

    [Fact]
    public async Task ReadAsync_NoLendingMarket_NamesTheContract()
    {
        LendingReader reader = new(chain.Node, chain.Manifest.Reserve("WETH").Asset);
        InvalidOperationException found = await Assert.ThrowsAsync<InvalidOperationException>(() => reader.ReadAsync([], BlockRef.Latest));
        Assert.Contains(chain.Manifest.Reserve("WETH").Asset.ToString(), found.Message);
    }

    [Fact]
    public void Manifest_WithAave_NamesTheReservesAndTheirSimulatedPrices()
    {
        Assert.Equal(["WETH", "USDC", "DAI", "WBTC", "LINK"], chain.Manifest.Reserves.Select(reserve => reserve.Symbol));
        Assert.NotEqual(Address.Zero, chain.Manifest.Account("lender"));
        Assert.Contains("simulatedPriceSource", chain.ManifestText);
        Assert.Contains("aavePoolAddressesProvider", chain.ManifestText);
    }

    private async Task SupplyAsync(Address user, string symbol, double amount)
    {
        Assert.True(PoolCalls.TrySupply(_data, chain.Manifest.Reserve(symbol).Asset, Units(symbol, amount), user, out int length));
        await chain.DoAsync(user, chain.Pool, _data[..length]);
    }

    private async Task BorrowAsync(Address user, string symbol, double amount)
    {
        Assert.True(PoolCalls.TryBorrow(_data, chain.Manifest.Reserve(symbol).Asset, Units(symbol, amount), user, out int length));
        await chain.DoAsync(user, chain.Pool, _data[..length]);
    }

    private UInt256 Edge(LendingMarket market, Address user, int slot, UInt256 wanted)
    {
        // As of the block that the price will stand in.
        Assert.Equal(LendingStatus.Exact, market.Fill(market.Follow(user), chain.Time + 1, _entries, out int count));
        Assert.Equal(LendingStatus.Exact, AccountMath.PriceAtHealthFactor(_entries.AsSpan(0, count), market.Prices, slot, in wanted, out UInt256 price));
        return price;
    }

    private async Task SetPriceAsync(LendingMarket market, PriceFeed feed, UInt256 price)
    {
        Receipt receipt = await chain.DoAsync(
            chain.Deployer, feed.Source, CallData.Of("setAnswer(int256)", 1, (ref AbiWriter writer) => writer.WriteUInt256(price)));
        foreach (LogEntry log in receipt.Logs)
            Assert.Equal(LendingLogStatus.Applied, LendingReader.Apply(market, log, chain.Time));
    }

    private async Task<UInt256> HealthFactorAsync(Address user)
    {
        byte[] answer = await chain.Node.CallAsync(chain.Pool, DevnetCalls.WithAddresses("getUserAccountData(address)", user), BlockRef.Latest);
        return UInt256.ReadBigEndian(answer.AsSpan(5 * AbiWriter.WordLength, AbiWriter.WordLength));
    }

    private UInt256 Units(string symbol, double amount) => PoolMath.BaseUnits(amount * Math.Pow(10, chain.Manifest.Token(symbol).Decimals));
}
