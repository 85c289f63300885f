using System.Numerics;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Native;
using Nethereum.Model;
using Nethereum.Signer;
using Nethereum.Signer.Crypto;

namespace FastRebalance.Nethereum;

/// <summary>
/// Our signer as an external signer of Nethereum: contract services and transaction managers then sign with the desk's key, in its locked
/// memory or in its remote signer, and every nonce that was signed for is remembered.
/// </summary>
/// <remarks>Type 2 and legacy transactions with a chain. Messages and typed data need a key in this process (<see cref="TransactionSigner"/>).</remarks>
public sealed class DeskExternalSigner(IAccountSigner signer) : EthExternalSignerBase
{
    private long _nextNonce = -1;

    public override bool Supported1559 => true;

    public override ExternalSignerTransactionFormat ExternalSignerTransactionFormat { get; protected set; } = ExternalSignerTransactionFormat.Transaction;

    public override bool CalculatesV { get; protected set; } = true;

    /// <summary>One above the highest nonce signed for here; null before the first.</summary>
    public ulong? NextNonce => Volatile.Read(ref _nextNonce) is >= 0 and long next ? (ulong)next : null;

    public override Task<string> GetAddressAsync() => Task.FromResult(Eip55.Format(signer.Address));

    /// <exception cref="InvalidOperationException">Nothing was signed; the message says why.</exception>
    public override async Task SignAsync(Transaction1559 transaction)
    {
        Native.Signature signature = await SignFieldsAsync(NethereumFields.Of(transaction)).ConfigureAwait(false);
        transaction.SetSignature(ToNethereum(in signature, [signature.YParity]));
    }

    /// <inheritdoc cref="SignAsync(Transaction1559)"/>
    public override async Task SignAsync(LegacyTransactionChainId transaction)
    {
        TransactionFields fields = NethereumFields.Of(transaction);
        Native.Signature signature = await SignFieldsAsync(fields).ConfigureAwait(false);
        BigInteger v = (BigInteger)fields.ChainId.GetValueOrDefault() * 2 + 35 + signature.YParity;
        transaction.SetSignature(ToNethereum(in signature, v.ToByteArray(isUnsigned: true, isBigEndian: true)));
    }

    /// <summary>Never: without a chain in it, a transaction could be sent on every chain.</summary>
    public override Task SignAsync(LegacyTransaction transaction) =>
        throw new NotSupportedException("a legacy transaction without a chain is valid on every chain: give the account its chain id");

    /// <summary>Never: it hands the account's code to another.</summary>
    public override Task SignAsync(Transaction7702 transaction) =>
        throw new NotSupportedException("a delegation (EIP-7702) is not signed for a desk's account: pools then hold back its transactions");

    // Recovered from a signature, so that the key itself is not asked for.
    protected override Task<byte[]> GetPublicKeyAsync()
    {
        Hash32 digest = new(new byte[Hash32.Length]);
        Native.Signature signature = Local().SignDigest(in digest);
        return Secp256k1.TryRecover(digest.Span, in signature, out PublicKey key)
            ? Task.FromResult<byte[]>([0x04, .. key.Span])
            : throw new InvalidOperationException("a signature of this key does not lead back to it");
    }

    protected override Task<ECDSASignature> SignExternallyAsync(byte[] bytes)
    {
        Native.Signature signature = Local().SignDigest(new Hash32(bytes));
        return Task.FromResult(new ECDSASignature(ToBouncy(signature.R), ToBouncy(signature.S)) { V = [(byte)(27 + signature.YParity)] });
    }

    private async Task<Native.Signature> SignFieldsAsync(TransactionFields fields)
    {
        SigningOutcome outcome = await signer.SignAsync(fields).ConfigureAwait(false);
        if (!outcome.IsSigned)
            throw new InvalidOperationException(outcome.ToString());
        if (!TransactionDecoder.Decode(outcome.Raw, out Ethereum.Transactions.SignedTransaction signed).IsValid)
            throw new InvalidOperationException("what was signed cannot be read");
        Remember(fields.Nonce);
        return signed.Signature;
    }

    private void Remember(ulong nonce)
    {
        long next = checked((long)nonce + 1);
        long known;
        while ((known = Volatile.Read(ref _nextNonce)) < next && Interlocked.CompareExchange(ref _nextNonce, next, known) != known) ;
    }

    private TransactionSigner Local() => signer as TransactionSigner
        ?? throw new NotSupportedException("the remote signer signs transactions alone: open the key here to sign messages");

    private static global::Nethereum.Model.Signature ToNethereum(in Native.Signature signature, byte[] v) =>
        new() { R = Shortest(signature.R), S = Shortest(signature.S), V = v };

    // As numbers travel in RLP.
    private static byte[] Shortest(ReadOnlySpan<byte> number) => number[number.IndexOfAnyExcept((byte)0)..].ToArray();

    private static Org.BouncyCastle.Math.BigInteger ToBouncy(ReadOnlySpan<byte> bigEndian) => new(1, bigEndian.ToArray());
}
