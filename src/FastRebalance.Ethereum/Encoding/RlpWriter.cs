using System.Buffers.Binary;
using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Encoding;

/// <summary>
/// Writes RLP front to back into the caller's memory. Lists are announced by their payload length, which <see cref="Rlp"/> computes
/// beforehand; nothing is moved and nothing allocated. A destination that is too short is a mistake of the caller and throws.
/// </summary>
public ref struct RlpWriter
{
    private readonly Span<byte> _destination;

    public RlpWriter(Span<byte> destination)
    {
        _destination = destination;
        Position = 0;
    }

    /// <summary>Bytes written so far.</summary>
    public int Position { get; private set; }

    /// <summary>Writes the header of a list whose items, written next, take so many bytes.</summary>
    public void WriteListHeader(int payloadLength) => WriteHeader(payloadLength, Rlp.EmptyList);

    /// <summary>Writes a string of bytes.</summary>
    public void WriteBytes(scoped ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != 1 || bytes[0] >= Rlp.EmptyString)
            WriteHeader(bytes.Length, Rlp.EmptyString);
        WriteEncoded(bytes);
    }

    /// <summary>Writes an integer without leading zeros; zero is the empty string.</summary>
    public void WriteInteger(ulong value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        WriteBytes(bytes[^Rlp.SignificantBytes(value)..]);
    }

    /// <summary>Writes an integer without leading zeros; zero is the empty string.</summary>
    public void WriteInteger(scoped in UInt256 value)
    {
        Span<byte> bytes = stackalloc byte[UInt256.ByteLength];
        value.WriteBigEndian(bytes);
        WriteBytes(bytes[^Rlp.SignificantBytes(in value)..]);
    }

    /// <summary>Writes a big-endian number as an integer, dropping its leading zeros: the r and s of a signature.</summary>
    public void WriteInteger(scoped ReadOnlySpan<byte> bigEndian)
    {
        int first = bigEndian.IndexOfAnyExcept((byte)0);
        WriteBytes(first < 0 ? [] : bigEndian[first..]);
    }

    /// <summary>Writes the 20 bytes of an address.</summary>
    public void WriteAddress(scoped in Address address) => WriteBytes(address.Span);

    /// <summary>Writes a recipient: 20 bytes, or the empty string for the creation of a contract.</summary>
    public void WriteRecipient(scoped in Address? recipient)
    {
        if (recipient is { } address) WriteBytes(address.Span);
        else WriteBytes([]);
    }

    /// <summary>Copies bytes that are encoded already.</summary>
    public void WriteEncoded(scoped ReadOnlySpan<byte> encoded)
    {
        encoded.CopyTo(_destination[Position..]);
        Position += encoded.Length;
    }

    private void WriteHeader(int payloadLength, byte shortBase)
    {
        if (payloadLength <= Rlp.ShortLimit)
        {
            _destination[Position++] = (byte)(shortBase + payloadLength);
            return;
        }
        int lengthBytes = Rlp.SignificantBytes((ulong)payloadLength);
        _destination[Position++] = (byte)(shortBase + Rlp.ShortLimit + lengthBytes);
        for (int shift = 8 * (lengthBytes - 1); shift >= 0; shift -= 8)
            _destination[Position++] = (byte)(payloadLength >> shift);
    }
}
