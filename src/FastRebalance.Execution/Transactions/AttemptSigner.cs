using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Submission;

namespace FastRebalance.Execution.Transactions;

/// <summary>Turns attempts into the bytes that travel.</summary>
internal sealed class AttemptSigner(IAccountSigner signer, Address router)
{
    // A transfer of nothing to ourselves, EIP-2 intrinsic gas; the account has no code, which the start has checked.
    public const ulong CancelGas = 21_000;

    /// <summary>Signs; with a local key that is done when it returns. The attempt has its bytes afterwards, or it is as it was.</summary>
    public async ValueTask<SigningOutcome> SignAsync(
        Attempt attempt, ulong nonce, FollowedOrder order, CancellationToken cancellation)
    {
        bool isFill = attempt.Kind == AttemptKind.Fill;
        Eip1559Transaction transaction = new()
        {
            Nonce = nonce,
            MaxFeePerGasWei = attempt.Fees.MaxFeePerGasWei,
            MaxPriorityFeePerGasWei = attempt.Fees.TipWei,
            GasLimit = isFill ? order.GasLimit : CancelGas,
            To = isFill ? router : signer.Address,
            Data = isFill ? order.CallData : ReadOnlyMemory<byte>.Empty,
            AccessList = isFill ? order.AccessList : default,
        };
        SigningOutcome outcome = await signer.SignAsync(transaction.ToFields(signer.ChainId), cancellation).ConfigureAwait(false);
        if (outcome.IsSigned)
        {
            attempt.Raw = outcome.Raw;
            attempt.Hash = outcome.Hash;
        }
        return outcome;
    }
}
