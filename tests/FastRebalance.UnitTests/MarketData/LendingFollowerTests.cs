using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Lending;
using FastRebalance.MarketData.Feeds;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.MarketData;

/// <summary>The lending market through the feed. The fake chain's blocks are a second apart.</summary>
public sealed class LendingFollowerTests : IAsyncLifetime
{
    private readonly FakeMarket _market = new(FakeLending.Provider);
    private readonly FakeLending _lending = new();
    private readonly RecordingSink _sink = new();
    private readonly CancellationTokenSource _stop = new();
    private PoolEventsFeed? _feed;
    private Task _running = Task.CompletedTask;

    private FakeChain Chain => _market.Chain;

    public ValueTask InitializeAsync()
    {
        Chain.Others = _lending.Answer;
        _lending.AccountData = () => FakeLending.DataOf(2_000, DebtAt(Chain.Latest));
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
    public async Task Start_AnAccountWithDebt_TellsTermsAndPositionsBetweenHoldingsAndPrices()
    {
        MarketEvent[] batch = await StartAsync();
        MarketEventKind[] tail =
        [
            MarketEventKind.Holding, MarketEventKind.Holding, MarketEventKind.Holding, MarketEventKind.LendingTerms, MarketEventKind.LendingTerms,
            MarketEventKind.LendingPosition, MarketEventKind.LendingPosition, MarketEventKind.Price, MarketEventKind.Price, MarketEventKind.Head,
        ];
        Assert.Equal(tail, batch[^tail.Length..].Select(e => e.Kind));
        LendingTerms[] terms = [.. Of(batch, MarketEventKind.LendingTerms).Select(e => e.LendingTerms)];
        Assert.Equal([FakeMarket.W, FakeMarket.U], Of(batch, MarketEventKind.LendingTerms).Select(e => e.Asset));
        Assert.Equal(FakeMarket.Tokens(20_000, 18), terms[0].Borrowable);
        Assert.Equal(FakeMarket.Tokens(15_000, 6), terms[1].Borrowable);
        Assert.Equal(UInt256.MaxValue, terms[1].Suppliable);
        Assert.Equal((200_000_000_000ul, (uint)FakeLending.Start), (terms[0].OraclePrice, terms[0].OracleUnixSeconds));
        Assert.Equal((0f, 0.1f), (terms[1].SupplyRatePerYear, terms[1].BorrowRatePerYear));
        Assert.Equal((8_000, 7_500, 500), (terms[0].LiquidationThresholdBps, terms[0].LoanToValueBps, terms[0].LiquidationBonusBps));
        Assert.Equal(LendingFlags.IsOpen | LendingFlags.TakesMore, terms[0].Flags);
        LendingPosition[] positions = [.. Of(batch, MarketEventKind.LendingPosition).Select(e => e.LendingPosition)];
        Assert.Equal((FakeMarket.Tokens(10, 18), UInt256.Zero, true), (positions[0].Supplied, positions[0].Borrowed, positions[0].IsCollateral));
        Assert.Equal((UInt256.Zero, FakeMarket.Tokens(5_000, 6), false), (positions[1].Supplied, positions[1].Borrowed, positions[1].IsCollateral));
        Assert.All(batch, e => Assert.Equal((1ul, 1_000_001_000_000_000), (e.BlockNumber, e.UnixNs)));
    }

    [Fact]
    public async Task Head_NothingHappened_TellsTheInterestAndAsksOneBatch()
    {
        await StartAsync();
        int before = Chain.Batches;
        MarketEvent[] batch = await MineAsync(timestampSeconds: 1_000_001 + 3_600);
        Assert.Equal(before + 1, Chain.Batches);
        // The room below the cap shrank by the interest; W has none, and nothing of it changed.
        MarketEvent terms = Assert.Single(Of(batch, MarketEventKind.LendingTerms));
        MarketEvent[] positions = Of(batch, MarketEventKind.LendingPosition);
        Assert.Equal(2, positions.Length);
        UInt256 owed = positions[1].LendingPosition.Borrowed;
        Assert.Equal(DebtAt(Chain.Latest), owed);
        Assert.InRange((double)owed, 5_000_057_000d, 5_000_057_100d);
        Assert.Equal(FakeMarket.Tokens(20_000, 6), terms.LendingTerms.Borrowable + owed);
        Assert.Equal((0L, 1L, 1), (_feed!.Counters.Mismatches, _feed.Counters.Snapshots, _lending.Readings));
    }

    [Fact]
    public async Task Head_AWordOfThePriceSource_MovesThePriceAndItsTime()
    {
        await StartAsync();
        _lending.AccountData = () => FakeLending.DataOf(1_800, DebtAt(Chain.Latest));
        MarketEvent[] batch = await MineAsync(block => _lending.TellPrice(block, 0, 1_800));
        LendingTerms terms = Of(batch, MarketEventKind.LendingTerms).Single(e => e.Asset == FakeMarket.W).LendingTerms;
        Assert.Equal((180_000_000_000ul, 1_000_002u), (terms.OraclePrice, terms.OracleUnixSeconds));
        Assert.Equal(0, _feed!.Counters.Mismatches);
        Assert.Equal(1, _lending.Readings);
    }

    [Fact]
    public async Task Head_APriceWithoutAWord_IsTakenFromTheOracleAndCounted()
    {
        await StartAsync();
        _lending.SetPrice(0, 1_700, 0);
        _lending.AccountData = () => FakeLending.DataOf(1_700, DebtAt(Chain.Latest));
        MarketEvent[] batch = await MineAsync();
        Assert.Equal(170_000_000_000ul, Of(batch, MarketEventKind.LendingTerms).Single(e => e.Asset == FakeMarket.W).LendingTerms.OraclePrice);
        Assert.Equal((1L, 1), (_feed!.Counters.Mismatches, _lending.Readings));
    }

    [Fact]
    public async Task Head_ALogMissed_IsNoticedAndTheMarketReadAnew()
    {
        await StartAsync();
        _lending.SetDebt(FakeMarket.Tokens(6_000, 6));
        _lending.AccountData = () => FakeLending.DataOf(2_000, FakeMarket.Tokens(6_000, 6));
        MarketEvent[] batch = await MineAsync();
        Assert.Equal((1L, 1L, 2), (_feed!.Counters.Mismatches, _feed.Counters.Snapshots, _lending.Readings));
        UInt256 owed = Of(batch, MarketEventKind.LendingPosition)[1].LendingPosition.Borrowed;
        Assert.InRange((double)owed, 6_000_000_000d, 6_000_000_100d);
    }

    [Fact]
    public async Task Head_ALogThatDoesNotTellAll_ReadsTheMarketAnew()
    {
        await StartAsync();
        _lending.SetPrice(0, 1_900, 1_000_002);
        MarketEvent[] batch = await MineAsync(block => FakeLending.TellSourceReplaced(block, 0));
        Assert.Equal(190_000_000_000ul, Of(batch, MarketEventKind.LendingTerms).Single(e => e.Asset == FakeMarket.W).LendingTerms.OraclePrice);
        Assert.Equal((0L, 1L, 2), (_feed!.Counters.Mismatches, _feed.Counters.Snapshots, _lending.Readings));
    }

    [Fact]
    public async Task Head_ManyMissing_PositionsStandOnceAtTheLast()
    {
        await StartAsync();
        Chain.Mine(block => _lending.TellPrice(block, 0, 1_500));
        _lending.AccountData = () => FakeLending.DataOf(1_600, DebtAt(Chain.Latest));
        MarketEvent[] batch = await MineAsync(block => _lending.TellPrice(block, 0, 1_600));
        Assert.Equal([3ul, 3], Of(batch, MarketEventKind.LendingPosition).Select(e => e.BlockNumber));
        Assert.Equal(160_000_000_000ul, Of(batch, MarketEventKind.LendingTerms).Single(e => e.Asset == FakeMarket.W).LendingTerms.OraclePrice);
        Assert.Equal(0, _feed!.Counters.Mismatches);
    }

    [Fact]
    public async Task Start_ADebtThatIsNotConfigured_SaysWhatToAdd()
    {
        _lending.SetUnlistedDebt(1);
        Assert.Equal(MarketEventKind.FeedLost, Assert.Single(await StartAsync()).Kind);
        Assert.Contains($"owes {FakeMarket.Named(4)}", _feed!.LastTrouble);
        Assert.Contains("assets", _feed.LastTrouble);
        _lending.SetUnlistedDebt(0);
        Assert.Equal(MarketEventKind.Head, (await _sink.BatchAsync(1))[^1].Kind);
    }

    [Fact]
    public void Create_TheZeroAddressAsMarket_Throws() =>
        Assert.Contains("PoolAddressesProvider", Assert.Throws<ArgumentException>(() => new FakeMarket(Address.Zero).NewFeed()).Message);

    private async Task<MarketEvent[]> StartAsync()
    {
        Chain.Start();
        return await _sink.BatchAsync(0);
    }

    private async Task<MarketEvent[]> MineAsync(Action<FakeChain.Block>? change = null, long? timestampSeconds = null)
    {
        int batch = _sink.Batches.Length;
        Chain.Tell(Chain.Mine(change, timestampSeconds: timestampSeconds));
        return await _sink.BatchAsync(batch);
    }

    private static MarketEvent[] Of(MarketEvent[] batch, MarketEventKind kind) => [.. batch.Where(e => e.Kind == kind)];

    private static UInt256 DebtAt(FakeChain.Block block)
    {
        Assert.True(Interest.TryCompounded((UInt128)(WadRay.Ray / 10ul), (ulong)block.Header.TimestampSeconds - FakeLending.Start, out UInt256 index));
        Assert.True(WadRay.TryRayMul(FakeMarket.Tokens(5_000, 6), in index, out UInt256 owed));
        return owed;
    }
}
