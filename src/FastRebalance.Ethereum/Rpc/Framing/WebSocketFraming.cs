using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace FastRebalance.Ethereum.Rpc.Framing;

/// <summary>
/// Over a WebSocket: one masked text frame, as a client sends it (RFC 6455, section 5). Every frame has a mask of its own from the
/// system's random source, fetched for many frames at a time. One thread.
/// </summary>
public sealed class WebSocketFraming : IRawTransactionFraming
{
    private const byte FinalText = 0x81;
    private const byte Masked = 0x80;
    private const byte Length16 = 126;
    private const byte Length64 = 127;
    private const int MaxHeader = 2 + sizeof(ulong) + sizeof(uint);
    private const int MasksAtOnce = 1024;

    private readonly uint[] _masks = new uint[MasksAtOnce];
    private int _used = MasksAtOnce;

    public int MaxLength(int transactionLength) => MaxHeader + RawTransactionRequest.MaxLength(transactionLength);

    public int Write(ulong id, ReadOnlySpan<byte> transaction, Span<byte> destination)
    {
        int payloadLength = RawTransactionRequest.Length(id, transaction.Length);
        int headerLength = 2 + LengthBytes(payloadLength) + sizeof(uint);
        Room.Require(destination, headerLength + payloadLength);
        uint mask = NextMask();
        WriteHeader(destination, payloadLength, mask);
        RawTransactionRequest.Write(id, transaction, destination[headerLength..]);
        Mask(destination.Slice(headerLength, payloadLength), mask);
        return headerLength + payloadLength;
    }

    /// <summary>XORs the payload with the mask, byte by byte in the order the mask stands in the frame; the same again takes it off.</summary>
    internal static void Mask(Span<byte> payload, uint mask)
    {
        Span<Vector<uint>> wide = MemoryMarshal.Cast<byte, Vector<uint>>(payload);
        Vector<uint> masks = new(mask);
        foreach (ref Vector<uint> lanes in wide) lanes ^= masks;
        MaskScalar(payload[(wide.Length * Vector<byte>.Count)..], mask);
    }

    internal static void MaskScalar(Span<byte> payload, uint mask)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        MemoryMarshal.Write(bytes, in mask);
        for (int i = 0; i < payload.Length; i++) payload[i] ^= bytes[i & 3];
    }

    private static int LengthBytes(int payloadLength) =>
        payloadLength < Length16 ? 0 : payloadLength <= ushort.MaxValue ? sizeof(ushort) : sizeof(ulong);

    private static void WriteHeader(Span<byte> frame, int payloadLength, uint mask)
    {
        int lengthBytes = LengthBytes(payloadLength);
        frame[0] = FinalText;
        frame[1] = (byte)(Masked | lengthBytes switch { 0 => payloadLength, sizeof(ushort) => Length16, _ => Length64 });
        if (lengthBytes == sizeof(ushort)) BinaryPrimitives.WriteUInt16BigEndian(frame[2..], (ushort)payloadLength);
        else if (lengthBytes == sizeof(ulong)) BinaryPrimitives.WriteUInt64BigEndian(frame[2..], (ulong)payloadLength);
        MemoryMarshal.Write(frame[(2 + lengthBytes)..], in mask);
    }

    private uint NextMask()
    {
        if (_used == MasksAtOnce)
        {
            RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(_masks.AsSpan()));
            _used = 0;
        }
        return _masks[_used++];
    }
}
