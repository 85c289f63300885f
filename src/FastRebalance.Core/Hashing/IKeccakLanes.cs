using System.Diagnostics.CodeAnalysis;

namespace FastRebalance.Core.Hashing;

/// <summary>The few things the permutation does with a lane of 64 bits, for each register that lanes may be held in.</summary>
internal interface IKeccakLanes<TLane>
{
    /// <summary>A word of every message held.</summary>
    static abstract TLane Of(ulong word);

    /// <summary>The lane with a word of the message taken in, and of its twin where lanes hold two.</summary>
    static abstract TLane TakeIn(TLane lane, ulong word, ulong twin);

    /// <summary>The message's part of the lane.</summary>
    static abstract ulong First(TLane lane);

    static abstract TLane Xor(TLane a, TLane b);

    static abstract TLane Xor(TLane a, TLane b, TLane c);

    static abstract TLane RotateLeft(TLane lane, [ConstantExpected] byte bits);

    /// <summary><c>lane ^ left ^ turned</c>, where <c>both</c> is the last two together: whichever is cheaper; the other is never computed.</summary>
    static abstract TLane Spread(TLane lane, TLane left, TLane turned, TLane both);

    /// <summary><c>a ^ (~b &amp; c)</c></summary>
    static abstract TLane Chi(TLane a, TLane b, TLane c);
}
