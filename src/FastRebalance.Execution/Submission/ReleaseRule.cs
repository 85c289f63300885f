namespace FastRebalance.Execution.Submission;

/// <summary>What may be released at a nonce now. Zero is nothing.</summary>
internal enum ReleaseRule : byte
{
    Nothing = 0,
    CancelsOnly,
    Everything,
}
