namespace FastRebalance.Messaging.WaitStrategies;

/// <summary>
/// Spins a hundred times, then offers the core to others between two looks. Uses a whole core when nobody else wants it, and
/// hurts nobody much who does.
/// </summary>
public sealed class YieldingWaitStrategy : WaitStrategy
{
    internal const string ConfiguredName = "yielding";

    private const int Spins = 100;

    public override string Name => ConfiguredName;

    public override long WaitFor(SequenceBarrier barrier, long sequence, long deadlineTicks)
    {
        int spins = Spins;
        while (true)
        {
            long available = barrier.AvailableUpTo(sequence);
            if (available >= sequence || barrier.IsAlerted || Deadline.IsOver(deadlineTicks))
                return available;
            if (spins-- > 0)
                continue;
            Thread.Yield();
        }
    }
}
