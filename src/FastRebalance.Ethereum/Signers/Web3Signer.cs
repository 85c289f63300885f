using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.Transactions;

namespace FastRebalance.Ethereum.Signers;

/// <summary>
/// A signer that speaks <c>eth_signTransaction</c>: web3signer in its eth1 mode, clef, EthSigner. It is told every field and answers with the
/// signed transaction, as text or as the member <c>raw</c> of an object. The chain is the signer's own setting and is checked in the answer.
/// </summary>
public sealed class Web3Signer : IAccountSigner
{
    public const string KindName = "web3signer";

    // What stands around the transaction's digits, with some room; clef repeats the fields beside them.
    private const int AnswerOverhead = 8 * 1024;

    private readonly SignerHttp _http;
    private long _lastId;

    /// <inheritdoc cref="RemoteSigners.Create"/>
    public Web3Signer(RemoteSignerOptions options)
    {
        _http = new SignerHttp(options);
        Address = options.Address;
        ChainId = options.ChainId;
    }

    public ulong ChainId { get; }

    public Address Address { get; }

    /// <summary>False: web3signer's parameters have no access list, and it passes over what it does not know.</summary>
    public bool SignsAccessLists => false;

    public async ValueTask<SigningOutcome> SignAsync(TransactionFields fields, CancellationToken cancellation = default)
    {
        if (fields.ChainId != ChainId)
            throw new ArgumentException($"this signer signs for chain {ChainId}, found {fields.ChainId?.ToString() ?? "none"}", nameof(fields));
        int maxLength = TransactionEncoder.MaxLength(in fields);
        (JsonDocument? answer, SigningOutcome failure) =
            await AskAsync("eth_signTransaction", writer => WriteTransaction(writer, in fields), AnswerOverhead + 8 * maxLength, cancellation).ConfigureAwait(false);
        if (answer is null)
            return failure;
        using (answer)
        {
            JsonElement result = answer.RootElement.GetProperty("result");
            if (result.ValueKind == JsonValueKind.Object && result.TryGetProperty("raw", out JsonElement member))
                result = member;
            return result.ValueKind == JsonValueKind.String && Hex.TryDecode(result.GetString(), out byte[] raw)
                ? SignatureCheck.OfTransaction(in fields, Address, raw)
                : SignerJson.Unreadable("a result with the signed transaction in hexadecimal digits");
        }
    }

    public async ValueTask<SigningOutcome> ProbeAsync(CancellationToken cancellation = default)
    {
        (JsonDocument? answer, SigningOutcome failure) =
            await AskAsync("eth_accounts", static writer => { }, 1 << 20, cancellation).ConfigureAwait(false);
        if (answer is null)
            return failure;
        using (answer)
        {
            JsonElement accounts = answer.RootElement.GetProperty("result");
            if (accounts.ValueKind != JsonValueKind.Array)
                return SignerJson.Unreadable("a list of accounts");
            foreach (JsonElement account in accounts.EnumerateArray())
                if (account.ValueKind == JsonValueKind.String && Address.TryParse(account.GetString(), out Address known) && known == Address)
                    return SigningOutcome.Ready;
            return SigningOutcome.No(SigningStatus.AccountUnknown, $"{Eip55.Format(Address)} is none of the {accounts.GetArrayLength()} it lists");
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>The account, the chain and the kind.</summary>
    public override string ToString() => $"{Eip55.Format(Address)} on chain {ChainId} by {KindName}";

    /// <returns>An answer that has a result, or the reason why there is none.</returns>
    private async Task<(JsonDocument? Answer, SigningOutcome Failure)> AskAsync(
        string method, Action<Utf8JsonWriter> parameters, int maxAnswerBytes, CancellationToken cancellation)
    {
        long id = Interlocked.Increment(ref _lastId);
        SignerReply reply = await _http.PostAsync(writer => WriteRequest(writer, id, method, parameters), maxAnswerBytes, cancellation).ConfigureAwait(false);
        if (!reply.HasBody)
            return (null, reply.ToOutcome());
        JsonDocument? answer = SignerJson.TryParse(reply.Body);
        SigningOutcome? flaw = answer is null ? SignerJson.Unreadable("one JSON object") : FlawOf(answer.RootElement, id);
        if (flaw is null)
            return (answer, default);
        answer?.Dispose();
        return (null, flaw.Value);
    }

    private static SigningOutcome? FlawOf(JsonElement answer, long id)
    {
        if (!answer.TryGetProperty("id", out JsonElement member) || member.ValueKind != JsonValueKind.Number || !member.TryGetInt64(out long found) || found != id)
            return SignerJson.Unreadable("an answer to this request, and not to another,");
        if (answer.TryGetProperty("error", out JsonElement error) && error.ValueKind != JsonValueKind.Null)
            return SigningOutcome.No(
                SigningStatus.Refused,
                error.ValueKind == JsonValueKind.Object && error.TryGetProperty("message", out JsonElement message) ? SignerJson.Quote(message) : "without a reason");
        return answer.TryGetProperty("result", out _) ? null : SignerJson.Unreadable("a result");
    }

    private static void WriteRequest(Utf8JsonWriter writer, long id, string method, Action<Utf8JsonWriter> parameters)
    {
        writer.WriteStartObject();
        writer.WriteString("jsonrpc", "2.0");
        writer.WriteNumber("id", id);
        writer.WriteString("method", method);
        writer.WriteStartArray("params");
        parameters(writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void WriteTransaction(Utf8JsonWriter writer, in TransactionFields fields)
    {
        writer.WriteStartObject();
        writer.WriteString("from", Address.ToString());
        if (fields.To is { } to)
            writer.WriteString("to", to.ToString());
        writer.WriteString("gas", Hex.Quantity(fields.GasLimit));
        if (fields.Kind == TransactionKind.DynamicFee)
        {
            writer.WriteString("maxFeePerGas", Hex.Quantity(in fields.MaxFeePerGasWei));
            writer.WriteString("maxPriorityFeePerGas", Hex.Quantity(in fields.MaxPriorityFeePerGasWei));
        }
        else
        {
            writer.WriteString("gasPrice", Hex.Quantity(in fields.MaxFeePerGasWei));
        }
        writer.WriteString("value", Hex.Quantity(in fields.ValueWei));
        writer.WriteString("nonce", Hex.Quantity(fields.Nonce));
        writer.WriteString("data", Hex.Encode(fields.Data.Span));
        writer.WriteString("chainId", Hex.Quantity(ChainId));
        if (!fields.AccessList.IsEmpty)
            WriteAccessList(writer, fields.AccessList.Span);
        writer.WriteEndObject();
    }

    private static void WriteAccessList(Utf8JsonWriter writer, ReadOnlySpan<AccessListEntry> entries)
    {
        writer.WriteStartArray("accessList");
        foreach (ref readonly AccessListEntry entry in entries)
        {
            writer.WriteStartObject();
            writer.WriteString("address", entry.Address.ToString());
            writer.WriteStartArray("storageKeys");
            foreach (Hash32 slot in entry.StorageKeys.Span)
                writer.WriteStringValue(slot.ToString());
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}
