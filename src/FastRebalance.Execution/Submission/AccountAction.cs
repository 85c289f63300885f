using FastRebalance.Core.Results;

namespace FastRebalance.Execution.Submission;

/// <summary>What an account's machine wants done. Zero is nothing.</summary>
internal enum AccountActionKind : byte
{
    None = 0,

    /// <summary>Send the attempt: sign and arm it first where that was not done, the same bytes where it was.</summary>
    Release,

    /// <summary>Tell the engine and the log.</summary>
    Report,

    /// <summary>Take the slot's attempts out of the hot table and the log; none was released.</summary>
    Disarm,

    /// <summary>Ask the relays to forget what they were given for this slot.</summary>
    CancelPrivately,

    /// <summary>Ask the chain now instead of at the next head.</summary>
    LookAgain,

    /// <summary>The slot is followed no longer.</summary>
    Close,

    /// <summary>The account stops until a human has looked.</summary>
    Halt,
}

/// <param name="Kind">What to do.</param>
/// <param name="Nonce">The slot that it is about.</param>
/// <param name="Attempt">The attempt that it is about.</param>
/// <param name="Status">What to report.</param>
/// <param name="Reason">Why, for people.</param>
internal readonly record struct AccountAction(AccountActionKind Kind, ulong Nonce, int Attempt, SubmitStatus Status, string Reason)
{
    public static AccountAction Release(ulong nonce, int attempt, string reason) =>
        new(AccountActionKind.Release, nonce, attempt, SubmitStatus.None, reason);

    public static AccountAction Report(ulong nonce, SubmitStatus status, int attempt, string reason = "") =>
        new(AccountActionKind.Report, nonce, attempt, status, reason);

    public static AccountAction Disarm(ulong nonce, string reason) => new(AccountActionKind.Disarm, nonce, 0, SubmitStatus.None, reason);

    public static AccountAction CancelPrivately(ulong nonce) => new(AccountActionKind.CancelPrivately, nonce, 0, SubmitStatus.None, "");

    public static AccountAction LookAgain(ulong nonce) => new(AccountActionKind.LookAgain, nonce, 0, SubmitStatus.None, "");

    public static AccountAction Close(ulong nonce, int attempt) => new(AccountActionKind.Close, nonce, attempt, SubmitStatus.None, "");

    public static AccountAction Halt(string reason) => new(AccountActionKind.Halt, 0, 0, SubmitStatus.None, reason);
}
