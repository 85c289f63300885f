namespace FastRebalance.Ethereum.Keys;

/// <summary>A key file was refused. The message names the fix and never holds a secret.</summary>
public sealed class KeystoreException(KeystoreProblem problem, string message, Exception? inner = null) : Exception(message, inner)
{
    public KeystoreProblem Problem { get; } = problem;
}
