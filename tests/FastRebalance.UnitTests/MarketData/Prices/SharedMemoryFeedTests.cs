using System.Diagnostics;
using System.Globalization;
using FastRebalance.Core.Events;
using FastRebalance.MarketData;
using FastRebalance.MarketData.Feeds;
using FastRebalance.MarketData.Prices;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.MarketData.Prices;

public sealed class SharedMemoryFeedTests : IDisposable
{
    private const string WriterVariable = "FASTREBALANCE_PRICE_WRITER";
    private const int WrittenByTheOther = 20_000;

    private static readonly string[] s_assets = ["WETH", "USDC", "WBTC"];

    private readonly TemporaryFolder _folder = new();

    private string Ring => _folder.File("prices");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_AnotherProcessWrites_EveryRecordIsTakenOrCountedAsMissed()
    {
        string program = Path.ChangeExtension(typeof(SharedMemoryFeedTests).Assembly.Location, OperatingSystem.IsWindows() ? ".exe" : null);
        if (!File.Exists(program))
            Assert.Skip($"could not tell: {program} is not there to be started as the writer");
        SharedMemoryFeed feed = NewFeed(options => options.StaleAfter = TimeSpan.FromMinutes(2));
        RecordingSink sink = new();
        using CancellationTokenSource stop = new();
        Task running = feed.RunAsync(sink, stop.Token);
        ProcessStartInfo start = new(program, ["-method", $"{typeof(SharedMemoryFeedTests).FullName}.{nameof(Writer_StartedByTheTestAbove_WritesAndEnds)}"])
        {
            RedirectStandardOutput = true,
            Environment = { [WriterVariable] = Ring },
        };
        using Process writer = Process.Start(start)!;
        while (feed.Counters.Connections == 0 && !writer.HasExited)
            await Task.Delay(5, TestContext.Current.CancellationToken);
        File.WriteAllText(Ring + ".go", "");
        string said = await writer.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await writer.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(writer.ExitCode == 0, said);
        while (feed.LastTrouble?.Contains("has ended", StringComparison.Ordinal) != true)
            await Task.Delay(5, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await running;

        MarketEvent[] events = sink.Events;
        Assert.Equal(WrittenByTheOther, feed.Counters.Records + feed.Counters.Missed);
        Assert.Equal(feed.Counters.Records, events.Length);
        Assert.Equal(WrittenByTheOther, events[^1].Price.NumerairePerToken);
        for (int i = 1; i < events.Length; i++)
            Assert.True(events[i].Price.NumerairePerToken > events[i - 1].Price.NumerairePerToken, "a record out of its turn, or half of one");
    }

    /// <summary>The other process's side: only does something when started as one.</summary>
    [Fact]
    public void Writer_StartedByTheTestAbove_WritesAndEnds()
    {
        if (Environment.GetEnvironmentVariable(WriterVariable) is not { Length: > 0 } ring)
        {
            Assert.Skip("this is the other half of the test above");
            return;
        }
        using SharedMemoryWriter writer = SharedMemoryWriter.Create(ring, 1024);
        // A reader that comes late does not miss what was before: it must be there first. Bounded, should its process have died.
        for (int waited = 0; !File.Exists(ring + ".go") && waited < 30_000; waited += 5)
            Thread.Sleep(5);
        for (int i = 1; i <= WrittenByTheOther; i++)
            writer.Write(new PriceRecord("ETH", i, i)); // ask below bid in half a record, or out of turn
    }

    [Fact]
    public void TryRead_WriterLapsTheReader_CountsWhatItMissedAndGoesOnWithTheNewest()
    {
        using SharedMemoryWriter writer = SharedMemoryWriter.Create(Ring, 8);
        writer.Write(new PriceRecord("ETH", 1, 1));
        using SharedMemoryReader reader = SharedMemoryReader.Open(Ring);
        Assert.True(reader.TryRead(out long missed));
        Assert.Equal(0, missed);
        for (int i = 2; i <= 100; i++)
            writer.Write(new PriceRecord("ETH", i, i));

        List<double> read = [];
        long all = 0;
        while (reader.TryRead(out missed))
        {
            read.Add(reader.Bid);
            all += missed;
        }

        Assert.Equal([94.0, 95, 96, 97, 98, 99, 100], read); // the eighth is the one being written next
        Assert.Equal(99 - 7, all);
    }

    [Fact]
    public void TryRead_Records_AllocatesNothing()
    {
        using SharedMemoryWriter writer = SharedMemoryWriter.Create(Ring, 1 << 14);
        using SharedMemoryReader reader = SharedMemoryReader.Open(Ring);
        PriceRecord record = new("ETH", 1, 2);
        AllocationWatch watch = new();
        for (int i = 0; i < 10_000; i++)
            writer.Write(record);
        int read = 0;
        while (watch.Next())
            for (int i = 0; i < 2_000 && reader.TryRead(out _); i++)
                read += reader.Symbol.Length;
        Assert.Equal(0, watch.LeastBytes);
        Assert.True(read > 0);
    }

    [Fact]
    public async Task Run_WriterStartedAnew_GoesOverToTheNewRing()
    {
        SharedMemoryFeed feed = NewFeed();
        RecordingSink sink = new();
        using CancellationTokenSource stop = new();
        SharedMemoryWriter first = SharedMemoryWriter.Create(Ring, 8);
        first.Write(new PriceRecord("ETH", 1, 1));
        Task running = feed.RunAsync(sink, stop.Token);
        await sink.BatchAsync(0);
        first.Dispose();
        using SharedMemoryWriter second = SharedMemoryWriter.Create(Ring, 8);
        second.Write(new PriceRecord("ETH", 2, 2));
        await sink.BatchAsync(1);
        await stop.CancelAsync();
        await running;

        Assert.Equal([1.0, 2], sink.Events.Select(static e => e.Price.NumerairePerToken));
        Assert.Equal(2, feed.Counters.Connections);
    }

    [Fact]
    public async Task Run_WriterSilent_IsLostAndOneInItsPlaceIsFound()
    {
        SharedMemoryFeed feed = NewFeed(options => options.StaleAfter = TimeSpan.FromMilliseconds(100));
        RecordingSink sink = new();
        using CancellationTokenSource stop = new();
        using SharedMemoryWriter hung = SharedMemoryWriter.Create(Ring, 8); // never closed: it was killed
        hung.Write(new PriceRecord("ETH", 1, 1));
        Task running = feed.RunAsync(sink, stop.Token);
        Assert.Equal(MarketEventKind.FeedLost, (await sink.BatchAsync(1))[0].Kind);
        using SharedMemoryWriter next = SharedMemoryWriter.Create(Ring, 8);
        next.Write(new PriceRecord("ETH", 2, 2));
        Assert.Equal(2, (await sink.BatchAsync(2))[0].Price.NumerairePerToken);
        await stop.CancelAsync();
        await running;
    }

    [Theory]
    [InlineData("empty", "is empty")]
    [InlineData("short", "torn, or none of ours")]
    [InlineData("foreign", "another program's")]
    [InlineData("version", "version 2")]
    [InlineData("slots", "power of two")]
    [InlineData("cut", "it is torn")]
    public void Open_FileThatIsNoRing_SaysWhy(string what, string why)
    {
        using (SharedMemoryWriter writer = SharedMemoryWriter.Create(Ring, 8))
            writer.Write(new PriceRecord("ETH", 1, 1));
        byte[] bytes = File.ReadAllBytes(Ring);
        switch (what)
        {
            case "empty":
                bytes = [];
                break;
            case "short":
                bytes = bytes[..60];
                break;
            case "foreign":
                bytes[0] ^= 1;
                break;
            case "version":
                bytes[SharedPriceRing.VersionAt] = 2;
                break;
            case "slots":
                bytes[SharedPriceRing.SlotsAt] = 7;
                break;
            case "cut":
                bytes = bytes[..^1];
                break;
        }
        string other = _folder.File("other");
        File.WriteAllBytes(other, bytes);

        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => SharedMemoryReader.Open(other));

        Assert.Contains(why, refusal.Message);
        Assert.Contains(other, refusal.Message);
    }

    [Fact]
    public async Task Run_FileThatIsNoRing_SaysWhyAndWaitsForARightOne()
    {
        File.WriteAllText(Ring, new string('x', 4096));
        SharedMemoryFeed feed = NewFeed();
        RecordingSink sink = new();
        using CancellationTokenSource stop = new();
        Task running = feed.RunAsync(sink, stop.Token);
        while (feed.LastTrouble is null)
            await Task.Delay(5, TestContext.Current.CancellationToken);
        Assert.Contains("another program's", feed.LastTrouble);
        using SharedMemoryWriter writer = SharedMemoryWriter.Create(Ring, 8);
        writer.Write(new PriceRecord("ETH", 3, 3));
        await sink.BatchAsync(0);
        await stop.CancelAsync();
        await running;
    }

    private SharedMemoryFeed NewFeed(Action<SharedMemoryFeed.Options>? change = null)
    {
        SharedMemoryFeed.Options options = new() { Path = Ring, Symbols = { ["ETH"] = "WETH" } };
        change?.Invoke(options);
        return new SharedMemoryFeed(options, s_assets);
    }
}
