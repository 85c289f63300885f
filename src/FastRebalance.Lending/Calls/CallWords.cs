using System.Buffers.Binary;
using FastRebalance.Core.Assets;

namespace FastRebalance.Lending.Calls;

/// <summary>Writes one call into the caller's span: the selector, then words. What does not fit is not written, and told at the end.</summary>
internal ref struct CallWords
{
    private const int SelectorLength = 4;
    private const int WordLength = 32;

    private readonly Span<byte> _data;
    private int _length;

    public CallWords(Span<byte> data, uint selector)
    {
        _data = data;
        if (Next(SelectorLength) is { IsEmpty: false } start)
            BinaryPrimitives.WriteUInt32BigEndian(start, selector);
    }

    public void Write(scoped in UInt256 value)
    {
        if (Next(WordLength) is { IsEmpty: false } word)
            value.WriteBigEndian(word);
    }

    public void Write(scoped in Address address)
    {
        if (Next(WordLength) is not { IsEmpty: false } word)
            return;
        word.Clear();
        address.Span.CopyTo(word[(WordLength - Address.Length)..]);
    }

    /// <summary>A value of type bytes: its length, then itself, padded to whole words.</summary>
    public void WriteBytes(scoped ReadOnlySpan<byte> bytes)
    {
        Write((UInt256)(ulong)bytes.Length);
        int padded = (bytes.Length + WordLength - 1) / WordLength * WordLength;
        if (Next(padded) is not { IsEmpty: false } room)
            return;
        bytes.CopyTo(room);
        room[bytes.Length..].Clear();
    }

    /// <summary>False, and a length of zero, where the span was too short.</summary>
    public readonly bool TryFinish(out int length)
    {
        bool fits = _length <= _data.Length;
        length = fits ? _length : 0;
        return fits;
    }

    private Span<byte> Next(int bytes)
    {
        int at = _length;
        _length += bytes;
        return _length <= _data.Length ? _data.Slice(at, bytes) : default;
    }
}
