using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.Ethereum.Transactions;

/// <summary>What was found, and in which field.</summary>
public readonly record struct TransactionVerdict(TransactionStatus Status, TransactionField Field = TransactionField.None)
{
    public static TransactionVerdict Valid => new(TransactionStatus.Valid);

    public bool IsValid => Status == TransactionStatus.Valid;

    public override string ToString() => Field == TransactionField.None ? $"{Status}" : $"{Status} in {Field}";

    internal static TransactionVerdict Of(TransactionField field, RlpStatus status) => new(
        status switch
        {
            RlpStatus.Truncated => TransactionStatus.Truncated,
            RlpStatus.LengthNotCanonical or RlpStatus.ByteNotCanonical => TransactionStatus.NotCanonical,
            RlpStatus.ListFound => TransactionStatus.ListFound,
            RlpStatus.BytesFound => TransactionStatus.ListWanted,
            RlpStatus.LeadingZero => TransactionStatus.LeadingZero,
            RlpStatus.TooLong => TransactionStatus.TooLong,
            RlpStatus.TooShort => TransactionStatus.TooShort,
            RlpStatus.TooFewItems => TransactionStatus.TooFewFields,
            RlpStatus.TrailingBytes => TransactionStatus.TooManyFields,
            _ => TransactionStatus.Unchecked,
        },
        field);
}
