using FastRebalance.Core.Results;

namespace FastRebalance.Execution.Confirmation;

/// <summary>What an order's lifecycle wants done. Zero is nothing.</summary>
internal enum LifecycleActionKind : byte
{
    None = 0,

    /// <summary>Send the attempt: sign it first where it is new, the same bytes where it is not.</summary>
    Submit,

    /// <summary>Tell the engine.</summary>
    Report,

    /// <summary>Ask the chain now instead of at the next head.</summary>
    LookAgain,

    /// <summary>No new order for the rest of the run.</summary>
    StopTrading,
}

/// <param name="Kind">What to do.</param>
/// <param name="Attempt">The attempt that it is about.</param>
/// <param name="Status">What to report.</param>
/// <param name="Reason">Why, for people.</param>
internal readonly record struct LifecycleAction(LifecycleActionKind Kind, int Attempt, SubmitStatus Status, string Reason)
{
    public static LifecycleAction Submit(int attempt, string reason) => new(LifecycleActionKind.Submit, attempt, SubmitStatus.None, reason);

    public static LifecycleAction Report(SubmitStatus status, int attempt, string reason = "") =>
        new(LifecycleActionKind.Report, attempt, status, reason);

    public static LifecycleAction LookAgain { get; } = new(LifecycleActionKind.LookAgain, 0, SubmitStatus.None, "");

    public static LifecycleAction StopTrading(string reason) => new(LifecycleActionKind.StopTrading, 0, SubmitStatus.None, reason);
}

/// <summary>The patience of a lifecycle, in heads and blocks; meanings as in <see cref="ExecutionSetup"/>.</summary>
internal readonly record struct LifecycleOptions(int FinalDepth, int ReleaseDepth, int RepriceAfterHeads, int ResendAfterHeads);
