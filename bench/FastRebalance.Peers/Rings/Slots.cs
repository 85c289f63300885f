using System.Runtime.InteropServices;

namespace FastRebalance.Peers.Rings;

/// <summary>What passes through the rings. Every cache line of a slot is written and read, so that its size is paid for.</summary>
public interface ISlot
{
    void Write(long value);

    /// <summary>The sum of what <see cref="Write"/> has left.</summary>
    long Read();

    /// <summary>How often the written value is found in the slot.</summary>
    static abstract int Copies { get; }
}

/// <summary>The smallest event.</summary>
public struct NarrowSlot : ISlot
{
    private long _value;

    public static int Copies => 1;

    public void Write(long value) => _value = value;

    public readonly long Read() => _value;
}

/// <summary>An event of two cache lines, the size of a market event.</summary>
[StructLayout(LayoutKind.Explicit, Size = 128)]
public struct WideSlot : ISlot
{
    [FieldOffset(0)] private long _first;
    [FieldOffset(120)] private long _last;

    public static int Copies => 2;

    public void Write(long value)
    {
        _first = value;
        _last = value;
    }

    public readonly long Read() => _first + _last;
}

/// <summary>The same event as an object, for rings of references.</summary>
public sealed class Boxed<T> where T : struct, ISlot
{
    public T Slot;
}
