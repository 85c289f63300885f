using System.Threading.Channels;
using FastRebalance.Core.Events;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Channels;
using FastRebalance.Messaging;

namespace FastRebalance.Execution;

/// <summary>From a routed order to a final receipt: one order at a time, one nonce per order, every outcome reported as an event.</summary>
public sealed class OrderExecutor : IAsyncDisposable
{
    public OrderExecutor(
        ExecutionSetup setup,
        EthereumNode node,
        TransactionSigner signer,
        IReadOnlyList<ISubmitChannel> channels,
        IIntentLog intents,
        RingBuffer<MarketEvent> reports) => throw new NotSupportedException();

    /// <summary>Reads the order ring; give it to the ring's processor.</summary>
    public OrderIntake Intake { get; }

    public ExecutorState State { get; }

    /// <summary>Why it is <see cref="ExecutorState.Faulted"/>, or why no order is taken any more; null otherwise.</summary>
    public string? StopReason { get; }

    public ExecutionTimings Timings { get; } = new();

    /// <summary>Every order so far, oldest first.</summary>
    public IReadOnlyList<OrderOutcome> Outcomes() => throw new NotSupportedException();

    /// <summary>Checks the account, waits for what an earlier run left in the pool, subscribes to heads and starts the loop.</summary>
    public Task<AccountCheck> StartAsync(CancellationToken cancellation = default) => throw new NotSupportedException();

    /// <summary>No new order for the rest of this run; those under way are followed to their end. Any thread.</summary>
    public void Kill(string reason) => throw new NotSupportedException();

    /// <summary>Takes no new order, follows the one under way until it is settled or the time is up, then ends.</summary>
    public Task<DrainOutcome> StopAsync(TimeSpan drainTimeout) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => throw new NotSupportedException();
}
