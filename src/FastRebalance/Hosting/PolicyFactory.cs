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
using FastRebalance.Reloading;
using FastRebalance.Routing.Paths;

namespace FastRebalance.Hosting;

/// <summary>Builds the portfolio's plug-ins and the pipeline around them.</summary>
internal static class PolicyFactory
{
    /// <summary>The portfolio's policy; null, with every mistake added to <paramref name="problems"/>, where it cannot be built.</summary>
    /// <param name="config">What the portfolio is held to.</param>
    /// <param name="problems">Every mistake is added.</param>
    /// <param name="before">
    /// What held until now, whose plug-ins are taken over where their options are the same: what they remember goes on. Null at a start.
    /// </param>
    public static PortfolioPolicy? Build(ConfigFile config, List<ConfigProblem> problems, PolicyBefore? before = null)
    {
        int mistakes = problems.Count;
        BuildContext context = new([.. config.Assets.Select(a => a.Symbol)], config.Numeraire);
        PortfolioSection portfolio = config.Portfolio;
        context = context with { Constraints = portfolio.Constraints ?? context.Constraints };
        if (portfolio.Position is not null)
            return BuildPosition(config, context, problems);
        TakenOver kept = new(config, before);
        ITarget? target = kept.Target(portfolio.Target) ?? Targets.Registry.Create(portfolio.Target, context, problems);
        ISizer? sizer = kept.Sizer(portfolio.Sizing) ?? Sizers.Registry.Create(portfolio.Sizing, context, problems);
        List<ITrigger> triggers = MakeTriggers(portfolio.Triggers, context, kept.Trigger, problems);
        PolicyTerms? safety = portfolio.Safety is { } terms ? SafetyTerms(portfolio, terms, context with { Tier = PolicyTier.Safety }, kept, problems) : null;
        if (problems.Count > mistakes || target is null || sizer is null)
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
        return problems.Count == mistakes ? policy : null;
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
    private static PolicyTerms? SafetyTerms(
        PortfolioSection portfolio, SafetySection safety, BuildContext context, TakenOver kept, List<ConfigProblem> problems)
    {
        List<ITrigger> triggers = MakeTriggers(safety.Triggers, context, kept.SafetyTrigger, problems);
        // Economy's options were checked as economy's; a mistake in them is told once.
        ISizer? sizer = kept.SafetySizer(safety.Sizing ?? portfolio.Sizing) ?? Sizers.Registry.Create(safety.Sizing ?? portfolio.Sizing, context, safety.Sizing is null ? [] : problems);
        return sizer is null ? null : new PolicyTerms(triggers, sizer, RiskChecks.From(safety.Risk, context), RiskChecks.BoundsOf(safety.Risk));
    }

    private static List<ITrigger> MakeTriggers(
        IReadOnlyList<PluginSection> sections, BuildContext context, Func<PluginSection, ITrigger?> kept, List<ConfigProblem> problems)
    {
        List<ITrigger> triggers = [];
        foreach (PluginSection section in sections)
            if (kept(section) is { } taken)
                triggers.Add(taken);
            else if (Triggers.Registry.Create(section, context, problems) is { } trigger)
                triggers.Add(trigger);
        return triggers;
    }

    /// <param name="setup">Assets and pools.</param>
    /// <param name="policy">What it begins with.</param>
    /// <param name="search">Finds paths.</param>
    /// <param name="sink">Takes the decisions.</param>
    /// <param name="later">Has the policies of later configurations; null where none can come.</param>
    public static RebalancePipeline Pipeline(
        EngineSetup setup, PortfolioPolicy policy, IPathSearch search, IDecisionSink sink, IPolicySource? later = null)
    {
        MarketState market = new(setup);
        return new RebalancePipeline(market, policy, new Router(setup, market, search), sink, later);
    }

    public static IPathSearch Search(EngineSetup setup, out string reason) =>
        PathSearches.ForPools(setup.Assets.Count, setup.Pools, out reason);
}
