using System.Globalization;
using System.Numerics;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Transactions;
using Nethereum.Model;

namespace FastRebalance.Nethereum;

/// <summary>Between Nethereum's transactions and ours. What does not fit is refused, never rounded or left out.</summary>
internal static class NethereumFields
{
    /// <exception cref="ArgumentException">A number is negative or too large, or a text is no address or data.</exception>
    public static TransactionFields Of(Transaction1559 transaction) => new()
    {
        Kind = TransactionKind.DynamicFee,
        ChainId = ToUInt64(transaction.ChainId, "chain id"),
        Nonce = ToUInt64(transaction.Nonce ?? 0, "nonce"),
        MaxPriorityFeePerGasWei = ToUInt256(transaction.MaxPriorityFeePerGas ?? 0, "tip"),
        MaxFeePerGasWei = ToUInt256(transaction.MaxFeePerGas ?? 0, "fee cap"),
        GasLimit = ToUInt64(transaction.GasLimit ?? 0, "gas limit"),
        To = ToAddress(transaction.ReceiverAddress),
        ValueWei = ToUInt256(transaction.Amount ?? 0, "value"),
        Data = ToData(transaction.Data),
        AccessList = ToAccessList(transaction.AccessList),
    };

    /// <inheritdoc cref="Of(Transaction1559)"/>
    public static TransactionFields Of(LegacyTransactionChainId transaction) => new()
    {
        Kind = TransactionKind.Legacy,
        ChainId = ToUInt64(ToInteger(transaction.ChainId), "chain id"),
        Nonce = ToUInt64(ToInteger(transaction.Nonce), "nonce"),
        MaxFeePerGasWei = ToUInt256(ToInteger(transaction.GasPrice), "gas price"),
        GasLimit = ToUInt64(ToInteger(transaction.GasLimit), "gas limit"),
        To = transaction.ReceiveAddress is { Length: > 0 } to ? new Address(to) : null,
        ValueWei = ToUInt256(ToInteger(transaction.Value), "value"),
        Data = transaction.Data ?? [],
    };

    public static Transaction1559 ToTransaction1559(in TransactionFields fields) => new(
        fields.ChainId.GetValueOrDefault(),
        fields.Nonce,
        (BigInteger)fields.MaxPriorityFeePerGasWei,
        (BigInteger)fields.MaxFeePerGasWei,
        fields.GasLimit,
        fields.To?.ToString() ?? "",
        (BigInteger)fields.ValueWei,
        Hex.Encode(fields.Data.Span),
        [.. fields.AccessList.ToArray().Select(entry => new AccessListItem(
            entry.Address.ToString(), [.. entry.StorageKeys.ToArray().Select(slot => slot.Span.ToArray())]))]);

    public static LegacyTransactionChainId ToLegacy(in TransactionFields fields) => new(
        fields.To?.ToString() ?? "",
        (BigInteger)fields.ValueWei,
        fields.Nonce,
        (BigInteger)fields.MaxFeePerGasWei,
        fields.GasLimit,
        Hex.Encode(fields.Data.Span),
        fields.ChainId.GetValueOrDefault());

    private static BigInteger ToInteger(byte[]? bigEndian) => new(bigEndian ?? [], isUnsigned: true, isBigEndian: true);

    private static ulong ToUInt64(BigInteger value, string what) =>
        value >= 0 && value <= ulong.MaxValue ? (ulong)value : throw DoesNotFit(value, what);

    private static UInt256 ToUInt256(BigInteger value, string what) =>
        value.Sign >= 0 && value.GetBitLength() <= 256 ? (UInt256)value : throw DoesNotFit(value, what);

    private static ArgumentException DoesNotFit(BigInteger value, string what) =>
        new(string.Create(CultureInfo.InvariantCulture, $"the {what} is {value}, which no transaction holds"));

    private static Address? ToAddress(string? text) =>
        string.IsNullOrEmpty(text) || text == "0x" ? null
        : Address.TryParse(Prefixed(text), out Address address) ? address
        : throw new ArgumentException("the receiver is no address: 0x and 40 hexadecimal digits are wanted");

    private static byte[] ToData(string? text) => string.IsNullOrEmpty(text) ? [] : Hex.Decode(Prefixed(text));

    private static AccessListEntry[] ToAccessList(List<AccessListItem>? list) =>
        [.. (list ?? []).Select(item => new AccessListEntry(Address.Parse(Prefixed(item.Address)), item.StorageKeys.Select(key => new Hash32(key)).ToArray()))];

    private static string Prefixed(string text) => text.StartsWith("0x", StringComparison.Ordinal) ? text : "0x" + text;
}
