namespace FastRebalance.Ethereum.Rpc;

/// <summary>How a node is reached. Zero is no transport.</summary>
public enum RpcTransportKind : byte
{
    None = 0,

    /// <summary>A Unix domain socket: the fastest, and pushes.</summary>
    Ipc,

    /// <summary>A WebSocket: pushes.</summary>
    WebSocket,

    /// <summary>HTTP POST: cannot push, so subscriptions are polled.</summary>
    Http,
}

/// <summary>Where one node listens.</summary>
/// <param name="Kind">The transport.</param>
/// <param name="Location">The socket's path for IPC, an absolute URL for the others.</param>
public sealed record RpcEndpoint(RpcTransportKind Kind, string Location)
{
    private const string Wanted = "wanted is ipc:PATH, ws://HOST:PORT, wss://HOST, http://HOST:PORT, h2c://HOST:PORT or https://HOST";
    private const string Http2Scheme = "h2c://";

    // sun_path holds 108 bytes on Linux, 104 on macOS, with the closing zero.
    private const int LongestSocketPathBytes = 103;

    /// <summary>
    /// HTTP/2 without TLS, spoken from the first byte (prior knowledge, RFC 9113 section 3.3). Over TLS the two sides agree on HTTP/2
    /// or 1.1 by themselves (ALPN); over plain <c>http://</c> it is always 1.1.
    /// </summary>
    public bool IsHttp2 { get; init; }

    /// <summary>Reads <c>ipc:PATH</c>, <c>ws://…</c>, <c>wss://…</c>, <c>http://…</c>, <c>h2c://…</c> or <c>https://…</c>.</summary>
    /// <exception cref="FormatException">The text is none of these; the message says what is right.</exception>
    public static RpcEndpoint Parse(string text)
    {
        string? error = Read(text, out RpcEndpoint? endpoint);
        return endpoint ?? throw new FormatException(error);
    }

    public static bool TryParse(string text, out RpcEndpoint? endpoint) => Read(text, out endpoint) is null;

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Kind == RpcTransportKind.Ipc ? "ipc:" + Location
        : IsHttp2 ? Http2Scheme + Location["http://".Length..]
        : Location;

    private static string? Read(string text, out RpcEndpoint? endpoint)
    {
        endpoint = null;
        if (string.IsNullOrWhiteSpace(text))
            return $"an endpoint is empty: {Wanted}";
        if (text.StartsWith("ipc:", StringComparison.Ordinal))
            return ReadIpc(text, out endpoint);
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || uri.Host.Length == 0)
            return $"'{text}' is not an endpoint: {Wanted}";
        if (text.StartsWith(Http2Scheme, StringComparison.OrdinalIgnoreCase))
        {
            endpoint = new RpcEndpoint(RpcTransportKind.Http, "http://" + text[Http2Scheme.Length..]) { IsHttp2 = true };
            return null;
        }
        RpcTransportKind kind = uri.Scheme switch
        {
            "ws" or "wss" => RpcTransportKind.WebSocket,
            "http" or "https" => RpcTransportKind.Http,
            _ => RpcTransportKind.None,
        };
        if (kind == RpcTransportKind.None)
            return $"'{text}' has the scheme '{uri.Scheme}': {Wanted}";
        endpoint = new RpcEndpoint(kind, text);
        return null;
    }

    private static string? ReadIpc(string text, out RpcEndpoint? endpoint)
    {
        endpoint = null;
        string path = text["ipc:".Length..];
        if (path.StartsWith("//", StringComparison.Ordinal))
            path = "/" + path.TrimStart('/');
        if (path.Length == 0)
            return "'ipc:' has no path: write ipc:PATH, with the path of the node's socket file";
        int bytes = System.Text.Encoding.UTF8.GetByteCount(path);
        if (bytes > LongestSocketPathBytes)
            return $"'{text}' has a socket path of {bytes} bytes: the system takes at most {LongestSocketPathBytes}, use a shorter or a relative path";
        endpoint = new RpcEndpoint(RpcTransportKind.Ipc, path);
        return null;
    }
}
