using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Execution.Channels;

/// <summary>
/// One node over a connection of its own, made in the background from the start and for as long as it takes. A node of another chain gets no byte: it is
/// refused when it connects, looked at again at every interval and whenever its heads do not follow each other, and asked again later.
/// </summary>
internal sealed class NodeLink : IAsyncDisposable
{
    private static readonly TimeSpan s_leastPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(5);

    private readonly RpcEndpoint? _endpoint;
    private readonly EthereumNodeOptions? _options;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _connecting;
    private EthereumNode? _node;
    private string _trouble = "not connected yet";

    public NodeLink(RpcEndpoint endpoint, ulong chainId, TimeSpan answerTimeout, TimeSpan watchInterval)
    {
        _endpoint = endpoint;
        _options = new EthereumNodeOptions
        {
            Endpoints = [endpoint], ExpectedChainId = chainId, RequestTimeout = answerTimeout, WatchInterval = watchInterval,
        };
        _connecting = Task.Run(ConnectAsync);
    }

    /// <summary>A node that somebody else connects and disposes of.</summary>
    public NodeLink(EthereumNode node)
    {
        _node = node;
        _tried.SetResult();
        _connecting = Task.CompletedTask;
    }

    /// <summary>Where it is reached.</summary>
    public RpcEndpoint? Endpoint => _endpoint ?? _node?.Endpoint;

    public bool IsConnected => Volatile.Read(ref _node) is { State: ConnectionState.Connected };

    /// <summary>Hands over one transaction; never throws. Waits for the first attempt to connect, and for no later one.</summary>
    public async Task<ChannelAnswer> SendAsync(ReadOnlyMemory<byte> raw, Hash32 hash, CancellationToken cancellation)
    {
        if (Volatile.Read(ref _node) is null)
            await _tried.Task.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return Volatile.Read(ref _node) is { } node
            ? await NodeSend.GuardAsync(async () => NodeSend.Answer(await node.SendRawTransactionAsync(raw, cancellation).ConfigureAwait(false), hash)).ConfigureAwait(false)
            : new ChannelAnswer(AnswerClass.NotSent, $"{Endpoint}: {Volatile.Read(ref _trouble)}");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _connecting.ConfigureAwait(false);
        if (_options is not null && _node is { } own)
            await own.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task ConnectAsync()
    {
        TimeSpan pause = s_leastPause;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Volatile.Write(ref _node, await EthereumNode.ConnectAsync(_options!, _stop.Token).ConfigureAwait(false));
                return;
            }
            catch (RpcTransportException unreachable)
            {
                Volatile.Write(ref _trouble, unreachable.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            finally
            {
                _tried.TrySetResult();
            }
            await Task.Delay(pause, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
        }
    }
}
