using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastRebalance.Messaging;

/// <summary>
/// A ring of unmanaged slots: producers claim a sequence, fill its slot in place and publish it; consumers read the slots behind
/// a <see cref="SequenceBarrier"/>, and those whose sequences gate the ring are never overrun. Nothing is allocated after set-up.
/// <code>
/// long sequence = ring.Next();
/// ring[sequence].Value = 42;
/// ring.Publish(sequence);
/// </code>
/// </summary>
public sealed unsafe class RingBuffer<T> where T : unmanaged
{
    // Keeps the slots alive; they are reached through the pointer into it. The array is pinned, so the pointer stays true.
    private readonly byte[] _storage;
    private RingFields _fields;

    /// <summary>A ring that one thread publishes to. Two threads at once would corrupt it.</summary>
    /// <param name="size">Number of slots, a power of two.</param>
    /// <param name="wait">How its consumers wait; an instance of its own.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is not a power of two.</exception>
    public static RingBuffer<T> CreateSingleProducer(int size, WaitStrategy wait) => new(size, wait, published: null);

    /// <summary>A ring that any number of threads may publish to.</summary>
    /// <inheritdoc cref="CreateSingleProducer"/>
    public static RingBuffer<T> CreateMultiProducer(int size, WaitStrategy wait) =>
        new(size, wait, new PublishedMap(CheckedSize(size)));

    /// <summary>Number of slots.</summary>
    public long Size => _fields.Size;

    /// <summary>How the consumers of this ring wait.</summary>
    public WaitStrategy WaitStrategy { get; }

    /// <summary>
    /// Where the slots lie, for as long as the ring lives: for a host that wants them locked in memory or on huge pages. A ring of
    /// 2 MiB or more begins at a multiple of that.
    /// </summary>
    public (nint Address, nuint Bytes) Memory { get; }

    /// <summary>The last sequence published; with several producers the last one claimed.</summary>
    public Sequence Cursor => _fields.Cursor;

    /// <summary>Slots that could be claimed now without waiting.</summary>
    public long RemainingCapacity
    {
        get
        {
            long claimed = _fields.Published is null ? Volatile.Read(ref _fields.Claimed) : _fields.Cursor.Value;
            return Math.Max(0, _fields.Size - (claimed - Sequence.Minimum(_fields.Gating, claimed)));
        }
    }

    /// <summary>The slot of a sequence that the caller has claimed, or that its barrier let pass.</summary>
    public ref T this[long sequence]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref ((T*)_fields.Slots)[sequence & _fields.Mask];
    }

    /// <summary>
    /// The slots from <paramref name="lo"/> on that lie in a row: up to <paramref name="hi"/>, or to where the ring begins anew when
    /// that comes first. For sequences that the caller has claimed, or that its barrier let pass.
    /// <code>
    /// for (Span&lt;T&gt; run; lo &lt;= hi; lo += run.Length)
    ///     foreach (ref T slot in run = ring.Run(lo, hi))
    ///         slot.Value = 42;
    /// </code>
    /// </summary>
    /// <returns>At least one slot for lo &lt;= hi.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<T> Run(long lo, long hi)
    {
        long first = lo & _fields.Mask;
        return MemoryMarshal.CreateSpan(ref ((T*)_fields.Slots)[first], (int)Math.Min(hi - lo + 1, _fields.Size - first));
    }

    /// <summary>
    /// Claims the next slot, waiting while the ring is full. A consumer that has stopped for good never makes room: a producer
    /// that must outlive its consumers uses <see cref="TryNext(out long)"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Next()
    {
        long next = _fields.Claimed + 1;
        if (next > _fields.Limit)
            return NextBeyondLimit(1);
        _fields.Claimed = next;
        return next;
    }

    /// <summary>Claims <paramref name="n"/> slots in a row, waiting while there is no room for all of them.</summary>
    /// <returns>The highest of them; the lowest is n - 1 below.</returns>
    /// <exception cref="ArgumentOutOfRangeException">n is not between 1 and the ring's size.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Next(int n)
    {
        CheckCount(n);
        long next = _fields.Claimed + n;
        if (next > _fields.Limit)
            return NextBeyondLimit(n);
        _fields.Claimed = next;
        return next;
    }

    /// <summary>Claims the next slot if there is room.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryNext(out long sequence) => TryNext(1, out sequence);

    /// <summary>
    /// Claims <paramref name="n"/> slots in a row if there is room for all of them; <paramref name="hi"/> is the highest, and
    /// means nothing when the answer is false.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">n is not between 1 and the ring's size.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryNext(int n, out long hi)
    {
        CheckCount(n);
        hi = _fields.Claimed + n;
        if (hi > _fields.Limit)
            return TryNextBeyondLimit(n, out hi);
        _fields.Claimed = hi;
        return true;
    }

    /// <summary>Claims as <see cref="TryNext(int, out long)"/>, waiting for room for so long at most.</summary>
    public bool TryNext(int n, TimeSpan timeout, out long hi)
    {
        if (TryNext(n, out hi))
            return true;
        long deadline = Deadline.After(timeout);
        Backoff backoff = new(SpaceSpins, SpaceYields);
        while (!Deadline.IsOver(deadline))
        {
            backoff.Once();
            if (TryNext(n, out hi))
                return true;
        }
        return false;
    }

    /// <summary>Hands a filled slot to the consumers. A single producer publishes in the order of its claims.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Publish(long sequence)
    {
        if (_fields.IsPlain)
            _fields.Cursor.Set(sequence);
        else
            PublishAndWake(sequence, sequence);
    }

    /// <summary>Hands the filled slots <paramref name="lo"/> to <paramref name="hi"/> to the consumers, at once for a single producer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Publish(long lo, long hi)
    {
        if (_fields.IsPlain)
            _fields.Cursor.Set(hi);
        else
            PublishAndWake(lo, hi);
    }

    /// <summary>
    /// Publishes without waking anybody: consumers that are awake see it at once, those that sleep with the next <see cref="SignalProgress"/>
    /// or loud publication. For what nobody is in a hurry to read; waking a sleeper costs a publisher some tens of microseconds.
    /// </summary>
    public void PublishQuietly(long lo, long hi)
    {
        if (_fields.Published is null)
            _fields.Cursor.Set(hi);
        else
            for (long sequence = lo; sequence <= hi; sequence++)
                _fields.Published.Mark(sequence);
    }

    /// <summary>
    /// Names consumers that must have done with a slot before it is filled again. A ring without any overwrites what nobody
    /// has read.
    /// </summary>
    /// <exception cref="InvalidOperationException">Something was claimed already: a consumer that joins late has missed events.</exception>
    public void AddGatingSequences(params ReadOnlySpan<Sequence> sequences)
    {
        if (_fields.Claimed != Sequence.Initial || _fields.Cursor.Value != Sequence.Initial)
            throw new InvalidOperationException("gating sequences are added before the first event is claimed");
        _fields.Gating = [.. _fields.Gating, .. sequences];
    }

    /// <summary>
    /// A barrier for one consumer: behind <paramref name="dependsOn"/> when there are any, else behind the producers.
    /// </summary>
    public SequenceBarrier NewBarrier(params ReadOnlySpan<Sequence> dependsOn) =>
        new(_fields.Cursor, _fields.Published, WaitStrategy, dependsOn);

    /// <summary>Wakes whoever sleeps at a barrier of this ring; to be called after a sequence that others depend on has advanced.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SignalProgress() => _fields.Parking?.WakeIfAnyoneWaits();

    // A full ring means that a consumer is slow, mostly at a disk: after some milliseconds the core is worth more to others.
    private const int SpaceSpins = 200;
    private const int SpaceYields = 20_000;

    // The common size, which a ring of this size or larger begins on, so that the kernel can back it with such pages.
    private const int HugePageBytes = 2 << 20;

    private RingBuffer(int size, WaitStrategy wait, PublishedMap? published)
    {
        ArgumentNullException.ThrowIfNull(wait);
        CheckedSize(size);
        WaitStrategy = wait;
        _fields.Slots = Reserve((long)size * sizeof(T), out _storage);
        Memory = ((nint)_fields.Slots, (nuint)size * (nuint)sizeof(T));
        _fields.Mask = size - 1;
        _fields.Size = size;
        _fields.Cursor = new Sequence();
        _fields.Published = published;
        _fields.Parking = wait.Parking;
        _fields.Gating = [];
        _fields.IsPlain = published is null && wait.Parking is null;
        _fields.Claimed = Sequence.Initial;
        _fields.Limit = published is null ? Sequence.Initial + size : long.MinValue;
        _fields.CachedGate = Sequence.Initial;
    }

    /// <summary>The rare case of a single producer, and the only one of several.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private long NextBeyondLimit(int n)
    {
        if (_fields.Published is not null)
            return ClaimShared(n);
        long next = _fields.Claimed + n;
        _fields.Limit = WaitForSpace(next - _fields.Size) + _fields.Size;
        _fields.Claimed = next;
        return next;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryNextBeyondLimit(int n, out long hi)
    {
        if (_fields.Published is not null)
            return TryClaimShared(n, out hi);
        hi = _fields.Claimed + n;
        _fields.Limit = Gate(hi - _fields.Size) + _fields.Size;
        if (hi > _fields.Limit)
            return false;
        _fields.Claimed = hi;
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void PublishAndWake(long lo, long hi)
    {
        PublishQuietly(lo, hi);
        SignalProgress();
    }

    /// <summary>Waits until every gating consumer has done with <paramref name="wrapPoint"/>; what they all have done with then.</summary>
    private long WaitForSpace(long wrapPoint)
    {
        Backoff backoff = new(SpaceSpins, SpaceYields);
        long gate;
        while ((gate = Gate(wrapPoint)) < wrapPoint)
            backoff.Once();
        return gate;
    }

    /// <summary>What every gating consumer has done with; <paramref name="otherwise"/> without any.</summary>
    private long Gate(long otherwise) => Sequence.Minimum(_fields.Gating, otherwise);

    private long ClaimShared(int n)
    {
        long hi = _fields.Cursor.AddAndGet(n);
        if (hi - _fields.Size > Volatile.Read(ref _fields.CachedGate))
            Volatile.Write(ref _fields.CachedGate, WaitForSpace(hi - _fields.Size));
        return hi;
    }

    private bool HasSpace(long wrapPoint)
    {
        long gate = Gate(wrapPoint);
        Volatile.Write(ref _fields.CachedGate, gate);
        return wrapPoint <= gate;
    }

    private bool TryClaimShared(int n, out long hi)
    {
        while (true)
        {
            long claimed = _fields.Cursor.Value;
            hi = claimed + n;
            if (hi - _fields.Size > Volatile.Read(ref _fields.CachedGate) && !HasSpace(hi - _fields.Size))
                return false;
            if (_fields.Cursor.CompareAndSet(claimed, hi))
                return true;
        }
    }

    /// <summary>Room for the slots, a line pair away from whatever lies beside it, at the start of a huge page where it fills one.</summary>
    private static byte* Reserve(long bytes, out byte[] storage)
    {
        int alignment = bytes >= HugePageBytes ? HugePageBytes : PaddedLong.Padding;
        storage = GC.AllocateArray<byte>(checked((int)(bytes + alignment + 2 * PaddedLong.Padding)), pinned: true);
        // Written once, so that the first lap does not pay for the pages.
        storage.AsSpan().Clear();
        nuint start = (nuint)Unsafe.AsPointer(ref storage[0]) + PaddedLong.Padding;
        return (byte*)((start + (nuint)alignment - 1) & ~((nuint)alignment - 1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CheckCount(int n)
    {
        if (n < 1 || n > _fields.Size)
            ThrowCount(n);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ThrowCount(int n) =>
        throw new ArgumentOutOfRangeException(nameof(n), n, $"between 1 and {_fields.Size} slots can be claimed at once");

    private static int CheckedSize(int size) =>
        size > 0 && BitOperations.IsPow2(size)
            ? size
            : throw new ArgumentOutOfRangeException(nameof(size), size, "a ring's size is a power of two, such as 65536");
}
