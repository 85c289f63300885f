using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Native;

namespace FastRebalance.UnitTests.Ethereum.Transactions;

public sealed class SetCodeTransactionTests : IDisposable
{
    private static readonly Address s_contract = Address.Parse("0x3535353535353535353535353535353535353535");

    private readonly TransactionSigner _signer = new(TransactionEncoderTests.KeyOf(0x46), chainId: 1);

    public void Dispose() => _signer.Dispose();

    // Known answer of an independent implementation.
    [Fact]
    public void Sign_SelfAuthorization_GivesTheKnownBytesAndHash()
    {
        TransactionFields fields = KnownFields();
        byte[] buffer = new byte[TransactionEncoder.MaxLength(in fields)];
        int length = _signer.Sign(in fields, buffer, out Hash32 hash);
        Assert.Equal(
            "04f8c101070102830186a0949d8a62f656a8d1615c1294fd71e9cfb3e4855a4f8080c0f85cf85a0194353535353535353535353535353535353535353508"
            + "01a0a75a7021276ec18dadfcc9953488aff48cebf61014f9568dd26c3a196a495d2ca033c45cf97f3477d0690a17e8360da97a6c62eb5564bd50acff84c8cf6b8e5e9d"
            + "01a08cdbedb3eae4d144c7fc3cbdbf5902612bbce973e94fa4e1e0745bb908a95899a0283731885710ca5ac22f54e766ff0cc35c1e485262cb051e177a7448311e78e8",
            Convert.ToHexStringLower(buffer.AsSpan(0, length)));
        Assert.Equal("0x21c95e0453ec473644be1774a231873b05aa345d5eac962376a9a63c26350dc3", hash.ToString());

        Assert.True(TransactionDecoder.Decode(buffer.AsMemory(0, length), out SignedTransaction decoded).IsValid);
        Assert.True(decoded.TryRecoverSender(out Address sender));
        Assert.True(decoded.Fields.AuthorizationList.Span[0].TryRecoverAuthority(out Address authority));
        Assert.Equal((_signer.Address, _signer.Address), (sender, authority));
        Assert.Equal(fields.AuthorizationList.Span[0], decoded.Fields.AuthorizationList.Span[0]);
        Assert.Equal(21_000UL + 25_000UL, TransactionRules.IntrinsicGas(in fields));
    }

    [Fact]
    public void TryRecoverAuthority_EveryChainOrOne_IsTheSigner()
    {
        Authorization everywhere = _signer.SignAuthorization(in s_contract, nonce: ulong.MaxValue, onEveryChain: true);
        Authorization here = _signer.SignAuthorization(in s_contract, nonce: 0);
        Assert.Equal((UInt256.Zero, 1UL), (everywhere.ChainId, here.ChainId));
        Assert.True(everywhere.TryRecoverAuthority(out Address one) && one == _signer.Address);
        Assert.True(here.TryRecoverAuthority(out Address other) && other == _signer.Address);
        Assert.True((here with { ChainId = 0 }).TryRecoverAuthority(out Address stranger) && stranger != _signer.Address);
    }

    [Fact]
    public void TryRecoverAuthority_SignatureThatTheChainSkips_IsFalse()
    {
        Authorization good = _signer.SignAuthorization(in s_contract, nonce: 8);
        UInt256 order = UInt256.Parse("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
        Authorization[] skipped =
        [
            good with { YParity = 2 },
            good with { R = UInt256.Zero },
            good with { R = order },
            good with { S = UInt256.Zero },
            good with { S = order - good.S, YParity = (byte)(1 - good.YParity) }, // the same signature in its high form
        ];
        Assert.All(skipped, authorization => Assert.False(authorization.TryRecoverAuthority(out _)));
    }

    // The chain skips such an authorization and runs the rest, so the transaction itself is read.
    [Fact]
    public void Decode_AuthorizationWithoutAUsableSignature_IsReadAsItStands()
    {
        Authorization odd = new() { ChainId = UInt256.MaxValue, Delegate = s_contract, Nonce = ulong.MaxValue, YParity = 255, R = UInt256.MaxValue, S = UInt256.MaxValue };
        TransactionFields fields = KnownFields() with { AuthorizationList = new[] { odd, default } };
        byte[] buffer = new byte[TransactionEncoder.MaxLength(in fields)];
        int length = _signer.Sign(in fields, buffer, out _);
        Assert.True(TransactionDecoder.Decode(buffer.AsMemory(0, length), out SignedTransaction decoded).IsValid);
        Assert.Equal([odd, default], decoded.Fields.AuthorizationList.ToArray());
        Assert.Equal(buffer[..length], BlobTransactionTests.Encode(in decoded));
    }

    [Fact]
    public void Decode_NoRecipientOrNoAuthorization_NamesTheReason()
    {
        TransactionFields fields = KnownFields();
        byte[] raw = new byte[TransactionEncoder.MaxLength(in fields)];
        raw = raw[..TransactionEncoder.Sign(in fields, TransactionEncoderTests.KeyOf(0x46), raw, out _)];

        byte[] recipient = [0x94, .. _signer.Address.Span];
        int at = raw.AsSpan().IndexOf(recipient);
        byte[] nobody = [.. raw[..at], Rlp.EmptyString, .. raw[(at + recipient.Length)..]];
        BlobTransactionTests.ShortenOuterList(nobody, Address.Length);
        Assert.Equal(new TransactionVerdict(TransactionStatus.RecipientMissing, TransactionField.To), BlobTransactionTests.Verdict(nobody));

        const int ListLength = 2 + 0x5c;
        at = raw.AsSpan().IndexOf((byte[])[0xf8, 0x5c, 0xf8, 0x5a]);
        byte[] nothing = [.. raw[..at], Rlp.EmptyList, .. raw[(at + ListLength)..]];
        BlobTransactionTests.ShortenOuterList(nothing, ListLength - 1);
        Assert.Equal(new TransactionVerdict(TransactionStatus.ListEmpty, TransactionField.AuthorizationList), BlobTransactionTests.Verdict(nothing));
    }

    [Fact]
    public void EncodeUnsigned_WhatTheKindCannotSay_Throws()
    {
        byte[] buffer = new byte[1000];
        Assert.Throws<ArgumentException>(() => TransactionEncoder.EncodeUnsigned(KnownFields() with { To = null }, buffer));
        Assert.Throws<ArgumentException>(() => TransactionEncoder.EncodeUnsigned(KnownFields() with { AuthorizationList = default }, buffer));
        Assert.Throws<ArgumentException>(() => TransactionEncoder.EncodeUnsigned(KnownFields() with { Kind = TransactionKind.DynamicFee }, buffer));
        Assert.Throws<ArgumentException>(() => TransactionEncoder.EncodeUnsigned(KnownFields() with { BlobVersionedHashes = new Hash32[1] }, buffer));
    }

    [Fact]
    public void Sign_TransactionAndAuthorization_AllocatesNothing()
    {
        Authorization[] authorizations = new Authorization[2];
        TransactionFields fields = KnownFields() with { AuthorizationList = authorizations, Data = new byte[1024] };
        byte[] buffer = new byte[TransactionEncoder.MaxLength(in fields) + 300];
        Sign();
        AllocationWatch watch = new();
        while (watch.Next())
            for (int i = 0; i < 20; i++) Sign();
        Assert.Equal(0, watch.LeastBytes);

        void Sign()
        {
            fields.Nonce++;
            for (int i = 0; i < authorizations.Length; i++)
            {
                authorizations[i] = _signer.SignAuthorization(in s_contract, fields.Nonce + (ulong)i);
                authorizations[i].TryRecoverAuthority(out _);
            }
            _signer.Sign(in fields, buffer, out _);
        }
    }

    private TransactionFields KnownFields() => new()
    {
        Kind = TransactionKind.SetCode,
        ChainId = 1,
        Nonce = 7,
        MaxPriorityFeePerGasWei = 1,
        MaxFeePerGasWei = 2,
        GasLimit = 100_000,
        To = _signer.Address,
        AuthorizationList = new[] { _signer.SignAuthorization(in s_contract, nonce: 8) },
    };
}
