using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Chain;
using FastRebalance.Execution.Fees;

namespace FastRebalance.Execution;

/// <summary>Sends an account's transactions one by one, each mined before the next. For set-up; not for use beside a running executor.</summary>
public sealed class AccountSender
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly IChain _chain;
    private readonly IAccountSigner _signer;
    private readonly FeeOptions _fees;
    private readonly ulong _maxFeePerGasWei;

    public AccountSender(EthereumNode node, IAccountSigner signer, FeeOptions fees, ulong maxFeePerGasWei)
        : this(new NodeChain(node), signer, fees, maxFeePerGasWei)
    {
    }

    internal AccountSender(IChain chain, IAccountSigner signer, FeeOptions fees, ulong maxFeePerGasWei)
    {
        _chain = chain;
        _signer = signer;
        _fees = fees;
        _maxFeePerGasWei = maxFeePerGasWei;
    }

    /// <summary>Signs, sends and waits for the block.</summary>
    /// <param name="what">What it is for, as the subject of a sentence that says what went wrong.</param>
    /// <param name="to">Null creates a contract.</param>
    /// <param name="data">The call, or the creation's code.</param>
    /// <param name="gasLimit">Null asks the node, and takes a quarter more.</param>
    /// <param name="cancellation">Gives up waiting; what is sent may be mined all the same.</param>
    /// <exception cref="InvalidOperationException">The fee is above the maximum, or it was not signed, refused, or reverted.</exception>
    public async Task<Receipt> SendAsync(string what, Address? to, ReadOnlyMemory<byte> data, ulong? gasLimit, CancellationToken cancellation)
    {
        FeeHistory history = await _chain.FeeHistoryAsync(_fees.HistoryBlocks, _fees.TipPercentile, cancellation).ConfigureAwait(false);
        ulong[] tips = [.. history.RewardWei.Where(row => row.Length > 0).Select(row => row[0])];
        if (new FeePolicy(_fees, _maxFeePerGasWei).Quote(history.BaseFeePerGasWei[^1], tips, out FeeQuote fees) != FeeVerdict.Quoted)
            throw new InvalidOperationException($"the base fee of {history.BaseFeePerGasWei[^1]} wei is above the maximum of {_maxFeePerGasWei} wei");
        Eip1559Transaction transaction = new()
        {
            Nonce = await _chain.NonceAsync(_signer.Address, BlockRef.Pending, cancellation).ConfigureAwait(false),
            MaxFeePerGasWei = fees.MaxFeePerGasWei,
            MaxPriorityFeePerGasWei = fees.TipWei,
            GasLimit = gasLimit ?? await EstimateAsync(what, to, data, cancellation).ConfigureAwait(false),
            To = to,
            Data = data,
        };
        SigningOutcome signed = await _signer.SignAsync(transaction.ToFields(_signer.ChainId), cancellation).ConfigureAwait(false);
        if (!signed.IsSigned)
            throw new InvalidOperationException($"{what} was not signed: {signed}");
        SendOutcome sent = await _chain.SendAsync(signed.Raw, cancellation).ConfigureAwait(false);
        if (sent.Error is { } error)
            throw new InvalidOperationException($"{what} was refused: {error}");
        Receipt? receipt;
        while ((receipt = await _chain.ReceiptAsync(signed.Hash, cancellation).ConfigureAwait(false)) is null)
            await Task.Delay(Pause, cancellation).ConfigureAwait(false);
        return receipt.Succeeded ? receipt : throw new InvalidOperationException($"{what} reverted in {signed.Hash}");
    }

    private async Task<ulong> EstimateAsync(string what, Address? to, ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        try
        {
            ulong gas = await _chain.EstimateGasAsync(_signer.Address, to, data, cancellation).ConfigureAwait(false);
            return gas + gas / 4;
        }
        catch (RpcErrorException refused)
        {
            throw new InvalidOperationException($"{what} would fail: {LastLook.Why(refused.Error)}");
        }
    }
}
