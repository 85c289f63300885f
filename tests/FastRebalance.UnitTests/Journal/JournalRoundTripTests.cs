using System.Text;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Journal;

namespace FastRebalance.UnitTests.Journal;

public sealed class JournalRoundTripTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    private string Root => _temporary.In("journal");

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Read_EveryKind_GivesBackWhatWasWritten()
    {
        using (JournalWriter writer = JournalWriter.Create(Root, JournalStreams.Inbound))
        {
            Assert.True(writer.AppendSetup("""{"chain":31337}"""u8));
            Assert.True(writer.AppendMarketEvent(41, Market(41)));
            Assert.True(writer.AppendOrder(7, Order(7)));
            Assert.True(writer.AppendNote("dürr"));
            Assert.True(writer.Complete());
            Assert.Equal(JournalStatus.Closed, writer.Status);
            Assert.False(writer.AppendNote("too late"));
        }

        JournalReader reader = JournalReader.Open(Root, JournalStreams.Inbound);
        JournalRecord record = Next(reader, JournalRecordKind.Setup, 0);
        Assert.Equal("""{"chain":31337}"""u8, record.Payload);
        record = Next(reader, JournalRecordKind.MarketEvent, 41);
        MarketEvent market = record.MarketEvent;
        Assert.Equal(41 * 1.5, market.Price.NumerairePerToken);
        Assert.Equal(MarketEventKind.Price, market.Kind);
        record = Next(reader, JournalRecordKind.Order, 7);
        Assert.Equal(7, record.Order.InputSequence);
        record = Next(reader, JournalRecordKind.Note, 0);
        Assert.Equal("dürr", Encoding.UTF8.GetString(record.Payload));
        Next(reader, JournalRecordKind.End, 0);
        Assert.False(reader.TryRead(out _));
        Assert.True(reader.CleanlyClosed);
        Assert.False(reader.Torn);
    }

    [Fact]
    public void Read_RecordOfAnotherKind_IsRefused()
    {
        using JournalWriter writer = JournalWriter.Create(Root, JournalStreams.Inbound);
        writer.AppendMarketEvent(0, Market(0));
        writer.Flush();

        Assert.True(JournalReader.Open(Root, JournalStreams.Inbound).TryRead(out JournalRecord record));
        bool refused = false;
        try
        {
            _ = record.Order;
        }
        catch (InvalidOperationException)
        {
            refused = true;
        }

        Assert.True(refused);
    }

    [Fact]
    public void Read_NotFlushedYet_SeesNothing()
    {
        using JournalWriter writer = JournalWriter.Create(Root, JournalStreams.Inbound);
        writer.AppendMarketEvent(0, Market(0));

        JournalReader before = JournalReader.Open(Root, JournalStreams.Inbound);
        Assert.False(before.TryRead(out _));
        Assert.False(before.Torn);
        Assert.False(before.CleanlyClosed);
        writer.Flush();
        Assert.True(JournalReader.Open(Root, JournalStreams.Inbound).TryRead(out _));
    }

    [Fact]
    public void Roll_SmallSegments_ReadOnInOrder()
    {
        const int events = 100;
        using (JournalWriter writer = JournalWriter.Create(Root, JournalStreams.Inbound, segmentBytes: 1024))
        {
            for (int i = 0; i < events; i++)
                Assert.True(writer.AppendMarketEvent(i, Market(i)));
            Assert.True(writer.Complete());
        }

        Assert.True(Directory.GetFiles(Root).Length > 10);
        Assert.All(Directory.GetFiles(Root), file => Assert.True(new FileInfo(file).Length <= 1024));
        JournalReader reader = JournalReader.Open(Root, JournalStreams.Inbound);
        for (int i = 0; i < events; i++)
            Assert.Equal(i * 1.5, Next(reader, JournalRecordKind.MarketEvent, i).MarketEvent.Price.NumerairePerToken);
        Next(reader, JournalRecordKind.End, 0);
        Assert.True(reader.CleanlyClosed);
    }

    [Fact]
    public void Append_RecordLargerThanTheBuffer_IsWhole()
    {
        byte[] large = new byte[1_000_000];
        new Random(5).NextBytes(large);
        using (JournalWriter writer = JournalWriter.Create(Root, JournalStreams.Inbound))
        {
            Assert.True(writer.AppendMarketEvent(0, Market(0)));
            Assert.True(writer.AppendSetup(large));
            Assert.True(writer.AppendMarketEvent(1, Market(1)));
            Assert.True(writer.Complete());
            Assert.Throws<ArgumentException>(() => writer.AppendSetup(new byte[17 * 1024 * 1024]));
        }

        JournalReader reader = JournalReader.Open(Root, JournalStreams.Inbound);
        Next(reader, JournalRecordKind.MarketEvent, 0);
        Assert.Equal(large, Next(reader, JournalRecordKind.Setup, 0).Payload);
        Next(reader, JournalRecordKind.MarketEvent, 1);
    }

    [Fact]
    public void Create_StreamExists_IsRefusedUnlessAppending()
    {
        using (JournalWriter first = JournalWriter.Create(Root, JournalStreams.Inbound))
        {
            first.AppendMarketEvent(0, Market(0));
            first.Complete();
        }

        Assert.Contains("append", Assert.Throws<IOException>(() => JournalWriter.Create(Root, JournalStreams.Inbound)).Message);
        using (JournalWriter other = JournalWriter.Create(Root, JournalStreams.Orders))
            other.Complete();
        using (JournalWriter second = JournalWriter.Create(Root, JournalStreams.Inbound, append: true))
        {
            second.AppendMarketEvent(1, Market(1));
            second.Complete();
        }

        JournalReader reader = JournalReader.Open(Root, JournalStreams.Inbound);
        Next(reader, JournalRecordKind.MarketEvent, 0);
        Next(reader, JournalRecordKind.End, 0);
        Next(reader, JournalRecordKind.MarketEvent, 1);
        Next(reader, JournalRecordKind.End, 0);
        Assert.False(reader.TryRead(out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../up")]
    [InlineData("In")]
    [InlineData("longerthansixteen")]
    public void Create_NameUnfitForAFile_IsRefused(string stream) =>
        Assert.Throws<ArgumentException>(() => JournalWriter.Create(Root, stream));

    [Fact]
    public void Create_OnUnix_IsForTheOwnerAlone()
    {
        using JournalWriter writer = JournalWriter.Create(Root, JournalStreams.Inbound);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Root));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(writer.CurrentSegment));
        }
        else
            Assert.Skip("file modes are a matter of Unix");
    }

    [Fact]
    public void Open_NoSuchStream_SaysSo()
    {
        Assert.Throws<FileNotFoundException>(() => JournalReader.Open(Root, JournalStreams.Inbound));
        Assert.Throws<FileNotFoundException>(() => JournalReader.Open(_temporary.Path, JournalStreams.Inbound));
    }

    [Fact]
    public void Append_WarmedUp_AllocatesNothing()
    {
        using JournalWriter writer = JournalWriter.Create(Root, JournalStreams.Inbound);
        MarketEvent market = Market(1);
        OrderEvent order = Order(1);
        Round(100);

        AllocationWatch watch = new();
        while (watch.Next())
            Round(5_000);
        long allocated = watch.LeastBytes;

        Assert.Equal(0, allocated);
        Assert.Equal(JournalStatus.Open, writer.Status);

        void Round(int count)
        {
            for (int i = 0; i < count; i++)
            {
                writer.AppendMarketEvent(i, in market);
                writer.AppendOrder(i, in order);
                if (i % 16 == 0)
                    writer.Flush();
            }

            writer.FlushToDisk();
        }
    }

    internal static MarketEvent Market(int i) =>
        new() { Kind = MarketEventKind.Price, Subject = 2, DueNs = i, UnixNs = 1_000 + i, Price = new PriceUpdate { NumerairePerToken = i * 1.5 } };

    internal static OrderEvent Order(int i) => new()
    {
        Kind = OrderEventKind.Decision,
        InputSequence = i,
        OrderId = (ulong)i,
        Decision = new DecisionOutcome { Verdict = DecisionVerdict.Order, ValueNumeraire = i },
    };

    private static JournalRecord Next(JournalReader reader, JournalRecordKind kind, long sequence)
    {
        Assert.True(reader.TryRead(out JournalRecord record));
        Assert.Equal(kind, record.Kind);
        Assert.Equal(sequence, record.Sequence);
        return record;
    }
}
