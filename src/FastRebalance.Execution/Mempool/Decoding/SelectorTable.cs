using System.Buffers.Binary;
using System.Numerics;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.Execution.Mempool.Decoding;

/// <summary>Functions by their four bytes. Built once from signatures; a look-up allocates nothing.</summary>
internal sealed class SelectorTable<TCall>
    where TCall : struct, Enum
{
    private readonly (uint Selector, TCall Call)[] _slots;

    public SelectorTable(params ReadOnlySpan<(string Signature, TCall Call)> calls)
    {
        _slots = new (uint, TCall)[BitOperations.RoundUpToPowerOf2((uint)calls.Length * 4)];
        foreach ((string signature, TCall call) in calls)
        {
            uint selector = AbiSelector.Of(signature).Value;
            int i = PlaceOf(selector);
            while (_slots[i].Selector != 0)
            {
                if (_slots[i].Selector == selector)
                    throw new ArgumentException($"{signature} has the selector of another function");
                i = (i + 1) & (_slots.Length - 1);
            }
            _slots[i] = (selector, call);
        }
    }

    public bool TryFind(ReadOnlySpan<byte> callData, out TCall call)
    {
        call = default;
        if (!BinaryPrimitives.TryReadUInt32BigEndian(callData, out uint selector) || selector == 0)
            return false;
        for (int i = PlaceOf(selector); _slots[i].Selector != 0; i = (i + 1) & (_slots.Length - 1))
            if (_slots[i].Selector == selector)
            {
                call = _slots[i].Call;
                return true;
            }
        return false;
    }

    private int PlaceOf(uint selector) => (int)((selector * 0x9e3779b1u) >> (32 - BitOperations.Log2((uint)_slots.Length)));
}
