using System.Net.WebSockets;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>JSON texts over a WebSocket, one per message, in any number of fragments.</summary>
internal sealed class WebSocketMessageStream : IMessageStream
{
    private const int InitialBytes = 64 * 1024;
    private const int KeptBytes = 1024 * 1024;

    // A peer that vanished without a word is noticed within these two together.
    private static readonly TimeSpan s_keepAliveInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_keepAliveTimeout = TimeSpan.FromSeconds(15);

    private readonly ClientWebSocket _socket;
    private readonly int _maxMessageBytes;
    private byte[] _buffer = new byte[InitialBytes];

    private WebSocketMessageStream(ClientWebSocket socket, int maxMessageBytes)
    {
        _socket = socket;
        _maxMessageBytes = maxMessageBytes;
    }

    public static async Task<IMessageStream> ConnectAsync(string url, int maxMessageBytes, CancellationToken cancellation)
    {
        ClientWebSocket socket = new();
        try
        {
            socket.Options.Proxy = null;
            socket.Options.KeepAliveInterval = s_keepAliveInterval;
            socket.Options.KeepAliveTimeout = s_keepAliveTimeout;
            await socket.ConnectAsync(new Uri(url), cancellation).ConfigureAwait(false);
            return new WebSocketMessageStream(socket, maxMessageBytes);
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
                return null;
            length += read.Count;
            if (length > _maxMessageBytes)
                throw new InvalidDataException($"a message is larger than the {_maxMessageBytes} bytes allowed");
            if (read.EndOfMessage)
                return _buffer.AsMemory(0, length);
        }
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Grow() => Array.Resize(ref _buffer, (int)Math.Min(2L * _buffer.Length, _maxMessageBytes + (long)InitialBytes));
}
