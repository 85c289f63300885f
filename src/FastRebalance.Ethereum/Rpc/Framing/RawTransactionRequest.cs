using System.Buffers.Text;

namespace FastRebalance.Ethereum.Rpc.Framing;

/// <summary>The request itself: <c>{"jsonrpc":"2.0","id":1,"method":"eth_sendRawTransaction","params":["0x…"]}</c>, of a length known beforehand.</summary>
public static class RawTransactionRequest
{
    private const int MostDigits = 20;

    private static ReadOnlySpan<byte> Head => "{\"jsonrpc\":\"2.0\",\"id\":"u8;

    private static ReadOnlySpan<byte> Middle => ",\"method\":\"eth_sendRawTransaction\",\"params\":[\"0x"u8;

    private static ReadOnlySpan<byte> Tail => "\"]}"u8;

    /// <summary>Room enough, whatever the id.</summary>
    public static int MaxLength(int transactionLength) => LengthWithoutId(transactionLength) + MostDigits;

    /// <summary>The exact length.</summary>
    public static int Length(ulong id, int transactionLength) => LengthWithoutId(transactionLength) + DigitsOf(id);

    /// <summary>Writes the request.</summary>
    /// <returns>Bytes written: <see cref="Length"/>.</returns>
    /// <exception cref="ArgumentException">The destination is shorter than that.</exception>
    public static int Write(ulong id, ReadOnlySpan<byte> transaction, Span<byte> destination)
    {
        int length = Length(id, transaction.Length);
        Room.Require(destination, length);
        Head.CopyTo(destination);
        int at = Head.Length;
        Utf8Formatter.TryFormat(id, destination[at..], out int digits);
        at += digits;
        Middle.CopyTo(destination[at..]);
        at += Middle.Length;
        Convert.TryToHexStringLower(transaction, destination[at..], out int hex);
        Tail.CopyTo(destination[(at + hex)..]);
        return length;
    }

    internal static int DigitsOf(ulong number)
    {
        int digits = 1;
        for (; number >= 10; number /= 10) digits++;
        return digits;
    }

    private static int LengthWithoutId(int transactionLength) => checked(Head.Length + Middle.Length + 2 * transactionLength + Tail.Length);
}
