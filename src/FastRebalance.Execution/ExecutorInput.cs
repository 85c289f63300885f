using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Execution;

internal enum ExecutorInputKind : byte
{
    None = 0,
    Order,
    Head,

    /// <summary>The connection is there, for the first time or again: look at everything anew.</summary>
    Connected,

    /// <summary>The connection broke.</summary>
    Lost,

    /// <summary>Something changed that the loop should look at: a stop was asked for.</summary>
    Wake,
}

/// <summary>What the executor's loop waits for.</summary>
internal readonly record struct ExecutorInput(ExecutorInputKind Kind, Order? Order, BlockHeader? Head)
{
    public static ExecutorInput Of(Order order) => new(ExecutorInputKind.Order, order, null);

    public static ExecutorInput Of(BlockHeader head) => new(ExecutorInputKind.Head, null, head);

    public static ExecutorInput Of(ExecutorInputKind kind) => new(kind, null, null);
}
