using FastRebalance.Core.Events;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.MarketData;
using FastRebalance.MarketData.Feeds;
using FastRebalance.Tests;

namespace FastRebalance.ContractTests;

/// <summary>What every feed promises, each run by its name. A feed is added by one line in <see cref="Feeds"/>.</summary>
public sealed class FeedContractTests
{
    private static readonly SortedDictionary<string, Func<IFeedStage>> s_stages = new(StringComparer.Ordinal)
    {
        [PoolEventsFeed.FeedName] = () => new PoolEventsStage(),
        [ReplayFeed.FeedName] = () => new ReplayStage(),
    };

    public static TheoryData<string> Feeds => [.. s_stages.Keys];

    /// <summary>A feed with a source that the test drives.</summary>
    private interface IFeedStage
    {
        IFeed Feed { get; }

        /// <summary>Lets the source give three blocks and then end.</summary>
        Task GiveThreeHeadsAsync(RecordingSink sink);

        /// <summary>Lets the source give something that can never be an event, and after it, where it goes on, a head.</summary>
        Task GiveNonsenseAsync(RecordingSink sink);

        /// <summary>True when nonsense ends the feed with <see cref="InvalidDataException"/>; else it is left out.</summary>
        bool NonsenseEnds { get; }
    }

    [Fact]
    public void Registry_EveryName_IsHeldToTheContract() => Assert.Subset([.. s_stages.Keys], [.. Composition.Feeds.Names]);

    [Theory]
    [MemberData(nameof(Feeds))]
    public void Name_EveryFeed_IsItsRegisteredOne(string name) => Assert.Equal(name, s_stages[name]().Feed.Name);

    [Theory]
    [MemberData(nameof(Feeds))]
    public async Task Run_SourceEnds_PublishesInOrderAndReturns(string name)
    {
        IFeedStage stage = s_stages[name]();
        RecordingSink sink = new();
        Task running = stage.Feed.RunAsync(sink, CancellationToken.None);
        await stage.GiveThreeHeadsAsync(sink);
        await running;
        MarketEvent[] events = sink.Events;
        Assert.Equal([1ul, 2, 3], events.Where(e => e.Kind == MarketEventKind.Head).Select(e => e.BlockNumber));
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
        using CancellationTokenSource stop = new();
        Task running = s_stages[name]().Feed.RunAsync(new RecordingSink(), stop.Token);
        await stop.CancelAsync();
        await running;
    }

    [Theory]
    [MemberData(nameof(Feeds))]
    public async Task Run_CancelledBefore_PublishesNothing(string name)
    {
        RecordingSink sink = new();
        await s_stages[name]().Feed.RunAsync(sink, new CancellationToken(canceled: true));
        Assert.Empty(sink.Events);
    }

    [Theory]
    [MemberData(nameof(Feeds))]
    public async Task Run_Nonsense_IsNeverPublished(string name)
    {
        IFeedStage stage = s_stages[name]();
        RecordingSink sink = new();
        Task running = stage.Feed.RunAsync(sink, CancellationToken.None);
        await stage.GiveNonsenseAsync(sink);
        if (stage.NonsenseEnds)
            await Assert.ThrowsAsync<InvalidDataException>(() => running);
        else
            await running;
        Assert.DoesNotContain(sink.Events, e => e.Kind == MarketEventKind.None);
        Assert.Contains(sink.Events, e => e.Kind == MarketEventKind.Head);
    }

    private sealed class PoolEventsStage : IFeedStage
    {
        private readonly FakeMarket _market = new();

        public PoolEventsStage() => Feed = _market.NewFeed();

        public IFeed Feed { get; }

        public bool NonsenseEnds => false;

        public async Task GiveThreeHeadsAsync(RecordingSink sink)
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

        public bool NonsenseEnds => true;

        public Task GiveThreeHeadsAsync(RecordingSink sink)
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
