using Disruptor;
using FastRebalance.Messaging;

namespace FastRebalance.Peers.Rings;

/// <summary>Every ring that is compared.</summary>
public static class RingArms
{
    /// <summary>The peers that the others are held against: the best of these is "their best".</summary>
    public static bool IsPeer(RingArm arm) => arm.Name.StartsWith("Disruptor", StringComparison.Ordinal);

    public static bool IsOurs(RingArm arm) => arm.Name.StartsWith("ours", StringComparison.Ordinal);

    public static RingArm[] ForThroughput<T>(int slotBytes) where T : unmanaged, ISlot =>
    [
        new OurRing<T>("busy-spin", eachEvent: false),
        new DisruptorValueRing<T>("busy-spin", static () => new BusySpinWaitStrategy()),
        new OurRing<T>("busy-spin", eachEvent: true),
        new DisruptorObjectRing<T>("busy-spin", static () => new BusySpinWaitStrategy(), batches: false),
        new OurRing<T>("yielding", eachEvent: false),
        new DisruptorValueRing<T>("yielding", static () => new YieldingWaitStrategy()),
        new OurRing<T>(WaitStrategy.DefaultName, eachEvent: false),
        new DisruptorObjectRing<T>("busy-spin", static () => new BusySpinWaitStrategy(), batches: true),
        .. Limit(slotBytes),
    ];

    public static RingArm[] ForRoundTrip() =>
    [
        new OurRing<NarrowSlot>("busy-spin", eachEvent: false),
        new DisruptorValueRing<NarrowSlot>("busy-spin", static () => new BusySpinWaitStrategy()),
        new OurRing<NarrowSlot>("yielding", eachEvent: false),
        new DisruptorValueRing<NarrowSlot>("yielding", static () => new YieldingWaitStrategy()),
        new OurRing<NarrowSlot>(WaitStrategy.DefaultName, eachEvent: false),
        new DisruptorObjectRing<NarrowSlot>("busy-spin", static () => new BusySpinWaitStrategy(), batches: false),
        .. Limit(8),
    ];

    private static RingArm[] Limit(int slotBytes) => CLimit.Compile(slotBytes) is { } limit ? [limit] : [];
}
