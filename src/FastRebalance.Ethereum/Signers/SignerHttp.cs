using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Native.Machine;

namespace FastRebalance.Ethereum.Signers;

/// <summary>
/// Posts JSON to one place and reads a bounded answer in bounded time. The one edge of the remote signers' I/O: nothing that goes wrong out
/// there leaves it as an exception, and nothing is asked twice: whether to try again is for whoever wanted the signature.
/// </summary>
internal sealed class SignerHttp : IDisposable
{
    private const int ReadBytes = 4096;
    private const int MaxHeaderKilobytes = 16;

    private static readonly MediaTypeHeaderValue s_json = new("application/json");

    private readonly HttpClient _http;
    private readonly Uri _url;
    private readonly TimeSpan _timeout;

    public SignerHttp(RemoteSignerOptions options)
    {
        options.Validate();
        _url = options.Url;
        _timeout = options.Timeout;
        // No redirects, cookies, proxy or decompression: the signer is asked, and nobody else, and the size limit counts true bytes.
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = options.Timeout,
            MaxResponseHeadersLength = MaxHeaderKilobytes,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
        })
        { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
        if (options.AuthorizationFile is { } file)
            AddAuthorization(file);
    }

    public async Task<SignerReply> PostAsync(Action<Utf8JsonWriter> write, int maxAnswerBytes, CancellationToken cancellation)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_timeout);
        try
        {
            using HttpRequestMessage post = new(HttpMethod.Post, _url) { Content = Body(write) };
            using HttpResponseMessage answer =
                await _http.SendAsync(post, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
                return SignerReply.No(SigningStatus.Refused, $"HTTP {(int)answer.StatusCode}");
            using Stream stream = await answer.Content.ReadAsStreamAsync(limit.Token).ConfigureAwait(false);
            return await ReadBoundedAsync(stream, maxAnswerBytes, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return SignerReply.No(SigningStatus.TimedOut, $"{_timeout.TotalSeconds:0.###} s at {_url.Authority}");
        }
        catch (HttpRequestException broken)
        {
            return SignerReply.No(
                broken.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
                    ? SigningStatus.Unreachable
                    : SigningStatus.AnswerUnreadable,
                $"{broken.HttpRequestError} at {_url.Authority}");
        }
        catch (IOException)
        {
            return SignerReply.No(SigningStatus.AnswerUnreadable, "the connection broke in its middle");
        }
    }

    public void Dispose() => _http.Dispose();

    private void AddAuthorization(string file)
    {
        using SecretMemory? line = SecretFile.ReadFirstLine(file);
        if (line is null)
            throw new KeystoreException(KeystoreProblem.PasswordEmpty, $"{file}: the first line is empty and should be the value of the Authorization header");
        if (line.Span.IndexOfAnyExceptInRange((byte)' ', (byte)'~') >= 0)
            throw new KeystoreException(KeystoreProblem.PasswordEmpty, $"{file}: the first line is no header's value: visible ASCII is wanted");
        _http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", System.Text.Encoding.ASCII.GetString(line.Span));
    }

    private static ReadOnlyMemoryContent Body(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> buffer = new(1024);
        using (Utf8JsonWriter writer = new(buffer))
            write(writer);
        ReadOnlyMemoryContent content = new(buffer.WrittenMemory);
        content.Headers.ContentType = s_json;
        return content;
    }

    private static async Task<SignerReply> ReadBoundedAsync(Stream stream, int maxBytes, CancellationToken cancellation)
    {
        ArrayBufferWriter<byte> text = new(ReadBytes);
        while (true)
        {
            int read = await stream.ReadAsync(text.GetMemory(ReadBytes), cancellation).ConfigureAwait(false);
            if (read == 0)
                return new SignerReply(SigningStatus.Ready, text.WrittenMemory, "");
            text.Advance(read);
            if (text.WrittenCount > maxBytes)
                return SignerReply.No(SigningStatus.AnswerTooLarge, $"more than {maxBytes} bytes");
        }
    }
}
