using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Native;

namespace FastRebalance.Ethereum.Signers;

/// <summary>
/// Trusts no signer: whatever came back is read anew, held field by field against what was asked, and its sender worked out of the
/// signature. Pure.
/// </summary>
internal static class SignatureCheck
{
    /// <summary>Judges a signed transaction.</summary>
    /// <param name="asked">What was to be signed.</param>
    /// <param name="account">Who was to sign.</param>
    /// <param name="raw">What came back; kept in the outcome.</param>
    public static SigningOutcome OfTransaction(in TransactionFields asked, in Address account, ReadOnlyMemory<byte> raw)
    {
        TransactionVerdict form = TransactionDecoder.Decode(raw, out SignedTransaction signed);
        if (!form.IsValid)
            return SigningOutcome.No(
                form.Status is TransactionStatus.SignatureOutOfRange or TransactionStatus.VOutOfRange
                    ? SigningStatus.SignatureOutOfRange
                    : SigningStatus.AnswerUnreadable,
                $"{form}");
        if (signed.Fields.ChainId != asked.ChainId)
            return SigningOutcome.No(
                SigningStatus.OtherChain, $"{signed.Fields.ChainId?.ToString() ?? "none"} instead of {asked.ChainId?.ToString() ?? "none"}");
        if (FirstDifference(in asked, in signed.Fields) is { Length: > 0 } difference)
            return SigningOutcome.No(SigningStatus.OtherTransaction, difference);
        return IsBy(in account, in signed, out string found) ? SigningOutcome.Of(raw, in signed.Hash) : SigningOutcome.No(SigningStatus.OtherAccount, found);
    }

    /// <summary>
    /// Turns r and s into a signature of this account: s into the lower half, and the parity found by trying both.
    /// </summary>
    /// <param name="digest">What was to be signed, 32 bytes.</param>
    /// <param name="account">Who was to sign.</param>
    /// <param name="r">32 bytes, big-endian.</param>
    /// <param name="s">32 bytes, big-endian, of either half.</param>
    /// <param name="saidParity">The parity that came with r and s, as the signer saw s; null where none came.</param>
    /// <param name="signature">r, the lower s, the parity.</param>
    /// <returns>Ready where the signature is the account's, or the reason why not.</returns>
    public static SigningOutcome OfDigest(
        ReadOnlySpan<byte> digest, in Address account, ReadOnlySpan<byte> r, ReadOnlySpan<byte> s, byte? saidParity, out Signature signature)
    {
        signature = default;
        if (!CurveOrder.IsInRange(r)) return SigningOutcome.No(SigningStatus.SignatureOutOfRange, "r");
        if (!CurveOrder.IsInRange(s)) return SigningOutcome.No(SigningStatus.SignatureOutOfRange, "s");
        Span<byte> low = stackalloc byte[UInt256.ByteLength];
        bool wasHigh = CurveOrder.ToLowerHalf(s, low);
        for (byte parity = 0; parity <= 1; parity++)
        {
            Signature trial = new(r, low, parity);
            if (!Secp256k1.TryRecover(digest, in trial, out PublicKey key) || AccountAddress.Of(in key) != account)
                continue;
            // The mirrored s belongs to the mirrored point: what the signer said of its own s is turned as well.
            if (saidParity is { } said && (wasHigh ? 1 - said : said) != parity)
                return SigningOutcome.No(SigningStatus.OtherAccount, "v is that of another key");
            signature = trial;
            return SigningOutcome.Ready;
        }
        return SigningOutcome.No(SigningStatus.OtherAccount, $"r and s are no signature of {Eip55.Format(account)}");
    }

    private static bool IsBy(in Address account, in SignedTransaction signed, out string found)
    {
        if (!signed.TryRecoverSender(out Address sender))
        {
            found = "no account fits the signature";
            return false;
        }
        found = sender == account ? "" : $"{Eip55.Format(sender)} instead of {Eip55.Format(account)}";
        return sender == account;
    }

    private static string FirstDifference(in TransactionFields asked, in TransactionFields got) =>
        got.Kind != asked.Kind ? $"{got.Kind} instead of {asked.Kind}"
        : got.Nonce != asked.Nonce ? $"nonce {got.Nonce} instead of {asked.Nonce}"
        : got.To != asked.To ? $"to {NameOf(got.To)} instead of {NameOf(asked.To)}"
        : got.ValueWei != asked.ValueWei ? $"value {got.ValueWei} instead of {asked.ValueWei}"
        : got.GasLimit != asked.GasLimit ? $"gas limit {got.GasLimit} instead of {asked.GasLimit}"
        : got.MaxFeePerGasWei != asked.MaxFeePerGasWei ? $"fee cap {got.MaxFeePerGasWei} instead of {asked.MaxFeePerGasWei}"
        : got.MaxPriorityFeePerGasWei != asked.MaxPriorityFeePerGasWei
            ? $"tip {got.MaxPriorityFeePerGasWei} instead of {asked.MaxPriorityFeePerGasWei}"
        : !got.Data.Span.SequenceEqual(asked.Data.Span) ? $"data of {got.Data.Length} bytes, and not those asked for"
        : SigningHashOf(in got) != SigningHashOf(in asked) ? "another access list, or a field that is not compared by name"
        : "";

    private static Hash32 SigningHashOf(in TransactionFields fields) => new SignedTransaction { Fields = fields }.SigningHash();

    private static string NameOf(Address? to) => to is { } address ? Eip55.Format(address) : "a new contract";
}
