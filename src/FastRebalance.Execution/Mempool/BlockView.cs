using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Execution.Mempool;

/// <summary>A block as the watch needs it: header, transactions and the logs of our pools, each in the block's order.</summary>
public sealed record BlockView(BlockHeader Header, MinedTransaction[] Transactions, IReadOnlyList<LogEntry> Logs);
