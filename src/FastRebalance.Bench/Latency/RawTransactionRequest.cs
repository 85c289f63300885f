using System.Buffers;
using System.Buffers.Text;

namespace FastRebalance.Bench.Latency;

/// <summary>The JSON-RPC request that hands a signed transaction to a node or a builder, one to a line.</summary>
internal static class RawTransactionRequest
{
    public const byte End = (byte)'\n';

    private const int MostDigits = 10;

    private static ReadOnlySpan<byte> Head => "{\"jsonrpc\":\"2.0\",\"id\":"u8;

    private static ReadOnlySpan<byte> Middle => ",\"method\":\"eth_sendRawTransaction\",\"params\":[\"0x"u8;

    private static ReadOnlySpan<byte> Tail => "\"]}\n"u8;

    /// <summary>Room for a transaction of so many bytes.</summary>
    public static int MaxLength(int transactionBytes) => Head.Length + MostDigits + Middle.Length + 2 * transactionBytes + Tail.Length;

    /// <summary>Writes the request, its line end included.</summary>
    /// <returns>Bytes written.</returns>
    public static int Write(Span<byte> destination, int id, ReadOnlySpan<byte> transaction)
    {
        int at = Append(destination, 0, Head);
        Utf8Formatter.TryFormat(id, destination[at..], out int digits);
        at = Append(destination, at + digits, Middle);
        if (!Convert.TryToHexStringLower(transaction, destination[at..], out int hex))
            throw new InvalidOperationException($"{transaction.Length} bytes of transaction do not fit a request of {destination.Length}");
        return Append(destination, at + hex, Tail);
    }

    /// <summary>The transaction in a request, as the far end reads it; null when it is none.</summary>
    public static byte[]? TransactionIn(ReadOnlySpan<byte> request)
    {
        int start = request.IndexOf(Middle);
        if (!request.StartsWith(Head) || start < 0 || !request.EndsWith(Tail))
            return null;
        ReadOnlySpan<byte> hex = request[(start + Middle.Length)..^Tail.Length];
        byte[] transaction = new byte[hex.Length / 2];
        OperationStatus status = Convert.FromHexString(hex, transaction, out _, out int written);
        return status == OperationStatus.Done && written == transaction.Length ? transaction : null;
    }

    private static int Append(Span<byte> destination, int at, ReadOnlySpan<byte> text)
    {
        text.CopyTo(destination[at..]);
        return at + text.Length;
    }
}
