using System.Buffers.Binary;
using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Encoding;

/// <summary>
/// Writes contract arguments into the caller's memory in one pass. A frame (the arguments of a call, a dynamic tuple, an array) starts
/// with a head of as many words as announced; values of dynamic size leave an offset there and go behind it. Static tuples and
/// fixed-size arrays of static types are written in line, word by word, and count in the head with all their words.
/// </summary>
/// <remarks>
/// Running out of room is remembered, not thrown: ask <see cref="TryFinish(out int)"/> at the end. Source: Solidity ABI specification.
/// <code>
/// AbiWriter writer = new(buffer);
/// writer.BeginCall(swap, headWords: 3);        // swap(address,bytes[],uint256)
/// writer.WriteAddress(recipient);
/// AbiFrame calls = writer.BeginArray(count: 2, headWordsEach: 1);
/// writer.WriteBytes(first);
/// writer.WriteBytes(second);
/// writer.End(calls);
/// writer.WriteUInt256(deadline);
/// return writer.TryFinish(out int length) ? length : …;
/// </code>
/// </remarks>
public ref struct AbiWriter
{
    public const int WordLength = 32;

    private readonly Span<byte> _destination;
    private int _frameStart;
    private int _head;
    private int _headEnd;
    private int _tail;
    private AbiStatus _status;

    public AbiWriter(Span<byte> destination)
    {
        _destination = destination;
        _status = AbiStatus.Ok;
    }

    /// <summary>Starts a call: the selector and a head of so many words.</summary>
    public void BeginCall(AbiSelector selector, int headWords)
    {
        if (_destination.Length >= AbiSelector.Length)
            BinaryPrimitives.WriteUInt32BigEndian(_destination, selector.Value);
        OpenFrame(AbiSelector.Length, headWords);
    }

    /// <summary>Starts arguments without a selector: constructor arguments, nested data.</summary>
    public void BeginArguments(int headWords) => OpenFrame(0, headWords);

    public void WriteUInt256(scoped in UInt256 value)
    {
        Span<byte> word = NextWord();
        if (!word.IsEmpty) value.WriteBigEndian(word);
    }

    public void WriteUInt64(ulong value)
    {
        Span<byte> word = NextWord();
        if (word.IsEmpty) return;
        word[..24].Clear();
        BinaryPrimitives.WriteUInt64BigEndian(word[24..], value);
    }

    /// <summary>Writes any intN that fits 128 bits, sign-extended.</summary>
    public void WriteInt128(Int128 value)
    {
        Span<byte> word = NextWord();
        if (word.IsEmpty) return;
        word[..16].Fill(value < 0 ? (byte)0xff : (byte)0);
        BinaryPrimitives.WriteInt128BigEndian(word[16..], value);
    }

    /// <summary>Writes an int256 given as sign and size; the size is at most 2^255, and below it for a positive number.</summary>
    public void WriteInt256(scoped in UInt256 magnitude, bool negative)
    {
        Span<byte> word = NextWord();
        if (word.IsEmpty) return;
        magnitude.WriteBigEndian(word);
        if (negative) AbiWord.Negate(word);
    }

    public void WriteAddress(scoped in Address address)
    {
        Span<byte> word = NextWord();
        if (word.IsEmpty) return;
        word[..12].Clear();
        address.Span.CopyTo(word[12..]);
    }

    public void WriteBool(bool value) => WriteUInt64(value ? 1UL : 0UL);

    /// <summary>Writes a bytes32.</summary>
    public void WriteHash(scoped in Hash32 hash) => WriteFixedBytes(hash.Span);

    /// <summary>Writes a bytesN of at most 32 bytes, filled up with zeros at the right.</summary>
    public void WriteFixedBytes(scoped ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > WordLength) throw new ArgumentException($"at most {WordLength} bytes fit a word, found {bytes.Length}", nameof(bytes));
        Span<byte> word = NextWord();
        if (word.IsEmpty) return;
        bytes.CopyTo(word);
        word[bytes.Length..].Clear();
    }

    /// <summary>Writes a value of type bytes.</summary>
    public void WriteBytes(scoped ReadOnlySpan<byte> bytes)
    {
        Span<byte> body = BeginDynamicBytes(bytes.Length);
        if (body.IsEmpty) return;
        bytes.CopyTo(body);
        body[bytes.Length..].Clear();
    }

    /// <summary>Writes a value of type string, as UTF-8.</summary>
    public void WriteString(scoped ReadOnlySpan<char> text)
    {
        int length = System.Text.Encoding.UTF8.GetByteCount(text);
        Span<byte> body = BeginDynamicBytes(length);
        if (body.IsEmpty) return;
        System.Text.Encoding.UTF8.GetBytes(text, body);
        body[length..].Clear();
    }

    /// <summary>Opens an array of dynamic length. Write its elements next, then <see cref="End"/>.</summary>
    /// <param name="count">Number of elements.</param>
    /// <param name="headWordsEach">Words of one element in the head: all words of a static type, 1 for a dynamic one.</param>
    public AbiFrame BeginArray(int count, int headWordsEach)
    {
        AbiFrame outer = LeaveForTail();
        WriteTailLength(count);
        OpenFrame(_tail, count * headWordsEach);
        return outer;
    }

    /// <summary>Opens a tuple, or an array of fixed length, that holds something of dynamic size. Write its parts, then <see cref="End"/>.</summary>
    /// <param name="headWords">Words of its head.</param>
    public AbiFrame BeginTuple(int headWords)
    {
        AbiFrame outer = LeaveForTail();
        OpenFrame(_tail, headWords);
        return outer;
    }

    /// <summary>Closes what a <c>Begin</c> opened and goes back to the frame around it.</summary>
    public void End(AbiFrame outer)
    {
        RequireFilledHead();
        _frameStart = outer.Start;
        _head = outer.Head;
        _headEnd = outer.HeadEnd;
    }

    /// <summary>Asks whether everything fitted and every head was filled.</summary>
    /// <param name="length">Bytes written.</param>
    public bool TryFinish(out int length) => TryFinish(out length, out _);

    /// <summary>The same, with the reason.</summary>
    public bool TryFinish(out int length, out AbiStatus status)
    {
        RequireFilledHead();
        status = _status;
        length = status == AbiStatus.Ok ? _tail : 0;
        return status == AbiStatus.Ok;
    }

    private void OpenFrame(int start, int headWords)
    {
        _frameStart = start;
        _head = start;
        _headEnd = start + headWords * WordLength;
        _tail = _headEnd;
        if (_headEnd > _destination.Length) Refuse(AbiStatus.TooShort);
    }

    private AbiFrame LeaveForTail()
    {
        WriteUInt64((ulong)(_tail - _frameStart));
        return new AbiFrame(_frameStart, _head, _headEnd);
    }

    private void WriteTailLength(int length)
    {
        if (_status == AbiStatus.Ok && _destination.Length - _tail >= WordLength)
        {
            Span<byte> word = _destination.Slice(_tail, WordLength);
            word.Clear();
            BinaryPrimitives.WriteInt32BigEndian(word[28..], length);
        }
        else
        {
            Refuse(AbiStatus.TooShort);
        }
        _tail += WordLength;
    }

    // The offset, the length and room for the padded bytes; empty where there is nothing to write or no room.
    private Span<byte> BeginDynamicBytes(int length)
    {
        WriteUInt64((ulong)(_tail - _frameStart));
        WriteTailLength(length);
        int padded = (length + WordLength - 1) & -WordLength;
        if (_status != AbiStatus.Ok || _destination.Length - _tail < padded)
        {
            Refuse(AbiStatus.TooShort);
            return default;
        }
        Span<byte> body = _destination.Slice(_tail, padded);
        _tail += padded;
        return body;
    }

    private Span<byte> NextWord()
    {
        if (_head >= _headEnd) Refuse(AbiStatus.FrameNotFilled);
        if (_status != AbiStatus.Ok) return default;
        Span<byte> word = _destination.Slice(_head, WordLength);
        _head += WordLength;
        return word;
    }

    private void RequireFilledHead()
    {
        if (_head != _headEnd) Refuse(AbiStatus.FrameNotFilled);
    }

    private void Refuse(AbiStatus status)
    {
        if (_status == AbiStatus.Ok) _status = status;
    }
}
