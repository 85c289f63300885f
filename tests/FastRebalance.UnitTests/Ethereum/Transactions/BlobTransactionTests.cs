using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.Ethereum.Transactions;

public sealed class BlobTransactionTests
{
    private const int BlobLength = 131_072;

    [Fact]
    public void Decode_WithSidecarAndWithout_IsTheSameTransaction()
    {
        byte[] wrapped = RawSentToTheNode();
        byte[] bare = BareOf(wrapped);
        Assert.True(TransactionDecoder.Decode(wrapped, out SignedTransaction travelling).IsValid);
        Assert.True(TransactionDecoder.Decode(bare, out SignedTransaction inBlock).IsValid);
        Assert.Equal((true, false), (travelling.HasSidecar, inBlock.HasSidecar));
        Assert.Equal(inBlock.Hash, travelling.Hash);
        Assert.True(travelling.TryRecoverSender(out Address one) && inBlock.TryRecoverSender(out Address other) && one == other);
        Assert.False(inBlock.Fields.BlobVersionedHashes.IsEmpty);
    }

    // Each part of the sidecar spoilt by itself: what is left must not pass for the transaction.
    [Fact]
    public void Decode_SidecarThatIsNotTheHashes_IsAMismatch()
    {
        byte[] wrapped = RawSentToTheNode();
        Sidecar whole = Sidecar.Of(wrapped);
        Assert.Equal(wrapped, whole.Encode());
        byte[] otherCommitment = [.. whole.Commitments[0]];
        otherCommitment[7] ^= 1;
        Sidecar[] spoilt =
        [
            whole with { Commitments = [otherCommitment, .. whole.Commitments[1..]] },
            whole with { Blobs = [.. whole.Blobs, new byte[BlobLength]] },
            whole with { Blobs = [] },
            whole with { Blobs = [whole.Blobs[0][1..], .. whole.Blobs[1..]] },
            whole with { Proofs = [.. whole.Proofs, new byte[48]] },
            whole with { Proofs = [] },
            whole with { Commitments = [.. whole.Commitments, whole.Commitments[0]] },
            whole with { Version = 2 },
        ];
        foreach (Sidecar sidecar in spoilt)
            Assert.Equal(new TransactionVerdict(TransactionStatus.SidecarMismatch, TransactionField.Sidecar), Verdict(sidecar.Encode()));
    }

    [Fact]
    public void Decode_BlobsThatNoChainTakes_NamesTheReason()
    {
        Assert.True(TransactionDecoder.Decode(BareOf(RawSentToTheNode()), out SignedTransaction good).IsValid);
        Hash32 unknownVersion = new([2, .. good.Fields.BlobVersionedHashes.Span[0].Span[1..]]);
        Assert.Equal(
            new TransactionVerdict(TransactionStatus.BlobVersionUnknown, TransactionField.BlobVersionedHashes),
            Verdict(Encode(good with { Fields = good.Fields with { BlobVersionedHashes = new[] { unknownVersion } } })));
        byte[] noRecipient = Encode(in good);
        byte[] recipient = [0x94, .. good.Fields.To.GetValueOrDefault().Span];
        int at = noRecipient.AsSpan().IndexOf(recipient);
        noRecipient = [.. noRecipient[..at], Rlp.EmptyString, .. noRecipient[(at + recipient.Length)..]];
        ShortenOuterList(noRecipient, Address.Length);
        Assert.Equal(new TransactionVerdict(TransactionStatus.RecipientMissing, TransactionField.To), Verdict(noRecipient));
    }

    [Fact]
    public void Sign_Blobs_IsRefused()
    {
        TransactionFields fields = new() { Kind = TransactionKind.Blob, ChainId = 1, To = Address.Zero, BlobVersionedHashes = new Hash32[1] };
        Assert.Contains("not signed", Assert.Throws<ArgumentException>(
            () => TransactionEncoder.Sign(in fields, TransactionEncoderTests.KeyOf(0x46), new byte[500], out _)).Message, StringComparison.Ordinal);
    }

    internal static TransactionVerdict Verdict(byte[] raw) => TransactionDecoder.Decode(raw, out _);

    internal static byte[] Encode(in SignedTransaction transaction)
    {
        byte[] buffer = new byte[TransactionEncoder.MaxLength(in transaction.Fields)];
        return buffer[..TransactionEncoder.EncodeSigned(in transaction.Fields, in transaction.Signature, buffer)];
    }

    /// <summary>Takes bytes off the announced length of a typed transaction's list, whose header is three bytes.</summary>
    internal static void ShortenOuterList(byte[] raw, int by)
    {
        Assert.True(raw[1] is 0xf8 or 0xf9);
        raw[raw[1] == 0xf8 ? 2 : 3] -= (byte)by;
    }

    private static byte[] RawSentToTheNode()
    {
        string path = SharedFiles.PathOf("vectors", "ethereum", "execution-apis", "tests", "eth_sendRawTransaction", "send-blob-tx.io");
        using JsonDocument request = JsonDocument.Parse(File.ReadLines(path).First(static line => line.StartsWith(">> ", StringComparison.Ordinal))[3..]);
        return Hex.Decode(request.RootElement.GetProperty("params")[0].GetString());
    }

    private static byte[] BareOf(byte[] wrapped) => [3, .. Sidecar.Of(wrapped).Body];

    private sealed record Sidecar(byte[] Body, ulong? Version, byte[][] Blobs, byte[][] Commitments, byte[][] Proofs)
    {
        public static Sidecar Of(byte[] wrapped)
        {
            RlpReader reader = new(wrapped.AsSpan(1));
            Assert.True(reader.TryReadList(out RlpReader items));
            Assert.True(items.TryReadEncoded(out ReadOnlySpan<byte> body));
            ulong? version = null;
            if (!items.NextIsList)
            {
                Assert.True(items.TryReadUInt64(out ulong found));
                version = found;
            }
            return new Sidecar(body.ToArray(), version, Strings(ref items), Strings(ref items), Strings(ref items));
        }

        public byte[] Encode()
        {
            byte[] payload = [.. Body, .. Version is { } version ? [(byte)version] : Array.Empty<byte>(), .. List(Blobs), .. List(Commitments), .. List(Proofs)];
            return [3, .. Wrap(payload)];
        }

        private static byte[][] Strings(ref RlpReader items)
        {
            Assert.True(items.TryReadList(out RlpReader list));
            List<byte[]> strings = [];
            while (!list.AtEnd)
            {
                Assert.True(list.TryReadBytes(out ReadOnlySpan<byte> bytes));
                strings.Add(bytes.ToArray());
            }
            return [.. strings];
        }

        private static byte[] List(byte[][] strings)
        {
            byte[] payload = new byte[strings.Sum(static s => Rlp.LengthOf(s))];
            RlpWriter writer = new(payload);
            foreach (byte[] s in strings) writer.WriteBytes(s);
            return Wrap(payload);
        }

        private static byte[] Wrap(byte[] payload)
        {
            byte[] list = new byte[Rlp.LengthOfPayload(payload.Length)];
            RlpWriter writer = new(list);
            writer.WriteListHeader(payload.Length);
            writer.WriteEncoded(payload);
            return list;
        }
    }
}
