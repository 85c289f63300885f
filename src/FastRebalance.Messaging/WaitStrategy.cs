using FastRebalance.Messaging.WaitStrategies;

namespace FastRebalance.Messaging;

/// <summary>
/// How a consumer passes the time until the next event. Asked only when nothing is available: the fast path never comes here.
/// One instance serves one ring.
/// </summary>
public abstract class WaitStrategy
{
    /// <summary>The one to take when nothing speaks for another.</summary>
    public const string DefaultName = SpinThenYieldWaitStrategy.ConfiguredName;

    private static readonly (string Name, Func<WaitStrategy> Create)[] Known =
    [
        (SpinThenYieldWaitStrategy.ConfiguredName, static () => new SpinThenYieldWaitStrategy()),
        (SpinThenParkWaitStrategy.ConfiguredName, static () => new SpinThenParkWaitStrategy()),
        (YieldingWaitStrategy.ConfiguredName, static () => new YieldingWaitStrategy()),
        (BusySpinWaitStrategy.ConfiguredName, static () => new BusySpinWaitStrategy()),
        (BlockingWaitStrategy.ConfiguredName, static () => new BlockingWaitStrategy()),
    ];

    /// <summary>Every name that <see cref="ByName"/> knows, the default first.</summary>
    public static IReadOnlyList<string> Names { get; } = Array.ConvertAll(Known, static entry => entry.Name);

    /// <summary>A new strategy by the name that the configuration uses.</summary>
    /// <exception cref="ArgumentException">No strategy has this name; the message lists those there are.</exception>
    public static WaitStrategy ByName(string name)
    {
        foreach ((string known, Func<WaitStrategy> create) in Known)
            if (known == name)
                return create();
        throw new ArgumentException($"no wait strategy is called '{name}'; there are: {string.Join(", ", Names)}", nameof(name));
    }

    /// <summary>The name in the configuration.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Waits until <see cref="SequenceBarrier.AvailableUpTo"/> reaches <paramref name="sequence"/>, the barrier is alerted, or
    /// the stopwatch reaches <paramref name="deadlineTicks"/> (<see cref="long.MaxValue"/> for never).
    /// </summary>
    /// <returns>What is available then; less than <paramref name="sequence"/> in the last two cases.</returns>
    public abstract long WaitFor(SequenceBarrier barrier, long sequence, long deadlineTicks);

    /// <summary>Where this strategy's sleepers have to be woken after a publication; null when it needs no waking.</summary>
    internal virtual ParkingLot? Parking => null;
}
