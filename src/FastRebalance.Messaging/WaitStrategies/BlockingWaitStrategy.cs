namespace FastRebalance.Messaging.WaitStrategies;

/// <summary>Sleeps at once until a publisher wakes it: for consumers that nobody waits for, and machines with few cores.</summary>
public sealed class BlockingWaitStrategy : WaitStrategy
{
    internal const string ConfiguredName = "blocking";

    private readonly ParkingLot _parking = new();

    public override string Name => ConfiguredName;

    internal override ParkingLot Parking => _parking;

    public override long WaitFor(SequenceBarrier barrier, long sequence, long deadlineTicks) =>
        _parking.Park(barrier, sequence, deadlineTicks);
}
