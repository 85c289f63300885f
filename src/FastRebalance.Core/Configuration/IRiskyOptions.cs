namespace FastRebalance.Core.Configuration;

/// <summary>Options that speak of risky assets: the numeraire, which is the cash, cannot be one of them.</summary>
public interface IRiskyOptions : IPluginOptions
{
    /// <summary>Mistakes that only show once it is known which asset is the cash.</summary>
    IEnumerable<OptionProblem> CashProblems(string numeraire, IReadOnlyCollection<string> assets);
}
