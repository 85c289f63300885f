namespace FastRebalance.Reloading;

/// <summary>One place where two configurations differ.</summary>
/// <param name="Path">Its place, such as <c>portfolios[0].triggers[0].bandBps</c>.</param>
/// <param name="Before">What runs, as JSON; "nothing" where it says nothing, "…" where it is nobody's business.</param>
/// <param name="After">What is wanted, in the same way.</param>
/// <param name="Refusal">Why it cannot be taken while a run goes on; null where it can.</param>
public sealed record ConfigDifference(string Path, string Before, string After, string? Refusal)
{
    public override string ToString() => $"{Path}: {Before} → {After}";
}
