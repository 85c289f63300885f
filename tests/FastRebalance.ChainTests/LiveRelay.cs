using System.Net;
using System.Net.Sockets;

namespace FastRebalance.ChainTests;

/// <summary>
/// Stands between the engine and its node on a TCP port of its own, so that a test can take the node away and give it back while the
/// chain goes on. It copies bytes and knows nothing of what they mean.
/// </summary>
internal sealed class LiveRelay : IAsyncDisposable
{
    private readonly IPEndPoint _target;
    private readonly List<TcpClient> _open = [];
    private readonly Lock _lock = new();
    private TcpListener? _listener;
    private Task _accepting = Task.CompletedTask;

    public LiveRelay(int targetPort)
    {
        _target = new IPEndPoint(IPAddress.Loopback, targetPort);
        Open(0);
        Port = ((IPEndPoint)_listener!.LocalEndpoint).Port;
    }

    public int Port { get; }

    public string WebSocket => $"ws://127.0.0.1:{Port}";

    /// <summary>Resets every connection and refuses new ones, as if the node had been killed.</summary>
    public async Task CutAsync()
    {
        _listener?.Stop();
        _listener = null;
        await _accepting;
        lock (_lock)
        {
            foreach (TcpClient client in _open)
                client.Client?.Close(0); // no lingering: the other side sees a reset
            _open.Clear();
        }
    }

    /// <summary>Listens again, on the same port.</summary>
    public void Restore() => Open(Port);

    public async ValueTask DisposeAsync() => await CutAsync();

    private void Open(int port)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync(_listener);
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
                _ = ServeAsync(await listener.AcceptTcpClientAsync());
        }
        catch (Exception stopped) when (stopped is SocketException or InvalidOperationException or OperationCanceledException)
        {
            // cut
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        TcpClient node = new() { NoDelay = true };
        client.NoDelay = true;
        lock (_lock)
        {
            _open.Add(client);
            _open.Add(node);
        }
        try
        {
            await node.ConnectAsync(_target);
            await Task.WhenAny(client.GetStream().CopyToAsync(node.GetStream()), node.GetStream().CopyToAsync(client.GetStream()));
        }
        catch (Exception cut) when (cut is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // either end went away
        }
        client.Dispose();
        node.Dispose();
    }
}
