using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Confirmation;

namespace FastRebalance.Execution.Transactions;

/// <summary>Turns attempts into the bytes that travel.</summary>
internal sealed class AttemptSigner(TransactionSigner signer, Address router)
{
    // A transfer of nothing to ourselves, EIP-2 intrinsic gas; the account has no code, which the start has checked.
    private const ulong CancelGas = 21_000;

    public void Sign(Attempt attempt, ulong nonce, byte[] callData, ulong gasLimit)
    {
        bool isFill = attempt.Kind == AttemptKind.Fill;
        Eip1559Transaction transaction = new()
        {
            Nonce = nonce,
            MaxFeePerGasWei = attempt.Fees.MaxFeePerGasWei,
            MaxPriorityFeePerGasWei = attempt.Fees.TipWei,
            GasLimit = isFill ? gasLimit : CancelGas,
            To = isFill ? router : signer.Address,
            Data = isFill ? callData : ReadOnlyMemory<byte>.Empty,
        };
        byte[] raw = new byte[signer.MaxLength(in transaction)];
        int length = signer.Sign(in transaction, raw, out Hash32 hash);
        attempt.Raw = raw.AsMemory(0, length);
        attempt.Hash = hash;
    }
}
