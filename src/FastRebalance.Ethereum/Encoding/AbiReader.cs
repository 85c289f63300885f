using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Encoding;

/// <summary>
/// Reads contract data word by word: the answer of a call, the data of a log. Every read answers true or false; the first "no" is
/// kept in <see cref="Status"/> and all later reads answer false. Offsets are followed only inside the data. Spans point into the source.
/// </summary>
public ref struct AbiReader
{
    // Offsets of dynamic values count from the start of their frame, so each frame is a reader of its own over the rest of the data.
    private readonly ReadOnlySpan<byte> _frame;
    private int _position;

    /// <param name="data">Without a selector.</param>
    public AbiReader(ReadOnlySpan<byte> data)
    {
        _frame = data;
        _position = 0;
        Status = AbiStatus.Ok;
    }

    /// <summary>The first reason to stop, or <see cref="AbiStatus.Ok"/>.</summary>
    public AbiStatus Status { get; private set; }

    /// <summary>Reads one raw word, 32 bytes.</summary>
    public bool TryReadWord(out ReadOnlySpan<byte> word)
    {
        word = default;
        if (Status != AbiStatus.Ok) return false;
        if (_frame.Length - _position < AbiWord.Length) return Fail(AbiStatus.TooShort);
        word = _frame.Slice(_position, AbiWord.Length);
        _position += AbiWord.Length;
        return true;
    }

    public bool TryReadUInt256(out UInt256 value)
    {
        value = default;
        if (!TryReadWord(out ReadOnlySpan<byte> word)) return false;
        value = AbiWord.ToUInt256(word);
        return true;
    }

    public bool TryReadUInt128(out UInt128 value)
    {
        value = default;
        return TryReadWord(out ReadOnlySpan<byte> word) && (AbiWord.TryToUInt128(word, out value) || Fail(AbiStatus.ValueOutOfRange));
    }

    public bool TryReadUInt64(out ulong value)
    {
        value = 0;
        return TryReadWord(out ReadOnlySpan<byte> word) && (AbiWord.TryToUInt64(word, out value) || Fail(AbiStatus.ValueOutOfRange));
    }

    /// <summary>Any intN that fits 128 bits.</summary>
    public bool TryReadInt128(out Int128 value)
    {
        value = default;
        return TryReadWord(out ReadOnlySpan<byte> word) && (AbiWord.TryToInt128(word, out value) || Fail(AbiStatus.ValueOutOfRange));
    }

    /// <summary>int24, int32: a pool's tick.</summary>
    public bool TryReadInt32(out int value)
    {
        value = 0;
        return TryReadWord(out ReadOnlySpan<byte> word) && (AbiWord.TryToInt32(word, out value) || Fail(AbiStatus.ValueOutOfRange));
    }

    /// <summary>An int256 as sign and size.</summary>
    public bool TryReadInt256(out UInt256 magnitude, out bool negative)
    {
        magnitude = default;
        negative = false;
        if (!TryReadWord(out ReadOnlySpan<byte> word)) return false;
        magnitude = AbiWord.ToInt256(word, out negative);
        return true;
    }

    public bool TryReadAddress(out Address address)
    {
        address = default;
        return TryReadWord(out ReadOnlySpan<byte> word) && (AbiWord.TryToAddress(word, out address) || Fail(AbiStatus.ValueOutOfRange));
    }

    public bool TryReadBool(out bool value)
    {
        value = false;
        return TryReadWord(out ReadOnlySpan<byte> word) && (AbiWord.TryToBool(word, out value) || Fail(AbiStatus.ValueOutOfRange));
    }

    public bool TryReadHash(out Hash32 hash)
    {
        hash = default;
        if (!TryReadWord(out ReadOnlySpan<byte> word)) return false;
        hash = new Hash32(word);
        return true;
    }

    /// <summary>Reads a value of type bytes, or the UTF-8 of a string.</summary>
    public bool TryReadBytes(out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (!TryFollowOffset(out ReadOnlySpan<byte> tail) || !TryReadLength(ref tail, out int length)) return false;
        if (length > tail.Length) return Fail(AbiStatus.OffsetOutOfRange);
        bytes = tail[..length];
        return true;
    }

    /// <summary>Reads a value of type string; bytes that are not UTF-8 are shown as replacement characters. Allocates.</summary>
    public bool TryReadString(out string text)
    {
        text = "";
        if (!TryReadBytes(out ReadOnlySpan<byte> bytes)) return false;
        text = System.Text.Encoding.UTF8.GetString(bytes);
        return true;
    }

    /// <summary>Enters a tuple, or an array of fixed length, that holds something of dynamic size.</summary>
    public bool TryReadTuple(out AbiReader parts)
    {
        parts = default;
        if (!TryFollowOffset(out ReadOnlySpan<byte> tail)) return false;
        parts = new AbiReader(tail);
        return true;
    }

    /// <summary>Enters an array of dynamic length.</summary>
    /// <param name="headWordsEach">Words of one element in the head: all words of a static type, 1 for a dynamic one.</param>
    /// <param name="count">Number of elements; their heads are certain to be there.</param>
    /// <param name="elements">Stands before the first element.</param>
    public bool TryReadArray(int headWordsEach, out int count, out AbiReader elements)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(headWordsEach, 1);
        count = 0;
        elements = default;
        if (!TryFollowOffset(out ReadOnlySpan<byte> tail) || !TryReadLength(ref tail, out int length)) return false;
        if (length > tail.Length / AbiWord.Length / headWordsEach) return Fail(AbiStatus.OffsetOutOfRange);
        count = length;
        elements = new AbiReader(tail);
        return true;
    }

    private bool TryFollowOffset(out ReadOnlySpan<byte> tail)
    {
        tail = default;
        if (!TryReadWord(out ReadOnlySpan<byte> word)) return false;
        if (!AbiWord.TryToUInt64(word, out ulong offset) || offset > (ulong)_frame.Length) return Fail(AbiStatus.OffsetOutOfRange);
        tail = _frame[(int)offset..];
        return true;
    }

    private bool TryReadLength(ref ReadOnlySpan<byte> tail, out int length)
    {
        length = 0;
        if (tail.Length < AbiWord.Length) return Fail(AbiStatus.TooShort);
        if (!AbiWord.TryToUInt64(tail, out ulong value) || value > int.MaxValue) return Fail(AbiStatus.OffsetOutOfRange);
        length = (int)value;
        tail = tail[AbiWord.Length..];
        return true;
    }

    private bool Fail(AbiStatus status)
    {
        Status = status;
        return false;
    }
}
