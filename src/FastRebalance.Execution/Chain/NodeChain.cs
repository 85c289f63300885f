using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Execution.Chain;

/// <summary>The questions put to a real node.</summary>
internal sealed class NodeChain(EthereumNode node) : IChain
{
    public Task<ulong> ChainIdAsync(CancellationToken cancellation) => node.ChainIdAsync(cancellation);

    public Task<BlockHeader?> BlockAsync(BlockRef block, CancellationToken cancellation) => node.BlockAsync(block, cancellation);

    public Task<ulong> NonceAsync(Address account, BlockRef block, CancellationToken cancellation) => node.NonceAsync(account, block, cancellation);

    public Task<UInt256> BalanceAsync(Address account, BlockRef block, CancellationToken cancellation) => node.BalanceAsync(account, block, cancellation);

    public Task<byte[]> CodeAsync(Address account, BlockRef block, CancellationToken cancellation) => node.CodeAsync(account, block, cancellation);

    public Task<byte[]> CallAsync(Address from, Address to, ReadOnlyMemory<byte> data, BlockRef block, CancellationToken cancellation) =>
        node.CallAsync(to, data, block, from, cancellation);

    public Task<EthCallOutcome[]> CallManyAsync(IReadOnlyList<EthCall> calls, BlockRef block, CancellationToken cancellation) =>
        node.CallManyAsync(calls, block, cancellation);

    public Task<ulong> EstimateGasAsync(Address from, Address? to, ReadOnlyMemory<byte> data, CancellationToken cancellation) =>
        node.EstimateGasAsync(from, to, data, UInt256.Zero, BlockRef.Latest, cancellation);

    public Task<TouchedState?> TouchedStateAsync(Address from, Address to, ReadOnlyMemory<byte> data, CancellationToken cancellation) =>
        node.TouchedStateAsync(from, to, data, BlockRef.Latest, cancellation);

    public Task<FeeHistory> FeeHistoryAsync(int blocks, double percentile, CancellationToken cancellation) =>
        node.FeeHistoryAsync(blocks, BlockRef.Latest, [percentile], cancellation);

    public Task<Receipt?> ReceiptAsync(Hash32 transaction, CancellationToken cancellation) => node.ReceiptAsync(transaction, cancellation);

    public async Task<bool> KnowsAsync(Hash32 transaction, CancellationToken cancellation) =>
        await node.TransactionAsync(transaction, cancellation).ConfigureAwait(false) is not null;

    public Task<byte[]> RawTransactionAsync(Hash32 transaction, CancellationToken cancellation) => node.RawTransactionAsync(transaction, cancellation);

    public Task<SendOutcome> SendAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation) => node.SendRawTransactionAsync(raw, cancellation);

    public async Task<HeadStream> SubscribeHeadsAsync(CancellationToken cancellation)
    {
        RpcSubscription<BlockHeader> heads = await node.SubscribeHeadsAsync(cancellation).ConfigureAwait(false);
        return new HeadStream(heads.Items, heads);
    }
}
