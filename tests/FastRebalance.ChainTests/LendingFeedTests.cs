using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Devnet;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Lending;
using FastRebalance.MarketData;
using FastRebalance.MarketData.Feeds;
using FastRebalance.Tests;
using PoolCalls = FastRebalance.Lending.Calls.PoolCalls;
using DevnetCalls = FastRebalance.Devnet.Lending.LendingCalls;

namespace FastRebalance.ChainTests;

/// <summary>What the feed publishes of a lending market, against the real contracts at the same block.</summary>
public sealed class LendingFeedTests(LendingChain chain, ITestOutputHelper output) : IClassFixture<LendingChain>
{
    private const int Blocks = 300;
    private const double Tolerance = 1e-12;

    private readonly byte[] _data = new byte[1_024];
    private double _worstPlain;

    [Fact]
    public async Task Feed_RandomBlocks_PublishesWhatTheContractsAnswer()
    {
        Func<Task> rewind = await chain.KeepAsync();
        await OpenPositionsAsync();
        Dictionary<string, int> done = [];
        LendingDriver driver = new(chain, await chain.ReadAsync(await chain.Node.BlockNumberAsync()), new Random(1_009), done);
        await driver.BeginAsync();
        // One of the category with a price of its own, two plain ones, the one of the stable category, the isolated one.
        await using FeedUnderTest priced = new(chain, chain.Users[0]);
        await using FeedUnderTest plain = new(chain, chain.Users[1]);
        await using FeedUnderTest other = new(chain, chain.Users[2]);
        await using FeedUnderTest stable = new(chain, chain.Users[^2]);
        await using FeedUnderTest isolated = new(chain, chain.Users[^1]);
        FeedUnderTest[] feeds = [priced, plain, other, stable, isolated];
        foreach (FeedUnderTest feed in feeds)
            await feed.FollowAsync(await chain.Node.BlockNumberAsync());
        // From here every block waits for all feeds: the node sometimes answers for a block out of the next one while it makes that.
        for (int i = 0; i < Blocks; i++)
        {
            Receipt receipt = await driver.StepAsync();
            foreach (FeedUnderTest feed in feeds)
            {
                await feed.FollowAsync(receipt.BlockNumber);
                await AssertPublishedAsync(feed, receipt.BlockNumber);
            }
        }
        Assert.All(feeds, feed => Assert.Equal((0L, 1L, 0L), (feed.Counters.Mismatches, feed.Counters.Snapshots, feed.Counters.Losses)));
        Assert.All(feeds, feed => Assert.True(feed.WasIndebted > 20, $"{feed.Account} owed something in {feed.WasIndebted} blocks only"));
        foreach (string what in new[] { "price", "borrow", "repay", "withdraw", "liquidation", "setReservePause", "setReserveFreeze", "setBorrowCap", "setSupplyCap" })
            Assert.True(done.ContainsKey(what), $"'{what}' never happened: choose another seed");
        output.WriteLine($"worst relative difference of a health factor without the contracts' roundings: {_worstPlain:E2}; "
            + string.Join(", ", done.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key} {one.Value}")));
        await rewind();
    }

    [Fact]
    public async Task Feed_PriceSourceReplaced_ReadsAnewAndGoesOn()
    {
        Func<Task> rewind = await chain.KeepAsync();
        await using FeedUnderTest feed = new(chain, chain.Users[0]);
        await feed.FollowAsync(await chain.Node.BlockNumberAsync());
        DevnetReserve link = chain.Manifest.Reserve("LINK");
        Receipt receipt = await chain.DoAsync(chain.Deployer, chain.Oracle, SetSource(link.Asset, chain.Manifest.Reserve("DAI").PriceSource));
        await feed.FollowAsync(receipt.BlockNumber);
        Assert.Equal(feed.TermsOf("DAI").OraclePrice, feed.TermsOf("LINK").OraclePrice);

        // The log of what is now the source moves both.
        receipt = await chain.DoAsync(
            chain.Deployer, chain.Manifest.Reserve("DAI").PriceSource, CallData.Of("setAnswer(int256)", 1, (ref AbiWriter writer) => writer.WriteUInt64(98_765_432)));
        await feed.FollowAsync(receipt.BlockNumber);
        Assert.Equal(98_765_432ul, feed.TermsOf("LINK").OraclePrice);
        Assert.Equal((uint)chain.Time, feed.TermsOf("LINK").OracleUnixSeconds);
        Assert.Equal((0L, 1L), (feed.Counters.Mismatches, feed.Counters.Snapshots));
        await rewind();
    }

    [Theory]
    [InlineData("WETH", "USDC")]
    [InlineData("LINK", "DAI")] // in isolation
    public async Task Terms_RoomUnderTheCaps_IsWhatThePoolTakesToTheUnit(string collateral, string borrowed)
    {
        Func<Task> rewind = await chain.KeepAsync();
        Address user = chain.Users[1];
        DevnetReserve debt = chain.Manifest.Reserve(borrowed);
        await SupplyAsync(chain.Liquidator, borrowed, 400_000);
        await SupplyAsync(user, collateral, 90_000);
        if (collateral == "LINK")
            await UseAsCollateralAsync(user, collateral);
        Receipt receipt = await BorrowAsync(user, borrowed, 5_000);
        await using FeedUnderTest feed = new(chain, user);
        await feed.FollowAsync(receipt.BlockNumber);
        ulong[] ceilings = collateral == "LINK" ? [2_000_000, 700_000] : [];
        foreach (ulong cents in ceilings)
            await AssertRoomAsync(feed, user, debt, () => ConfigureAsync("setDebtCeiling(address,uint256)", chain.Manifest.Reserve(collateral).Asset, cents));
        foreach (ulong cap in new ulong[] { 40_000, 5_001 })
            await AssertRoomAsync(feed, user, debt, () => ConfigureAsync("setBorrowCap(address,uint256)", debt.Asset, cap));
        foreach (ulong cap in new ulong[] { 1_500_000, 500_000 })
            await AssertRoomAsync(feed, user, debt, () => ConfigureAsync("setSupplyCap(address,uint256)", debt.Asset, cap));

        await feed.FollowAsync((await ConfigureAsync("setReserveFreeze(address,bool)", debt.Asset, 1)).BlockNumber);
        Assert.Equal((UInt256.Zero, UInt256.Zero), (feed.TermsOf(borrowed).Borrowable, feed.TermsOf(borrowed).Suppliable));
        Assert.Equal(LendingFlags.IsOpen, feed.TermsOf(borrowed).Flags);
        await feed.FollowAsync((await ConfigureAsync("setReservePause(address,bool)", debt.Asset, 1)).BlockNumber);
        Assert.Equal(LendingFlags.None, feed.TermsOf(borrowed).Flags);
        Assert.Equal(0, feed.Counters.Mismatches);
        await rewind();
    }

    private async Task AssertRoomAsync(FeedUnderTest feed, Address user, DevnetReserve debt, Func<Task<Receipt>> change)
    {
        ulong block = (await change()).BlockNumber;
        await feed.FollowAsync(block);
        LendingTerms terms = feed.TermsOf(debt.Symbol);
        await AssertEdgeAsync(terms.Borrowable, (UInt256 units, out int length) => PoolCalls.TryBorrow(_data, debt.Asset, in units, user, out length));
        // What the user has: more cannot be tried.
        if (terms.Suppliable < PoolMath.BaseUnits(900_000 * Whole(debt.Symbol)))
            await AssertEdgeAsync(terms.Suppliable, (UInt256 units, out int length) => PoolCalls.TrySupply(_data, debt.Asset, in units, user, out length));

        async Task AssertEdgeAsync(UInt256 room, WriteCall write)
        {
            EthCallOutcome[] outcomes = await chain.Node.CallManyAsync([Call(room), Call(room + UInt256.One)], block);
            Assert.Equal([!room.IsZero, false], outcomes.Select(outcome => outcome.Success));

            EthCall Call(UInt256 units)
            {
                Assert.True(write(units, out int length));
                return new EthCall(chain.Pool, _data[..length], user);
            }
        }
    }

    private delegate bool WriteCall(UInt256 units, out int length);

    private async Task AssertPublishedAsync(FeedUnderTest feed, ulong block)
    {
        List<EthCall> calls = [new EthCall(chain.Pool, DevnetCalls.WithAddresses("getUserAccountData(address)", feed.Account))];
        foreach (DevnetReserve reserve in chain.Manifest.Reserves)
            calls.AddRange([
                new EthCall(reserve.AToken, Erc20.BalanceOf(feed.Account)), new EthCall(reserve.VariableDebtToken, Erc20.BalanceOf(feed.Account)),
                new EthCall(chain.Oracle, DevnetCalls.WithAddresses("getAssetPrice(address)", reserve.Asset)),
            ]);
        EthCallOutcome[] answers = await chain.Node.CallManyAsync(calls, block);
        for (int i = 0; i < chain.Manifest.Reserves.Count; i++)
        {
            string symbol = chain.Manifest.Reserves[i].Symbol;
            LendingPosition position = feed.PositionOf(symbol);
            Assert.Equal(Word(answers[1 + 3 * i], 0), position.Supplied);
            Assert.Equal(Word(answers[2 + 3 * i], 0), position.Borrowed);
            if (!feed.IsInPricedCategory || symbol != "WETH")
                Assert.Equal(Word(answers[3 + 3 * i], 0), (UInt256)feed.TermsOf(symbol).OraclePrice);
        }
        UInt256 health = Word(answers[0], 5);
        (double rounded, double plain) = feed.HealthFactor();
        if (health == UInt256.MaxValue)
        {
            Assert.Equal(double.PositiveInfinity, rounded);
            return;
        }
        feed.WasIndebted++;
        double chainHealth = (double)health / 1e18;
        Assert.InRange(rounded, chainHealth * (1 - Tolerance), chainHealth * (1 + Tolerance));
        _worstPlain = Math.Max(_worstPlain, Math.Abs(plain / chainHealth - 1));
    }

    private static UInt256 Word(EthCallOutcome answer, int index)
    {
        Assert.True(answer.Success, answer.Error?.ToString());
        return UInt256.ReadBigEndian(answer.Data.AsSpan(index * AbiWriter.WordLength, AbiWriter.WordLength));
    }

    private static byte[] SetSource(Address asset, Address source) => CallData.Of("setAssetSources(address[],address[])", 2, (ref AbiWriter writer) =>
    {
        foreach (Address address in new[] { asset, source })
        {
            AbiFrame list = writer.BeginArray(1, 1);
            writer.WriteAddress(address);
            writer.End(list);
        }
    });

    private Task<Receipt> ConfigureAsync(string signature, Address asset, ulong value) =>
        chain.DoAsync(chain.Deployer, chain.Configurator, DevnetCalls.OfReserve(signature, asset, value));

    private async Task SupplyAsync(Address user, string symbol, double amount)
    {
        Assert.True(PoolCalls.TrySupply(_data, chain.Manifest.Reserve(symbol).Asset, PoolMath.BaseUnits(amount * Whole(symbol)), user, out int length));
        await chain.DoAsync(user, chain.Pool, _data[..length]);
    }

    private async Task UseAsCollateralAsync(Address user, string symbol)
    {
        Assert.True(PoolCalls.TryUseAsCollateral(_data, chain.Manifest.Reserve(symbol).Asset, true, out int length));
        await chain.DoAsync(user, chain.Pool, _data[..length]);
    }

    private Task<Receipt> BorrowAsync(Address user, string symbol, double amount)
    {
        Assert.True(PoolCalls.TryBorrow(_data, chain.Manifest.Reserve(symbol).Asset, PoolMath.BaseUnits(amount * Whole(symbol)), user, out int length));
        return chain.DoAsync(user, chain.Pool, _data[..length]);
    }

    // Something for everyone to owe: what the driver does by chance may leave an account empty.
    private async Task OpenPositionsAsync()
    {
        foreach ((int user, string supplied, double amount, string borrowed, double debt) in new[]
        {
            (0, "WETH", 20.0, "WETH", 10.0), (1, "WETH", 30.0, "USDC", 20_000.0), (1, "WBTC", 0.5, "DAI", 9_000.0), (2, "DAI", 50_000.0, "WBTC", 0.2),
        })
        {
            await SupplyAsync(chain.Users[user], supplied, amount);
            await BorrowAsync(chain.Users[user], borrowed, debt);
        }
        await SupplyAsync(chain.Users[^2], "DAI", 30_000);
        await BorrowAsync(chain.Users[^2], "USDC", 18_000);
        await SupplyAsync(chain.Users[^1], "LINK", 5_000);
        await UseAsCollateralAsync(chain.Users[^1], "LINK");
        await BorrowAsync(chain.Users[^1], "DAI", 9_000);
    }

    private double Whole(string symbol) => Math.Pow(10, chain.Manifest.Token(symbol).Decimals);

    /// <summary>A feed on the chain for one account, and what it said last of each asset.</summary>
    private sealed class FeedUnderTest : IAsyncDisposable
    {
        private readonly RecordingSink _sink = new();
        private readonly CancellationTokenSource _stop = new();
        private readonly LendingChain _chain;
        private readonly PoolEventsFeed _feed;
        private readonly Task _running;
        private readonly LendingTerms?[] _terms;
        private readonly LendingPosition?[] _positions;
        private int _batches;

        public FeedUnderTest(LendingChain chain, Address account)
        {
            _chain = chain;
            Account = account;
            DevnetToken[] tokens = [.. chain.Manifest.Reserves.Select(reserve => chain.Manifest.Token(reserve.Symbol))];
            _terms = new LendingTerms?[tokens.Length];
            _positions = new LendingPosition?[tokens.Length];
            _feed = new PoolEventsFeed(chain.Node, new PoolEventsSetup
            {
                Assets = [.. tokens.Select(token => new FeedAsset(token.Symbol, token.Address, token.Decimals))],
                Numeraire = AssetId.FromIndex(1),
                Pools = [],
                Account = account,
                LendingMarket = chain.Manifest.Contract("aavePoolAddressesProvider"),
            });
            _running = _feed.RunAsync(_sink, _stop.Token);
        }

        public Address Account { get; }

        public FeedCounters Counters => _feed.Counters;

        public int WasIndebted { get; set; }

        /// <summary>WETH has the category's price then.</summary>
        public bool IsInPricedCategory => _terms[0] is { LiquidationThresholdBps: 9_300 };

        public LendingTerms TermsOf(string symbol) => _terms[PlaceOf(symbol)]!.Value;

        public LendingPosition PositionOf(string symbol) => _positions[PlaceOf(symbol)]!.Value;

        /// <summary>Takes batches in up to the head of a block.</summary>
        public async Task FollowAsync(ulong block)
        {
            ulong head = 0;
            while (head < block)
            {
                MarketEvent[] batch = await _sink.BatchAsync(_batches++);
                Assert.Equal(MarketEventKind.Head, batch[^1].Kind);
                Assert.Equal(_positions.Length, batch.Count(e => e.Kind == MarketEventKind.LendingPosition));
                foreach (MarketEvent e in batch)
                    if (e.Kind == MarketEventKind.LendingTerms)
                        _terms[e.Asset.Index] = e.LendingTerms;
                    else if (e.Kind == MarketEventKind.LendingPosition)
                        _positions[e.Asset.Index] = e.LendingPosition;
                head = batch[^1].BlockNumber;
            }
        }

        /// <summary>By the events: with the contracts' roundings, and without any.</summary>
        public (double Rounded, double Plain) HealthFactor()
        {
            UInt256 collateral = default, weighted = default, debt = default;
            double plainCounted = 0, plainDebt = 0;
            for (int i = 0; i < _terms.Length; i++)
            {
                LendingTerms terms = _terms[i]!.Value;
                LendingPosition position = _positions[i]!.Value;
                UInt256 unit = UInt256.PowerOfTen(_chain.Manifest.Token(_chain.Manifest.Reserves[i].Symbol).Decimals);
                UInt256 value = position.Supplied * terms.OraclePrice / unit;
                double perUnit = terms.OraclePrice / (double)unit;
                if (position.IsCollateral)
                {
                    collateral += value;
                    weighted += value * (UInt256)(ulong)terms.LiquidationThresholdBps;
                    plainCounted += (double)position.Supplied * perUnit * terms.LiquidationThresholdBps / 1e4;
                }
                debt += position.Borrowed * terms.OraclePrice / unit;
                plainDebt += (double)position.Borrowed * perUnit;
            }
            if (debt.IsZero)
                return (double.PositiveInfinity, double.PositiveInfinity);
            UInt256 average = collateral.IsZero ? UInt256.Zero : weighted / collateral;
            UInt256 counted = (collateral * average + 5_000ul) / 10_000ul;
            return ((double)counted / (double)debt, plainCounted / plainDebt);
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running;
            _stop.Dispose();
        }

        private int PlaceOf(string symbol)
        {
            for (int i = 0; i < _chain.Manifest.Reserves.Count; i++)
                if (_chain.Manifest.Reserves[i].Symbol == symbol)
                    return i;
            throw new KeyNotFoundException(symbol);
        }
    }
}
