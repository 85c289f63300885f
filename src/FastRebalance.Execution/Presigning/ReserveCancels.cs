using FastRebalance.Ethereum.Signers;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.Execution.Presigning;

/// <summary>
/// For each nonce a cancel above every fee level, signed and durable beforehand: the last thing that still works when nothing else does. They
/// depend on no order, so events that kill rungs leave them. Account thread.
/// </summary>
internal sealed class ReserveCancels(RungSigner signer, IArmLog log, ulong gas)
{
    private readonly Dictionary<ulong, List<ArmedAttempt>> _held = [];

    public Action<ulong, IReadOnlyList<ArmedAttempt>>? OnSigned { get; set; }

    public IReadOnlyList<ArmedAttempt> Of(ulong nonce) => _held.TryGetValue(nonce, out List<ArmedAttempt>? cancels) ? cancels : [];

    public void Forget(ulong nonce) => _held.Remove(nonce);

    /// <summary>
    /// Signs what is missing: one that may replace each level, none where those held already reach above the highest. The highest goes a step
    /// further than it must, so that fees which creep do not ask for new ones at every head.
    /// </summary>
    public async ValueTask<(SigningOutcome Signing, LogVerdict Log, int Count)> SignAsync(
        ulong nonce, IReadOnlyList<FeeQuote> levels, CancellationToken cancellation)
    {
        if (Covers(nonce, Above(levels[^1])))
            return (new SigningOutcome(SigningStatus.Signed, default, default, ""), LogVerdict.None, 0);
        FeeQuote[] fees = [.. levels.Select(Above)];
        fees[^1] = Above(fees[^1]);
        TransactionFields[] fields = [.. fees.Select(fee => FieldsOf(nonce, fee))];
        SignedBytes[] signed = new SignedBytes[fields.Length];
        byte[] bytes = new byte[fields.Sum(static transaction => TransactionEncoder.MaxLength(in transaction))];
        SigningOutcome signing = await signer.SignAsync(fields, bytes, signed, cancellation).ConfigureAwait(false);
        if (!signing.IsSigned)
            return (signing, LogVerdict.None, 0);
        ArmedAttempt[] cancels = [.. signed.Select((one, i) => AttemptOf(nonce, fees[i], one, bytes))];
        LogVerdict verdict = log.Arm(cancels);
        if (verdict != LogVerdict.Written)
            return (signing, verdict, 0);
        if (!_held.TryGetValue(nonce, out List<ArmedAttempt>? held))
            _held[nonce] = held = [];
        held.AddRange(cancels);
        OnSigned?.Invoke(nonce, cancels);
        return (signing, verdict, cancels.Length);
    }

    private bool Covers(ulong nonce, FeeQuote fees) =>
        Of(nonce).Any(cancel => cancel.Fees.MaxFeePerGasWei >= fees.MaxFeePerGasWei && cancel.Fees.TipWei >= fees.TipWei);

    private static FeeQuote Above(FeeQuote level) => new(Bumped(level.MaxFeePerGasWei), Bumped(level.TipWei));

    private static ulong Bumped(ulong fee) => (ulong)UInt128.Min(FeePolicy.Bump(fee), ulong.MaxValue);

    private TransactionFields FieldsOf(ulong nonce, FeeQuote fees) => new()
    {
        Kind = TransactionKind.DynamicFee,
        ChainId = signer.Account.ChainId,
        Nonce = nonce,
        MaxFeePerGasWei = fees.MaxFeePerGasWei,
        MaxPriorityFeePerGasWei = fees.TipWei,
        GasLimit = gas,
        To = signer.Account.Address,
    };

    private ArmedAttempt AttemptOf(ulong nonce, FeeQuote fees, SignedBytes signed, byte[] bytes) => new()
    {
        Nonce = nonce,
        Kind = AttemptKind.Cancel,
        Decision = default,
        Fees = fees,
        GasLimit = gas,
        MaxBlock = ulong.MaxValue,
        MaxUnixSeconds = long.MaxValue,
        Hash = signed.Hash,
        Raw = bytes.AsMemory(signed.Start, signed.Length),
    };
}
