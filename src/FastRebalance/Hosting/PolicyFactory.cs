using FastRebalance.Composition;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Engine.Positions;
using FastRebalance.Engine.Risk;
using FastRebalance.Engine.Routing;
using FastRebalance.Engine.Sizing;
using FastRebalance.Engine.Targets;
using FastRebalance.Engine.Triggers;
using FastRebalance.Routing.Paths;

namespace FastRebalance.Hosting;

/// <summary>Builds the portfolio's plug-ins and the pipeline around them.</summary>
internal static class PolicyFactory
{
    /// <summary>The portfolio's policy; null, with every mistake added to <paramref name="problems"/>, where it cannot be built.</summary>
    public static PortfolioPolicy? Build(ConfigFile config, List<ConfigProblem> problems)
    {
        int before = problems.Count;
        BuildContext context = new([.. config.Assets.Select(a => a.Symbol)], config.Numeraire);
        PortfolioSection portfolio = config.Portfolio;
        context = context with { Constraints = portfolio.Constraints ?? context.Constraints };
        if (portfolio.Position is not null)
            return BuildPosition(config, context, problems);
        ITarget? target = Targets.Registry.Create(portfolio.Target, context, problems);
        ISizer? sizer = Sizers.Registry.Create(portfolio.Sizing, context, problems);
        List<ITrigger> triggers = MakeTriggers(portfolio.Triggers, context, problems);
        PolicyTerms? safety = portfolio.Safety is { } terms ? SafetyTerms(portfolio, terms, context with { Tier = PolicyTier.Safety }, problems) : null;
        if (problems.Count > before || target is null || sizer is null)
            return null;
        PortfolioPolicy policy = new(
            PortfolioId.FromIndex(0),
            config.Numeraire,
            target,
            triggers,
            sizer,
            RiskChecks.From(portfolio.Risk, context),
            RiskChecks.BoundsOf(portfolio.Risk),
            config.Submit.Deadline)
        {
            Safety = safety,
        };
        policy = policy with { MakePlanner = PlannerFactory.For(policy, config, context, problems) };
        return problems.Count == before ? policy : null;
    }

    /// <summary>The configured position, a new one each time; null where the portfolio has none, or it was found wrong.</summary>
    public static Position? PositionOf(ConfigFile config) => config.Portfolio.Position is { } section
        ? Positions.Registry.Create(section, new BuildContext([.. config.Assets.Select(a => a.Symbol)], config.Numeraire), [])
        : null;

    /// <summary>One object for target, triggers and sizing of both tiers; null where it cannot be built.</summary>
    private static PortfolioPolicy? BuildPosition(ConfigFile config, BuildContext context, List<ConfigProblem> problems)
    {
        PortfolioSection portfolio = config.Portfolio;
        if (Positions.Registry.Create(portfolio.Position!, context, problems) is not { } position || portfolio is not { Lending: { } lending, Safety: { } safety })
            return null;
        LendingCheck check = new(position, context.AssetCount, lending.HealthFloor, lending.MaxOracleDeviation);
        // A position knows where it lands, and may sell past its weight for what selling costs: it and the lending check stand for the rule on weights.
        PolicyTerms Terms(PolicyTier tier, RiskSection risk) => new(
            [new PositionTrigger(position, tier)], new PositionSizer(position, context.Constraints.Lots), [.. RiskChecks.From(risk with { PostTrade = false }, context), check],
            RiskChecks.BoundsOf(risk));
        PolicyTerms economic = Terms(PolicyTier.Economic, portfolio.Risk);
        return new PortfolioPolicy(
            PortfolioId.FromIndex(0), config.Numeraire, new PositionTarget(position), economic.Triggers, economic.Sizer, economic.RiskChecks, economic.Bounds,
            config.Submit.Deadline)
        {
            Safety = Terms(PolicyTier.Safety, safety.Risk),
        };
    }

    /// <summary>Plug-ins of its own throughout, also where the options are economy's: what one of the tiers remembers is not the other's.</summary>
    private static PolicyTerms? SafetyTerms(PortfolioSection portfolio, SafetySection safety, BuildContext context, List<ConfigProblem> problems)
    {
        List<ITrigger> triggers = MakeTriggers(safety.Triggers, context, problems);
        // Economy's options were checked as economy's; a mistake in them is told once.
        ISizer? sizer = Sizers.Registry.Create(safety.Sizing ?? portfolio.Sizing, context, safety.Sizing is null ? [] : problems);
        return sizer is null ? null : new PolicyTerms(triggers, sizer, RiskChecks.From(safety.Risk, context), RiskChecks.BoundsOf(safety.Risk));
    }

    private static List<ITrigger> MakeTriggers(IReadOnlyList<PluginSection> sections, BuildContext context, List<ConfigProblem> problems)
    {
        List<ITrigger> triggers = [];
        foreach (PluginSection section in sections)
            if (Triggers.Registry.Create(section, context, problems) is { } trigger)
                triggers.Add(trigger);
        return triggers;
    }

    public static RebalancePipeline Pipeline(EngineSetup setup, PortfolioPolicy policy, IPathSearch search, IDecisionSink sink)
    {
        MarketState market = new(setup);
        return new RebalancePipeline(market, policy, new Router(setup, market, search), sink);
    }

    public static IPathSearch Search(EngineSetup setup, out string reason) =>
        PathSearches.ForPools(setup.Assets.Count, setup.Pools, out reason);
}
