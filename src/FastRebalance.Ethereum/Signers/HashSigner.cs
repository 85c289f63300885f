using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Native;

namespace FastRebalance.Ethereum.Signers;

/// <summary>
/// A signer that is given a hash: a key-management service behind a small HTTP door. <c>{ "address", "hash" }</c> goes in; back comes
/// <c>r</c>, <c>s</c> and perhaps <c>v</c>, or <c>signature</c> (or <c>Signature</c>, as AWS KMS spells it): <c>0x</c> and the digits of r‖s, of
/// r‖s‖v or of DER, or DER in base64. A high s is turned into the low one, and v is found by trying.
/// </summary>
/// <remarks>Such a signer cannot see what it signs: limits on what may be spent stand here and nowhere else.</remarks>
public sealed class HashSigner : IAccountSigner
{
    public const string KindName = "http-hash";

    private const int MaxAnswerBytes = 16 * 1024;
    private const int WordLength = UInt256.ByteLength;

    // Begins with the byte that no transaction begins with (EIP-191), so its signature is worth nothing to anybody.
    private static readonly Hash32 s_probe = Keccak256.HashOfText("\u0019FastRebalance asks whether its signer is there");

    private readonly SignerHttp _http;

    /// <inheritdoc cref="RemoteSigners.Create"/>
    public HashSigner(RemoteSignerOptions options)
    {
        _http = new SignerHttp(options);
        Address = options.Address;
        ChainId = options.ChainId;
    }

    public ulong ChainId { get; }

    public Address Address { get; }

    public bool SignsAccessLists => true;

    public async ValueTask<SigningOutcome> SignAsync(TransactionFields fields, CancellationToken cancellation = default)
    {
        if (fields.ChainId != ChainId)
            throw new ArgumentException($"this signer signs for chain {ChainId}, found {fields.ChainId?.ToString() ?? "none"}", nameof(fields));
        Hash32 digest = new SignedTransaction { Fields = fields }.SigningHash();
        (SigningOutcome outcome, Signature signature) = await SignDigestAsync(digest, cancellation).ConfigureAwait(false);
        if (!outcome.IsReady)
            return outcome;
        byte[] raw = new byte[TransactionEncoder.MaxLength(in fields)];
        int length = TransactionEncoder.EncodeSigned(in fields, in signature, raw);
        return SignatureCheck.OfTransaction(in fields, Address, raw.AsMemory(0, length));
    }

    public async ValueTask<SigningOutcome> ProbeAsync(CancellationToken cancellation = default) =>
        (await SignDigestAsync(s_probe, cancellation).ConfigureAwait(false)).Outcome;

    public void Dispose() => _http.Dispose();

    /// <summary>The account, the chain and the kind.</summary>
    public override string ToString() => $"{Eip55.Format(Address)} on chain {ChainId} by {KindName}";

    private async Task<(SigningOutcome Outcome, Signature Signature)> SignDigestAsync(Hash32 digest, CancellationToken cancellation)
    {
        SignerReply reply = await _http.PostAsync(writer => WriteRequest(writer, in digest), MaxAnswerBytes, cancellation).ConfigureAwait(false);
        if (!reply.HasBody)
            return (reply.ToOutcome(), default);
        using JsonDocument? answer = SignerJson.TryParse(reply.Body);
        if (answer is null)
            return (SignerJson.Unreadable("one JSON object"), default);
        return (Judge(answer.RootElement, in digest, out Signature signature), signature);
    }

    private SigningOutcome Judge(JsonElement answer, in Hash32 digest, out Signature signature)
    {
        Span<byte> r = stackalloc byte[WordLength];
        Span<byte> s = stackalloc byte[WordLength];
        signature = default;
        if (answer.TryGetProperty("error", out JsonElement error) && error.ValueKind != JsonValueKind.Null)
            return SigningOutcome.No(SigningStatus.Refused, SignerJson.Quote(error));
        bool isRead = answer.TryGetProperty("signature", out JsonElement whole) || answer.TryGetProperty("Signature", out whole)
            ? TryReadWhole(whole, r, s, out byte? parity)
            : TryReadParts(answer, r, s, out parity);
        return isRead
            ? SignatureCheck.OfDigest(digest.Span, Address, r, s, parity, out signature)
            : SignerJson.Unreadable("r and s in 0x and 64 digits each, or signature in 0x and digits or in base64,");
    }

    private static bool TryReadParts(JsonElement answer, Span<byte> r, Span<byte> s, out byte? parity)
    {
        parity = null;
        if (!TryReadWord(answer, "r", r) || !TryReadWord(answer, "s", s)) return false;
        return !answer.TryGetProperty("v", out JsonElement v) || v.ValueKind == JsonValueKind.Null || TryReadV(v, out parity);
    }

    private static bool TryReadWord(JsonElement answer, string name, Span<byte> word) =>
        answer.TryGetProperty(name, out JsonElement member) && member.ValueKind == JsonValueKind.String
            && member.GetString() is { Length: 2 + 2 * WordLength } text && Hex.TryDecode(text, word, out int written) && written == WordLength;

    private static bool TryReadV(JsonElement v, out byte? parity)
    {
        ulong value = 0;
        bool isRead = v.ValueKind == JsonValueKind.Number ? v.TryGetUInt64(out value)
            : v.ValueKind == JsonValueKind.String && Hex.TryParseQuantity(v.GetString(), out value);
        return TryReadV(isRead ? value : ulong.MaxValue, out parity);
    }

    private static bool TryReadV(ulong v, out byte? parity)
    {
        parity = v switch { 0 or 27 => 0, 1 or 28 => 1, _ => null };
        return parity is not null;
    }

    private static bool TryReadWhole(JsonElement member, Span<byte> r, Span<byte> s, out byte? parity)
    {
        parity = null;
        if (member.ValueKind != JsonValueKind.String) return false;
        string text = member.GetString()!;
        Span<byte> bytes = stackalloc byte[DerSignature.MaxLength];
        int length;
        if (!text.StartsWith("0x", StringComparison.Ordinal))
            return Convert.TryFromBase64String(text, bytes, out length) && DerSignature.TryRead(bytes[..length], r, s);
        if (!Hex.TryDecode(text, bytes, out length)) return false;
        if (length is not (Signature.Length or Signature.Length - 1))
            return DerSignature.TryRead(bytes[..length], r, s);
        bytes[..WordLength].CopyTo(r);
        bytes.Slice(WordLength, WordLength).CopyTo(s);
        return length < Signature.Length || TryReadV(bytes[2 * WordLength], out parity);
    }

    private void WriteRequest(Utf8JsonWriter writer, in Hash32 digest)
    {
        writer.WriteStartObject();
        writer.WriteString("address", Address.ToString());
        writer.WriteString("hash", digest.ToString());
        writer.WriteEndObject();
    }
}
