namespace FastRebalance.Journal;

/// <summary>
/// The streams of a journal directory. Each has one writer, one owner thread and files of its own, so no lock is needed;
/// a decision's <see cref="Core.Events.OrderEvent.InputSequence"/> ties the order stream to the inbound one.
/// </summary>
public static class JournalStreams
{
    /// <summary>What the engine was told: set-up and market events.</summary>
    public const string Inbound = "inbound";

    /// <summary>What the engine decided.</summary>
    public const string Orders = "orders";
}
