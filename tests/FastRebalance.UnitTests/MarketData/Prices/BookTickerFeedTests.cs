using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;
using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.MarketData;
using FastRebalance.MarketData.Feeds;
using FastRebalance.MarketData.Prices;
using FastRebalance.Messaging;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.MarketData.Prices;

public sealed class BookTickerFeedTests
{
    private static readonly string[] s_assets = ["WETH", "USDC", "WBTC"];

    [Theory]
    [InlineData(1, 3)]
    [InlineData(100, 120)]
    public async Task Run_RecordedTape_TellsEveryMidInOrder(double speed, int seconds)
    {
        IReadOnlyList<(TimeSpan Due, string Text)> tape = BookTickerServer.Tape(
            SharedFiles.PathOf("market", "binance", "spot-ethusdt_20240809.gz"), speed, TimeSpan.FromSeconds(seconds));
        double[] mids = [.. tape.Where(static message => message.Text.Contains("bookTicker", StringComparison.Ordinal)).Select(static message => Mid(message.Text))];
        await using BookTickerServer server = new(tape);
        BookTickerFeed feed = new(Options(server.Url), s_assets);

        MarketEvent[] events = await RunUntilAsync(feed, _ => feed.Counters.Records + feed.Counters.PassedOver >= tape.Count);

        Assert.True(mids.Length > 20, "the tape is too short to say anything");
        Assert.Equal(mids, events.Select(static e => e.Price.NumerairePerToken));
        Assert.All(events, static e => Assert.Equal((MarketEventKind.Price, (ushort)1), (e.Kind, e.Subject)));
        Assert.Equal(mids.Length, feed.Counters.Published);
        Assert.Equal(0, feed.Counters.Unusable + feed.Counters.Older + feed.Counters.Conflated + feed.Counters.Losses);
        Assert.Equal(tape.Count - mids.Length, feed.Counters.PassedOver);
        Assert.Equal("/stream?streams=ethusdt@bookTicker", server.Asked);
    }

    [Fact]
    public async Task Run_ConnectionsCut_GoesOnWithoutLosingWhatFollows()
    {
        await using BookTickerServer server = new(BookTickerServer.AtOnce(Enumerable.Range(1, 30).Select(static u => Quote(u, 2_000 + u, 2_000 + u))), cutAfter: 10);
        BookTickerFeed feed = new(Options(server.Url), s_assets);

        MarketEvent[] events = await RunUntilAsync(feed, _ => server.Connections == 3 && feed.Counters.Published > 0 && feed.Counters.Records > 20);

        Assert.Equal(3, server.Connections);
        Assert.DoesNotContain(events, static e => e.Kind == MarketEventKind.FeedLost); // it was back before it counted as lost
        Assert.Equal(2_030, events[^1].Price.NumerairePerToken);
    }

    [Fact]
    public async Task Run_NobodyAnswers_IsLostOnceAndTold()
    {
        BookTickerServer gone = new([]);
        string url = gone.Url;
        await gone.DisposeAsync();
        BookTickerFeed feed = new(Options(url, options => options.StaleAfter = TimeSpan.FromMilliseconds(50)), s_assets);

        MarketEvent[] events = await RunUntilAsync(feed, sink => sink.Events.Length > 0 && feed.LastTrouble is not null);

        Assert.Equal(MarketEventKind.FeedLost, Assert.Single(events).Kind);
        Assert.Equal(1, feed.Counters.Losses);
    }

    [Fact]
    public async Task Run_SilentConnection_IsLostAndMadeAnew()
    {
        await using BookTickerServer server = new([(TimeSpan.Zero, Quote(1, 1, 2)), (TimeSpan.FromMinutes(5), Quote(2, 1, 2))]);
        BookTickerFeed feed = new(Options(server.Url, options => options.StaleAfter = TimeSpan.FromMilliseconds(200)), s_assets);

        MarketEvent[] events = await RunUntilAsync(feed, sink => sink.Events is [.., { Kind: MarketEventKind.Price }, { Kind: MarketEventKind.FeedLost }]);

        Assert.Equal(MarketEventKind.FeedLost, events[^1].Kind);
        Assert.Contains("silent", feed.LastTrouble);
    }

    [Fact]
    public async Task Run_ReferenceLost_StopsNobodysTrading()
    {
        await using BookTickerServer server = new(BookTickerServer.AtOnce(Quote(1, 1, 2)));
        BookTickerFeed feed = new(Options(server.Url, options => (options.StaleAfter, options.As) = (TimeSpan.FromMilliseconds(100), "reference")), s_assets);

        MarketEvent[] events = await RunUntilAsync(feed, _ => feed.Counters.Losses > 0 && feed.Counters.Published > 0);

        Assert.All(events, static e => Assert.Equal(MarketEventKind.ReferencePrice, e.Kind));
    }

    [Fact]
    public void Take_SequenceThatDoesNotGrow_IsDroppedAndCounted()
    {
        (BookTickerFeed feed, RecordingSink sink) = Begun();

        foreach ((int u, double bid) in ((int, double)[])[(5, 100), (5, 101), (4, 102), (6, 103)])
            feed.Take(System.Text.Encoding.UTF8.GetBytes(Quote(u, bid, bid)), 1);

        Assert.Equal([100.0, 103], sink.Events.Select(static e => e.Price.NumerairePerToken));
        Assert.Equal(2, feed.Counters.Older);
    }

    [Theory]
    [InlineData("{\"u\":1,\"s\":\"ETHUSDT\",\"b\":\"0\",\"a\":\"2\"}")]
    [InlineData("{\"u\":1,\"s\":\"ETHUSDT\",\"b\":\"3\",\"a\":\"2\"}")]
    [InlineData("{\"u\":1,\"s\":\"ETHUSDT\",\"b\":\"-1\",\"a\":\"2\"}")]
    [InlineData("{\"u\":1,\"s\":\"ETHUSDT\",\"b\":\"1\",\"a\":\"1e999\"}")]
    [InlineData("no json")]
    [InlineData("{\"u\":1,\"s\":\"DOGEUSDT\",\"b\":\"1\",\"a\":\"2\"}")]
    public void Take_WhatIsNoPriceOfOurs_IsNeverTold(string message)
    {
        (BookTickerFeed feed, RecordingSink sink) = Begun();

        feed.Take(System.Text.Encoding.UTF8.GetBytes(message), 1);

        Assert.Empty(sink.Events);
        Assert.Equal(1, feed.Counters.Unusable + feed.Counters.PassedOver);
    }

    [Fact]
    public void Take_NumeraireHasItsOwnSymbol_DividesByItAndTellsAllAnewWhenItMoves()
    {
        (BookTickerFeed feed, RecordingSink sink) = Begun(options => options.ConvertBy = "USDCUSDT");

        feed.Take(Message(1, "ETHUSDT", 2_000), 1);
        Assert.Empty(sink.Events);
        feed.Take(Message(1, "USDCUSDT", 0.5), 2);
        feed.Take(Message(2, "ETHUSDT", 3_000), 3);
        feed.Take(Message(2, "USDCUSDT", 2), 4);

        Assert.Equal([4_000.0, 6_000, 1_500], sink.Events.Select(static e => e.Price.NumerairePerToken));

        static byte[] Message(int u, string symbol, double price) => System.Text.Encoding.UTF8.GetBytes(Quote(u, price, price, symbol));
    }

    [Theory]
    [InlineData("mid", 150)]
    [InlineData("bid", 100)]
    [InlineData("ask", 200)]
    public void Take_EachSide_IsThePriceThatWasAskedFor(string side, double price)
    {
        (BookTickerFeed feed, RecordingSink sink) = Begun(options => options.Side = side);

        feed.Take(System.Text.Encoding.UTF8.GetBytes(Quote(1, 100, 200)), 1);

        Assert.Equal(price, Assert.Single(sink.Events).Price.NumerairePerToken);
    }

    [Fact]
    public void Take_RingFull_KeepsTheNewestAndTellsItOnceThereIsRoom()
    {
        RingBuffer<MarketEvent> ring = RingBuffer<MarketEvent>.CreateMultiProducer(4, WaitStrategy.ByName("blocking"));
        Sequence reader = new(-1);
        ring.AddGatingSequences(reader);
        BookTickerFeed feed = new(Options("ws://127.0.0.1:1"), s_assets);
        feed.Begin(new RingEventSink(ring));

        for (int u = 1; u <= 100; u++)
            feed.Take(System.Text.Encoding.UTF8.GetBytes(Quote(u, u, u)), u);
        reader.Set(3);
        feed.Take(System.Text.Encoding.UTF8.GetBytes(Quote(101, 101, 101)), 101);

        Assert.Equal(4, ring.Cursor.Value);
        Assert.Equal(101, ring[4].Price.NumerairePerToken);
        Assert.Equal(5, feed.Counters.Published);
        Assert.Equal(96, feed.Counters.Conflated); // 5 to 100
    }

    [Fact]
    public void Take_Quotes_AllocateNothing()
    {
        RingBuffer<MarketEvent> ring = RingBuffer<MarketEvent>.CreateMultiProducer(1 << 16, WaitStrategy.ByName("blocking"));
        BookTickerFeed feed = new(Options("ws://127.0.0.1:1"), s_assets);
        feed.Begin(new RingEventSink(ring));
        byte[][] messages = [.. Enumerable.Range(1, 4_000).Select(static u => System.Text.Encoding.UTF8.GetBytes(Quote(u, 2_000 + u, 2_001 + u)))];
        int next = 0;
        AllocationWatch watch = new();
        while (watch.Next())
            for (int i = 0; i < 900; i++)
                feed.Take(messages[next++], 1);
        Assert.Equal(0, watch.LeastBytes);
        Assert.Equal(next, feed.Counters.Published);
    }

    [Fact]
    public void Problems_EachMistake_IsNamed()
    {
        BookTickerFeed.Options options = new()
        {
            Url = "http://user:secret@example.org", Symbols = { ["ETHUSDT"] = "DOGE", ["BTCUSDT"] = "USDC" }, As = "truth", Side = "left", StaleAfter = TimeSpan.Zero,
            ConvertBy = "ETHUSDT",
        };

        OptionProblem[] problems = [.. options.Problems(s_assets), .. options.CashProblems("USDC", s_assets)];

        Assert.Equal(
            ["as", "convertBy", "side", "staleAfter", "symbols.BTCUSDT", "symbols.ETHUSDT", "url"], problems.Select(static p => p.Field).Order(StringComparer.Ordinal));
        Assert.All(problems, static p => Assert.DoesNotContain("secret", p.Found + p.Wanted));
    }

    private static BookTickerFeed.Options Options(string url, Action<BookTickerFeed.Options>? change = null)
    {
        BookTickerFeed.Options options = new() { Url = url, Symbols = { ["ETHUSDT"] = "WETH" } };
        change?.Invoke(options);
        return options;
    }

    private static (BookTickerFeed Feed, RecordingSink Sink) Begun(Action<BookTickerFeed.Options>? change = null)
    {
        BookTickerFeed feed = new(Options("ws://127.0.0.1:1", change), s_assets);
        RecordingSink sink = new();
        feed.Begin(sink);
        return (feed, sink);
    }

    private static async Task<MarketEvent[]> RunUntilAsync(BookTickerFeed feed, Func<RecordingSink, bool> enough)
    {
        RecordingSink sink = new();
        using CancellationTokenSource stop = new(TimeSpan.FromMinutes(1)); // so that a feed that never gets there fails, and does not hang
        Task running = feed.RunAsync(sink, stop.Token);
        while (!enough(sink) && !stop.IsCancellationRequested)
            await Task.Delay(5);
        await stop.CancelAsync();
        await running;
        return sink.Events;
    }

    private static string Quote(int u, double bid, double ask, string symbol = "ETHUSDT") => string.Create(
        CultureInfo.InvariantCulture, $"{{\"u\":{u},\"s\":\"{symbol}\",\"b\":\"{bid:0.00000000}\",\"B\":\"1\",\"a\":\"{ask:0.00000000}\",\"A\":\"1\"}}");

    private static double Mid(string message)
    {
        using JsonDocument json = JsonDocument.Parse(message);
        JsonElement data = json.RootElement.GetProperty("data");
        double bid = double.Parse(data.GetProperty("b").GetString()!, CultureInfo.InvariantCulture);
        double ask = double.Parse(data.GetProperty("a").GetString()!, CultureInfo.InvariantCulture);
        return bid + ((ask - bid) / 2);
    }
}
