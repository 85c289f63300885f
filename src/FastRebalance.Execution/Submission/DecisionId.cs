namespace FastRebalance.Execution.Submission;

/// <summary>
/// One intention to rebalance, as the chain knows it: the executor runs each once. A decision lives at one nonce, ends filled or void, and is
/// never opened again.
/// </summary>
/// <param name="Space">Tells this desk's decisions from another's.</param>
/// <param name="Number">Tells them from each other; 0 is no decision.</param>
public readonly record struct DecisionId(ulong Space, ulong Number)
{
    public bool IsNone => Number == 0;

    public override string ToString() => IsNone ? "none" : $"{Space:x16}-{Number:x16}";
}
