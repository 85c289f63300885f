using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Signers;

/// <summary>A signature's bytes, or the reason why there are none.</summary>
/// <param name="Status">Which of the two.</param>
/// <param name="Raw">The signed transaction as it travels; empty unless signed.</param>
/// <param name="Hash">Its hash; zero unless signed.</param>
/// <param name="Detail">What was found, in a few words without any secret; empty where signed.</param>
public readonly record struct SigningOutcome(SigningStatus Status, ReadOnlyMemory<byte> Raw, Hash32 Hash, string Detail)
{
    public static SigningOutcome Ready => new(SigningStatus.Ready, default, default, "");

    public bool IsSigned => Status == SigningStatus.Signed;

    public bool IsReady => Status == SigningStatus.Ready;

    /// <summary>
    /// The signer answered, and signed something else than it was asked to: not a matter of trying again. Where it is false and nothing was
    /// signed, the signer was away, late or unwilling, and a later request may be served.
    /// </summary>
    public bool IsWrongSignature =>
        Status is SigningStatus.SignatureOutOfRange or SigningStatus.OtherChain or SigningStatus.OtherTransaction or SigningStatus.OtherAccount;

    public static SigningOutcome Of(ReadOnlyMemory<byte> raw, in Hash32 hash) => new(SigningStatus.Signed, raw, hash, "");

    public static SigningOutcome No(SigningStatus status, string detail) => new(status, default, default, detail);

    /// <summary>One sentence for people.</summary>
    public override string ToString() => Status switch
    {
        SigningStatus.Unasked => "the signer was not asked",
        SigningStatus.Signed => $"signed as {Hash}",
        SigningStatus.Ready => "the signer is ready",
        SigningStatus.Unreachable => $"the signer cannot be reached: {Detail}",
        SigningStatus.TimedOut => $"the signer did not answer in time: {Detail}",
        SigningStatus.Refused => $"the signer refused: {Detail}",
        SigningStatus.AnswerTooLarge => $"the signer's answer is too large: {Detail}",
        SigningStatus.AnswerUnreadable => $"the signer's answer cannot be read: {Detail}",
        SigningStatus.SignatureOutOfRange => $"the signer's signature is one that no chain accepts: {Detail}",
        SigningStatus.OtherChain => $"the signer signed for another chain: {Detail}",
        SigningStatus.OtherTransaction => $"the signer signed another transaction: {Detail}",
        SigningStatus.OtherAccount => $"the signer signed for another account: {Detail}",
        SigningStatus.AccountUnknown => $"the signer does not have the account's key: {Detail}",
        _ => $"{Status}: {Detail}",
    };
}
