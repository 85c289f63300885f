namespace FastRebalance.Execution;

internal enum ExecutorInputKind : byte
{
    None = 0,
    Order,

    /// <summary>A head came, or the connection is there again: look at the chain.</summary>
    Head,

    /// <summary>The connection broke.</summary>
    Lost,

    /// <summary>Something changed that the loop should look at: a stop was asked for.</summary>
    Wake,
}

/// <summary>What the executor's loop waits for.</summary>
internal readonly record struct ExecutorInput(ExecutorInputKind Kind, Order? Order)
{
    public static ExecutorInput Of(Order order) => new(ExecutorInputKind.Order, order);

    public static ExecutorInput Of(ExecutorInputKind kind) => new(kind, null);
}
