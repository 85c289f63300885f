namespace FastRebalance.Execution.Presigning;

/// <summary>What may be fired now: a ladder for each nonce from the next unused one on, without a gap. Immutable but for the ladders' own words.</summary>
public sealed class HotTable
{
    private readonly SlotLadder[] _slots;

    /// <param name="slots">Ascending nonces without a gap; the first is the lowest that was not released by another way.</param>
    /// <param name="inFlightBefore">Nonces below the first that were released by another way and are not consumed yet.</param>
    /// <exception cref="ArgumentException">There is a gap.</exception>
    internal HotTable(SlotLadder[] slots, int inFlightBefore)
    {
        InFlightBefore = inFlightBefore;
        for (int i = 1; i < slots.Length; i++)
            if (slots[i].Nonce != slots[0].Nonce + (ulong)i)
                throw new ArgumentException($"nonce {slots[i].Nonce} cannot stand behind {slots[i - 1].Nonce} in the hot table: a gap would hold it up");
        _slots = slots;
    }

    public int InFlightBefore { get; }

    public ReadOnlySpan<SlotLadder> Slots => _slots;
}
