namespace FastRebalance.UnitTests.Execution.Submission;

/// <summary>An observer saw what must never happen.</summary>
internal sealed class InvariantBrokenException(string invariant, string message) : Exception($"{invariant}: {message}")
{
    public string Invariant { get; } = invariant;
}
