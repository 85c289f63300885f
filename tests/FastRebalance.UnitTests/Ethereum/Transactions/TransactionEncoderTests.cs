using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Native;

namespace FastRebalance.UnitTests.Ethereum.Transactions;

public sealed class TransactionEncoderTests(ITestOutputHelper output)
{
    [Fact]
    public void Sign_EthersTypedFile_GivesEveryUnsignedAndSignedForm()
    {
        using JsonDocument file = Vectors.Open("ethers", "typed-transactions.json.gz");
        int accessList = 0, dynamicFee = 0;
        foreach (JsonElement test in file.RootElement.EnumerateArray())
        {
            TransactionFields fields = FieldsOf(test.GetProperty("tx"));
            AssertSigns(in fields, test.Bytes("key"), test.Text("unsigned"), test.Text("signed"), test.Text("address"), test.Text("name"));
            if (fields.Kind == TransactionKind.AccessList) accessList++;
            else dynamicFee++;
        }
        output.WriteLine($"type 1: {accessList}, type 2: {dynamicFee}");
        Assert.Equal((768, 1024), (accessList, dynamicFee));
    }

    [Fact]
    public void Sign_EthersLegacyFile_GivesEveryFormWithAndWithoutReplayProtection()
    {
        using JsonDocument file = Vectors.Open("ethers", "transactions.json.gz");
        int count = 0, beyond64Bits = 0;
        foreach (JsonElement test in file.RootElement.EnumerateArray())
        {
            count++;
            byte[] key = test.Bytes("privateKey");
            if (!Fits64Bits(test.Number("gasLimit")) || !Fits64Bits(test.Number("nonce")))
            {
                AssertRefusesButSigns(test, key);
                beyond64Bits++;
                continue;
            }
            TransactionFields fields = LegacyFieldsOf(test, "gasLimit", "gasPrice");
            AssertSigns(in fields, key, test.Text("unsignedTransaction"), test.Text("signedTransaction"), test.Text("accountAddress"), test.Text("name"));
            fields.ChainId = 5;
            AssertSigns(
                in fields, key, test.Text("unsignedTransactionChainId5"), test.Text("signedTransactionChainId5"), test.Text("accountAddress"),
                test.Text("name"));
        }
        output.WriteLine($"{count} transactions, each twice; of them {beyond64Bits} with a nonce or gas limit beyond 64 bits");
        Assert.Equal(1067, count);
        Assert.InRange(beyond64Bits, 1, count / 2);
    }

    [Fact]
    public void Sign_OfficialTwoTransactions_GivesTheirContent()
    {
        using JsonDocument file = Vectors.Open("ethereum", "BasicTests", "txtest.json");
        foreach (JsonElement test in file.RootElement.EnumerateArray())
        {
            PrivateKey key = new(test.Bytes("key"));
            TransactionFields fields = LegacyFieldsOf(test, "startgas", "gasprice");
            byte[] expected = test.Bytes("signed");
            byte[] signed = new byte[TransactionEncoder.MaxLength(in fields)];
            int length = TransactionEncoder.Sign(in fields, in key, signed, out _);
            // These signatures predate low s; where theirs is low, ours is the same to the byte.
            TransactionVerdict theirs = TransactionDecoder.Decode(expected, out SignedTransaction decoded);
            if (theirs.IsValid)
            {
                Assert.Equal(expected, signed[..length]);
                Assert.True(decoded.TryRecoverSender(out Address sender));
                Assert.Equal(AccountAddress.Of(in key), sender);
            }
            else
            {
                Assert.Equal(new TransactionVerdict(TransactionStatus.SignatureOutOfRange, TransactionField.S), theirs);
                Assert.Equal(expected[..^65], signed[..(length - 65)].Select((b, i) => i == length - 67 ? expected[i] : b).ToArray());
            }
        }
    }

    // EIP-155, "Example".
    [Fact]
    public void Sign_ReplayProtectionExample_GivesTheHashAndTheBytesOfTheProposal()
    {
        TransactionFields fields = new()
        {
            Kind = TransactionKind.Legacy,
            ChainId = 1,
            Nonce = 9,
            MaxFeePerGasWei = 20_000_000_000,
            GasLimit = 21_000,
            To = Address.Parse("0x3535353535353535353535353535353535353535"),
            ValueWei = 1_000_000_000_000_000_000,
        };
        byte[] buffer = new byte[TransactionEncoder.MaxLength(in fields)];
        Assert.Equal("0xdaf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53",
            TransactionEncoder.SigningHash(in fields, buffer).ToString());
        int length = TransactionEncoder.Sign(in fields, KeyOf(0x46), buffer, out _);
        Assert.Equal(
            "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025"
            + "a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276"
            + "a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83",
            Convert.ToHexStringLower(buffer.AsSpan(0, length)));
    }

    [Fact]
    public void Sign_LargestChainIdInLegacyForm_ReadsBack()
    {
        TransactionFields fields = new() { Kind = TransactionKind.Legacy, ChainId = ulong.MaxValue, GasLimit = 21_000, To = Address.Zero };
        byte[] buffer = new byte[TransactionEncoder.MaxLength(in fields)];
        int length = TransactionEncoder.Sign(in fields, KeyOf(0x46), buffer, out _);
        Assert.True(TransactionDecoder.Decode(buffer.AsMemory(0, length), out SignedTransaction decoded).IsValid);
        Assert.Equal(ulong.MaxValue, decoded.Fields.ChainId);
        Assert.True(decoded.TryRecoverSender(out Address sender));
        Assert.Equal(AccountAddress.Of(KeyOf(0x46)), sender);
    }

    [Fact]
    public void EncodeUnsigned_FieldsThatDoNotFitTheirKind_Throws()
    {
        byte[] buffer = new byte[200];
        Assert.Throws<ArgumentException>(() => TransactionEncoder.EncodeUnsigned(default, buffer));
        Assert.Throws<ArgumentException>(() => TransactionEncoder.EncodeUnsigned(new() { Kind = TransactionKind.DynamicFee }, buffer));
        Assert.Throws<ArgumentException>(() => TransactionEncoder.EncodeUnsigned(
            new() { Kind = TransactionKind.Legacy, AccessList = new AccessListEntry[1] }, buffer));
    }

    internal static PrivateKey KeyOf(byte value)
    {
        Span<byte> bytes = stackalloc byte[32];
        bytes.Fill(value);
        return new PrivateKey(bytes);
    }

    private static void AssertSigns(in TransactionFields fields, byte[] key, string unsigned, string signed, string sender, string name)
    {
        byte[] buffer = new byte[TransactionEncoder.MaxLength(in fields)];
        int length = TransactionEncoder.EncodeUnsigned(in fields, buffer);
        Assert.True(unsigned == "0x" + Convert.ToHexStringLower(buffer.AsSpan(0, length)), $"{name}: unsigned");

        length = TransactionEncoder.Sign(in fields, new PrivateKey(key), buffer, out Hash32 hash);
        Assert.True(signed == "0x" + Convert.ToHexStringLower(buffer.AsSpan(0, length)), $"{name}: signed");

        TransactionVerdict verdict = TransactionDecoder.Decode(buffer.AsMemory(0, length), out SignedTransaction decoded);
        Assert.True(verdict.IsValid, $"{name}: {verdict}");
        Assert.Equal(hash, decoded.Hash);
        Assert.True(decoded.TryRecoverSender(out Address recovered));
        Assert.Equal(sender, recovered.ToString());
    }

    private static bool Fits64Bits(UInt256 value) => value <= ulong.MaxValue;

    // No chain accepts these, so the fields cannot even hold them; the signature over their bytes is checked nevertheless.
    private static void AssertRefusesButSigns(JsonElement test, byte[] key)
    {
        byte[] signed = test.Bytes("signedTransaction");
        TransactionVerdict verdict = TransactionDecoder.Decode(signed, out _);
        Assert.Equal(TransactionStatus.TooLong, verdict.Status);
        Assert.True(verdict.Field is TransactionField.Nonce or TransactionField.GasLimit, verdict.ToString());
        Assert.True(Secp256k1.TrySign(Keccak256.Hash(test.Bytes("unsignedTransaction")).Span, key, out Signature signature));
        RlpReader reader = new(signed);
        Assert.True(reader.TryReadList(out RlpReader items));
        for (int skipped = 0; skipped < 6; skipped++) Assert.True(items.TryReadEncoded(out _));
        Assert.True(items.TryReadUInt64(out ulong v) && v == 27UL + signature.YParity);
        Assert.True(items.TryReadUInt256(out UInt256 r) && r == UInt256.ReadBigEndian(signature.R));
        Assert.True(items.TryReadUInt256(out UInt256 s) && s == UInt256.ReadBigEndian(signature.S));
    }

    private static TransactionFields FieldsOf(JsonElement tx)
    {
        bool dynamicFee = tx.GetProperty("type").GetInt32() == 2;
        return new TransactionFields
        {
            Kind = dynamicFee ? TransactionKind.DynamicFee : TransactionKind.AccessList,
            ChainId = tx.Number("chainId").Limb0,
            Nonce = tx.Number("nonce").Limb0,
            MaxPriorityFeePerGasWei = dynamicFee ? tx.Number("maxPriorityFeePerGas") : default,
            MaxFeePerGasWei = tx.Number(dynamicFee ? "maxFeePerGas" : "gasPrice"),
            GasLimit = tx.Number("gasLimit").Limb0,
            To = tx.TryGetProperty("to", out JsonElement to) ? Address.Parse(to.GetString()) : null,
            ValueWei = tx.Number("value"),
            Data = tx.TryGetProperty("data", out _) ? tx.Bytes("data") : default,
            AccessList = tx.TryGetProperty("accessList", out JsonElement entries) ? AccessListOf(entries) : default,
        };
    }

    private static AccessListEntry[] AccessListOf(JsonElement entries) =>
    [
        .. entries.EnumerateArray().Select(static entry => new AccessListEntry(
            Address.Parse(entry.Text("address")),
            entry.GetProperty("storageKeys").EnumerateArray().Select(static key => Hash32.Parse(key.GetString())).ToArray())),
    ];

    private static TransactionFields LegacyFieldsOf(JsonElement test, string gasLimit, string gasPrice)
    {
        byte[] to = test.TryGetProperty("to", out _) ? test.Bytes("to") : [];
        return new TransactionFields
        {
            Kind = TransactionKind.Legacy,
            Nonce = test.Number("nonce").Limb0,
            MaxFeePerGasWei = test.Number(gasPrice),
            GasLimit = test.Number(gasLimit).Limb0,
            To = to.Length == 0 ? null : new Address(to),
            ValueWei = test.Number("value"),
            Data = test.TryGetProperty("data", out _) ? test.Bytes("data") : default,
        };
    }
}
