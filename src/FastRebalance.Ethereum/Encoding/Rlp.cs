using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Encoding;

/// <summary>
/// Lengths of encoded items, so that a message is written once and in place, and a check of whole messages.
/// Source: Ethereum yellow paper, appendix B.
/// </summary>
public static class Rlp
{
    public const byte EmptyString = 0x80;
    public const byte EmptyList = 0xc0;

    internal const int ShortLimit = 55;
    internal const int MaxDepth = 128;

    /// <summary>Encoded length of a string of bytes, its header included.</summary>
    public static int LengthOf(ReadOnlySpan<byte> bytes) =>
        bytes.Length == 1 && bytes[0] < EmptyString ? 1 : HeaderLength(bytes.Length) + bytes.Length;

    /// <summary>Encoded length of an integer, its header included.</summary>
    public static int LengthOf(ulong value) => value < EmptyString ? 1 : 1 + SignificantBytes(value);

    /// <summary>Encoded length of an integer, its header included.</summary>
    public static int LengthOf(in UInt256 value)
    {
        int significant = SignificantBytes(in value);
        return significant <= 1 && value.Limb0 < EmptyString ? 1 : 1 + significant;
    }

    /// <summary>Encoded length of a string or list of this payload, header included; a single byte below 0x80 is shorter by one.</summary>
    public static int LengthOfPayload(int payloadLength) => HeaderLength(payloadLength) + payloadLength;

    /// <summary>Length of the header of a string or list with this payload.</summary>
    public static int HeaderLength(int payloadLength) =>
        payloadLength <= ShortLimit ? 1 : 1 + SignificantBytes((ulong)payloadLength);

    /// <summary>Checks that the bytes are exactly one item in canonical form, to the innermost.</summary>
    public static RlpStatus Validate(ReadOnlySpan<byte> encoded)
    {
        RlpReader reader = new(encoded);
        if (reader.AtEnd) return RlpStatus.Truncated;
        RlpStatus status = ValidateItem(ref reader, 0);
        return status != RlpStatus.Ok ? status : reader.AtEnd ? RlpStatus.Ok : RlpStatus.TrailingBytes;
    }

    private static RlpStatus ValidateItem(ref RlpReader reader, int depth)
    {
        if (depth > MaxDepth) return RlpStatus.TooDeep;
        if (!reader.NextIsList)
        {
            reader.TryReadBytes(out _);
            return reader.Status;
        }
        if (!reader.TryReadList(out RlpReader items)) return reader.Status;
        while (!items.AtEnd)
            if (ValidateItem(ref items, depth + 1) is var status and not RlpStatus.Ok)
                return status;
        return RlpStatus.Ok;
    }

    internal static int SignificantBytes(ulong value) => (64 - System.Numerics.BitOperations.LeadingZeroCount(value) + 7) / 8;

    internal static int SignificantBytes(in UInt256 value) =>
        value.Limb3 != 0 ? 24 + SignificantBytes(value.Limb3)
        : value.Limb2 != 0 ? 16 + SignificantBytes(value.Limb2)
        : value.Limb1 != 0 ? 8 + SignificantBytes(value.Limb1)
        : SignificantBytes(value.Limb0);
}
