namespace FastRebalance.Execution.Submission;

/// <summary>Whether a decision got a nonce. Zero is no answer.</summary>
internal enum BindVerdict : byte
{
    None = 0,
    Bound,

    /// <summary>The account takes no decision now.</summary>
    NotRunning,

    /// <summary>As many decisions as are allowed are under way.</summary>
    TooManyLive,

    /// <summary>The decision was bound before: it is never opened again.</summary>
    DecisionKnown,

    /// <summary>The next block is past what it may still do.</summary>
    Expired,

    /// <summary>All that is out and this together could cost more than the balance or the account's cap.</summary>
    TooDear,
}
