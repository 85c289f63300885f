using System.Buffers.Binary;
using FastRebalance.Core.Assets;

namespace FastRebalance.Amm.Abi;

/// <summary>Writes the data of one call into the caller's span: the selector, then words. What does not fit is not written, and told at the end.</summary>
internal ref struct AbiCallWriter
{
    private const int SelectorLength = 4;

    private readonly Span<byte> _data;
    private int _length;

    public AbiCallWriter(Span<byte> data, AbiFunction function)
    {
        _data = data;
        _length = SelectorLength;
        if (data.Length >= SelectorLength)
            BinaryPrimitives.WriteUInt32BigEndian(data, function.Selector);
    }

    public void Write(in UInt256 value)
    {
        if (_length + AbiWords.WordLength <= _data.Length)
            value.WriteBigEndian(_data.Slice(_length, AbiWords.WordLength));
        _length += AbiWords.WordLength;
    }

    public void Write(Address address)
    {
        if (_length + AbiWords.WordLength <= _data.Length)
        {
            Span<byte> word = _data.Slice(_length, AbiWords.WordLength);
            word.Clear();
            address.Span.CopyTo(word[(AbiWords.WordLength - Address.Length)..]);
        }
        _length += AbiWords.WordLength;
    }

    /// <summary>A signed word, sign-extended.</summary>
    public void Write(int value)
    {
        if (_length + AbiWords.WordLength <= _data.Length)
        {
            Span<byte> word = _data.Slice(_length, AbiWords.WordLength);
            word.Fill(value < 0 ? (byte)0xff : (byte)0);
            BinaryPrimitives.WriteInt32BigEndian(word[(AbiWords.WordLength - sizeof(int))..], value);
        }
        _length += AbiWords.WordLength;
    }

    /// <summary>An empty <c>bytes</c> as the last argument: its offset behind the words before it, and a length of zero.</summary>
    /// <param name="wordsBefore">Words of the arguments before it.</param>
    public void WriteNoBytes(int wordsBefore)
    {
        Write((UInt256)(ulong)((wordsBefore + 1) * AbiWords.WordLength));
        Write(UInt256.Zero);
    }

    /// <summary>False, and a length of zero, where the span was too short.</summary>
    public readonly bool TryFinish(out int length)
    {
        bool fits = _length <= _data.Length;
        length = fits ? _length : 0;
        return fits;
    }
}
