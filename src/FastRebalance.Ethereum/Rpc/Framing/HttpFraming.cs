using System.Buffers.Text;

namespace FastRebalance.Ethereum.Rpc.Framing;

/// <summary>
/// Over HTTP/1.1: a POST with the request as its body, for a connection that is kept open. Encryption, where the URL wants it, is the
/// stream's below.
/// </summary>
public sealed class HttpFraming : IRawTransactionFraming
{
    private const int MostDigits = 10;

    private readonly byte[] _head;
    private readonly RelaySignature? _signature;

    /// <param name="url">Where the node or relay listens: http or https, without a user name.</param>
    /// <param name="signature">Signs every body for a relay that asks for it; null for none.</param>
    /// <exception cref="ArgumentException">The URL is not of that form.</exception>
    public HttpFraming(Uri url, RelaySignature? signature = null)
    {
        if (!url.IsAbsoluteUri || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
            throw new ArgumentException($"'{url}' is not a URL of a node: http://HOST:PORT or https://HOST is wanted", nameof(url));
        if (url.UserInfo.Length > 0)
            throw new ArgumentException($"the URL of {url.Host} holds a user name, which is not sent here: give the node a path with a token instead", nameof(url));
        _signature = signature;
        // Host and path come out of Uri percent-encoded or as punycode: plain ASCII without line ends.
        string host = url.HostNameType == UriHostNameType.IPv6 ? url.Host : url.IdnHost;
        string port = url.IsDefaultPort ? "" : $":{url.Port}";
        _head = System.Text.Encoding.ASCII.GetBytes(
            $"POST {url.PathAndQuery} HTTP/1.1\r\nHost: {host}{port}\r\nContent-Type: application/json\r\nContent-Length: ");
    }

    private static ReadOnlySpan<byte> SignatureName => "\r\nX-Flashbots-Signature: "u8;

    private static ReadOnlySpan<byte> EndOfHead => "\r\n\r\n"u8;

    private int SignatureLength => _signature is null ? 0 : SignatureName.Length + RelaySignature.ValueLength;

    public int MaxLength(int transactionLength) =>
        _head.Length + MostDigits + SignatureLength + EndOfHead.Length + RawTransactionRequest.MaxLength(transactionLength);

    public int Write(ulong id, ReadOnlySpan<byte> transaction, Span<byte> destination)
    {
        int bodyLength = RawTransactionRequest.Length(id, transaction.Length);
        int digits = RawTransactionRequest.DigitsOf((ulong)bodyLength);
        int bodyStart = _head.Length + digits + SignatureLength + EndOfHead.Length;
        Room.Require(destination, bodyStart + bodyLength);
        RawTransactionRequest.Write(id, transaction, destination[bodyStart..]);
        _head.CopyTo(destination);
        Utf8Formatter.TryFormat(bodyLength, destination[_head.Length..], out _);
        WriteSignature(destination[(_head.Length + digits)..], destination.Slice(bodyStart, bodyLength));
        EndOfHead.CopyTo(destination[(bodyStart - EndOfHead.Length)..]);
        return bodyStart + bodyLength;
    }

    private void WriteSignature(Span<byte> destination, ReadOnlySpan<byte> body)
    {
        if (_signature is null) return;
        SignatureName.CopyTo(destination);
        _signature.Write(body, destination[SignatureName.Length..]);
    }
}
