namespace FastRebalance.Messaging.WaitStrategies;

/// <summary>
/// Spins, then yields for some milliseconds, then naps one millisecond at a time until the next event. Publishers pay nothing
/// for it. An idle engine lets a machine of two cores breathe; the price is that the first event after a lull may wait for
/// the end of a nap, about a millisecond.
/// </summary>
public sealed class SpinThenYieldWaitStrategy : WaitStrategy
{
    internal const string ConfiguredName = "spin-then-yield";

    private const int Spins = 200;
    private const int Yields = 50_000;

    public override string Name => ConfiguredName;

    public override long WaitFor(SequenceBarrier barrier, long sequence, long deadlineTicks)
    {
        Backoff backoff = new(Spins, Yields);
        while (true)
        {
            long available = barrier.AvailableUpTo(sequence);
            if (available >= sequence || barrier.IsAlerted || Deadline.IsOver(deadlineTicks))
                return available;
            backoff.Once();
        }
    }
}
