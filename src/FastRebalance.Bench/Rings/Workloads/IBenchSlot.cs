using System.Runtime.CompilerServices;

namespace FastRebalance.Bench.Rings.Workloads;

/// <summary>What the workloads carry: a number that fills the whole slot, so that every transport moves all of its bytes.</summary>
internal interface IBenchSlot
{
    /// <summary>The number that the slot was filled with; another one when the slot is torn.</summary>
    long Value { get; }

    void Fill(long value);
}

/// <summary>Eight bytes: the least that an event can be.</summary>
internal struct Slot8 : IBenchSlot
{
    private long _word;

    public readonly long Value => _word;

    public void Fill(long value) => _word = value;
}

/// <summary>Two cache lines, like a market event.</summary>
internal struct Slot128 : IBenchSlot
{
    private const int Words = 16;

    private Line _words;

    /// <summary>The first word, and what the last one differs from it by: a slot that two writers share gives neither's number.</summary>
    public readonly long Value => _words[0] + (_words[0] ^ _words[Words - 1]);

    public void Fill(long value) => ((Span<long>)_words).Fill(value);

    [InlineArray(Words)]
    private struct Line
    {
        private long _first;
    }
}
