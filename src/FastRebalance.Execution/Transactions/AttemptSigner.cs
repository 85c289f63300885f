using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.Execution.Transactions;

/// <summary>Turns attempts into the bytes that travel.</summary>
internal sealed class AttemptSigner(IAccountSigner signer, Address router)
{
    // A transfer of nothing to ourselves, EIP-2 intrinsic gas; the account has no code, which the start has checked.
    public const ulong CancelGas = 21_000;

    /// <summary>Signing is done when the call returns.</summary>
    public bool IsLocal => signer is TransactionSigner;

    /// <summary>A cancel that is not wanted yet; null where the signer is elsewhere or does not sign.</summary>
    public ArmedAttempt? TrySignCancel(ulong nonce, FeeQuote offer)
    {
        ValueTask<SigningOutcome> signing = signer.SignAsync(CancelOf(nonce, offer).ToFields(signer.ChainId), CancellationToken.None);
        if (!signing.IsCompletedSuccessfully || !signing.Result.IsSigned)
            return null;
        return new ArmedAttempt
        {
            Nonce = nonce,
            Kind = AttemptKind.Cancel,
            Decision = default,
            Fees = offer,
            GasLimit = CancelGas,
            MaxBlock = ulong.MaxValue,
            MaxUnixSeconds = long.MaxValue,
            Hash = signing.Result.Hash,
            Raw = signing.Result.Raw,
        };
    }

    /// <summary>Signs; with a local key that is done when it returns. The attempt has its bytes afterwards, or it is as it was.</summary>
    public async ValueTask<SigningOutcome> SignAsync(
        Attempt attempt, ulong nonce, FollowedOrder order, CancellationToken cancellation)
    {
        Eip1559Transaction transaction = attempt.Kind == AttemptKind.Cancel ? CancelOf(nonce, attempt.Fees) : new()
        {
            Nonce = nonce,
            MaxFeePerGasWei = attempt.Fees.MaxFeePerGasWei,
            MaxPriorityFeePerGasWei = attempt.Fees.TipWei,
            GasLimit = order.GasLimit,
            To = router,
            Data = order.CallData,
            AccessList = order.AccessList,
        };
        SigningOutcome outcome = await signer.SignAsync(transaction.ToFields(signer.ChainId), cancellation).ConfigureAwait(false);
        if (outcome.IsSigned)
        {
            attempt.Raw = outcome.Raw;
            attempt.Hash = outcome.Hash;
        }
        return outcome;
    }

    private Eip1559Transaction CancelOf(ulong nonce, FeeQuote offer) => new()
    {
        Nonce = nonce,
        MaxFeePerGasWei = offer.MaxFeePerGasWei,
        MaxPriorityFeePerGasWei = offer.TipWei,
        GasLimit = CancelGas,
        To = signer.Address,
        Data = ReadOnlyMemory<byte>.Empty,
    };
}
