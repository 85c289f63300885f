using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using FastRebalance.Core.Measures;
using FastRebalance.Ethereum.Rpc.Framing;
using FastRebalance.Ethereum.Transactions;

namespace FastRebalance.Execution.Channels;

/// <summary>
/// Posts signed bodies to a relay. The signature is over exactly the bytes that go, and is recovered once before they do; a relay that asks for
/// fewer requests gets none for as long as it says. Never throws. Any thread.
/// </summary>
internal sealed class RelayClient : IDisposable
{
    private const string SignatureHeader = "X-Flashbots-Signature";
    private const int MaxAnswerBytes = 1 << 20;

    private static readonly MediaTypeHeaderValue s_json = new("application/json");
    private static readonly TimeSpan s_usualPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(60);

    private readonly TransactionSigner _key;
    private readonly RelaySignature _signature;
    private readonly HttpClient _http;
    private readonly TimeSpan _timeout;
    private readonly Uri _url;
    private long _pausedUntilNs;
    private long _rateLimited;
    private long _withheld;
    private long _badSignatures;
    private long _lastId;

    /// <param name="url">The relay.</param>
    /// <param name="key">The reputation key; disposed of with the client.</param>
    /// <param name="timeout">How long it may take to answer.</param>
    public RelayClient(Uri url, TransactionSigner key, TimeSpan timeout)
    {
        _url = url;
        _key = key;
        _signature = new RelaySignature(key);
        _timeout = timeout;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = timeout,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };
    }

    /// <summary>Answers "too many requests", and requests not sent because of them.</summary>
    public (long Limited, long Withheld) RateLimits => (Interlocked.Read(ref _rateLimited), Interlocked.Read(ref _withheld));

    /// <summary>Bodies whose own signature did not recover to the key, and so were not sent: with sound memory none.</summary>
    public long BadSignatures => Interlocked.Read(ref _badSignatures);

    /// <summary>The number of a new request.</summary>
    public ulong NextId() => (ulong)Interlocked.Increment(ref _lastId);

    /// <summary>Signs a body.</summary>
    public string Sign(ReadOnlySpan<byte> body)
    {
        Span<byte> value = stackalloc byte[RelaySignature.ValueLength];
        _signature.Write(body, value);
        return Encoding.ASCII.GetString(value);
    }

    /// <summary>Sends a body with its signature, which must be this key's over these bytes.</summary>
    public async Task<RelayReply> SendAsync(byte[] body, string signature, CancellationToken cancellation)
    {
        if (PauseLeft() is { } pause)
        {
            Interlocked.Increment(ref _withheld);
            return RelayReply.None($"{_url.Authority} asked for fewer requests; {pause.TotalSeconds:0.#} s are left", notSent: true);
        }
        if (!IsOwn(body, signature))
        {
            Interlocked.Increment(ref _badSignatures);
            return RelayReply.None("the signature is not this key's over these bytes", notSent: true);
        }
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_timeout);
        try
        {
            return await PostAsync(body, signature, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return RelayReply.None($"{_url.Authority} did not answer in time");
        }
        catch (HttpRequestException error)
        {
            return RelayReply.None($"{_url.Authority}: {error.Message}", error.HttpRequestError
                is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError);
        }
        catch (Exception error) when (error is IOException or JsonException)
        {
            return RelayReply.None($"{_url.Authority}: {error.Message}");
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _key.Dispose();
    }

    private async Task<RelayReply> PostAsync(byte[] body, string signature, CancellationToken cancellation)
    {
        using HttpRequestMessage post = new(HttpMethod.Post, _url) { Content = new ByteArrayContent(body) };
        post.Content.Headers.ContentType = s_json;
        post.Headers.TryAddWithoutValidation(SignatureHeader, signature);
        using HttpResponseMessage answer = await _http.SendAsync(post, cancellation).ConfigureAwait(false);
        if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            return Limited(answer.Headers.RetryAfter);
        byte[] text = await answer.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        return Read(text) ?? RelayReply.None($"{_url.Authority} answered HTTP {(int)answer.StatusCode}");
    }

    // By the monotonic clock and as a duration: a date would be the relay's clock.
    private RelayReply Limited(RetryConditionHeaderValue? after)
    {
        Interlocked.Increment(ref _rateLimited);
        TimeSpan pause = after?.Delta is { } asked && asked > TimeSpan.Zero ? asked : s_usualPause;
        if (pause > s_longestPause)
            pause = s_longestPause;
        Interlocked.Exchange(ref _pausedUntilNs, MonotonicClock.NowNs + (long)pause.TotalNanoseconds);
        return RelayReply.None($"{_url.Authority} asks for fewer requests, and gets none for {pause.TotalSeconds:0.#} s");
    }

    private TimeSpan? PauseLeft()
    {
        long left = Interlocked.Read(ref _pausedUntilNs) - MonotonicClock.NowNs;
        return Interlocked.Read(ref _pausedUntilNs) != 0 && left > 0 ? TimeSpan.FromMicroseconds(left / 1000.0) : null;
    }

    private bool IsOwn(byte[] body, string signature)
    {
        Span<byte> value = stackalloc byte[RelaySignature.ValueLength];
        return signature.Length == value.Length && Encoding.ASCII.GetBytes(signature, value) == value.Length
            && RelaySignatureCheck.TryRecover(body, value, out Core.Assets.Address signer) && signer == _key.Address;
    }

    // Relays answer refusals with any status, some with the error as a plain text.
    private static RelayReply? Read(byte[] text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return null;
            if (root.TryGetProperty("error", out JsonElement error) && error.ValueKind != JsonValueKind.Null)
                return RelayReply.Refusal(error.ValueKind == JsonValueKind.String ? error.GetString()!
                    : error.ValueKind == JsonValueKind.Object && error.TryGetProperty("message", out JsonElement message) && message.ValueKind == JsonValueKind.String
                        ? message.GetString()! : error.GetRawText());
            return root.TryGetProperty("result", out JsonElement result) ? RelayReply.Of(result.Clone()) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
