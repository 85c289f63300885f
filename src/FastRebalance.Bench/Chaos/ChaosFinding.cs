namespace FastRebalance.Bench.Chaos;

/// <summary>What may not be. Zero is nothing.</summary>
public enum ChaosFault : byte
{
    None = 0,

    /// <summary>A decision ran twice, an order under two decisions, or a nonce served two decisions.</summary>
    DoubleFill,

    /// <summary>Something that was promised is forgotten: a record, an order, a nonce.</summary>
    LostIntent,

    /// <summary>A next incarnation did not come up, or went on where it had to refuse.</summary>
    FailedRestart,

    /// <summary>A transaction of the account that was never told, or an account that halted over its own.</summary>
    Foreign,
}

/// <param name="Fault">Which of them.</param>
/// <param name="Words">What was seen, with the round.</param>
public sealed record ChaosFinding(ChaosFault Fault, string Words);
