using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Keys;

namespace FastRebalance.Ethereum.Transactions;

/// <summary>
/// A signed transaction as one JSON object: type, hash, sender, every field the type has, the signature. Amounts in wei are decimal texts,
/// counts and ids JSON integers, bytes 0x and digits, accounts in checksum case.
/// </summary>
public static class TransactionJsonWriter
{
    /// <param name="writer">Where to; the object is written whole.</param>
    /// <param name="transaction">What was decoded.</param>
    /// <param name="from">Its sender; null where no key fits the signature.</param>
    public static void Write(Utf8JsonWriter writer, in SignedTransaction transaction, Address? from)
    {
        ref readonly TransactionFields fields = ref transaction.Fields;
        writer.WriteStartObject();
        writer.WriteNumber("type", TransactionEncoder.WireType(fields.Kind));
        writer.WriteString("hash", transaction.Hash.ToString());
        WriteAccount(writer, "from", from);
        if (fields.ChainId is { } chainId) writer.WriteNumber("chainId", chainId);
        else writer.WriteNull("chainId");
        writer.WriteNumber("nonce", fields.Nonce);
        WriteFees(writer, in fields);
        writer.WriteNumber("gasLimit", fields.GasLimit);
        WriteAccount(writer, "to", fields.To);
        writer.WriteString("value", fields.ValueWei.ToString());
        writer.WriteString("data", Hex.Encode(fields.Data.Span));
        if (fields.Kind != TransactionKind.Legacy) WriteAccessList(writer, fields.AccessList.Span);
        if (fields.Kind == TransactionKind.Blob) WriteBlobs(writer, in transaction);
        if (fields.Kind == TransactionKind.SetCode) WriteAuthorizations(writer, fields.AuthorizationList.Span);
        WriteSignature(writer, in transaction);
        writer.WriteEndObject();
    }

    private static void WriteFees(Utf8JsonWriter writer, in TransactionFields fields)
    {
        if (!fields.HasTip)
        {
            writer.WriteString("gasPrice", fields.MaxFeePerGasWei.ToString());
            return;
        }
        writer.WriteString("maxPriorityFeePerGas", fields.MaxPriorityFeePerGasWei.ToString());
        writer.WriteString("maxFeePerGas", fields.MaxFeePerGasWei.ToString());
    }

    private static void WriteAccessList(Utf8JsonWriter writer, ReadOnlySpan<AccessListEntry> entries)
    {
        writer.WriteStartArray("accessList");
        foreach (AccessListEntry entry in entries)
        {
            writer.WriteStartObject();
            WriteAccount(writer, "address", entry.Address);
            WriteHashes(writer, "storageKeys", entry.StorageKeys.Span);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void WriteBlobs(Utf8JsonWriter writer, in SignedTransaction transaction)
    {
        writer.WriteString("maxFeePerBlobGas", transaction.Fields.MaxFeePerBlobGasWei.ToString());
        WriteHashes(writer, "blobVersionedHashes", transaction.Fields.BlobVersionedHashes.Span);
        writer.WriteBoolean("hasSidecar", transaction.HasSidecar);
    }

    private static void WriteAuthorizations(Utf8JsonWriter writer, ReadOnlySpan<Authorization> entries)
    {
        writer.WriteStartArray("authorizationList");
        foreach (Authorization entry in entries)
        {
            writer.WriteStartObject();
            writer.WritePropertyName("chainId");
            writer.WriteRawValue(entry.ChainId.ToString()); // an integer of up to 256 bits
            WriteAccount(writer, "address", entry.Delegate);
            writer.WriteNumber("nonce", entry.Nonce);
            writer.WriteNumber("yParity", entry.YParity);
            WriteWord(writer, "r", entry.R);
            WriteWord(writer, "s", entry.S);
            WriteAccount(writer, "authority", entry.TryRecoverAuthority(out Address authority) ? authority : null);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void WriteSignature(Utf8JsonWriter writer, in SignedTransaction transaction)
    {
        writer.WriteStartObject("signature");
        writer.WriteNumber("yParity", transaction.Signature.YParity);
        writer.WriteString("r", Hex.Encode(transaction.Signature.R));
        writer.WriteString("s", Hex.Encode(transaction.Signature.S));
        writer.WriteEndObject();
    }

    private static void WriteWord(Utf8JsonWriter writer, string name, in UInt256 value)
    {
        Span<byte> word = stackalloc byte[UInt256.ByteLength];
        value.WriteBigEndian(word);
        writer.WriteString(name, Hex.Encode(word));
    }

    private static void WriteHashes(Utf8JsonWriter writer, string name, ReadOnlySpan<Hash32> hashes)
    {
        writer.WriteStartArray(name);
        foreach (ref readonly Hash32 hash in hashes) writer.WriteStringValue(hash.ToString());
        writer.WriteEndArray();
    }

    private static void WriteAccount(Utf8JsonWriter writer, string name, Address? account)
    {
        if (account is { } address) writer.WriteString(name, Eip55.Format(address));
        else writer.WriteNull(name);
    }
}
