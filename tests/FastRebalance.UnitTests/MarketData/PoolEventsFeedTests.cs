using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.MarketData;
using FastRebalance.MarketData.Feeds;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.MarketData;

public sealed class PoolEventsFeedTests : IAsyncLifetime
{
    private readonly FakeMarket _market = new();
    private readonly RecordingSink _sink = new();
    private readonly CancellationTokenSource _stop = new();
    private PoolEventsFeed? _feed;
    private Task _running = Task.CompletedTask;

    private FakeChain Chain => _market.Chain;

    public ValueTask InitializeAsync()
    {
        _feed = _market.NewFeed();
        _running = _feed.RunAsync(_sink, _stop.Token);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    [Fact]
    public async Task Start_ThreePools_SnapshotsHoldingsPricesAndTheHeadLast()
    {
        Chain.Start();
        MarketEvent[] batch = await _sink.BatchAsync(0);
        MarketEventKind[] pool = [MarketEventKind.PoolReset, MarketEventKind.Reserves, MarketEventKind.PoolReady];
        Assert.Equal(
            [.. pool, .. pool, .. pool, .. Enumerable.Repeat(MarketEventKind.Holding, 3), MarketEventKind.Price, MarketEventKind.Price, MarketEventKind.Head],
            batch.Select(e => e.Kind));
        Assert.All(batch, e => Assert.Equal(1_000_001_000_000_000, e.UnixNs));
        Assert.All(batch, e => Assert.Equal(1ul, e.BlockNumber));
        Assert.All(batch, e => Assert.NotEqual(0, e.DueNs));
        MarketEvent head = batch[^1];
        Assert.Equal(Chain.Latest.Header.Hash, head.Head.Hash);
        Assert.Equal(8ul, head.Head.BaseFeePerGasWei);
        Assert.Equal(Chain.TipWei, head.Head.PriorityFeePerGasWei);
        Assert.Equal(1_000_001, head.Head.TimestampSeconds);
    }

    [Fact]
    public async Task Start_AssetPricedElsewhere_IsLeftToThatFeed()
    {
        FakeMarket market = new();
        PoolEventsSetup setup = new()
        {
            Assets = market.Assets, Numeraire = FakeMarket.U, Pools = market.Pools, Account = market.Setup.Account,
            PricedElsewhere = new HashSet<AssetId> { FakeMarket.W },
        };
        RecordingSink sink = new();
        using CancellationTokenSource stop = new();
        Task running = new PoolEventsFeed(market.Chain, setup).RunAsync(sink, stop.Token);
        market.Chain.Start();

        MarketEvent[] batch = await sink.BatchAsync(0);
        await stop.CancelAsync();
        await running;

        Assert.Equal(FakeMarket.L, Assert.Single(batch, e => e.Kind == MarketEventKind.Price).Asset);
    }

    [Fact]
    public async Task Start_TwoPathsToTheNumeraire_PricesAlongTheDeeperOne()
    {
        Chain.Start();
        MarketEvent[] prices = [.. (await _sink.BatchAsync(0)).Where(e => e.Kind == MarketEventKind.Price)];
        Assert.Equal([FakeMarket.W, FakeMarket.L], prices.Select(e => e.Asset));
        Assert.Equal(2_000, prices[0].Price.NumerairePerToken, 1e-9);
        Assert.Equal(10, prices[1].Price.NumerairePerToken, 1e-9);
        Assert.Equal((PoolId.FromIndex(1), PoolId.FromIndex(0), PoolId.None), (prices[1].Price.Via0, prices[1].Price.Via1, prices[1].Price.Via2));
    }

    [Fact]
    public async Task Head_LogsNewestFirstAndAHoldingMoved_PublishesOneBatchInLogOrder()
    {
        await StartAsync();
        FakeChain.Block block = Chain.Mine(next =>
        {
            Sync(next, 0, 110, 190_000);
            Sync(next, 0, 120, 180_000);
            next.Holdings[_market.Assets[0].Token] = 77;
        });
        Chain.Tell(block);
        MarketEvent[] batch = await _sink.BatchAsync(1);
        Assert.Equal(
            [MarketEventKind.Reserves, MarketEventKind.Reserves, MarketEventKind.Holding, MarketEventKind.Price, MarketEventKind.Price, MarketEventKind.Head],
            batch.Select(e => e.Kind));
        Assert.Equal([0u, 1u], batch.Take(2).Select(e => e.LogIndex));
        Assert.Equal(FakeMarket.Tokens(120, 18), batch[1].Reserves.Reserve0);
        Assert.Equal((UInt256)77, batch[2].Holding);
        Assert.Equal(1_500, batch[3].Price.NumerairePerToken, 1e-9);
        Assert.Equal(0, _feed!.Counters.Mismatches);
        AssertCopiesFollow();
    }

    [Fact]
    public async Task Head_NothingHappened_AsksOneBatchAndStillClosesWithTheHead()
    {
        await StartAsync();
        int before = Chain.Batches;
        Chain.Tell(Chain.Mine());
        MarketEvent[] batch = await _sink.BatchAsync(1);
        Assert.Equal([MarketEventKind.Price, MarketEventKind.Price, MarketEventKind.Head], batch.Select(e => e.Kind));
        Assert.Equal(before + 1, Chain.Batches);
    }

    [Fact]
    public async Task Head_LogMissed_IsNoticedAndOnlyThatPoolIsReadAnew()
    {
        await StartAsync();
        Chain.Tell(Chain.Mine(next => FakeChain.Sync(next, _market.Pools[1], 5, 6, withLog: false)));
        MarketEvent[] batch = await _sink.BatchAsync(1);
        Assert.Equal([MarketEventKind.PoolReset, MarketEventKind.Reserves, MarketEventKind.PoolReady], batch.Take(3).Select(e => e.Kind));
        Assert.All(batch.Take(3), e => Assert.Equal(PoolId.FromIndex(1), e.Pool));
        Assert.Equal(1, _feed!.Counters.Mismatches);
        AssertCopiesFollow();
    }

    // A node between two blocks: the answer is of the next one, and right when it is asked again.
    [Fact]
    public async Task Head_AnsweredOutOfTheNextBlock_IsAskedAgainBeforeACopyIsGivenUp()
    {
        await StartAsync();
        FakeChain.Block block = Chain.Mine(next => FakeChain.Sync(next, _market.Pools[0], 100, 200_000));
        Chain.AnswersFrom.Enqueue(Chain.Mine(next =>
        {
            FakeChain.Sync(next, _market.Pools[0], 90, 210_000);
            FakeChain.Sync(next, _market.Pools[1], 5, 6);
            next.Holdings[_market.Assets[0].Token] = 99;
        }));
        Chain.Tell(block);
        MarketEvent[] batch = await _sink.BatchAsync(1);
        Assert.DoesNotContain(batch, e => e.Kind is MarketEventKind.PoolReset or MarketEventKind.Holding);
        Assert.Equal((0L, 1L), (_feed!.Counters.Mismatches, _feed.Counters.Unsteady));
    }

    [Fact]
    public async Task Head_SomeMissing_FetchesTheBlocksBetweenInOrder()
    {
        await StartAsync();
        Chain.Mine(next => Sync(next, 0, 101, 199_000));
        Chain.Mine(next => Sync(next, 0, 102, 198_000));
        Chain.Tell(Chain.Mine(next => Sync(next, 0, 103, 197_000)));
        MarketEvent[] batch = await _sink.BatchAsync(1);
        Assert.Equal([2ul, 3, 4], batch.Where(e => e.Kind == MarketEventKind.Reserves).Select(e => e.BlockNumber));
        Assert.Single(batch, e => e.Kind == MarketEventKind.Head);
        Assert.Equal([2ul, 3, 4], Chain.LogsAsked);
        Assert.Equal(1, _feed!.Counters.Gaps);
        AssertCopiesFollow();
    }

    [Fact]
    public async Task Head_MoreMissingThanWorthFetching_ReadsEverythingAnew()
    {
        await StartAsync();
        for (int i = 0; i < 5; i++)
            Chain.Mine(next => Sync(next, 0, 101, 199_000));
        Chain.Tell(Chain.Latest);
        await _sink.BatchAsync(1);
        Assert.Equal(2, _feed!.Counters.Snapshots);
        Assert.Equal(0, _feed.Counters.Reorgs);
        AssertCopiesFollow();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Head_OfAnotherBranch_ReadsEverythingAnew(int length)
    {
        FakeChain.Block root = Chain.Latest;
        await StartAsync();
        Chain.Tell(Chain.Mine(next => Sync(next, 0, 500, 100_000), timestampSeconds: 2_000_000));
        await _sink.BatchAsync(1);
        FakeChain.Block branch = Chain.Mine(next => Sync(next, 0, 90, 210_000), root);
        if (length == 2)
            branch = Chain.Mine(next => Sync(next, 0, 91, 211_000), branch);
        Chain.Tell(branch);
        MarketEvent[] batch = await _sink.BatchAsync(2);
        Assert.Equal(3, batch.Count(e => e.Kind == MarketEventKind.PoolReset));
        Assert.Equal(branch.Header.Hash, batch[^1].Head.Hash);
        Assert.Equal(1, _feed!.Counters.Reorgs);
        Assert.All(batch, e => Assert.Equal(2_000_000_000_000_000, e.UnixNs)); // event time never goes back
        AssertCopiesFollow();
    }

    [Fact]
    public async Task Head_ToldTwiceOrLate_IsIgnored()
    {
        await StartAsync();
        FakeChain.Block first = Chain.Mine(), second = Chain.Mine();
        Chain.Tell(first);
        Chain.Tell(second);
        Chain.Tell(second);
        Chain.Tell(first);
        Chain.Tell(Chain.Mine());
        await _sink.BatchAsync(3);
        Assert.Equal([1ul, 2, 3, 4], _sink.Events.Where(e => e.Kind == MarketEventKind.Head).Select(e => e.BlockNumber));
        Assert.Equal(1, _feed!.Counters.Snapshots);
    }

    [Fact]
    public async Task Lost_ThenBack_TellsAtOnceAndReadsEverythingAnew()
    {
        await StartAsync();
        Chain.Break();
        MarketEvent[] lost = await _sink.BatchAsync(1);
        Assert.Equal([MarketEventKind.FeedLost], lost.Select(e => e.Kind));
        Assert.Equal(1_000_001_000_000_000, lost[0].UnixNs);
        Chain.Mine(next => Sync(next, 0, 300, 100_000));
        Chain.Start();
        MarketEvent[] batch = await _sink.BatchAsync(2);
        Assert.Equal(3, batch.Count(e => e.Kind == MarketEventKind.PoolReady));
        Assert.Equal(3, batch.Count(e => e.Kind == MarketEventKind.Holding));
        Assert.Equal(MarketEventKind.Head, batch[^1].Kind);
        AssertCopiesFollow();
    }

    [Theory]
    [InlineData("logs")]
    [InlineData("call")]
    public async Task Head_NodeFailsInTheMiddle_TellsLostOnceAndMendsItself(string method)
    {
        await StartAsync();
        int failures = 0;
        Chain.Trouble = asked => asked == method && failures++ < 3 ? new RpcTransportException("scripted") : null;
        Chain.Tell(Chain.Mine(next => Sync(next, 0, 300, 100_000)));
        Assert.Equal([MarketEventKind.FeedLost], (await _sink.BatchAsync(1)).Select(e => e.Kind));
        MarketEvent[] batch = await _sink.BatchAsync(2);
        Assert.Equal(MarketEventKind.Head, batch[^1].Kind);
        Assert.Equal(1, _feed!.Counters.Losses);
        Assert.Contains("scripted", _feed.LastTrouble);
        AssertCopiesFollow();
    }

    [Fact]
    public async Task Head_FeeHistoryFails_StillCloses()
    {
        Chain.Trouble = asked => asked == "fees" ? new RpcErrorException("eth_feeHistory", new RpcError(-32601, "no")) : null;
        Chain.Start();
        MarketEvent head = (await _sink.BatchAsync(0))[^1];
        Assert.Equal(_market.Setup.DefaultTipWei, head.Head.PriorityFeePerGasWei);
    }

    [Fact]
    public async Task Start_PoolCannotBeRead_IsResetAndTriedAgainOnEveryHead()
    {
        Chain.Latest.Reserves.Remove(_market.Pools[2].Address);
        Chain.Start();
        MarketEvent[] batch = await _sink.BatchAsync(0);
        Assert.Equal(2, batch.Count(e => e.Kind == MarketEventKind.PoolReady));
        Assert.Equal(1, _feed!.Counters.FailedSnapshots);
        Chain.Tell(Chain.Mine(next => FakeChain.Sync(next, _market.Pools[2], 10, 20, withLog: false)));
        batch = await _sink.BatchAsync(1);
        Assert.Equal(PoolId.FromIndex(2), Assert.Single(batch, e => e.Kind == MarketEventKind.PoolReady).Pool);
        Assert.Equal(0, _feed.Counters.Mismatches);
    }

    [Fact]
    public void Create_SetUpThatDoesNotFit_SaysWhat()
    {
        Pool[] pools = FakeMarket.NewPools();
        PoolEventsSetup With(IReadOnlyList<Pool> wrong, AssetId numeraire) =>
            new() { Assets = _market.Assets, Numeraire = numeraire, Pools = wrong, Account = default };
        Assert.Contains("order of their ids", Assert.Throws<ArgumentException>(() => new PoolEventsFeed(Chain, With([pools[1], pools[0]], FakeMarket.U))).Message);
        Assert.Contains("numeraire", Assert.Throws<ArgumentException>(() => new PoolEventsFeed(Chain, With(pools, AssetId.None))).Message);
    }

    private async Task StartAsync()
    {
        Chain.Start();
        await _sink.BatchAsync(0);
    }

    private void Sync(FakeChain.Block block, int pool, ulong reserve0, ulong reserve1) =>
        FakeChain.Sync(block, _market.Pools[pool], FakeMarket.Tokens(reserve0, 18), FakeMarket.Tokens(reserve1, 6));

    /// <summary>Pools fed with the published events alone stand where the chain stands.</summary>
    private void AssertCopiesFollow()
    {
        Pool[] copies = FakeMarket.NewPools();
        foreach (MarketEvent e in _sink.Events)
            foreach (Pool copy in copies)
                copy.Apply(in e);
        foreach (Pool copy in copies)
        {
            (UInt256 reserve0, UInt256 reserve1) = Chain.Latest.Reserves[copy.Address];
            byte[] answer = new byte[96];
            reserve0.WriteBigEndian(answer);
            reserve1.WriteBigEndian(answer.AsSpan(32));
            Assert.True(copy.IsReady && copy.Reconciles([answer]), copy.ToString());
        }
    }
}
