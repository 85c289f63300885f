using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Journal;
using FastRebalance.Messaging;

namespace FastRebalance.UnitTests.Journal;

public sealed class JournalerTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void InboundJournaler_EveryEvent_IsReadableOnceItsSequencePassed()
    {
        const int events = 500;
        using JournalWriter writer = JournalWriter.Create(_temporary.In("journal"), JournalStreams.Inbound);
        RingBuffer<MarketEvent> ring = RingBuffer<MarketEvent>.CreateSingleProducer(64, WaitStrategy.ByName("blocking"));
        BatchEventProcessor<MarketEvent> processor = new("journal", ring, new InboundJournaler(writer));
        ring.AddGatingSequences(processor.Sequence);
        processor.Start();

        for (int i = 0; i < events; i++)
        {
            long sequence = ring.Next();
            ring[sequence] = JournalRoundTripTests.Market(i);
            ring.Publish(sequence);
        }

        processor.DrainAndStop();
        JournalReader reader = JournalReader.Open(_temporary.In("journal"), JournalStreams.Inbound);
        for (int i = 0; i < events; i++)
        {
            Assert.True(reader.TryRead(out JournalRecord record));
            Assert.Equal(i, record.Sequence);
            Assert.Equal(i * 1.5, record.MarketEvent.Price.NumerairePerToken);
        }

        Assert.False(reader.TryRead(out _));
    }

    [Theory]
    [InlineData(DecisionVerdict.InsideBand, 0)]
    [InlineData(DecisionVerdict.Order, 2)]
    public void OrderJournaler_DecisionWithLegs_IsReadableBehindItsSequence(DecisionVerdict verdict, int legs)
    {
        using JournalWriter writer = JournalWriter.Create(_temporary.In("journal"), JournalStreams.Orders);
        RingBuffer<OrderEvent> ring = RingBuffer<OrderEvent>.CreateSingleProducer(8, WaitStrategy.ByName("blocking"));
        BatchEventProcessor<OrderEvent> journal = new("journal", ring, new OrderJournaler(writer));
        Behind behind = new(_temporary.In("journal"));
        BatchEventProcessor<OrderEvent> execution = new("execution", ring, behind, journal.Sequence);
        ring.AddGatingSequences(execution.Sequence);
        journal.Start();
        execution.Start();

        long hi = ring.Next(1 + legs);
        ring[hi - legs] = new OrderEvent { Kind = OrderEventKind.Decision, LegCount = (byte)legs, Decision = { Verdict = verdict } };
        for (int leg = 0; leg < legs; leg++)
            ring[hi - legs + 1 + leg] = new OrderEvent { Kind = OrderEventKind.Leg, LegIndex = (byte)leg };
        ring.Publish(hi - legs, hi);
        journal.DrainAndStop();
        execution.DrainAndStop();

        Assert.Null(execution.Fault);
        Assert.Equal(1 + legs, behind.Checked);
        Assert.Equal(JournalStatus.Open, writer.Status);
    }

    /// <summary>Reads the journal afresh for each event that it is handed, as recovery would.</summary>
    private sealed class Behind(string directory) : IEventHandler<OrderEvent>
    {
        public int Checked { get; private set; }

        public void OnEvent(ref OrderEvent data, long sequence, bool endOfBatch)
        {
            JournalReader reader = JournalReader.Open(directory, JournalStreams.Orders);
            bool found = false;
            while (reader.TryRead(out JournalRecord record))
                found |= record.Sequence == sequence && record.Order.Kind == data.Kind && record.Order.LegIndex == data.LegIndex;
            Assert.True(found);
            Checked++;
        }
    }
}
