namespace FastRebalance.Configuration;

/// <summary>One mistake in a configuration: where, what stands there, what would be right.</summary>
public sealed record ConfigProblem(string Path, string Found, string Wanted)
{
    public override string ToString() => $"{Path}: found {Found}; wanted {Wanted}";
}
