using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text.Json;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.UnitTests.Ethereum.Rpc;

/// <summary>One accepted connection of a scripted node.</summary>
internal interface IScriptedPeer
{
    /// <summary>The next message of the client; null when it went away.</summary>
    Task<JsonElement?> ReceiveAsync();

    /// <summary>The next message of a client that must still be there.</summary>
    async Task<JsonElement> NextAsync() => await ReceiveAsync() ?? throw new IOException("the client went away");

    Task SendAsync(string json);

    /// <summary>Bytes as they are: on a WebSocket a fragment that does not end its message.</summary>
    Task SendPartAsync(ReadOnlyMemory<byte> part);

    /// <summary>Bytes as they are, past the framing of whatever transport it is.</summary>
    Task SendRawAsync(ReadOnlyMemory<byte> bytes) => SendPartAsync(bytes);

    /// <summary>Says good-bye with a code, where the transport knows such a thing.</summary>
    Task CloseAsync(int code, string words) => Task.CompletedTask;

    void Drop();
}

/// <summary>
/// A node that does what its script says: every connection runs the script once, with the number of the connection. The
/// question for the chain's id, which opens every connection, is answered before the script begins.
/// </summary>
internal sealed class ScriptedNode : IAsyncDisposable
{
    public const string ChainId = "0x7a69";

    private readonly Socket _listener;
    private readonly Func<IScriptedPeer, int, Task> _script;
    private readonly bool _webSocket;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];
    private readonly Task _accepting;
    private readonly string? _path;
    private int _connections;

    private ScriptedNode(Socket listener, RpcEndpoint endpoint, bool webSocket, string? path, Func<IScriptedPeer, int, Task> script)
    {
        _listener = listener;
        Endpoint = endpoint;
        _webSocket = webSocket;
        _path = path;
        _script = script;
        _accepting = Task.Run(AcceptAsync);
    }

    public RpcEndpoint Endpoint { get; }

    public int Connections => Volatile.Read(ref _connections);

    public static ScriptedNode Ipc(Func<IScriptedPeer, int, Task> script)
    {
        string path = Path.Combine(Path.GetTempPath(), $"fr-{Guid.NewGuid():N}.ipc");
        Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        return new ScriptedNode(listener, RpcEndpoint.Parse("ipc:" + path), webSocket: false, path, script);
    }

    public static ScriptedNode WebSocket(Func<IScriptedPeer, int, Task> script)
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        string url = $"ws://127.0.0.1:{((IPEndPoint)listener.LocalEndPoint!).Port}";
        return new ScriptedNode(listener, RpcEndpoint.Parse(url), webSocket: true, null, script);
    }

    /// <summary>A node on either transport that pushes.</summary>
    public static ScriptedNode Pushing(string transport, Func<IScriptedPeer, int, Task> script) =>
        transport == "ipc" ? Ipc(script) : WebSocket(script);

    public EthereumNodeOptions Options => new()
    {
        Endpoints = [Endpoint],
        RequestTimeout = TimeSpan.FromSeconds(20),
        ReconnectMinDelay = TimeSpan.FromMilliseconds(5),
        ReconnectMaxDelay = TimeSpan.FromMilliseconds(20),
        PollInterval = TimeSpan.FromMilliseconds(5),
        WatchInterval = TimeSpan.FromHours(1),
    };

    public Task<EthereumNode> ConnectAsync() => EthereumNode.ConnectAsync(Options);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Task[] running;
        lock (_running)
            running = [.. _running];
        await Task.WhenAll(running);
        if (_path is not null)
            File.Delete(_path);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptAsync(_stop.Token);
                int number = Interlocked.Increment(ref _connections);
                lock (_running)
                    _running.Add(Task.Run(() => ServeAsync(socket, number)));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket, int number)
    {
        using CancellationTokenRegistration closing = _stop.Token.Register(socket.Dispose);
        try
        {
            IScriptedPeer peer = _webSocket ? await WebSocketPeer.UpgradeAsync(socket) : new IpcPeer(socket);
            if (await peer.ReceiveAsync() is { } hello)
                await peer.SendAsync(Json.Result(hello, $"\"{ChainId}\""));
            await _script(peer, number);
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or WebSocketException
            or OperationCanceledException)
        {
            // The client went away, or the test is over.
        }
        finally
        {
            socket.Dispose();
        }
    }

    private sealed class IpcPeer(Socket socket) : IScriptedPeer
    {
        private readonly JsonFramer _framer = new(64 * 1024 * 1024);

        public async Task<JsonElement?> ReceiveAsync()
        {
            ReadOnlyMemory<byte> frame;
            while (!_framer.TryRead(out frame))
            {
                int read = await socket.ReceiveAsync(_framer.FreeSpace(), SocketFlags.None);
                if (read == 0)
                    return null;
                _framer.Advance(read);
            }
            return JsonDocument.Parse(frame.ToArray()).RootElement;
        }

        public Task SendAsync(string json) => SendPartAsync(System.Text.Encoding.UTF8.GetBytes(json));

        public async Task SendPartAsync(ReadOnlyMemory<byte> part)
        {
            while (part.Length > 0)
                part = part[await socket.SendAsync(part, SocketFlags.None)..];
        }

        public void Drop() => socket.Dispose();
    }

    private sealed class WebSocketPeer(System.Net.WebSockets.WebSocket ws, NetworkStream stream, Socket socket) : IScriptedPeer
    {
        private readonly byte[] _buffer = new byte[1024 * 1024];

        public static async Task<IScriptedPeer> UpgradeAsync(Socket socket)
        {
            const string magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
            NetworkStream stream = new(socket);
            string head = await HttpText.ReadHeadAsync(stream);
            string key = head.Split("\r\n").First(line => line.StartsWith("Sec-WebSocket-Key:", StringComparison.OrdinalIgnoreCase))
                .Split(':', 2)[1].Trim();
            string accept = Convert.ToBase64String(SHA1.HashData(System.Text.Encoding.ASCII.GetBytes(key + magic)));
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(
                $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"));
            return new WebSocketPeer(System.Net.WebSockets.WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true }), stream, socket);
        }

        public async Task<JsonElement?> ReceiveAsync()
        {
            int length = 0;
            while (true)
            {
                ValueWebSocketReceiveResult read = await ws.ReceiveAsync(_buffer.AsMemory(length), CancellationToken.None);
                if (read.MessageType == WebSocketMessageType.Close)
                    return null;
                length += read.Count;
                if (read.EndOfMessage)
                    return JsonDocument.Parse(_buffer.AsSpan(0, length).ToArray()).RootElement;
            }
        }

        public async Task SendAsync(string json) =>
            await ws.SendAsync(System.Text.Encoding.UTF8.GetBytes(json).AsMemory(), WebSocketMessageType.Text, true, CancellationToken.None);

        public async Task SendPartAsync(ReadOnlyMemory<byte> part) =>
            await ws.SendAsync(part, WebSocketMessageType.Text, false, CancellationToken.None);

        public async Task SendRawAsync(ReadOnlyMemory<byte> bytes) => await stream.WriteAsync(bytes);

        public Task CloseAsync(int code, string words) => ws.CloseOutputAsync((WebSocketCloseStatus)code, words, CancellationToken.None);

        public void Drop() => socket.Dispose();
    }
}
