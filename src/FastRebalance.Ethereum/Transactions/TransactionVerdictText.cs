namespace FastRebalance.Ethereum.Transactions;

/// <summary>A verdict as a sentence for people.</summary>
public static class TransactionVerdictText
{
    /// <summary>Names the field and what is wrong there, with the verdict's own words behind.</summary>
    public static string Of(TransactionVerdict verdict) => verdict.Field is TransactionField.None or TransactionField.Envelope
        ? $"{Reason(verdict.Status)} ({verdict})"
        : $"{Words(verdict.Field)}: {Reason(verdict.Status)} ({verdict})";

    private static string Reason(TransactionStatus status) => status switch
    {
        TransactionStatus.Valid => "nothing is wrong",
        TransactionStatus.UnknownType => "the first byte is no known type of transaction and starts no list",
        TransactionStatus.Truncated => "the bytes end too early",
        TransactionStatus.TrailingBytes => "bytes follow the transaction",
        TransactionStatus.NotCanonical => "a length or a single byte is not in the one canonical form",
        TransactionStatus.ListFound => "a list stands where a value is wanted",
        TransactionStatus.ListWanted => "a value stands where a list is wanted",
        TransactionStatus.LeadingZero => "the number starts with a zero byte",
        TransactionStatus.TooLong => "the value is longer than its type",
        TransactionStatus.TooShort => "the value is shorter than its type",
        TransactionStatus.TooFewFields => "fields are missing",
        TransactionStatus.TooManyFields => "there are more fields than the type has",
        TransactionStatus.RecipientMissing => "this type calls an account and cannot create a contract",
        TransactionStatus.ListEmpty => "the list must name something and is empty",
        TransactionStatus.BlobVersionUnknown => "a blob's hash is not of version 1",
        TransactionStatus.SidecarMismatch => "the blobs, commitments and proofs are not those that the hashes name",
        TransactionStatus.VOutOfRange => "the value names neither a parity nor a chain",
        TransactionStatus.SignatureOutOfRange => "the value is out of the range of the curve, or s is in its upper half",
        TransactionStatus.SenderNotRecoverable => "no public key fits the signature",
        TransactionStatus.WrongChain => "it is signed for another chain",
        TransactionStatus.NonceExhausted => "2^64 - 1, which no account may use",
        TransactionStatus.TipAboveMaxFee => "the tip is above the fee cap",
        TransactionStatus.FeeOverflow => "gas limit times price does not fit 256 bits",
        TransactionStatus.IntrinsicGasTooLow => "the gas limit is below what the transaction costs before its first instruction",
        TransactionStatus.InitCodeTooLong => "the code of a creation is longer than 49152 bytes",
        _ => "nobody has looked",
    };

    // AccessListSlot: "access list slot"
    private static string Words(TransactionField field) =>
        string.Concat(field.ToString().Select(static (c, i) => char.IsUpper(c) && i > 0 ? $" {char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
