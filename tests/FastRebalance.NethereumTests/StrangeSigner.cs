using Nethereum.Model;
using Nethereum.Signer;
using Nethereum.Signer.Crypto;

namespace FastRebalance.NethereumTests;

/// <summary>An external signer as a desk may have one, with a key in Nethereum's own hands; honest until told otherwise.</summary>
internal sealed class StrangeSigner(EthECKey key) : EthExternalSignerBase
{
    public EthECKey Key { get; set; } = key;

    public string Address { get; set; } = key.GetPublicAddress();

    public Task Before { get; set; } = Task.CompletedTask;

    public override bool Supported1559 => true;

    public override ExternalSignerTransactionFormat ExternalSignerTransactionFormat { get; protected set; } = ExternalSignerTransactionFormat.Hash;

    public override bool CalculatesV { get; protected set; }

    public override Task<string> GetAddressAsync() => Task.FromResult(Address);

    public override async Task SignAsync(LegacyTransactionChainId transaction)
    {
        await Before;
        await SignHashTransactionAsync(transaction);
    }

    public override Task SignAsync(LegacyTransaction transaction) => SignHashTransactionAsync(transaction);

    public override async Task SignAsync(Transaction1559 transaction)
    {
        await Before;
        await SignHashTransactionAsync(transaction);
    }

    public override Task SignAsync(Transaction7702 transaction) => SignHashTransactionAsync(transaction);

    protected override Task<byte[]> GetPublicKeyAsync() => Task.FromResult(Key.GetPubKey());

    protected override Task<ECDSASignature> SignExternallyAsync(byte[] bytes)
    {
        EthECDSASignature signature = Key.Sign(bytes);
        return Task.FromResult(new ECDSASignature(
            new Org.BouncyCastle.Math.BigInteger(1, signature.R), new Org.BouncyCastle.Math.BigInteger(1, signature.S)));
    }
}
