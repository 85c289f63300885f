using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Native;
using FastRebalance.Native.Machine;

namespace FastRebalance.Ethereum.Transactions;

/// <summary>
/// Signs for one account on one chain with a key in this process. Holds the only lasting copy of the secret, in
/// <see cref="SecretMemory"/>, until disposed. Signing allocates nothing and may be called from several threads.
/// </summary>
public sealed class TransactionSigner : IAccountSigner
{
    private readonly SecretMemory _key;

    /// <param name="key">32 bytes; the signer's own from now on, and disposed of with it.</param>
    /// <param name="chainId">The chain every transaction is signed for; not 0.</param>
    /// <exception cref="ArgumentException">The key or the chain is not usable; the key stays the caller's.</exception>
    /// <exception cref="NativeLibraryMissingException">libsecp256k1 is not installed; the key stays the caller's.</exception>
    public TransactionSigner(SecretMemory key, ulong chainId)
    {
        if (chainId == 0) throw new ArgumentException("the chain id is 0: set chain.id to the id the node reports", nameof(chainId));
        if (key.Length != PrivateKey.Length || !Secp256k1.TryGetPublicKey(key.Span, out PublicKey publicKey))
            throw new ArgumentException("the private key is not a number from 1 to the curve's order less one", nameof(key));
        ChainId = chainId;
        Address = AccountAddress.Of(in publicKey);
        _key = key;
    }

    /// <param name="key">Copied; clear your own copy afterwards.</param>
    /// <param name="chainId">The chain every transaction is signed for; not 0.</param>
    /// <exception cref="ArgumentException">The key or the chain is not usable.</exception>
    /// <exception cref="NativeLibraryMissingException">libsecp256k1 is not installed.</exception>
    public TransactionSigner(in PrivateKey key, ulong chainId)
        : this(CopyOf(in key), chainId)
    {
    }

    public ulong ChainId { get; }

    /// <summary>The account that sends.</summary>
    public Address Address { get; }

    public bool SignsAccessLists => true;

    /// <summary>What the system let us have for the key: locked memory, or why not.</summary>
    public MemoryStatus KeyLock => _key.Lock;

    /// <summary>Enough room for the signed form of this transaction.</summary>
    public int MaxLength(in Eip1559Transaction transaction) => TransactionEncoder.MaxLength(transaction.ToFields(ChainId));

    /// <summary>Signs a type 2 transaction and writes the bytes that travel.</summary>
    /// <param name="transaction">What to sign.</param>
    /// <param name="destination">At least <see cref="MaxLength(in Eip1559Transaction)"/> bytes; used as scratch on the way.</param>
    /// <param name="hash">The transaction's hash, its name on the chain.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public int Sign(in Eip1559Transaction transaction, Span<byte> destination, out Hash32 hash)
    {
        TransactionFields fields = transaction.ToFields(ChainId);
        return Sign(in fields, destination, out hash);
    }

    /// <summary>Signs a transaction of any supported kind.</summary>
    /// <param name="fields">What to sign; its chain must be this signer's.</param>
    /// <param name="destination">At least <see cref="TransactionEncoder.MaxLength"/> bytes; used as scratch on the way.</param>
    /// <param name="hash">The transaction's hash.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException">Another chain, a field that does not fit the kind, or too short a destination.</exception>
    public int Sign(in TransactionFields fields, Span<byte> destination, out Hash32 hash)
    {
        RequireChain(in fields);
        bool isHeld = false;
        try
        {
            _key.DangerousAddRef(ref isHeld); // another thread may dispose meanwhile
            return TransactionEncoder.Sign(in fields, _key.Span, destination, out hash);
        }
        finally
        {
            if (isHeld) _key.DangerousRelease();
        }
    }

    /// <summary>
    /// Signs several transactions, one behind the other: the rungs of a ladder. The hash of each is taken together with the next one's hash for
    /// signing, which where there is AVX-512 costs as much as one of the two.
    /// </summary>
    /// <param name="transactions">What to sign; the chain of each must be this signer's.</param>
    /// <param name="destination">At least the sum of their <see cref="TransactionEncoder.MaxLength"/>; written from the front, used as scratch.</param>
    /// <param name="signed">Where each was written; at least as many.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException">Another chain, a field that does not fit the kind, or too short a destination.</exception>
    public int SignAll(ReadOnlySpan<TransactionFields> transactions, Span<byte> destination, Span<SignedBytes> signed)
    {
        if (signed.Length < transactions.Length)
            throw new ArgumentException($"places for {transactions.Length} transactions are wanted, found {signed.Length}", nameof(signed));
        foreach (ref readonly TransactionFields fields in transactions) RequireChain(in fields);
        if (transactions.IsEmpty) return 0;

        bool isHeld = false;
        try
        {
            _key.DangerousAddRef(ref isHeld);
            return SignAll(transactions, _key.Span, destination, signed);
        }
        finally
        {
            if (isHeld) _key.DangerousRelease();
        }
    }

    private static int SignAll(ReadOnlySpan<TransactionFields> transactions, ReadOnlySpan<byte> key, Span<byte> destination, Span<SignedBytes> signed)
    {
        Span<byte> digest = stackalloc byte[Hash32.Length];
        Span<byte> hash = stackalloc byte[Hash32.Length];
        int start = 0;
        Keccak256.Hash(destination[..TransactionEncoder.EncodeForSigning(in transactions[0], destination)], digest);
        for (int i = 0; i < transactions.Length; i++)
        {
            int length = TransactionEncoder.SignDigest(in transactions[i], digest, key, destination[start..]);
            ReadOnlySpan<byte> bytes = destination.Slice(start, length);
            if (i + 1 == transactions.Length) Keccak256.Hash(bytes, hash);
            else HashWithNext(bytes, hash, in transactions[i + 1], destination[(start + length)..], digest);
            signed[i] = new SignedBytes(start, length, new Hash32(hash));
            start += length;
        }
        return start;
    }

    private static void HashWithNext(ReadOnlySpan<byte> signed, Span<byte> hash, in TransactionFields next, Span<byte> scratch, Span<byte> digest)
    {
        int length = TransactionEncoder.EncodeForSigning(in next, scratch);
        Keccak256.HashTwo(signed, hash, scratch[..length], digest);
    }

    /// <summary>Gives this account's word that it will run a contract's code as its own (EIP-7702).</summary>
    /// <param name="contract">The contract; the zero address takes an earlier word back.</param>
    /// <param name="nonce">The account's nonce when it is applied: one more than the transaction's where the account sends that itself.</param>
    /// <param name="onEveryChain">Good on every chain, not on this signer's alone.</param>
    public Authorization SignAuthorization(in Address contract, ulong nonce, bool onEveryChain = false)
    {
        UInt256 chainId = onEveryChain ? 0UL : ChainId;
        Signature signature = SignDigest(Authorization.SigningHash(in chainId, in contract, nonce));
        return new Authorization
        {
            ChainId = chainId,
            Delegate = contract,
            Nonce = nonce,
            YParity = signature.YParity,
            R = UInt256.ReadBigEndian(signature.R),
            S = UInt256.ReadBigEndian(signature.S),
        };
    }

    /// <inheritdoc/>
    /// <remarks>Done when it returns. The bytes are a new array.</remarks>
    public ValueTask<SigningOutcome> SignAsync(TransactionFields fields, CancellationToken cancellation = default)
    {
        byte[] raw = new byte[TransactionEncoder.MaxLength(in fields)];
        int length = Sign(in fields, raw, out Hash32 hash);
        return ValueTask.FromResult(SigningOutcome.Of(raw.AsMemory(0, length), in hash));
    }

    /// <inheritdoc/>
    public ValueTask<SigningOutcome> ProbeAsync(CancellationToken cancellation = default) => ValueTask.FromResult(SigningOutcome.Ready);

    /// <summary>Signs a 32-byte digest: messages to relays, typed data. The caller vouches for what the digest is of.</summary>
    public Signature SignDigest(in Hash32 digest)
    {
        bool isHeld = false;
        try
        {
            _key.DangerousAddRef(ref isHeld);
            return Secp256k1.TrySign(digest.Span, _key.Span, out Signature signature)
                ? signature
                : throw new InvalidOperationException("the key was accepted before and is refused now");
        }
        finally
        {
            if (isHeld) _key.DangerousRelease();
        }
    }

    /// <summary>Wipes the secret and gives its memory back, once no signature is under way.</summary>
    public void Dispose() => _key.Dispose();

    private void RequireChain(in TransactionFields fields)
    {
        if (fields.ChainId != ChainId)
            throw new ArgumentException($"this signer signs for chain {ChainId}, found {fields.ChainId?.ToString() ?? "none"}", nameof(fields));
    }

    /// <summary>The account and the chain, never the key.</summary>
    public override string ToString() => $"{Eip55.Format(Address)} on chain {ChainId}";

    private static SecretMemory CopyOf(in PrivateKey key)
    {
        SecretMemory memory = SecretMemory.Take(PrivateKey.Length);
        key.Span.CopyTo(memory.Span);
        return memory;
    }
}
