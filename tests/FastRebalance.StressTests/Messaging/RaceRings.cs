using FastRebalance.Messaging;

namespace FastRebalance.StressTests.Messaging;

/// <summary>One event of a race. It spans two cache lines, so that a slot read half-written shows.</summary>
internal struct RaceEvent
{
    public long Producer;
    public long Count;
    public long Mix0;
    public long Mix1;
    public long Mix2;
    public long Mix3;
    public long Mix4;
    public long Mix5;
    public long Mix6;
    public long Check;

    public static RaceEvent Of(long producer, long count)
    {
        long seed = (producer << 48) ^ count;
        RaceEvent made = new() { Producer = producer, Count = count };
        made.Mix0 = seed * 0x1E37_79B9_7F4A_7C15;
        made.Mix1 = made.Mix0 ^ (seed << 7);
        made.Mix2 = made.Mix1 * 31 + seed;
        made.Mix3 = made.Mix2 ^ (seed << 13);
        made.Mix4 = made.Mix3 * 31 + seed;
        made.Mix5 = made.Mix4 ^ (seed << 17);
        made.Mix6 = made.Mix5 * 31 + seed;
        made.Check = made.Sum();
        return made;
    }

    public readonly bool IsWhole => Check == Sum();

    private readonly long Sum() =>
        ((((((((Producer * 31 + Count) * 31 + Mix0) * 31 + Mix1) * 31 + Mix2) * 31 + Mix3) * 31 + Mix4) * 31 + Mix5) * 31 + Mix6) * 31 + 1;
}

/// <summary>What the detector races: a ring with one consumer.</summary>
internal interface IRaceRing
{
    /// <summary>Claims, writes and publishes one event; false when there is no room for it just now.</summary>
    bool TrySend(in RaceEvent raceEvent);

    /// <summary>Waits for events from <paramref name="next"/> on; the highest that may be read, less than next when none came.</summary>
    long WaitFor(long next);

    ref RaceEvent this[long sequence] { get; }

    /// <summary>The consumer has done with everything up to this sequence.</summary>
    void Done(long sequence);
}

/// <summary>The ring that ships.</summary>
internal sealed class ShippedRing : IRaceRing
{
    private readonly RingBuffer<RaceEvent> _ring;
    private readonly SequenceBarrier _barrier;
    private readonly Sequence _consumer = new();

    public ShippedRing(int size, string strategy, bool shared)
    {
        WaitStrategy wait = WaitStrategy.ByName(strategy);
        _ring = shared ? RingBuffer<RaceEvent>.CreateMultiProducer(size, wait) : RingBuffer<RaceEvent>.CreateSingleProducer(size, wait);
        _ring.AddGatingSequences(_consumer);
        _barrier = _ring.NewBarrier();
    }

    public ref RaceEvent this[long sequence] => ref _ring[sequence];

    public bool TrySend(in RaceEvent raceEvent)
    {
        // Both ways to claim take part: mostly the plain one, which waits by itself, and every eighth time the other.
        long sequence;
        if ((raceEvent.Count & 7) != 0)
            sequence = _ring.Next();
        else if (!_ring.TryNext(out sequence))
            return false;
        _ring[sequence] = raceEvent;
        _ring.Publish(sequence);
        return true;
    }

    public long WaitFor(long next)
    {
        _barrier.TryWaitFor(next, RaceDetector.HangGuard, out long available);
        return available;
    }

    public void Done(long sequence) => _consumer.Set(sequence);
}

/// <summary>The mistakes that a ring is prone to.</summary>
internal enum SeededBug
{
    PublishesBeforeWriting,
    IgnoresGating,
    CursorInsteadOfPublishedMap,
}

/// <summary>
/// A small ring with one mistake in it, for the detector to prove itself on. Now and then its producer is held up at the worst
/// moment, as the scheduler would do it sooner or later, so that finding the mistake is no matter of luck.
/// </summary>
internal sealed class BuggyRing(int size, SeededBug bug) : IRaceRing
{
    private readonly RaceEvent[] _slots = new RaceEvent[size];
    private readonly Sequence _claimed = new();
    private readonly Sequence _cursor = new();
    private readonly Sequence _consumer = new();

    public ref RaceEvent this[long sequence] => ref _slots[(int)sequence & (_slots.Length - 1)];

    public bool TrySend(in RaceEvent raceEvent)
    {
        long claimed, sequence;
        do
        {
            claimed = _claimed.Value;
            sequence = claimed + 1;
            if (bug != SeededBug.IgnoresGating && sequence - _slots.Length > _consumer.Value)
                return false;
        }
        while (!_claimed.CompareAndSet(claimed, sequence));

        switch (bug)
        {
            case SeededBug.PublishesBeforeWriting:
                _cursor.Set(sequence);
                HoldUpSometimes(sequence);
                this[sequence] = raceEvent;
                break;
            case SeededBug.CursorInsteadOfPublishedMap:
                // What is published last moves the cursor, whether those claimed before are written or not.
                HoldUpSometimes(sequence);
                this[sequence] = raceEvent;
                if (_cursor.Value < sequence)
                    _cursor.Set(sequence);
                break;
            default:
                this[sequence] = raceEvent;
                _cursor.Set(sequence);
                break;
        }

        return true;
    }

    private static void HoldUpSometimes(long sequence)
    {
        if (sequence % 8192 == 8191)
            Thread.Sleep(1);
    }

    public long WaitFor(long next)
    {
        long available;
        for (int look = 0; (available = _cursor.Value) < next && look < 1_000_000; look++)
            if (look % 64 == 63)
                Thread.Yield();
        return available;
    }

    public void Done(long sequence) => _consumer.Set(sequence);
}
