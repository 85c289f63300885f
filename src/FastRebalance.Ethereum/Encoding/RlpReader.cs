using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Encoding;

/// <summary>
/// Reads RLP front to back over the caller's memory and accepts the canonical form only. Every read answers true or false; the first
/// "no" is kept in <see cref="Status"/> and all later reads answer false, so a run of reads can be checked once at its end.
/// The spans it hands out point into the source.
/// </summary>
public ref struct RlpReader
{
    private ReadOnlySpan<byte> _rest;

    public RlpReader(ReadOnlySpan<byte> encoded)
    {
        _rest = encoded;
        Status = RlpStatus.Ok;
    }

    /// <summary>The first reason to stop, or <see cref="RlpStatus.Ok"/>.</summary>
    public RlpStatus Status { get; private set; }

    /// <summary>True where nothing is left to read.</summary>
    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>Bytes left.</summary>
    public readonly int Remaining => _rest.Length;

    /// <summary>True where the next item is a list.</summary>
    public readonly bool NextIsList => !_rest.IsEmpty && _rest[0] >= Rlp.EmptyList;

    /// <summary>Reads a string of bytes of any length.</summary>
    public bool TryReadBytes(out ReadOnlySpan<byte> bytes)
    {
        if (!TryReadItem(out bytes, out bool isList, out _)) return false;
        return !isList || Fail(RlpStatus.ListFound, out bytes);
    }

    /// <summary>Reads a list and answers with a reader of its items.</summary>
    public bool TryReadList(out RlpReader items)
    {
        items = default;
        if (!TryReadItem(out ReadOnlySpan<byte> payload, out bool isList, out _)) return false;
        if (!isList) return Fail(RlpStatus.BytesFound, out payload);
        items = new RlpReader(payload);
        return true;
    }

    /// <summary>Reads one item of either kind without looking inside: its encoding, header included.</summary>
    public bool TryReadEncoded(out ReadOnlySpan<byte> encoded) => TryReadItem(out _, out _, out encoded);

    /// <summary>Reads an integer of at most 64 bits.</summary>
    public bool TryReadUInt64(out ulong value)
    {
        value = 0;
        if (!TryReadInteger(sizeof(ulong), out ReadOnlySpan<byte> bytes)) return false;
        foreach (byte next in bytes) value = (value << 8) | next;
        return true;
    }

    /// <summary>Reads an integer of at most 256 bits.</summary>
    public bool TryReadUInt256(out UInt256 value)
    {
        value = default;
        if (!TryReadInteger(UInt256.ByteLength, out ReadOnlySpan<byte> bytes)) return false;
        value = UInt256.ReadBigEndian(bytes);
        return true;
    }

    /// <summary>Reads an integer of at most 256 bits into 32 bytes, big-endian: the r and s of a signature.</summary>
    /// <param name="destination">Exactly 32 bytes.</param>
    public bool TryReadUInt256(scoped Span<byte> destination)
    {
        destination.Clear();
        if (!TryReadInteger(UInt256.ByteLength, out ReadOnlySpan<byte> bytes)) return false;
        bytes.CopyTo(destination[(UInt256.ByteLength - bytes.Length)..]);
        return true;
    }

    /// <summary>Reads a string of exactly 20 bytes.</summary>
    public bool TryReadAddress(out Address address)
    {
        address = default;
        if (!TryReadFixed(Address.Length, out ReadOnlySpan<byte> bytes)) return false;
        address = new Address(bytes);
        return true;
    }

    /// <summary>Reads a recipient: 20 bytes, or the empty string (null) for the creation of a contract.</summary>
    public bool TryReadRecipient(out Address? recipient)
    {
        recipient = null;
        if (!_rest.IsEmpty && _rest[0] == Rlp.EmptyString && Status == RlpStatus.Ok)
        {
            _rest = _rest[1..];
            return true;
        }
        if (!TryReadAddress(out Address address)) return false;
        recipient = address;
        return true;
    }

    /// <summary>Reads a string of exactly 32 bytes.</summary>
    public bool TryReadHash(out Hash32 hash)
    {
        hash = default;
        if (!TryReadFixed(Hash32.Length, out ReadOnlySpan<byte> bytes)) return false;
        hash = new Hash32(bytes);
        return true;
    }

    /// <summary>Asks for the end; anything left is <see cref="RlpStatus.TrailingBytes"/>.</summary>
    public bool TryReadEnd()
    {
        if (Status != RlpStatus.Ok) return false;
        return _rest.IsEmpty || Fail(RlpStatus.TrailingBytes, out _);
    }

    private bool TryReadInteger(int maxLength, out ReadOnlySpan<byte> bytes)
    {
        if (!TryReadBytes(out bytes)) return false;
        if (bytes.Length > 0 && bytes[0] == 0) return Fail(RlpStatus.LeadingZero, out bytes);
        return bytes.Length <= maxLength || Fail(RlpStatus.TooLong, out bytes);
    }

    private bool TryReadFixed(int length, out ReadOnlySpan<byte> bytes)
    {
        if (!TryReadBytes(out bytes)) return false;
        return bytes.Length == length || Fail(bytes.Length < length ? RlpStatus.TooShort : RlpStatus.TooLong, out bytes);
    }

    private bool TryReadItem(out ReadOnlySpan<byte> payload, out bool isList, out ReadOnlySpan<byte> encoded)
    {
        payload = encoded = default;
        isList = false;
        if (Status != RlpStatus.Ok) return false;
        if (_rest.IsEmpty) return Fail(RlpStatus.TooFewItems, out payload);

        byte lead = _rest[0];
        if (lead < Rlp.EmptyString)
        {
            payload = encoded = _rest[..1];
            _rest = _rest[1..];
            return true;
        }

        isList = lead >= Rlp.EmptyList;
        int shortLength = lead - (isList ? Rlp.EmptyList : Rlp.EmptyString);
        int headerLength = 1;
        int length = shortLength;
        if (shortLength > Rlp.ShortLimit && !TryReadLongLength(shortLength - Rlp.ShortLimit, out headerLength, out length))
            return false;
        if (length > _rest.Length - headerLength) return Fail(RlpStatus.Truncated, out payload);

        encoded = _rest[..(headerLength + length)];
        payload = encoded[headerLength..];
        if (!isList && headerLength == 1 && length == 1 && payload[0] < Rlp.EmptyString)
            return Fail(RlpStatus.ByteNotCanonical, out payload);
        _rest = _rest[encoded.Length..];
        return true;
    }

    private bool TryReadLongLength(int lengthBytes, out int headerLength, out int length)
    {
        headerLength = 1 + lengthBytes;
        length = 0;
        if (_rest.Length < headerLength) return Fail(RlpStatus.Truncated, out _);
        ReadOnlySpan<byte> bytes = _rest[1..headerLength];
        if (bytes[0] == 0) return Fail(RlpStatus.LengthNotCanonical, out _);
        if (lengthBytes > sizeof(int)) return Fail(RlpStatus.Truncated, out _); // more than any span can hold
        long value = 0;
        foreach (byte next in bytes) value = (value << 8) | next;
        if (value <= Rlp.ShortLimit) return Fail(RlpStatus.LengthNotCanonical, out _);
        if (value > int.MaxValue) return Fail(RlpStatus.Truncated, out _);
        length = (int)value;
        return true;
    }

    private bool Fail(RlpStatus status, out ReadOnlySpan<byte> nothing)
    {
        nothing = default;
        Status = status;
        return false;
    }
}
