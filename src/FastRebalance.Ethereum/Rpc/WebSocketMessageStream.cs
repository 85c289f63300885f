using System.Net.WebSockets;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>JSON texts over a WebSocket, one per message, in any number of fragments.</summary>
internal sealed class WebSocketMessageStream : IMessageStream
{
    private const int InitialBytes = 64 * 1024;
    private const int KeptBytes = 1024 * 1024;

    private readonly ClientWebSocket _socket;
    private readonly int _maxMessageBytes;
    private byte[] _buffer = new byte[InitialBytes];

    private WebSocketMessageStream(ClientWebSocket socket, int maxMessageBytes)
    {
        _socket = socket;
        _maxMessageBytes = maxMessageBytes;
    }

    public static async Task<IMessageStream> ConnectAsync(string url, EthereumNodeOptions options, CancellationToken cancellation)
    {
        ClientWebSocket socket = new();
        try
        {
            socket.Options.Proxy = null;
            // A peer that vanished without a word is noticed within these two together.
            socket.Options.KeepAliveInterval = options.KeepAliveInterval;
            socket.Options.KeepAliveTimeout = options.KeepAliveTimeout;
            await socket.ConnectAsync(new Uri(url), cancellation).ConfigureAwait(false);
            return new WebSocketMessageStream(socket, options.MaxMessageBytes);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation) =>
        _socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancellation);

    public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellation)
    {
        if (_buffer.Length > KeptBytes)
            _buffer = new byte[InitialBytes];
        for (int length = 0; ;)
        {
            if (length == _buffer.Length)
                Grow();
            ValueWebSocketReceiveResult read = await _socket.ReceiveAsync(_buffer.AsMemory(length), cancellation).ConfigureAwait(false);
            if (read.MessageType == WebSocketMessageType.Close)
                return Closed();
            length += read.Count;
            if (length > _maxMessageBytes)
                throw new InvalidDataException($"a message is larger than the {_maxMessageBytes} bytes allowed");
            if (read.EndOfMessage)
                return _buffer.AsMemory(0, length);
        }
    }

    // Any reason but the ordinary ones is worth telling: 1009 says that we sent too much, 1013 that the node wants to be left alone.
    private ReadOnlyMemory<byte>? Closed()
    {
        if (_socket.CloseStatus is null or WebSocketCloseStatus.NormalClosure or WebSocketCloseStatus.EndpointUnavailable)
            return null;
        throw new RpcTransportException($"the node closed the WebSocket with code {(int)_socket.CloseStatus} {_socket.CloseStatusDescription}".TrimEnd());
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Grow() => Array.Resize(ref _buffer, (int)Math.Min(2L * _buffer.Length, _maxMessageBytes + (long)InitialBytes));
}
