namespace FastRebalance.Configuration;

/// <summary>A configuration that cannot be run, with every mistake that was found in it.</summary>
public sealed class ConfigException(IReadOnlyList<ConfigProblem> problems)
    : Exception($"{problems.Count} mistake(s) in the configuration:{Environment.NewLine}  {string.Join(Environment.NewLine + "  ", problems)}")
{
    public IReadOnlyList<ConfigProblem> Problems { get; } = problems;
}
