using System.Net.Sockets;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>JSON texts over a Unix domain socket, one after the other with nothing in between.</summary>
internal sealed class IpcMessageStream : IMessageStream
{
    private readonly Socket _socket;
    private readonly JsonFramer _framer;

    private IpcMessageStream(Socket socket, int maxMessageBytes)
    {
        _socket = socket;
        _framer = new JsonFramer(maxMessageBytes);
    }

    public static async Task<IMessageStream> ConnectAsync(string path, int maxMessageBytes, CancellationToken cancellation)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation).ConfigureAwait(false);
            return new IpcMessageStream(socket, maxMessageBytes);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        while (message.Length > 0)
            message = message[await _socket.SendAsync(message, SocketFlags.None, cancellation).ConfigureAwait(false)..];
    }

    public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellation)
    {
        ReadOnlyMemory<byte> frame;
        while (!_framer.TryRead(out frame))
        {
            int read = await _socket.ReceiveAsync(_framer.FreeSpace(), SocketFlags.None, cancellation).ConfigureAwait(false);
            if (read == 0)
                return null;
            _framer.Advance(read);
        }
        return frame;
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
