using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Rpc.Framing;

namespace FastRebalance.Devnet.Relay;

/// <summary>
/// A stand-in for a block builder's relay, on 127.0.0.1: it speaks <c>eth_sendBundle</c>, <c>eth_cancelBundle</c>, <c>eth_sendPrivateTransaction</c>,
/// <c>eth_cancelPrivateTransaction</c> and <c>eth_callBundle</c>, checks <c>X-Flashbots-Signature</c> over the bytes that came, and keeps the protocol's rules. From its
/// start on it makes the blocks of a development node, each with what was sent for it, in order, and nothing that would revert.
/// </summary>
/// <remarks>
/// No real relay stands behind it. It differs from one in that every block is its own, that there is no auction, that a bundle is tried against the head and not against the public
/// transactions that end up before it, and that its transactions pass through the node's pool for the moment of mining.
/// </remarks>
public sealed class LocalRelay : IAsyncDisposable
{
    private const string SignatureHeader = "X-Flashbots-Signature";
    private const int MostBodyBytes = 1 << 20;
    private const int PortAttempts = 20;

    private readonly HttpListener _listener;
    private readonly RelayBook _book = new();
    private readonly RelayCalls _calls;
    private readonly RelayBuilder _builder;
    private readonly CancellationTokenSource _stop = new();
    private readonly Action<string>? _progress;
    private readonly Task _serving;
    private readonly Task _mining;

    private LocalRelay(EthereumNode node, HttpListener listener, int port, LocalRelayOptions options)
    {
        _listener = listener;
        _progress = options.Progress;
        _calls = new RelayCalls(node, _book);
        _builder = new RelayBuilder(node, _book, options.Progress);
        Url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        _serving = Task.Run(ServeAsync);
        _mining = options.BlockTime is { } time ? Task.Run(() => MineOnAsync(time)) : Task.CompletedTask;
    }

    /// <summary>Where it listens.</summary>
    public string Url { get; }

    /// <summary>Bundles and transactions that wait for their block.</summary>
    public int Held => _book.Count;

    /// <summary>Takes over a development node's blocks and listens.</summary>
    /// <param name="node">An anvil, which stops mining by itself; it stays the caller's.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RpcErrorException">The node cannot be told to stop mining.</exception>
    /// <exception cref="HttpListenerException">The port is taken.</exception>
    public static async Task<LocalRelay> StartAsync(EthereumNode node, LocalRelayOptions options, CancellationToken cancellation = default)
    {
        await node.InvokeAsync("evm_setAutomine", static writer => writer.WriteBooleanValue(false), cancellation).ConfigureAwait(false);
        await node.InvokeAsync("anvil_setIntervalMining", static writer => writer.WriteNumberValue(0), cancellation).ConfigureAwait(false);
        HttpListener listener = Listen(options.Port, out int port);
        return new LocalRelay(node, listener, port, options);
    }

    /// <summary>Makes the next block, with what was sent for it.</summary>
    public Task MineAsync(CancellationToken cancellation = default) => _builder.BuildAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Stop();
        await _serving.ConfigureAwait(false);
        await _mining.ConfigureAwait(false);
        _listener.Close();
        _builder.Dispose();
        _stop.Dispose();
    }

    // The listener cannot be asked for any free port: one is found, and another where somebody was faster.
    private static HttpListener Listen(int wanted, out int port)
    {
        for (int attempt = 1; ; attempt++)
        {
            port = wanted == 0 ? FreePort() : wanted;
            HttpListener listener = new();
            listener.Prefixes.Add(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
            try
            {
                listener.Start();
                return listener;
            }
            catch (HttpListenerException) when (wanted == 0 && attempt < PortAttempts)
            {
                listener.Close();
            }
        }
    }

    private static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task MineOnAsync(TimeSpan time)
    {
        using PeriodicTimer timer = new(time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
                await MineAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
        catch (Exception ended) when (ended is RpcTransportException or RpcErrorException)
        {
            _progress?.Invoke($"the relay makes no more blocks: {ended.Message}");
        }
    }

    private async Task ServeAsync()
    {
        List<Task> open = [];
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                HttpListenerContext context = await _listener.GetContextAsync().ConfigureAwait(false);
                open.RemoveAll(static done => done.IsCompleted);
                open.Add(AnswerAsync(context));
            }
            catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                break; // stopped
            }
        }
        await Task.WhenAll(open).ConfigureAwait(false);
    }

    // The edge of a client's connection: it may be gone at any moment, and that is its own matter.
    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            byte[] answer = context.Request.HttpMethod == "POST" && await ReadAsync(context.Request).ConfigureAwait(false) is { } body
                ? await AnswerAsync(body, context.Request.Headers[SignatureHeader]).ConfigureAwait(false)
                : Error("null", new RelayRefusal($"POST with at most {MostBodyBytes} bytes is wanted", RelayRefusal.InvalidRequest));
            context.Response.ContentType = "application/json";
            context.Response.ContentLength64 = answer.Length;
            await context.Response.OutputStream.WriteAsync(answer, _stop.Token).ConfigureAwait(false);
            context.Response.Close();
        }
        catch (Exception gone) when (gone is HttpListenerException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            context.Response.Abort();
        }
    }

    private async Task<byte[]?> ReadAsync(HttpListenerRequest request)
    {
        if (request.ContentLength64 is < 0 or > MostBodyBytes)
            return null;
        byte[] body = new byte[request.ContentLength64];
        await request.InputStream.ReadExactlyAsync(body, _stop.Token).ConfigureAwait(false);
        return body;
    }

    private async Task<byte[]> AnswerAsync(byte[] body, string? signature)
    {
        string id = "null";
        try
        {
            using JsonDocument request = JsonDocument.Parse(body);
            JsonElement root = request.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("method", out JsonElement method) || method.ValueKind != JsonValueKind.String)
                throw new RelayRefusal("one request with a method is wanted", RelayRefusal.InvalidRequest);
            id = root.TryGetProperty("id", out JsonElement given) ? given.GetRawText() : "null";
            JsonElement parameters = root.TryGetProperty("params", out JsonElement list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() == 1
                ? list[0] : default;
            Action<Utf8JsonWriter> write = await _calls.RunAsync(method.GetString()!, parameters, SignerOf(body, signature), _stop.Token).ConfigureAwait(false);
            return Write(id, writer =>
            {
                writer.WritePropertyName("result"u8);
                write(writer);
            });
        }
        catch (RelayRefusal refused)
        {
            return Error(id, refused);
        }
        catch (JsonException malformed)
        {
            return Error(id, new RelayRefusal(malformed.Message, RelayRefusal.InvalidRequest));
        }
        catch (Exception broken) when (broken is RpcTransportException or RpcErrorException)
        {
            return Error(id, new RelayRefusal($"the node behind the relay fails: {broken.Message}"));
        }
    }

    private static Address SignerOf(byte[] body, string? signature) =>
        signature is null ? throw new RelayRefusal($"{SignatureHeader} is missing", RelayRefusal.InvalidRequest)
        : RelaySignatureCheck.TryRecover(body, Encoding.ASCII.GetBytes(signature), out Address signer) ? signer
        : throw new RelayRefusal($"{SignatureHeader} is not this address's signature over these bytes", RelayRefusal.InvalidRequest);

    private static byte[] Error(string id, RelayRefusal refused) => Write(id, writer =>
    {
        writer.WriteStartObject("error"u8);
        writer.WriteNumber("code"u8, refused.Code);
        writer.WriteString("message"u8, refused.Message);
        writer.WriteEndObject();
    });

    private static byte[] Write(string id, Action<Utf8JsonWriter> writeOutcome)
    {
        ArrayBufferWriter<byte> answer = new();
        using (Utf8JsonWriter writer = new(answer))
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc"u8, "2.0"u8);
            writer.WritePropertyName("id"u8);
            writer.WriteRawValue(id);
            writeOutcome(writer);
            writer.WriteEndObject();
        }
        return answer.WrittenSpan.ToArray();
    }
}
