using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.UnitTests.Ethereum.Rpc;

/// <summary>What a scripted HTTP node answers: a status line's text, a body, and whether the body is cut off.</summary>
internal sealed record HttpAnswer(string Body, string Status = "200 OK", string ContentType = "application/json")
{
    /// <summary>Further header lines, each with its line end.</summary>
    public string Headers { get; init; } = "";

    /// <summary>Stands for the body, where that is no text.</summary>
    public byte[]? Bytes { get; init; }
}

/// <summary>An HTTP node that answers as its script says; it may be asked for the chain's id at any time.</summary>
internal sealed class ScriptedHttpNode : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<JsonElement, HttpAnswer> _script;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _connections;

    public ScriptedHttpNode(Func<JsonElement, HttpAnswer> script)
    {
        _script = script;
        _listener.Start();
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Connections accepted so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>The chain that it serves now.</summary>
    public string ChainIdNow { get; set; } = ScriptedNode.ChainId;

    public RpcEndpoint Endpoint => Options.Endpoints[0];

    public EthereumNodeOptions Options => new()
    {
        Endpoints = [RpcEndpoint.Parse($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}")],
        RequestTimeout = TimeSpan.FromSeconds(20),
        ReconnectMinDelay = TimeSpan.FromMilliseconds(5),
        ReconnectMaxDelay = TimeSpan.FromMilliseconds(20),
        PollInterval = TimeSpan.FromMilliseconds(5),
        WatchInterval = TimeSpan.FromHours(1),
    };

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        List<Task> serving = [];
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                serving.Add(Task.Run(() => ServeAsync(socket)));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using CancellationTokenRegistration closing = _stop.Token.Register(socket.Dispose);
        try
        {
            using NetworkStream stream = new(socket, ownsSocket: true);
            while (true)
            {
                string head = await HttpText.ReadHeadAsync(stream);
                string length = head.Split("\r\n").First(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
                byte[] body = new byte[int.Parse(length.Split(':')[1])];
                await stream.ReadExactlyAsync(body);
                HttpAnswer answer = Answer(JsonDocument.Parse(body).RootElement);
                byte[] content = answer.Bytes ?? System.Text.Encoding.UTF8.GetBytes(answer.Body);
                await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(
                    $"HTTP/1.1 {answer.Status}\r\nContent-Type: {answer.ContentType}\r\nContent-Length: {content.Length}\r\n{answer.Headers}\r\n"));
                await stream.WriteAsync(content);
            }
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException)
        {
            // The client went away, or the test is over.
        }
    }

    private HttpAnswer Answer(JsonElement request) =>
        request.ValueKind == JsonValueKind.Object && Json.Method(request) == "eth_chainId"
            ? new HttpAnswer(Json.Result(request, $"\"{ChainIdNow}\""))
            : _script(request);
}

internal static class HttpText
{
    public static async Task<string> ReadHeadAsync(Stream stream)
    {
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one) == 0)
                throw new IOException("the client went away");
            head.Append((char)one[0]);
        }
        return head.ToString();
    }
}
