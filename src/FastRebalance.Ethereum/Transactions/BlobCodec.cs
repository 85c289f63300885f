using System.Security.Cryptography;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.Ethereum.Transactions;

/// <summary>
/// What is special about type 3 on the wire: the versioned hashes in the body (EIP-4844), and the sidecar of blobs, commitments and
/// proofs that goes round the body while the transaction travels between nodes (with proofs of cells since EIP-7594).
/// </summary>
internal static class BlobCodec
{
    private const byte HashVersion = 0x01;
    private const int HashItem = 1 + Hash32.Length;
    private const int BlobLength = 131_072;
    private const int CommitmentLength = 48;
    private const int ProofLength = 48;
    private const int CellsPerBlob = 128;
    private const ulong CellProofs = 1;

    public static int PayloadLength(ReadOnlySpan<Hash32> hashes) => hashes.Length * HashItem;

    public static void Write(ref RlpWriter writer, ReadOnlySpan<Hash32> hashes)
    {
        writer.WriteListHeader(PayloadLength(hashes));
        foreach (ref readonly Hash32 hash in hashes)
            writer.WriteBytes(hash.Span);
    }

    /// <summary>Reads the versioned hashes; at least one, and each of the known version.</summary>
    public static bool TryReadHashes(ref RlpReader reader, out ReadOnlyMemory<Hash32> hashes, out TransactionVerdict verdict)
    {
        hashes = default;
        verdict = default;
        if (!reader.TryReadList(out RlpReader items)) return No(TransactionField.BlobVersionedHashes, reader.Status, out verdict);
        if (items.AtEnd) return No(TransactionField.BlobVersionedHashes, TransactionStatus.ListEmpty, out verdict);
        Hash32[] read = new Hash32[(items.Remaining + HashItem - 1) / HashItem];
        int count = 0;
        while (!items.AtEnd)
        {
            if (!items.TryReadHash(out Hash32 hash)) return No(TransactionField.BlobVersionedHashes, items.Status, out verdict);
            if (hash.Span[0] != HashVersion) return No(TransactionField.BlobVersionedHashes, TransactionStatus.BlobVersionUnknown, out verdict);
            read[count++] = hash;
        }
        hashes = read.AsMemory(0, count);
        return true;
    }

    /// <summary>
    /// Reads what follows the body in the form that travels, to its end: a blob, a commitment and the proofs to every hash, each commitment
    /// the one its hash names. The proofs themselves are the node's to check.
    /// </summary>
    public static TransactionVerdict CheckSidecar(ref RlpReader items, ReadOnlySpan<Hash32> hashes)
    {
        int proofs = hashes.Length;
        if (!items.AtEnd && !items.NextIsList)
        {
            if (!items.TryReadUInt64(out ulong version)) return TransactionVerdict.Of(TransactionField.Sidecar, items.Status);
            if (version != CellProofs) return Mismatch;
            proofs *= CellsPerBlob;
        }
        if (!items.TryReadList(out RlpReader blobs) || !items.TryReadList(out RlpReader commitments)
            || !items.TryReadList(out RlpReader proofList) || !items.TryReadEnd())
            return TransactionVerdict.Of(TransactionField.Sidecar, items.Status);
        return HoldsExactly(ref blobs, hashes.Length, BlobLength) && HoldsExactly(ref proofList, proofs, ProofLength)
            && AreCommittedTo(ref commitments, hashes) ? TransactionVerdict.Valid : Mismatch;
    }

    private static TransactionVerdict Mismatch => new(TransactionStatus.SidecarMismatch, TransactionField.Sidecar);

    private static bool HoldsExactly(ref RlpReader items, int count, int length)
    {
        for (; count > 0; count--)
            if (!items.TryReadBytes(out ReadOnlySpan<byte> bytes) || bytes.Length != length)
                return false;
        return items.TryReadEnd();
    }

    private static bool AreCommittedTo(ref RlpReader commitments, ReadOnlySpan<Hash32> hashes)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        foreach (ref readonly Hash32 hash in hashes)
        {
            if (!commitments.TryReadBytes(out ReadOnlySpan<byte> commitment) || commitment.Length != CommitmentLength) return false;
            SHA256.HashData(commitment, digest);
            digest[0] = HashVersion;
            if (!digest.SequenceEqual(hash.Span)) return false;
        }
        return commitments.TryReadEnd();
    }

    private static bool No(TransactionField field, TransactionStatus status, out TransactionVerdict verdict)
    {
        verdict = new(status, field);
        return false;
    }

    private static bool No(TransactionField field, RlpStatus status, out TransactionVerdict verdict)
    {
        verdict = TransactionVerdict.Of(field, status);
        return false;
    }
}
