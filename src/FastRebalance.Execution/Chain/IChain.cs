using System.Threading.Channels;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Execution.Chain;

/// <summary>The questions that execution asks a node; failures as <see cref="EthereumNode"/> throws them.</summary>
internal interface IChain
{
    Task<ulong> ChainIdAsync(CancellationToken cancellation);

    Task<BlockHeader?> BlockAsync(BlockRef block, CancellationToken cancellation);

    Task<ulong> NonceAsync(Address account, BlockRef block, CancellationToken cancellation);

    Task<UInt256> BalanceAsync(Address account, BlockRef block, CancellationToken cancellation);

    Task<byte[]> CodeAsync(Address account, BlockRef block, CancellationToken cancellation);

    Task<byte[]> CallAsync(Address from, Address to, ReadOnlyMemory<byte> data, BlockRef block, CancellationToken cancellation);

    Task<EthCallOutcome[]> CallManyAsync(IReadOnlyList<EthCall> calls, BlockRef block, CancellationToken cancellation);

    Task<ulong> EstimateGasAsync(Address from, Address? to, ReadOnlyMemory<byte> data, CancellationToken cancellation);

    /// <summary>Null where the node does not tell.</summary>
    Task<TouchedState?> TouchedStateAsync(Address from, Address to, ReadOnlyMemory<byte> data, CancellationToken cancellation);

    Task<FeeHistory> FeeHistoryAsync(int blocks, double percentile, CancellationToken cancellation);

    Task<Receipt?> ReceiptAsync(Hash32 transaction, CancellationToken cancellation);

    /// <summary>True where the node knows the transaction, in its pool or in a block.</summary>
    Task<bool> KnowsAsync(Hash32 transaction, CancellationToken cancellation);

    /// <summary>The signed bytes of a transaction; empty where the node does not give them.</summary>
    Task<byte[]> RawTransactionAsync(Hash32 transaction, CancellationToken cancellation);

    Task<SendOutcome> SendAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation);

    Task<HeadStream> SubscribeHeadsAsync(CancellationToken cancellation);
}

/// <param name="Items">Heads and the state of the connection, in the wire's order.</param>
/// <param name="Subscription">Ends the stream on dispose.</param>
internal sealed record HeadStream(ChannelReader<SubscriptionItem<BlockHeader>> Items, IAsyncDisposable Subscription);
