using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Mempool;

/// <summary>
/// The first question to every pending transaction: does it touch anything of ours? A flat table of addresses, probed in place; a look-up
/// allocates nothing and a miss usually costs one comparison. Written at set-up, then read by any number of threads.
/// </summary>
public sealed class WatchTable
{
    // Two thirds empty: an unknown address finds a hole at once.
    private const int Spread = 3;

    // An address is chosen by its owner, so its bytes are mixed with odd constants before they choose a place.
    private const ulong Mix0 = 0x9e3779b97f4a7c15, Mix1 = 0xd1b54a32d192ed03;

    private readonly Slot[] _slots;
    private readonly int _shift;

    /// <param name="watched">Each address once, whatever it is to us.</param>
    /// <exception cref="ArgumentException">An address is named twice with different roles, or is zero, or has no role.</exception>
    public WatchTable(IReadOnlyList<Watched> watched)
    {
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(8, watched.Count * Spread));
        _slots = new Slot[size];
        _shift = 64 - BitOperations.Log2((uint)size);
        foreach (Watched entry in watched)
            Add(in entry);
    }

    public int Count { get; private set; }

    /// <summary>What the address is to us; false for a stranger.</summary>
    public bool TryFind(in Address address, out WatchedRole role, out int index)
    {
        Key key = new(in address);
        for (int i = PlaceOf(in key); ; i = (i + 1) & (_slots.Length - 1))
        {
            ref readonly Slot slot = ref _slots[i];
            if (slot.Role == WatchedRole.None)
            {
                (role, index) = (WatchedRole.None, 0);
                return false;
            }
            if (slot.Key == key)
            {
                (role, index) = (slot.Role, slot.Index);
                return true;
            }
        }
    }

    private void Add(in Watched entry)
    {
        if (entry.Role == WatchedRole.None || entry.Address.IsZero)
            throw new ArgumentException($"{entry.Address} is watched as {entry.Role}: name an address above zero and what it is");
        Key key = new(entry.Address);
        int i = PlaceOf(in key);
        for (; _slots[i].Role != WatchedRole.None; i = (i + 1) & (_slots.Length - 1))
            if (_slots[i].Key == key)
            {
                if (_slots[i].Role == entry.Role && _slots[i].Index == entry.Index)
                    return;
                throw new ArgumentException($"{entry.Address} is watched as {_slots[i].Role} and as {entry.Role}: name it once");
            }
        _slots[i] = new Slot { Key = key, Role = entry.Role, Index = entry.Index };
        Count++;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int PlaceOf(in Key key) => (int)(((key.Low ^ BitOperations.RotateLeft(key.High * Mix1, 31) ^ key.Last) * Mix0) >> _shift);

    private readonly record struct Key
    {
        public readonly ulong Low, High;
        public readonly uint Last;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Key(in Address address)
        {
            ReadOnlySpan<byte> bytes = address.Span;
            Low = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            High = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
            Last = BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]);
        }
    }

    private struct Slot
    {
        public Key Key;
        public WatchedRole Role;
        public int Index;
    }
}
