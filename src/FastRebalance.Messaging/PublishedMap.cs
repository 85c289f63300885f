using System.Numerics;

namespace FastRebalance.Messaging;

/// <summary>
/// Which slots of a multi-producer ring are published. Producers finish in any order, so the cursor tells only what is claimed;
/// each slot carries the number of the lap that it was last published in, and never has to be cleared.
/// </summary>
internal sealed class PublishedMap
{
    private readonly int[] _laps;
    private readonly int _mask;
    private readonly int _shift;

    public PublishedMap(int size)
    {
        _laps = new int[size];
        _laps.AsSpan().Fill(-1);
        _mask = size - 1;
        _shift = BitOperations.Log2((uint)size);
    }

    /// <summary>Publishes the slot: whoever sees the mark sees what was written into the slot before.</summary>
    public void Mark(long sequence) => Volatile.Write(ref _laps[(int)sequence & _mask], (int)(sequence >> _shift));

    public bool IsPublished(long sequence) => Volatile.Read(ref _laps[(int)sequence & _mask]) == (int)(sequence >> _shift);

    /// <summary>Last sequence of the unbroken published run that starts at <paramref name="lo"/>; lo - 1 when lo is not published.</summary>
    public long LastPublished(long lo, long claimed)
    {
        for (long sequence = lo; sequence <= claimed; sequence++)
            if (!IsPublished(sequence))
                return sequence - 1;
        return claimed;
    }
}
