using System.Buffers;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Native;

namespace FastRebalance.Ethereum.Transactions;

/// <summary>A decoded transaction: what it says, who says so (by signature), and its name.</summary>
public struct SignedTransaction
{
    public TransactionFields Fields;

    public Signature Signature;

    /// <summary>The transaction's hash, its name on the chain.</summary>
    public Hash32 Hash;

    /// <summary>True where a type 3 transaction was read with its blobs round it; its hash leaves them out, as blocks do.</summary>
    public bool HasSidecar;

    /// <summary>Finds the account that signed: one curve operation, so it is asked for and not part of decoding.</summary>
    /// <param name="sender">The signer's account.</param>
    /// <returns>False where no public key fits the signature.</returns>
    public readonly bool TryRecoverSender(out Address sender)
    {
        sender = default;
        if (!Secp256k1.TryRecover(SigningHash().Span, in Signature, out PublicKey key)) return false;
        sender = AccountAddress.Of(in key);
        return true;
    }

    /// <summary>The hash the signature commits to.</summary>
    public readonly Hash32 SigningHash()
    {
        const int UsualLength = 1024;
        int length = TransactionEncoder.MaxLength(in Fields);
        if (length <= UsualLength) return TransactionEncoder.SigningHash(in Fields, stackalloc byte[UsualLength]);
        byte[] rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            return TransactionEncoder.SigningHash(in Fields, rented);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
