using System.Net;
using System.Net.Sockets;
using FastRebalance.Core.Events;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.MarketData;
using FastRebalance.MarketData.Feeds;
using FastRebalance.MarketData.Prices;
using FastRebalance.Tests;

namespace FastRebalance.ContractTests;

/// <summary>What every feed promises, each run by its name. A feed is added by one line in <see cref="Feeds"/>.</summary>
public sealed class FeedContractTests
{
    private static readonly SortedDictionary<string, Func<IFeedStage>> s_stages = new(StringComparer.Ordinal)
    {
        [BookTickerFeed.FeedName] = () => new BookTickerStage(),
        [PoolEventsFeed.FeedName] = () => new PoolEventsStage(),
        [ReplayFeed.FeedName] = () => new ReplayStage(),
        [SharedMemoryFeed.FeedName] = () => new SharedMemoryStage(),
        [UdpMulticastFeed.FeedName] = () => new UdpMulticastStage(),
    };

    public static TheoryData<string> Feeds => [.. s_stages.Keys];

    /// <summary>A feed with a source that the test drives.</summary>
    private interface IFeedStage : IAsyncDisposable
    {
        IFeed Feed { get; }

        /// <summary>What the feed tells of each step: a chain's feed heads, numbered by their blocks; a price feed prices of 1, 2, 3.</summary>
        MarketEventKind Step => MarketEventKind.Price;

        /// <summary>The feed returns when its source ends; one whose source may come back is waiting for it then, and has to be stopped.</summary>
        bool EndsWithItsSource => false;

        /// <summary>Lets the source give three steps and then end.</summary>
        Task GiveThreeAsync(RecordingSink sink);

        /// <summary>Lets the source give something that can never be an event, and after it, where it goes on, a step.</summary>
        Task GiveNonsenseAsync(RecordingSink sink);

        /// <summary>True when nonsense ends the feed with <see cref="InvalidDataException"/>; else it is left out.</summary>
        bool NonsenseEnds => false;

        ValueTask IAsyncDisposable.DisposeAsync() => ValueTask.CompletedTask;
    }

    [Fact]
    public void Registry_EveryName_IsHeldToTheContract() =>
        Assert.All(Composition.Feeds.Names, name => Assert.Contains(name, s_stages.Keys));

    [Theory]
    [MemberData(nameof(Feeds))]
    public async Task Name_EveryFeed_IsItsRegisteredOne(string name)
    {
        await using IFeedStage stage = s_stages[name]();
        Assert.Equal(name, stage.Feed.Name);
    }

    [Theory]
    [MemberData(nameof(Feeds))]
    public async Task Run_SourceEnds_PublishesInOrderAndReturns(string name)
    {
        await using IFeedStage stage = s_stages[name]();
        RecordingSink sink = new();
        using CancellationTokenSource stop = new();
        Task running = stage.Feed.RunAsync(sink, stop.Token);
        await stage.GiveThreeAsync(sink);
        if (!stage.EndsWithItsSource)
            await stop.CancelAsync();
        await running;
        MarketEvent[] events = sink.Events;
        Assert.Equal([1.0, 2, 3], events.Where(e => e.Kind == stage.Step).Select(StepOf));
        Assert.DoesNotContain(events, e => e.Kind == MarketEventKind.None);
        for (int i = 1; i < events.Length; i++)
        {
            Assert.True(events[i].UnixNs >= events[i - 1].UnixNs, "event time goes back");
            Assert.True(events[i].BlockNumber >= events[i - 1].BlockNumber, "an event of an earlier block follows");
        }
    }

    [Theory]
    [MemberData(nameof(Feeds))]
    public async Task Run_Cancelled_ReturnsWithoutAnException(string name)
    {
        await using IFeedStage stage = s_stages[name]();
        using CancellationTokenSource stop = new();
        Task running = stage.Feed.RunAsync(new RecordingSink(), stop.Token);
        await stop.CancelAsync();
        await running;
    }

    [Theory]
    [MemberData(nameof(Feeds))]
    public async Task Run_CancelledBefore_PublishesNothing(string name)
    {
        await using IFeedStage stage = s_stages[name]();
        RecordingSink sink = new();
        await stage.Feed.RunAsync(sink, new CancellationToken(canceled: true));
        Assert.Empty(sink.Events);
    }

    [Theory]
    [MemberData(nameof(Feeds))]
    public async Task Run_Nonsense_IsNeverPublished(string name)
    {
        await using IFeedStage stage = s_stages[name]();
        RecordingSink sink = new();
        using CancellationTokenSource stop = new();
        Task running = stage.Feed.RunAsync(sink, stop.Token);
        await stage.GiveNonsenseAsync(sink);
        if (!stage.EndsWithItsSource)
            await stop.CancelAsync();
        if (stage.NonsenseEnds)
            await Assert.ThrowsAsync<InvalidDataException>(() => running);
        else
            await running;
        Assert.DoesNotContain(sink.Events, e => e.Kind == MarketEventKind.None);
        Assert.Contains(sink.Events, e => e.Kind == stage.Step);
        Assert.All(sink.Events.Where(static e => e.Kind == MarketEventKind.Price), static e => Assert.True(e.Price.NumerairePerToken > 0));
    }

    private static double StepOf(MarketEvent e) => e.Kind == MarketEventKind.Head ? e.BlockNumber : e.Price.NumerairePerToken;

    private sealed class BookTickerStage : IFeedStage
    {
        private readonly TaskCompletionSource<IReadOnlyList<(TimeSpan, string)>> _given = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly BookTickerServer _server;

        public BookTickerStage()
        {
            _server = new BookTickerServer(_given.Task);
            Feed = new BookTickerFeed(new BookTickerFeed.Options { Url = _server.Url, Symbols = { ["ETHUSDT"] = "W" } }, ["W", "U"]);
        }

        public IFeed Feed { get; }

        public ValueTask DisposeAsync() => _server.DisposeAsync();

        public async Task GiveThreeAsync(RecordingSink sink)
        {
            _given.SetResult(BookTickerServer.AtOnce(Quote(1), Quote(2), Quote(3)));
            await sink.BatchAsync(2);
        }

        public async Task GiveNonsenseAsync(RecordingSink sink)
        {
            _given.SetResult(BookTickerServer.AtOnce("nonsense", """{"u":1,"s":"ETHUSDT","b":"-1","a":"0"}""", Quote(1)));
            await sink.BatchAsync(0);
        }

        private static string Quote(int price) => $$"""{"u":{{price}},"s":"ETHUSDT","b":"{{price}}","B":"1","a":"{{price}}","A":"1"}""";
    }

    private sealed class SharedMemoryStage : IFeedStage
    {
        private readonly TemporaryFolder _folder = new();
        private readonly SharedMemoryWriter _writer;

        public SharedMemoryStage()
        {
            _writer = SharedMemoryWriter.Create(_folder.File("prices"), 8);
            Feed = new SharedMemoryFeed(new SharedMemoryFeed.Options { Path = _folder.File("prices"), Symbols = { ["ETH"] = "W" } }, ["W", "U"]);
        }

        public IFeed Feed { get; }

        public ValueTask DisposeAsync()
        {
            _writer.Dispose();
            _folder.Dispose();
            return ValueTask.CompletedTask;
        }

        public async Task GiveThreeAsync(RecordingSink sink)
        {
            for (int i = 1; i <= 3; i++)
                _writer.Write(new PriceRecord("ETH", i, i));
            await sink.BatchAsync(2);
        }

        public async Task GiveNonsenseAsync(RecordingSink sink)
        {
            _writer.Write(new PriceRecord("ETH", double.NaN, -1));
            _writer.Write(new PriceRecord("ETH", 1, 1));
            await sink.BatchAsync(0);
        }
    }

    private sealed class UdpMulticastStage : IFeedStage
    {
        private readonly IPEndPoint _group = FreeGroup();
        private readonly UdpMulticastFeed _feed;
        private UdpPriceSender? _sender;

        public UdpMulticastStage() =>
            _feed = new UdpMulticastFeed(new UdpMulticastFeed.Options { Group = _group.ToString(), Symbols = { ["ETH"] = "W" } }, ["W", "U"]);

        public IFeed Feed => _feed;

        public ValueTask DisposeAsync()
        {
            _sender?.Dispose();
            return ValueTask.CompletedTask;
        }

        public async Task GiveThreeAsync(RecordingSink sink)
        {
            UdpPriceSender sender = await SenderAsync();
            for (int i = 1; i <= 3; i++)
                sender.Send(new PriceRecord("ETH", i, i));
            await sink.BatchAsync(2);
        }

        public async Task GiveNonsenseAsync(RecordingSink sink)
        {
            UdpPriceSender sender = await SenderAsync();
            sender.SendRaw([1, 2, 3]);
            sender.Send(new PriceRecord("ETH", 0, 0));
            sender.Send(new PriceRecord("ETH", 1, 1));
            await sink.BatchAsync(0);
        }

        private async Task<UdpPriceSender> SenderAsync()
        {
            while (_feed.Counters.Connections == 0) // what is sent to a group that nobody has joined is gone
                await Task.Delay(2, TestContext.Current.CancellationToken);
            return _sender = new UdpPriceSender(_group);
        }

        private static IPEndPoint FreeGroup()
        {
            using Socket any = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            any.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            return new IPEndPoint(IPAddress.Parse("239.255.7.6"), ((IPEndPoint)any.LocalEndPoint!).Port);
        }
    }

    private sealed class PoolEventsStage : IFeedStage
    {
        private readonly FakeMarket _market = new();

        public PoolEventsStage() => Feed = _market.NewFeed();

        public IFeed Feed { get; }

        public MarketEventKind Step => MarketEventKind.Head;

        public bool EndsWithItsSource => true;

        public async Task GiveThreeAsync(RecordingSink sink)
        {
            FakeChain chain = _market.Chain;
            chain.Start();
            await sink.BatchAsync(0);
            for (int i = 1; i < 3; i++)
            {
                chain.Tell(chain.Mine(block => FakeChain.Sync(block, _market.Pools[0], FakeMarket.Tokens(100, 18), FakeMarket.Tokens(200_000 + (ulong)i, 6))));
                await sink.BatchAsync(i);
            }
            chain.End();
        }

        public async Task GiveNonsenseAsync(RecordingSink sink)
        {
            FakeChain chain = _market.Chain;
            chain.Start();
            await sink.BatchAsync(0);
            FakeChain.Block block = chain.Mine();
            LogEntry cut = new()
            {
                Address = _market.Pools[0].Address,
                Topics = [],
                Data = [1, 2, 3],
                LogIndex = 0,
                BlockHash = block.Header.Hash,
                BlockNumber = block.Header.Number,
                TransactionHash = default,
                Removed = false,
            };
            block.Logs.Add(cut);
            block.Logs.Add(cut with { LogIndex = 1, BlockHash = default });
            block.Logs.Add(cut with { LogIndex = 2, Removed = true });
            chain.Tell(block);
            await sink.BatchAsync(1);
            chain.End();
        }
    }

    private sealed class ReplayStage : IFeedStage
    {
        private readonly TaskCompletionSource<MarketEvent[]> _given = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ReplayStage() => Feed = new ReplayFeed(Recording(), ReplayPace.AsFastAsPossible);

        public IFeed Feed { get; }

        public MarketEventKind Step => MarketEventKind.Head;

        public bool EndsWithItsSource => true;

        public bool NonsenseEnds => true;

        public Task GiveThreeAsync(RecordingSink sink)
        {
            _given.SetResult([.. Enumerable.Range(1, 3).Select(Head)]);
            return Task.CompletedTask;
        }

        public Task GiveNonsenseAsync(RecordingSink sink)
        {
            _given.SetResult([Head(1), default, Head(2)]);
            return Task.CompletedTask;
        }

        /// <summary>Empty ticks of time until something is given: a recording that is still being written.</summary>
        private IEnumerable<MarketEvent> Recording()
        {
            while (!_given.Task.IsCompleted)
            {
                Thread.Yield();
                yield return new MarketEvent { Kind = MarketEventKind.Timer };
            }
            foreach (MarketEvent e in _given.Task.Result)
                yield return e;
        }

        private static MarketEvent Head(int number) =>
            new() { Kind = MarketEventKind.Head, BlockNumber = (ulong)number, UnixNs = number * 1_000_000_000L };
    }
}
