using FastRebalance.Configuration;
using FastRebalance.Core.Events;
using FastRebalance.Engine;
using FastRebalance.Hosting;

namespace FastRebalance.Reloading;

/// <summary>
/// One policy after the other, each built where its event comes: what an engine changes by that need not be quick. The live engine gets the same
/// policies from a <see cref="PolicyShelf"/>.
/// </summary>
internal sealed class PolicyLine(IConfigurations configurations, ConfigFile first, PortfolioPolicy firstPolicy) : IPolicySource
{
    private PolicyBefore _now = new(first, firstPolicy);

    /// <summary>What is done to each policy before it is handed on; nothing where it is not set.</summary>
    public Func<PortfolioPolicy, PortfolioPolicy> Adapt { get; init; } = static policy => policy;

    /// <inheritdoc/>
    /// <exception cref="IOException">The configuration is missing, or is another.</exception>
    /// <exception cref="ConfigException">It is wrong.</exception>
    public ReadyPolicy Take(in ConfigurationChange change)
    {
        ConfigFile config = configurations.At(in change);
        List<ConfigProblem> problems = [];
        PortfolioPolicy policy = PolicyFactory.Build(config, problems, _now) ?? throw new ConfigException(problems);
        _now = new PolicyBefore(config, policy);
        return new ReadyPolicy(Adapt(policy));
    }
}
