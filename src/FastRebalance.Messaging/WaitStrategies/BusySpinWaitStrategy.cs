namespace FastRebalance.Messaging.WaitStrategies;

/// <summary>
/// Polls and never gives the core away. The lowest latency, for a thread that has a core to itself; with more such threads than
/// cores each holds up the one that it waits for. The processor's hint between two looks keeps it from guessing ahead at the next
/// ones, which it would have to undo just when the event comes.
/// </summary>
public sealed class BusySpinWaitStrategy : WaitStrategy
{
    internal const string ConfiguredName = "busy-spin";

    public override string Name => ConfiguredName;

    public override long WaitFor(SequenceBarrier barrier, long sequence, long deadlineTicks)
    {
        while (true)
        {
            long available = barrier.AvailableUpTo(sequence);
            if (available >= sequence || barrier.IsAlerted || Deadline.IsOver(deadlineTicks))
                return available;
            Thread.SpinWait(1);
        }
    }
}
