using System.Buffers;
using System.Text.Json;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>A connection over somebody else's transport. It cannot push, so heads and logs are polled; batches go as single requests at once.</summary>
internal sealed class TransportConnection(IRpcTransport transport) : IRpcConnection
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _closeReason;

    public bool CanPush => false;

    public Task Closed => _closed.Task;

    public string? CloseReason => Volatile.Read(ref _closeReason);

    public Task<RpcReply[]> ExchangeAsync(
        RpcRequest[] requests, TimeSpan timeout, CancellationToken cancellation, RpcSubscription? subscription = null)
    {
        if (subscription is not null)
            throw new NotSupportedException("this transport cannot push: poll instead");
        if (CloseReason is { } reason)
            throw new RpcTransportException($"the connection is closed: {reason}", notSent: true);
        return Task.WhenAll(requests.Select(request => AskWithinAsync(request, timeout, cancellation)));
    }

    public void Detach(RpcSubscription subscription) { }

    public void Break(string reason)
    {
        if (Interlocked.CompareExchange(ref _closeReason, reason, null) is not null)
            return;
        _stop.Cancel();
        _closed.TrySetResult();
    }

    public ValueTask DisposeAsync()
    {
        Break("disposed");
        return ValueTask.CompletedTask;
    }

    // The transport may not heed the token: the wait ends all the same.
    private async Task<RpcReply> AskWithinAsync(RpcRequest request, TimeSpan timeout, CancellationToken cancellation)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stop.Token);
        limit.CancelAfter(timeout);
        try
        {
            RpcTransportAnswer answer =
                await transport.AskAsync(request.Method, Parameters(request), limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
            return new RpcReply(answer.Result, answer.Error, answer is { Result: null, Error: null } ? "no answer" : null);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new RpcTransportException(CloseReason is { } reason
                ? $"{request.Method}: the connection broke: {reason}"
                : $"{request.Method}: no answer in {timeout.TotalSeconds:0.###} s");
        }
    }

    private static ReadOnlyMemory<byte> Parameters(RpcRequest request)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartArray();
            request.WriteParams?.Invoke(writer);
            writer.WriteEndArray();
        }
        return buffer.WrittenMemory;
    }
}
