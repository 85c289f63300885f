using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Chains;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.MarketData.Feeds;

/// <summary>
/// What a rollup charges now for the bytes of the usual rebalance. Asked beside the feed's way, as <see cref="TipGauge"/> is: a head never
/// waits for it, but for the very first, since a cost that is not known must not pass for none.
/// </summary>
internal sealed class DataFeeGauge(IChainView chain, IDataFee? fee, ReadOnlyMemory<byte> usualTransaction, ulong usualGas)
{
    private ulong _feeWei;
    private bool _isKnown = fee is null;
    private Task _asking = Task.CompletedTask;

    /// <summary>The fee in wei, at most what fits; 0 on a chain without one.</summary>
    public ulong FeeWei => Volatile.Read(ref _feeWei);

    /// <summary>Asks anew unless an answer is still awaited. Called by the feed only.</summary>
    public void Refresh(Hash32 block, CancellationToken cancellation)
    {
        if (fee is not null && _asking.IsCompleted)
            _asking = AskAsync(fee, block, cancellation);
    }

    /// <summary>Ends when nothing is awaited any more.</summary>
    /// <exception cref="RpcTransportException">No fee was ever told.</exception>
    public async Task SettleAsync()
    {
        await _asking.ConfigureAwait(false);
        if (!_isKnown)
            throw new RpcTransportException("the chain has not told its fee for L1 yet, or not in the way of its profile: see chain.profile");
    }

    private async Task AskAsync(IDataFee asked, Hash32 block, CancellationToken cancellation)
    {
        try
        {
            EthCallOutcome[] answers = await chain.CallManyAsync(asked.Questions, block, cancellation).ConfigureAwait(false);
            if (!asked.TryRead(answers, out IDataFeeTerms? terms))
                return;
            UInt256 wei = terms!.FeeWei(usualTransaction.Span, usualGas);
            Volatile.Write(ref _feeWei, wei > ulong.MaxValue ? ulong.MaxValue : (ulong)wei);
            _isKnown = true;
        }
        catch (Exception error) when (error is RpcTransportException or RpcErrorException or OperationCanceledException)
        {
            // The last answer stays.
        }
    }
}
