using System.Net;
using System.Net.Sockets;

namespace FastRebalance.ChainTests;

/// <summary>A line to a node on the loopback that can be cut and mended: cutting ends every connection and refuses new ones.</summary>
internal sealed class ExecutionLine : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _target;
    private readonly Task _serving;
    private CancellationTokenSource _cut = new();
    private volatile bool _isCut;

    public ExecutionLine(int target)
    {
        _target = target;
        _listener.Start();
        _serving = Task.Run(ServeAsync);
    }

    public string WebSocket => $"ws://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public void Cut()
    {
        _isCut = true;
        _cut.Cancel();
    }

    public void Mend()
    {
        _cut = new CancellationTokenSource();
        _isCut = false;
    }

    public async ValueTask DisposeAsync()
    {
        Cut();
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
    }

    private async Task ServeAsync()
    {
        List<Task> lines = [];
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                if (_isCut)
                    client.Dispose();
                else
                    lines.Add(CarryAsync(client, _cut.Token));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(lines);
        }
    }

    private async Task CarryAsync(TcpClient client, CancellationToken cut)
    {
        using TcpClient node = new();
        using (client)
        {
            try
            {
                await node.ConnectAsync(IPAddress.Loopback, _target, cut);
                await Task.WhenAny(
                    client.GetStream().CopyToAsync(node.GetStream(), cut), node.GetStream().CopyToAsync(client.GetStream(), cut));
            }
            catch (Exception ended) when (ended is OperationCanceledException or SocketException)
            {
                // Cut, or the node has gone: both ends close.
            }
        }
    }
}
