using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Native;
using FastRebalance.Nethereum;
using Nethereum.Model;
using Nethereum.Signer;
using Account = Nethereum.Web3.Accounts.Account;

namespace FastRebalance.NethereumTests;

/// <summary>The same transaction signed by Nethereum and by us, in every direction: the same bytes.</summary>
public sealed class SigningTests(ITestOutputHelper output)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(TransactionKind.DynamicFee, false)]
    [InlineData(TransactionKind.DynamicFee, true)]
    [InlineData(TransactionKind.Legacy, false)]
    public async Task Sign_SeededTransactions_AllFourWaysGiveTheSameBytes(TransactionKind kind, bool hasAccessList)
    {
        Random random = new(61);
        for (int i = 0; i < 60; i++)
        {
            byte[] key = Samples.Key(random);
            TransactionFields fields = Samples.Transaction(random, kind, hasAccessList);
            using TransactionSigner ours = new(new PrivateKey(key), fields.ChainId!.Value);
            string expected = Hex.Encode((await ours.SignAsync(fields, Cancellation)).Raw.Span);
            EthECKey theirs = new(key, true);

            Assert.Equal(expected, SignByNethereum(theirs, in fields));
            Assert.Equal(expected, await SignByNethereumThroughUsAsync(ours, fields));
            NethereumSigner external = await NethereumSigner.OpenAsync(new StrangeSigner(theirs), fields.ChainId.Value, s_patience);
            SigningOutcome outcome = await external.SignAsync(fields, Cancellation);
            Assert.Equal("", outcome.Detail);
            Assert.Equal(expected, Hex.Encode(outcome.Raw.Span));
            using TransactionSigner taken = NethereumSigner.Of(new Account(key, fields.ChainId.Value), fields.ChainId.Value);
            Assert.Equal(ours.Address, taken.Address);
        }
        output.WriteLine("60 transactions, four ways");
    }

    [Fact]
    public async Task SignEthereumMessageAsync_ThroughOurKey_IsNethereumsOwnSignature()
    {
        Random random = new(62);
        byte[] key = Samples.Key(random), message = new byte[77];
        random.NextBytes(message);
        using TransactionSigner ours = new(new PrivateKey(key), 1);
        EthECDSASignature through = await new DeskExternalSigner(ours).SignEthereumMessageAsync(message);
        Assert.Equal(new EthereumMessageSigner().Sign(message, new EthECKey(key, true)), EthECDSASignature.CreateStringSignature(through));
    }

    [Theory]
    [InlineData("another key", SigningStatus.OtherAccount)]
    [InlineData("late", SigningStatus.TimedOut)]
    [InlineData("broken", SigningStatus.Refused)]
    public async Task SignAsync_SignerAtFault_IsDroppedWithItsReason(string fault, SigningStatus expected)
    {
        Random random = new(63);
        byte[] key = Samples.Key(random);
        StrangeSigner strange = new(new EthECKey(key, true));
        TransactionFields fields = Samples.Transaction(random, TransactionKind.DynamicFee);
        TimeSpan patience = fault == "late" ? TimeSpan.FromMilliseconds(20) : s_patience;
        NethereumSigner signer = await NethereumSigner.OpenAsync(strange, fields.ChainId!.Value, patience);
        switch (fault)
        {
            case "another key": strange.Key = new EthECKey(Samples.Key(random), true); break;
            case "late": strange.Before = new TaskCompletionSource().Task; break;
            default: strange.Before = Task.FromException(new InvalidOperationException("the marked secret")); break;
        }
        SigningOutcome outcome = await signer.SignAsync(fields, Cancellation);
        Assert.Equal(expected, outcome.Status);
        Assert.True(outcome.Raw.IsEmpty);
        Assert.DoesNotContain("marked", outcome.ToString(), StringComparison.Ordinal);
        strange.Address = "0x00000000000000000000000000000000000000d1";
        Assert.Equal(SigningStatus.AccountUnknown, (await signer.ProbeAsync(Cancellation)).Status);
    }

    [Fact]
    public async Task SignAsync_LegacyWithoutAChain_IsRefused()
    {
        using TransactionSigner ours = new(new PrivateKey(Samples.Key(new Random(64))), 1);
        DeskExternalSigner external = new(ours);
        await Assert.ThrowsAsync<NotSupportedException>(() => external.SignAsync(new LegacyTransaction("0x00000000000000000000000000000000000000d1", 1, 1)));
        Assert.Null(external.NextNonce);
    }

    private static string SignByNethereum(EthECKey key, in TransactionFields fields)
    {
        if (fields.Kind == TransactionKind.DynamicFee)
            return Prefixed(new Transaction1559Signer().SignTransaction(key, NethereumFields.ToTransaction1559(in fields)));
        return Prefixed(new LegacyTransactionSigner().SignTransaction(
            key.GetPrivateKeyAsBytes(), (System.Numerics.BigInteger)fields.ChainId!.Value, fields.To?.ToString() ?? "", (System.Numerics.BigInteger)fields.ValueWei,
            fields.Nonce, (System.Numerics.BigInteger)fields.MaxFeePerGasWei, fields.GasLimit, Hex.Encode(fields.Data.Span)));
    }

    private static async Task<string> SignByNethereumThroughUsAsync(IAccountSigner ours, TransactionFields fields)
    {
        DeskExternalSigner external = new(ours);
        Assert.Equal(ours.Address, Address.Parse(await external.GetAddressAsync()));
        byte[] raw;
        if (fields.Kind == TransactionKind.DynamicFee)
        {
            Transaction1559 transaction = NethereumFields.ToTransaction1559(in fields);
            await external.SignAsync(transaction);
            raw = transaction.GetRLPEncoded();
        }
        else
        {
            LegacyTransactionChainId legacy = NethereumFields.ToLegacy(in fields);
            await external.SignAsync(legacy);
            raw = legacy.GetRLPEncoded();
        }
        Assert.Equal(fields.Nonce + 1, external.NextNonce);
        return Hex.Encode(raw);
    }

    private static string Prefixed(string digits) => digits.StartsWith("0x", StringComparison.Ordinal) ? digits : "0x" + digits;
}
