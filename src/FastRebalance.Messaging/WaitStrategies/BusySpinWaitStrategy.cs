namespace FastRebalance.Messaging.WaitStrategies;

/// <summary>
/// Polls without pause and never gives the core away. The lowest latency, for a thread that has a core to itself; with more
/// such threads than cores each holds up the one that it waits for.
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
        }
    }
}
