namespace FastRebalance.Messaging.WaitStrategies;

/// <summary>
/// Spins, then yields for some milliseconds, then sleeps until a publisher wakes it. An idle engine uses no processor at all,
/// and the first event after a lull waits for one wake-up, some tens of microseconds; publishers pay one load per publication.
/// </summary>
public sealed class SpinThenParkWaitStrategy : WaitStrategy
{
    internal const string ConfiguredName = "spin-then-park";

    private const int Spins = 200;
    private const int Yields = 50_000;

    private readonly int _yields;
    private readonly ParkingLot _parking = new();

    public SpinThenParkWaitStrategy()
        : this(Yields)
    {
    }

    internal SpinThenParkWaitStrategy(int yields) => _yields = yields;

    public override string Name => ConfiguredName;

    internal override ParkingLot Parking => _parking;

    public override long WaitFor(SequenceBarrier barrier, long sequence, long deadlineTicks)
    {
        Backoff backoff = new(Spins, _yields);
        do
        {
            long available = barrier.AvailableUpTo(sequence);
            if (available >= sequence || barrier.IsAlerted || Deadline.IsOver(deadlineTicks))
                return available;
        }
        while (backoff.SpinOrYield());
        return _parking.Park(barrier, sequence, deadlineTicks);
    }
}
