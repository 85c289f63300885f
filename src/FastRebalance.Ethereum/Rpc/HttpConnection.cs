using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>
/// JSON-RPC by HTTP POST, 1.1 or 2, over connections that are kept. Each exchange stands alone, so one bad answer fails one exchange;
/// a refused connection, or several bad answers in a row, close the whole.
/// </summary>
internal sealed class HttpConnection : IRpcConnection
{
    private const int FailuresBeforeClosing = 3;
    private const int ReadBytes = 64 * 1024;

    // An answer's headers are a few lines; more is not a node.
    private const int MaxHeaderKiB = 16;

    // What is left of a refused answer is read this far to save the connection, and cut off beyond.
    private const int MaxDrainedBytes = 64 * 1024;

    private static readonly MediaTypeHeaderValue s_json = new("application/json");
    private static readonly TimeSpan s_leastPingDelay = TimeSpan.FromSeconds(1);

    private readonly HttpClient _http;
    private readonly Uri _url;
    private readonly Version _version;
    private readonly HttpVersionPolicy _policy;
    private readonly RpcCounters _counters;
    private readonly int _maxMessageBytes;
    private readonly int _maxInFlight;
    private readonly TimeSpan _connectTimeout;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _lastId;
    private int _inFlight;
    private int _failuresInRow;
    private string? _closeReason;

    public HttpConnection(RpcEndpoint endpoint, RpcCounters counters, EthereumNodeOptions options)
    {
        _url = new Uri(endpoint.Location);
        _counters = counters;
        _maxMessageBytes = options.MaxMessageBytes;
        _maxInFlight = options.MaxRequestsInFlight;
        _connectTimeout = options.ConnectTimeout;
        bool isTls = _url.Scheme == Uri.UriSchemeHttps;
        _version = endpoint.IsHttp2 || isTls ? HttpVersion.Version20 : HttpVersion.Version11;
        _policy = isTls ? HttpVersionPolicy.RequestVersionOrLower : HttpVersionPolicy.RequestVersionExact;
        _http = new HttpClient(Handler(options)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public bool CanPush => false;

    public Task Closed => _closed.Task;

    public string? CloseReason => Volatile.Read(ref _closeReason);

    public async Task<RpcReply[]> ExchangeAsync(
        RpcRequest[] requests, TimeSpan timeout, CancellationToken cancellation, RpcSubscription? subscription = null)
    {
        if (subscription is not null)
            throw new NotSupportedException("HTTP cannot push: poll instead");
        if (CloseReason is { } reason)
            throw new RpcTransportException($"the connection is closed: {reason}", notSent: true);
        if (Interlocked.Increment(ref _inFlight) > _maxInFlight)
        {
            Interlocked.Decrement(ref _inFlight);
            throw new RpcTransportException($"at most {_maxInFlight} requests may wait for an answer", notSent: true);
        }
        try
        {
            RpcReply[] replies = await PostWithinAsync(requests, timeout, cancellation).ConfigureAwait(false);
            Volatile.Write(ref _failuresInRow, 0);
            return replies;
        }
        catch (RpcTransportException error)
        {
            if (error.NotSent || Interlocked.Increment(ref _failuresInRow) >= FailuresBeforeClosing)
                Break(error.Message);
            throw;
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    public void Detach(RpcSubscription subscription) { }

    public void Break(string reason)
    {
        if (Interlocked.CompareExchange(ref _closeReason, reason, null) is not null)
            return;
        _stop.Cancel();
        _closed.TrySetResult();
    }

    public ValueTask DisposeAsync()
    {
        Break("disposed");
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    // No redirects, cookies, proxy or decompression: the node is asked, and nobody else, and the size limit counts true bytes.
    private static SocketsHttpHandler Handler(EthereumNodeOptions options) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        MaxResponseHeadersLength = MaxHeaderKiB,
        MaxResponseDrainSize = MaxDrainedBytes,
        ConnectTimeout = options.ConnectTimeout,
        PooledConnectionIdleTimeout = options.HttpIdleTimeout,
        EnableMultipleHttp2Connections = true,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        KeepAlivePingDelay = options.KeepAliveInterval < s_leastPingDelay ? s_leastPingDelay : options.KeepAliveInterval,
        KeepAlivePingTimeout = options.KeepAliveTimeout < s_leastPingDelay ? s_leastPingDelay : options.KeepAliveTimeout,
    };

    private async Task<RpcReply[]> PostWithinAsync(RpcRequest[] requests, TimeSpan timeout, CancellationToken cancellation)
    {
        string method = requests[0].Method;
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stop.Token);
        limit.CancelAfter(timeout);
        try
        {
            return await PostAsync(requests, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            if (CloseReason is { } reason)
                throw new RpcTransportException($"{method}: the connection broke: {reason}");
            if (!limit.IsCancellationRequested)
                throw new RpcTransportException($"{method}: no connection in {_connectTimeout.TotalSeconds:0.###} s", notSent: true);
            _counters.CountTimeout();
            throw new RpcTransportException($"{method}: no answer in {timeout.TotalSeconds:0.###} s") { TimedOut = true };
        }
        catch (HttpRequestException error)
        {
            bool notSent = error.HttpRequestError
                is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError;
            throw new RpcTransportException($"{method}: {error.Message}", notSent, error);
        }
        catch (Exception error) when (error is IOException or JsonException or InvalidDataException)
        {
            throw new RpcTransportException($"{method}: {error.Message}", inner: error);
        }
    }

    private async Task<RpcReply[]> PostAsync(RpcRequest[] requests, CancellationToken cancellation)
    {
        long firstId = Interlocked.Add(ref _lastId, requests.Length) - requests.Length + 1;
        using HttpRequestMessage post = new(HttpMethod.Post, _url)
        {
            Content = Body(requests, firstId),
            Version = _version,
            VersionPolicy = _policy,
        };
        using HttpResponseMessage answer =
            await _http.SendAsync(post, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidDataException($"the node answered HTTP {(int)answer.StatusCode}");
        // None was asked for, and a compressed answer would be unpacked past every limit.
        if (answer.Content.Headers.ContentEncoding.Count > 0)
            throw new InvalidDataException(
                $"the answer is packed with {string.Join(", ", answer.Content.Headers.ContentEncoding)}, and no packing was asked for");
        if (answer.Content.Headers.ContentLength > _maxMessageBytes)
            throw TooLarge();
        using Stream stream = await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        ReadOnlyMemory<byte> text = await ReadBoundedAsync(stream, cancellation).ConfigureAwait(false);
        return Match(text.Span, firstId, requests.Length);
    }

    private static ReadOnlyMemoryContent Body(RpcRequest[] requests, long firstId)
    {
        ArrayBufferWriter<byte> buffer = new(1024);
        using (Utf8JsonWriter writer = new(buffer))
            RpcRequest.WriteAll(writer, requests, firstId);
        ReadOnlyMemoryContent content = new(buffer.WrittenMemory);
        content.Headers.ContentType = s_json;
        return content;
    }

    private async Task<ReadOnlyMemory<byte>> ReadBoundedAsync(Stream stream, CancellationToken cancellation)
    {
        ArrayBufferWriter<byte> text = new(ReadBytes);
        while (true)
        {
            int read = await stream.ReadAsync(text.GetMemory(ReadBytes), cancellation).ConfigureAwait(false);
            if (read == 0)
                return text.WrittenMemory;
            text.Advance(read);
            if (text.WrittenCount > _maxMessageBytes)
                throw TooLarge();
        }
    }

    private InvalidDataException TooLarge() => new($"the answer is larger than the {_maxMessageBytes} bytes allowed");

    private RpcReply[] Match(ReadOnlySpan<byte> text, long firstId, int count)
    {
        RpcReply[] replies = new RpcReply[count];
        Utf8JsonReader reader = RpcRead.Start(text);
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            RpcMessage single = RpcMessage.Read(ref reader, text);
            // Asked with a batch, a node may refuse it whole: one error that names no request.
            if (count > 1 && !single.HasId)
                throw new InvalidDataException($"the batch was refused: {single.Error?.ToString() ?? single.Trouble}");
            Put(single, replies, firstId);
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (RpcRead.NextElement(ref reader))
            {
                if (reader.TokenType != JsonTokenType.StartObject)
                    throw new JsonException($"a batch holds objects, found {reader.TokenType}");
                Put(RpcMessage.Read(ref reader, text), replies, firstId);
            }
        }
        else
        {
            throw new JsonException($"an answer is an object or an array, found {reader.TokenType}");
        }
        if (reader.Read())
            throw new JsonException("something follows the answer");
        if (count == 1 && replies[0] == default)
            throw new InvalidDataException("the answer is to another request");
        for (int i = 0; i < count; i++)
            if (replies[i] == default)
                replies[i] = new RpcReply(null, null, RpcReply.LeftOut);
        return replies;
    }

    private void Put(in RpcMessage message, RpcReply[] replies, long firstId)
    {
        if (message.Trouble is not null)
            _counters.CountMalformedReply();
        long at = message.Id - firstId;
        if (!message.HasId || at < 0 || at >= replies.Length || replies[at] != default)
            _counters.CountUnmatchedReply();
        else
            replies[at] = message.ToReply();
    }
}
