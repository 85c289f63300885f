using FastRebalance.Core.Events;
using FastRebalance.Journal;
using FastRebalance.Messaging;

namespace FastRebalance.UnitTests.Journal;

/// <summary>A disk that fails once is never believed again.</summary>
public sealed class JournalFaultTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Append_DiskFull_LatchesWithTheReason()
    {
        using JournalWriter writer = ThenFails(out Func<string> full);
        Assert.True(writer.AppendMarketEvent(0, JournalRoundTripTests.Market(0)));
        Assert.True(FillSegment(writer) > 0);

        Assert.Equal(JournalStatus.Faulted, writer.Status);
        Assert.Contains(full(), writer.FaultReason);
        string? reason = writer.FaultReason;
        Assert.False(writer.AppendNote("again"));
        Assert.False(writer.Flush());
        Assert.False(writer.FlushToDisk());
        Assert.False(writer.Complete());
        Assert.Equal(JournalStatus.Faulted, writer.Status);
        Assert.Equal(reason, writer.FaultReason);
    }

    [Fact]
    public void Create_DeviceFull_ThrowsAtSetUp()
    {
        if (!File.Exists("/dev/full"))
            Assert.Skip("this system has no /dev/full");

        Assert.Throws<IOException>(() => JournalWriter.Create(_temporary.In("full"), JournalStreams.Inbound, append: false, JournalWriter.DefaultSegmentBytes, _ => DevFull()));
    }

    [Fact]
    public void InboundJournaler_DiskFull_FaultsItsProcessorBeforeTheBatch()
    {
        using JournalWriter writer = ThenFails(out _);
        RingBuffer<MarketEvent> ring = RingBuffer<MarketEvent>.CreateSingleProducer(8, WaitStrategy.ByName("blocking"));
        BatchEventProcessor<MarketEvent> processor = new("journal", ring, new InboundJournaler(writer)) { MaxBatch = 1 };
        ring.AddGatingSequences(processor.Sequence);
        processor.Start();

        int published = 0;
        while (published < 100 && ring.TryNext(1, TimeSpan.FromSeconds(30), out long sequence) && processor.State != ProcessorState.Faulted)
        {
            ring[sequence] = JournalRoundTripTests.Market((int)sequence);
            ring.Publish(sequence);
            published++;
            SpinWait.SpinUntil(() => processor.Sequence.Value >= sequence || processor.State == ProcessorState.Faulted);
        }

        Assert.Equal(ProcessorState.Faulted, processor.State);
        Assert.IsType<JournalFaultedException>(processor.Fault);
        Assert.Equal(published - 2, processor.Sequence.Value);
    }

    /// <summary>A writer whose first segment is a real file and whose second is a device without room.</summary>
    private JournalWriter ThenFails(out Func<string> reasonContains)
    {
        if (!File.Exists("/dev/full"))
            Assert.Skip("this system has no /dev/full");
        int opened = 0;
        reasonContains = static () => "No space left";
        return JournalWriter.Create(_temporary.In("journal"), JournalStreams.Inbound, append: false, segmentBytes: 1024, path =>
            opened++ == 0 ? new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0) : DevFull());
    }

    private static FileStream DevFull() => new("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

    private static int FillSegment(JournalWriter writer)
    {
        int appended = 0;
        while (appended < 100 && writer.AppendMarketEvent(appended, JournalRoundTripTests.Market(appended)))
            appended++;
        return appended < 100 ? appended : 0;
    }
}
