using FastRebalance.Amm;
using FastRebalance.Amm.Positions;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Hashing;
using FastRebalance.Devnet.Market;
using FastRebalance.Engine;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.MarketData;
using FastRebalance.MarketData.Feeds;
using FastRebalance.Quant.Positions;
using FastRebalance.Tests;

namespace FastRebalance.ChainTests;

/// <summary>
/// What the feed tells of pool positions, against the published contracts at the same block: a withdrawal and a collection that are only asked for,
/// never sent, say what is in them to the unit.
/// </summary>
public sealed class LiquidityFeedTests(AmmChain chain, ITestOutputHelper output) : IClassFixture<AmmChain>
{
    private const int Blocks = 150;
    private const int Ranges = 4;
    private const ulong Gas = 3_000_000;
    private const double Q96 = 79_228_162_514_264_337_593_543_950_336.0;

    private static readonly Hash32 s_increased = Keccak256.HashOfText("IncreaseLiquidity(uint256,uint128,uint256,uint256)");

    private readonly SortedDictionary<string, int> _done = new(StringComparer.Ordinal);
    private readonly Random _random = new(4_021);
    private double _worst;

    private Address Account => chain.Sender.Account;

    private AmmPoolUnderTest V3 => chain.Pools.First(pool => pool is { IsV2: false, Decimals0: not 6, Decimals1: not 6, FeePips: 3_000 });

    private AmmPoolUnderTest V2 => chain.Pools.First(pool => pool.IsV2 && pool.Token0 == V3.Token0 && pool.Token1 == V3.Token1);

    [Fact]
    public async Task Feed_RandomBlocks_TellsWhatTheContractsWouldPay()
    {
        List<ulong> tokens = await OpenAsync();
        await using FeedUnderTest feed = await FeedUnderTest.StartAsync(chain, V3, V2, tokens);
        await feed.FollowAsync();
        await AssertToldAsync(feed);
        for (int block = 0; block < Blocks; block++)
        {
            if (block == Blocks / 3)
                await DoAsync("protocol's part", await FactoryAsync(), SetFeeTo(chain.Quoter));
            if (block == Blocks / 2)
                await DoAsync("protocol's fee", V3.Address, SetFeeProtocol(5, 8));
            if (block == Blocks * 3 / 4)
                await CloseAsync(feed, tokens[^1]);
            for (int i = _random.Next(3); i >= 0; i--)
                await DisturbAsync(feed, tokens[_random.Next(tokens.Count)]);
            await MineAsync();
            await feed.FollowAsync();
            await AssertToldAsync(feed);
        }
        output.WriteLine($"worst relative difference of a value beyond whole units: {_worst:E2}; {string.Join(", ", _done)}");
        Assert.Equal((0L, 1L, 0L), (feed.Counters.Mismatches, feed.Counters.Snapshots, feed.Counters.Losses));
        foreach (string what in (string[])["increase", "decrease", "collect", "mint", "swap v3", "swap v2", "add v2", "send pair tokens", "closed", "fees", "in range", "out of range"])
            Assert.True(_done.GetValueOrDefault(what) > 0, $"'{what}' never happened: choose another seed");
    }

    // A position that grew in a block that is no more is as small as it was.
    [Fact]
    public async Task Feed_BlocksTakenBack_TellsWhatStandsAfterwards()
    {
        List<ulong> tokens = await OpenAsync();
        await using FeedUnderTest feed = await FeedUnderTest.StartAsync(chain, V3, V2, tokens);
        await feed.FollowAsync();
        UInt128 before = feed.Told(0).Liquidity;
        string? kept = (await chain.Node.InvokeAsync("evm_snapshot")).GetString();
        await DoAsync("increase", chain.Positions, Increase(tokens[0]));
        await CloseAsync(feed, tokens[1]);
        await feed.FollowAsync();
        Assert.True(feed.Told(0).Liquidity > before);
        Assert.True(feed.Told(1).IsClosed);

        await chain.Node.InvokeAsync("evm_revert", writer => writer.WriteStringValue(kept));
        await SwapV3Async(1);
        await MineAsync();
        await MineAsync();
        await feed.FollowAsync();

        Assert.Equal(before, feed.Told(0).Liquidity);
        Assert.False(feed.Told(1).IsClosed);
        await AssertToldAsync(feed);
        Assert.Equal((2L, 0L), (feed.Counters.Snapshots, feed.Counters.Losses));
    }

    /// <summary>Around the price, a narrow one, one above and one below it.</summary>
    private async Task<List<ulong>> OpenAsync()
    {
        int middle = (await TickAsync()) / V3.Spacing * V3.Spacing, step = V3.Spacing;
        (int Lower, int Upper)[] ranges = [(middle - (37 * step), middle + (41 * step)), (middle - step, middle + (2 * step)), (middle + (5 * step), middle + (29 * step)), (middle - (31 * step), middle - (2 * step))];
        List<ulong> tokens = [];
        foreach ((int lower, int upper) in ranges)
        {
            Receipt receipt = await DoAsync("mint", chain.Positions, UniswapCalls.MintV3(
                V3.Token0, V3.Token1, (int)V3.FeePips, lower, upper, Units(2_000, V3.Decimals0), Units(2_000, V3.Decimals1), Account));
            LogEntry log = receipt.Logs.First(one => one.Address == chain.Positions && one.Topics[0] == s_increased);
            tokens.Add((ulong)UInt256.ReadBigEndian(log.Topics[1].Span));
        }
        await DoAsync("pair tokens for the router", V2.Address, Erc20.Approve(chain.V2Router, UInt256.MaxValue));
        return tokens;
    }

    private async Task DisturbAsync(FeedUnderTest feed, ulong token)
    {
        UInt128 liquidity = feed.Told(feed.PlaceOf(token)).Liquidity;
        switch (_random.Next(10))
        {
            case 0:
                await SendAsync("increase", chain.Positions, Increase(token));
                break;
            case 1 when liquidity > 3:
                await SendAsync("decrease", chain.Positions, PositionManagerCalls.Decrease(token, liquidity / (UInt128)(1 + _random.Next(3))));
                break;
            case 2:
                await SendAsync("collect", chain.Positions, Collect(token, _random.Next(3) == 0 ? 1_000_000 : UInt128.MaxValue));
                break;
            case 3:
                int lower = ((await TickAsync()) / V3.Spacing * V3.Spacing) - (V3.Spacing * _random.Next(1, 90));
                await SendAsync("mint", chain.Positions, UniswapCalls.MintV3(
                    V3.Token0, V3.Token1, (int)V3.FeePips, lower, lower + (V3.Spacing * _random.Next(1, 120)), Units(900, V3.Decimals0), Units(900, V3.Decimals1), chain.Quoter));
                break;
            case 4:
                await SendAsync("swap v2", chain.V2Router, SwapV2(_random.Next(2) == 0));
                break;
            case 5:
                await SendAsync("add v2", chain.V2Router, UniswapCalls.AddLiquidityV2(
                    V2.Token0, V2.Token1, Units(1 + _random.Next(9), V2.Decimals0), Units(1 + _random.Next(9), V2.Decimals1), _random.Next(2) == 0 ? Account : chain.Quoter));
                break;
            case 6:
                await SendAsync("send pair tokens", V2.Address, Erc20.Transfer(chain.Quoter, 1 + (ulong)_random.NextInt64(1_000_000_000)));
                break;
            default:
                await SwapV3Async(_random.Next(2));
                break;
        }
    }

    /// <summary>Back towards where the ranges are, if it has gone far.</summary>
    private async Task SwapV3Async(int side)
    {
        int off = await TickAsync() - V3.CentreTick;
        bool sells0 = Math.Abs(off) > 20 * V3.Spacing ? off > 0 : side == 0;
        double size = Math.Pow(10, 3.5 * _random.NextDouble());
        await SendAsync("swap v3", chain.V3Router, UniswapCalls.SwapV3(
            V3.Token(sells0), V3.Token(!sells0), (int)V3.FeePips, Units(size, sells0 ? V3.Decimals0 : V3.Decimals1), UInt256.Zero, Account));
    }

    private byte[] SwapV2(bool sells0) => UniswapCalls.SwapV2(
        V2.Token(sells0), V2.Token(!sells0), Units(0.01 + _random.NextDouble(), sells0 ? V2.Decimals0 : V2.Decimals1), Account);

    // The feed may see it all at one head: liquidity that is gone from one to the next is believed at the second look.
    private async Task CloseAsync(FeedUnderTest feed, ulong token)
    {
        UInt128 liquidity = (await LiquidityPositionBook.ReadPositionAsync(chain, token, BlockRef.Latest)).Liquidity;
        if (liquidity > 0)
            await SendAsync("decrease", chain.Positions, PositionManagerCalls.Decrease(token, liquidity));
        await SendAsync("collect", chain.Positions, Collect(token, UInt128.MaxValue));
        await SendAsync("burn", chain.Positions, CallData.Of("burn(uint256)", 1, (ref AbiWriter writer) => writer.WriteUInt64(token)));
        await MineAsync();
        await feed.FollowAsync();
        await MineAsync();
    }

    private async Task AssertToldAsync(FeedUnderTest feed)
    {
        double price = await PriceAsync(feed.Block);
        for (int place = 0; place < feed.Tokens.Count; place++)
            await AssertRangeAsync(feed, place, price);
        await AssertShareAsync(feed);
    }

    private async Task AssertRangeAsync(FeedUnderTest feed, int place, double price)
    {
        PoolPosition told = feed.Told(place);
        ulong token = feed.Tokens[place];
        EthCallOutcome[] answers = await chain.Node.CallManyAsync(
        [
            new EthCall(chain.Positions, CallData.Of("positions(uint256)", 1, (ref AbiWriter writer) => writer.WriteUInt64(token))),
            new EthCall(chain.Positions, Collect(token, UInt128.MaxValue), Account),
            new EthCall(chain.Positions, PositionManagerCalls.Decrease(token, UInt128.Max(told.Liquidity, 1)), Account),
        ], feed.Block);
        Assert.Equal(answers[0].Success, !told.IsClosed);
        if (told.IsClosed)
        {
            Count("closed");
            Assert.Equal(default, (told.Liquidity, told.Amount0, told.Amount1, told.Owed0, told.Owed1));
            return;
        }
        Assert.Equal(Word(answers[0], 7), told.Liquidity);
        Assert.Equal((Word(answers[1], 0), Word(answers[1], 1)), ((UInt256)told.Owed0, (UInt256)told.Owed1));
        Count(told.Owed0 > 0 && told.Owed1 > 0 ? "fees" : "no fees");
        if (told.Liquidity == 0)
            return;
        Assert.Equal((Word(answers[2], 0), Word(answers[2], 1)), ((UInt256)told.Amount0, (UInt256)told.Amount1));
        Count(told.Amount0 > 0 && told.Amount1 > 0 ? "in range" : "out of range");
        AssertValue(feed, place, price);
    }

    private async Task AssertShareAsync(FeedUnderTest feed)
    {
        PoolPosition told = feed.Told(Ranges);
        UInt256 held = Word((await chain.Node.CallManyAsync([new EthCall(V2.Address, Erc20.BalanceOf(Account))], feed.Block))[0], 0);
        EthCallOutcome[] paid = await chain.Node.CallManyAsync([new EthCall(chain.V2Router, CallData.Of(
            "removeLiquidity(address,address,uint256,uint256,uint256,address,uint256)", 7, (ref AbiWriter writer) =>
            {
                writer.WriteAddress(V2.Token0);
                writer.WriteAddress(V2.Token1);
                writer.WriteUInt256(held);
                writer.WriteUInt64(0);
                writer.WriteUInt64(0);
                writer.WriteAddress(Account);
                writer.WriteUInt64(ulong.MaxValue);
            }), Account)], feed.Block);
        Assert.Equal((Word(paid[0], 0), Word(paid[0], 1)), ((UInt256)told.Amount0, (UInt256)told.Amount1));
        AssertValue(feed, Ranges, (double)told.Amount1 / Whole(V2.Decimals1) / ((double)told.Amount0 / Whole(V2.Decimals0)));
    }

    /// <summary>By the engine's formula at the pool's price, against the amounts; those are whole units, rounded down on each side.</summary>
    private void AssertValue(FeedUnderTest feed, int place, double price)
    {
        PoolPosition told = feed.Told(place);
        LiquidityExposure exposure = feed.Book.ExposureAt(place, AssetId.FromIndex(0), price);
        double tokens0 = (double)told.Amount0 / Whole(V3.Decimals0), tokens1 = (double)told.Amount1 / Whole(V3.Decimals1), value = (tokens0 * price) + tokens1;
        double units = (2 * price / Whole(V3.Decimals0)) + (2 / Whole(V3.Decimals1));
        _worst = Math.Max(_worst, (Math.Abs(exposure.Value - value) - units) / value);
        Assert.InRange(Math.Abs(exposure.Value - value), 0, (1e-9 * value) + units);
        Assert.InRange(Math.Abs(exposure.Delta - tokens0), 0, (1e-9 * value / price) + (2 / Whole(V3.Decimals0)));
    }

    private async Task<Address> FactoryAsync() => PoolShare.ReadFactory(await chain.Node.CallAsync(V2.Address, PoolShare.FactoryQuestion(V2.Address).Data, BlockRef.Latest));

    private async Task<int> TickAsync()
    {
        byte[] slot = await chain.Node.CallAsync(V3.Address, UniswapCalls.Slot0, BlockRef.Latest);
        return System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(slot.AsSpan(60));
    }

    /// <summary>Whole tokens of the second for one of the first.</summary>
    private async Task<double> PriceAsync(ulong block)
    {
        byte[] slot = await chain.Node.CallAsync(V3.Address, UniswapCalls.Slot0, block);
        double root = (double)UInt256.ReadBigEndian(slot.AsSpan(0, 32)) / Q96;
        return root * root * Whole(V3.Decimals0) / Whole(V3.Decimals1);
    }

    private async Task<Receipt> DoAsync(string what, Address to, byte[] data)
    {
        Hash32 hash = await SendAsync(what, to, data);
        await MineAsync();
        Receipt receipt = (await chain.Node.ReceiptAsync(hash))!;
        Assert.True(receipt.Succeeded, what);
        return receipt;
    }

    private async Task<Hash32> SendAsync(string what, Address to, byte[] data)
    {
        Count(what);
        return Hash32.Parse((await chain.Node.InvokeAsync("eth_sendTransaction", writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("from"u8, Account.ToString());
            writer.WriteString("to"u8, to.ToString());
            writer.WriteString("input"u8, Hex.Encode(data));
            writer.WriteString("gas"u8, Hex.Quantity(Gas));
            writer.WriteEndObject();
        })).GetString());
    }

    private Task MineAsync() => chain.Node.InvokeAsync("evm_mine");

    private byte[] Increase(ulong token) => PositionManagerCalls.Increase(
        token, Units(1 + (_random.NextDouble() * 900), V3.Decimals0), Units(1 + (_random.NextDouble() * 900), V3.Decimals1));

    private byte[] Collect(ulong token, UInt128 most) => PositionManagerCalls.Collect(token, Account, most);

    private static byte[] SetFeeTo(Address to) => CallData.Of("setFeeTo(address)", 1, (ref AbiWriter writer) => writer.WriteAddress(to));

    private static byte[] SetFeeProtocol(ulong part0, ulong part1) => CallData.Of("setFeeProtocol(uint8,uint8)", 2, (ref AbiWriter writer) =>
    {
        writer.WriteUInt64(part0);
        writer.WriteUInt64(part1);
    });

    private static UInt256 Units(double tokens, int decimals) => PoolMath.BaseUnits(tokens * Whole(decimals));

    private static double Whole(int decimals) => Math.Pow(10, decimals);

    private static UInt256 Word(EthCallOutcome answer, int index)
    {
        Assert.True(answer.Success, answer.Error?.ToString());
        return UInt256.ReadBigEndian(answer.Data.AsSpan(index * AbiWriter.WordLength, AbiWriter.WordLength));
    }

    private void Count(string what) => _done[what] = _done.GetValueOrDefault(what) + 1;

    /// <summary>A feed on the chain, and the engine's state of what it said.</summary>
    private sealed class FeedUnderTest : IAsyncDisposable
    {
        private readonly RecordingSink _sink = new();
        private readonly CancellationTokenSource _stop = new();
        private readonly AmmChain _chain;
        private readonly MarketState _market;
        private readonly PoolEventsFeed _feed;
        private readonly Task _running;
        private int _batches;

        private FeedUnderTest(AmmChain chain, IReadOnlyList<ulong> tokens, PoolEventsSetup setup)
        {
            (_chain, Tokens) = (chain, tokens);
            AssetId first = AssetId.FromIndex(0), second = AssetId.FromIndex(1);
            _market = new MarketState(new EngineSetup([.. setup.Assets.Select(one => new EngineAsset(one.Symbol, one.Decimals))], [], second, first, Epoch: 1)
            {
                Liquidity = [.. Enumerable.Repeat(new EngineLiquidity(first, second), setup.Liquidity.Count)],
            });
            _feed = new PoolEventsFeed(chain.Node, setup);
            _running = _feed.RunAsync(_sink, _stop.Token);
        }

        public IReadOnlyList<ulong> Tokens { get; }

        public ulong Block { get; private set; }

        public FeedCounters Counters => _feed.Counters;

        public PoolPositionBook Book => _market.Liquidity!;

        public static async Task<FeedUnderTest> StartAsync(AmmChain chain, AmmPoolUnderTest v3, AmmPoolUnderTest v2, IReadOnlyList<ulong> tokens)
        {
            List<FollowedPosition> followed = [];
            foreach (ulong token in tokens)
            {
                byte[][] answers = await chain.CallAsync(ManagedPositionFacts.Questions(chain.Positions, token), BlockRef.Latest);
                ManagedPositionFacts facts = ManagedPositionFacts.Read(answers, out _)!;
                Assert.Equal((v3.Token0, v3.Token1, v3.FeePips, chain.Sender.Account), (facts.Token0, facts.Token1, facts.FeePips, facts.Owner));
                Address pool = ManagedPositionFacts.ReadPool((await chain.CallAsync([facts.PoolQuestion()], BlockRef.Latest))[0]);
                Assert.Equal(v3.Address, pool);
                followed.Add(new ManagedPosition(chain.Positions, token, pool, facts.TickLower, facts.TickUpper));
            }
            Address factory = PoolShare.ReadFactory((await chain.CallAsync([PoolShare.FactoryQuestion(v2.Address)], BlockRef.Latest))[0]);
            followed.Add(new PoolShare(v2.Address, factory, chain.Sender.Account));
            return new FeedUnderTest(chain, tokens, new PoolEventsSetup
            {
                Assets = [new FeedAsset("A", v3.Token0, v3.Decimals0), new FeedAsset("B", v3.Token1, v3.Decimals1)],
                Numeraire = AssetId.FromIndex(1),
                Pools = [await PoolAsync(chain, v3, 0), await PoolAsync(chain, v2, 1)],
                Account = chain.Sender.Account,
                Liquidity = followed,
            });
        }

        public int PlaceOf(ulong token) => Tokens.ToList().IndexOf(token);

        public PoolPosition Told(int place) => Book.PositionOf(place);

        /// <summary>Takes batches in up to the chain's head.</summary>
        public async Task FollowAsync()
        {
            BlockHeader latest = (await _chain.Node.BlockAsync(BlockRef.Latest))!;
            for (Hash32 head = default; head != latest.Hash;)
            {
                MarketEvent[] batch = await _sink.BatchAsync(_batches++);
                foreach (MarketEvent e in batch)
                    if (e.Kind == MarketEventKind.PoolPosition)
                        Assert.Equal(ApplyVerdict.Applied, _market.Apply(in e));
                Assert.Equal(MarketEventKind.Head, batch[^1].Kind);
                head = batch[^1].Head.Hash;
                Block = batch[^1].BlockNumber;
            }
            Assert.True(Book.IsTold);
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running;
            _stop.Dispose();
        }

        private static async Task<Pool> PoolAsync(AmmChain chain, AmmPoolUnderTest under, int place)
        {
            Assert.True(PoolKinds.TryFind(under.Kind, out PoolKind? kind));
            PoolFacts facts = await kind.DescribeAsync(new PoolSite(under.Address), calls => chain.CallAsync(calls, BlockRef.Latest));
            return kind.Create(facts, PoolId.FromIndex(place), AssetId.FromIndex(0), AssetId.FromIndex(1));
        }
    }
}
