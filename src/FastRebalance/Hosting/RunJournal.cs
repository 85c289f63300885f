using FastRebalance.Journal;

namespace FastRebalance.Hosting;

/// <summary>The two streams of one run, each with its own writer and owner thread.</summary>
internal sealed class RunJournal : IDisposable
{
    private readonly JournalFolder _folder;
    private readonly JournalWriter _inbound;
    private readonly JournalWriter _orders;

    /// <param name="folder">Taken for this run; released when the journal is.</param>
    /// <param name="setupJson">Stands at the head of the inbound stream.</param>
    /// <exception cref="IOException">The disk refuses.</exception>
    public RunJournal(JournalFolder folder, ReadOnlySpan<byte> setupJson)
    {
        _folder = folder;
        _inbound = JournalWriter.Create(folder.RunDirectory, JournalStreams.Inbound);
        _orders = JournalWriter.Create(folder.RunDirectory, JournalStreams.Orders);
        if (!_inbound.AppendSetup(setupJson) || !_inbound.FlushToDisk())
            throw new IOException($"the journal cannot be begun: {_inbound.FaultReason}");
        Inbound = new InboundJournaler(_inbound);
        Orders = new OrderJournaler(_orders);
    }

    public string Directory => _folder.RunDirectory;

    public InboundJournaler Inbound { get; }

    public OrderJournaler Orders { get; }

    /// <summary>Marks the clean end; to be called once the ring's consumers have stopped.</summary>
    public void Complete()
    {
        _inbound.Complete();
        _orders.Complete();
    }

    public void Dispose()
    {
        _inbound.Dispose();
        _orders.Dispose();
        _folder.Dispose();
    }
}
