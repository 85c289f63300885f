using System.Net;
using System.Net.Sockets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.MarketData.Feeds;
using FastRebalance.MarketData.Prices;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.MarketData.Prices;

public sealed class UdpMulticastFeedTests
{
    private static readonly string[] s_assets = ["WETH", "USDC", "WBTC"];

    private readonly byte[] _packet = new byte[PriceDatagram.MostBytes];

    [Fact]
    public async Task Run_PacketsOnLoopback_AreToldInOrder()
    {
        IPEndPoint group = FreeGroup();
        UdpMulticastFeed feed = NewFeed(options => options.Group = group.ToString());
        RecordingSink sink = new();
        using CancellationTokenSource stop = new();
        Task running = feed.RunAsync(sink, stop.Token);
        using UdpPriceSender sender = new(group);
        while (feed.Counters.Connections == 0)
            await Task.Delay(5, TestContext.Current.CancellationToken);
        for (int i = 1; i <= 200; i++)
            sender.Send(new PriceRecord("ETH", i, i + 2), new PriceRecord("BTC", 10 * i, 10 * i), new PriceRecord("DOGE", 1, 1));
        await sink.BatchAsync(399);
        await stop.CancelAsync();
        await running;

        Assert.Equal(Enumerable.Range(1, 200).SelectMany(static i => (double[])[i + 1, 10 * i]), sink.Events.Select(static e => e.Price.NumerairePerToken));
        Assert.Equal(200, feed.Counters.PassedOver);
        Assert.Equal(0, feed.Counters.Gaps + feed.Counters.Older + feed.Counters.Unusable);
    }

    [Fact]
    public void Take_DuplicatesAndOlderPackets_AreDroppedAndCounted()
    {
        (UdpMulticastFeed feed, RecordingSink sink) = Begun();

        foreach (long sequence in (long[])[1, 2, 2, 1, 3])
            Take(feed, 7, sequence, new PriceRecord("ETH", sequence, sequence));

        Assert.Equal([1.0, 2, 3], Prices(sink));
        Assert.Equal(2, feed.Counters.Older);
        Assert.Equal(0, feed.Counters.Gaps);
    }

    [Fact]
    public void Take_Gap_IsCountedAndEveryKnownPriceIsDueUntilToldAnew()
    {
        (UdpMulticastFeed feed, RecordingSink sink) = Begun();
        Take(feed, 7, 1, new PriceRecord("ETH", 1, 1), new PriceRecord("BTC", 1, 1));
        Assert.Equal(0, feed.DueForRefresh);

        Take(feed, 7, 5, new PriceRecord("ETH", 2, 2));

        Assert.Equal((1, 3), (feed.Counters.Gaps, feed.Counters.Missed));
        Assert.Equal(1, feed.DueForRefresh); // BTC
        feed.Look(MonotonicClock.NowNs, default);
        Assert.DoesNotContain(sink.Events, static e => e.Kind == MarketEventKind.FeedLost);
        Take(feed, 7, 6, new PriceRecord("BTC", 3, 3));
        Assert.Equal(0, feed.DueForRefresh);
    }

    [Fact]
    public void Look_PriceThatNeverCameAfterAGap_CountsAsLost()
    {
        (UdpMulticastFeed feed, RecordingSink sink) = Begun();
        Take(feed, 7, 1, new PriceRecord("ETH", 1, 1), new PriceRecord("BTC", 1, 1));
        Take(feed, 7, 5, new PriceRecord("ETH", 2, 2));

        feed.Look(MonotonicClock.NowNs + 11_000_000_000, default);

        Assert.Equal(MarketEventKind.FeedLost, sink.Events[^1].Kind);
        Assert.Contains("1 prices were not told anew", feed.LastTrouble);
    }

    [Fact]
    public void Take_NewerSession_IsFollowedAndTheOlderOneNoMore()
    {
        (UdpMulticastFeed feed, RecordingSink sink) = Begun();
        Take(feed, 7, 100, new PriceRecord("ETH", 1, 1));
        Take(feed, 8, 1, new PriceRecord("ETH", 2, 2)); // started anew: it counts from 1
        Take(feed, 7, 101, new PriceRecord("ETH", 3, 3));

        Assert.Equal([1.0, 2], Prices(sink));
        Assert.Equal((1, 0), (feed.Counters.Older, feed.Counters.Gaps));
    }

    [Theory]
    [InlineData(0, 1)] // magic
    [InlineData(4, 9)] // version
    [InlineData(6, 2)] // more records than there are
    [InlineData(6, 0)]
    [InlineData(16, 0)] // sequence 0
    public void Take_DamagedPacket_IsCountedAndChangesNothing(int at, byte value)
    {
        (UdpMulticastFeed feed, RecordingSink sink) = Begun();
        int length = PriceDatagram.Write(_packet, 7, 1, 1, [new PriceRecord("ETH", 1, 1)]);
        _packet[at] = value;

        feed.Take(_packet.AsSpan(0, length), 1);
        feed.Take(_packet.AsSpan(0, 5), 1);
        feed.Take([], 1);

        Assert.Empty(sink.Events);
        Assert.Equal(3, feed.Counters.Unusable);
        Take(feed, 7, 1, new PriceRecord("ETH", 4, 4));
        Assert.Equal([4.0], Prices(sink));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(1, double.PositiveInfinity)]
    public void Take_QuoteThatCannotBe_IsNeverTold(double bid, double ask)
    {
        (UdpMulticastFeed feed, RecordingSink sink) = Begun();

        Take(feed, 7, 1, new PriceRecord("ETH", bid, ask));

        Assert.Empty(sink.Events);
        Assert.Equal(1, feed.Counters.Unusable);
    }

    [Fact]
    public void Take_RandomBytes_NeverThrows()
    {
        (UdpMulticastFeed feed, RecordingSink _) = Begun();
        Random random = new(11);
        byte[] noise = new byte[PriceDatagram.MostBytes + 1];
        for (int i = 0; i < 20_000; i++)
        {
            random.NextBytes(noise);
            int length = random.Next(noise.Length + 1);
            if (i % 2 == 0)
                PriceDatagram.Write(noise, 1 + (i % 3), 1 + i, 1, [new PriceRecord("ETH", 1, 1)])
                    .CompareTo(noise[random.Next(noise.Length)] = (byte)random.Next(256));
            feed.Take(noise.AsSpan(0, length), i);
        }
        Assert.True(feed.Counters.Unusable > 0);
    }

    [Fact]
    public void Write_SymbolOrCountThatDoesNotFit_SaysSo()
    {
        Assert.Throws<ArgumentException>(() => PriceDatagram.Write(_packet, 1, 1, 1, [new PriceRecord("A-SYMBOL-THAT-IS-TOO-LONG", 1, 1)]));
        Assert.Throws<ArgumentException>(() => PriceDatagram.Write(_packet, 1, 1, 1, []));
        Assert.Throws<ArgumentException>(() => PriceDatagram.Write(_packet, 1, 1, 1, new PriceRecord[PriceDatagram.MostRecords + 1]));
    }

    [Fact]
    public void Take_Packets_AllocateNothing()
    {
        UdpMulticastFeed feed = NewFeed();
        feed.Begin(new Nowhere());
        byte[][] packets = [.. Enumerable.Range(1, 4_000).Select(sequence =>
            _packet.AsSpan(0, PriceDatagram.Write(_packet, 7, sequence, 1, [new PriceRecord("ETH", sequence, sequence)])).ToArray())];
        int next = 0;
        AllocationWatch watch = new();
        while (watch.Next())
            for (int i = 0; i < 900; i++)
                feed.Take(packets[next++], 1);
        Assert.Equal(0, watch.LeastBytes);
        Assert.Equal(next, feed.Counters.Records);
    }

    private static double[] Prices(RecordingSink sink) => [.. sink.Events.Select(static e => e.Price.NumerairePerToken)];

    private void Take(UdpMulticastFeed feed, long session, long sequence, params PriceRecord[] records) =>
        feed.Take(_packet.AsSpan(0, PriceDatagram.Write(_packet, session, sequence, 1, records)), MonotonicClock.NowNs);

    private static (UdpMulticastFeed Feed, RecordingSink Sink) Begun()
    {
        UdpMulticastFeed feed = NewFeed();
        RecordingSink sink = new();
        feed.Begin(sink);
        return (feed, sink);
    }

    private static UdpMulticastFeed NewFeed(Action<UdpMulticastFeed.Options>? change = null)
    {
        UdpMulticastFeed.Options options = new() { Group = "239.255.7.4:7400", Symbols = { ["ETH"] = "WETH", ["BTC"] = "WBTC" } };
        change?.Invoke(options);
        return new UdpMulticastFeed(options, s_assets);
    }

    private static IPEndPoint FreeGroup()
    {
        using Socket any = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        any.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return new IPEndPoint(IPAddress.Parse("239.255.7.5"), ((IPEndPoint)any.LocalEndPoint!).Port);
    }

    private sealed class Nowhere : FastRebalance.MarketData.IEventSink
    {
        public void Publish(ReadOnlySpan<MarketEvent> events, CancellationToken cancellation)
        {
        }
    }
}
