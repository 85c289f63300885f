namespace FastRebalance.Benchmarks;

/// <summary>What the suites say of their benchmarks.</summary>
public static class Category
{
    /// <summary>What ours is compared with. All else is ours, and has a row in the allocation budget.</summary>
    public const string Theirs = "theirs";
}
