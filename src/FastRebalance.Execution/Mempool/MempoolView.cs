namespace FastRebalance.Execution.Mempool;

/// <summary>What the watch publishes to other threads: the advice for the order asked about, and its figures. Immutable.</summary>
/// <param name="Advice">Null while nothing is asked.</param>
/// <param name="Order">The order that the advice is for.</param>
/// <param name="Figures">As of the newest block.</param>
/// <param name="IsSuspect">The feed has a gap: what is known of pending transactions is not all.</param>
/// <param name="Block">The head.</param>
public sealed record MempoolView(MempoolAdvice? Advice, OrderView? Order, MempoolFigures Figures, bool IsSuspect, ulong Block);
