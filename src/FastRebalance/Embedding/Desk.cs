using FastRebalance.Core.Assets;
using FastRebalance.Hosting;

namespace FastRebalance.Embedding;

/// <summary>The desk that a process hosts, for the process's own parts: its prices go in here, its state comes out. Any thread.</summary>
public sealed class Desk
{
    private readonly TaskCompletionSource<RebalanceHost> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The running desk, once it trades.</summary>
    /// <exception cref="InvalidOperationException">It did not start; the log says why.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or the process ends before it trades.</exception>
    public Task<RebalanceHost> StartedAsync(CancellationToken cancellation = default) => _started.Task.WaitAsync(cancellation);

    /// <summary>Hands the engine a price. Allocates nothing and waits for nothing.</summary>
    /// <param name="asset">Of <see cref="RebalanceHost.AssetOf"/>.</param>
    /// <param name="numerairePerToken">What one whole token is worth in whole numeraire.</param>
    /// <param name="dueNs">Monotonic time at which it came (<see cref="Core.Measures.MonotonicClock"/>), from which latency counts; 0 for now.</param>
    /// <returns>False where it is lost: the desk has not started, or the ring is full. The next price is as good.</returns>
    public bool TryPublishPrice(AssetId asset, double numerairePerToken, long dueNs = 0) =>
        _started.Task.IsCompletedSuccessfully && _started.Task.Result.TryPublishPrice(asset, numerairePerToken, dueNs);

    internal void Started(RebalanceHost host) => _started.TrySetResult(host);

    internal void Failed(string why) => _started.TrySetException(new InvalidOperationException(why));

    internal void Cancelled() => _started.TrySetCanceled();
}
