namespace FastRebalance.UnitTests.Execution.Submission;

/// <summary>A bug that is put in on purpose, so that the watch can be seen to find it.</summary>
internal enum WorldFlaw : byte
{
    None = 0,

    /// <summary>The signer writes another decision into a step.</summary>
    OtherDecisionSigned,

    /// <summary>A restart forgets which decisions were made, and the engine orders one again.</summary>
    DecisionForgotten,

    /// <summary>A transaction is signed for the nonce after its own.</summary>
    NonceSkipped,

    /// <summary>Bytes leave that the log does not hold.</summary>
    Unlogged,

    /// <summary>Nobody asks whether an attempt may still leave.</summary>
    NotAsked,

    /// <summary>Every step is signed at the first one's fees.</summary>
    FlatFees,

    /// <summary>The node shows ten times the coins.</summary>
    BalanceInflated,

    /// <summary>A reverted receipt is read as a success.</summary>
    RevertReadAsSuccess,

    /// <summary>What the log held is not restored.</summary>
    LogLost,

    /// <summary>Of several armed nonces the highest is fired first.</summary>
    TopRungFired,

    /// <summary>A signature that is asked for never comes, and nobody says so.</summary>
    SignerNeverAnswers,
}
