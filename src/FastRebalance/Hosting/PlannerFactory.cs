using FastRebalance.Composition;
using FastRebalance.Configuration;
using FastRebalance.Engine;
using FastRebalance.Engine.Planning;
using FastRebalance.Engine.Targets;

namespace FastRebalance.Hosting;

/// <summary>Makes a portfolio's planner, for a live run and for a back-test alike.</summary>
internal static class PlannerFactory
{
    /// <summary>Null where nothing in the policy goes by plans, and where the planner's section does not fit the policy.</summary>
    public static Func<Planner>? For(PortfolioPolicy policy, ConfigFile config, BuildContext context, List<ConfigProblem> problems)
    {
        if (!WantsPlan(policy))
            return null;
        PlannerSection section = config.Portfolio.Planner;
        if (policy.Target is IPlanned planned && planned.Allocator.Chosen.Count is var count && section.Options.GuardRail * count > 1)
        {
            problems.Add(new ConfigProblem($"{section.Path}.guardRail", $"{section.Options.GuardRail} for each of {count} assets", $"at most {1.0 / count}"));
            return null;
        }
        if (config.Numeraire.IsNone || config.Native.IsNone)
            return null; // the reader has reported them
        EngineSetup setup = new([.. config.Assets.Select(a => new EngineAsset(a.Symbol, a.Decimals))], [], config.Numeraire, config.Native, Epoch: 1);
        return () => new Planner(setup, NewTarget(config, context), section.Options);
    }

    /// <summary>Whether anything that the portfolio is held by goes by plans.</summary>
    public static bool WantsPlan(PortfolioPolicy policy) =>
        policy.Target.WantsPlan || WantPlan(policy.Economic) || (policy.Safety is { } safety && WantPlan(safety));

    private static bool WantPlan(PolicyTerms terms) =>
        terms.Sizer.WantsPlan || terms.Triggers.Any(t => t.WantsPlan) || terms.RiskChecks.Any(c => c.WantsPlan);

    private static ITarget NewTarget(ConfigFile config, BuildContext context)
    {
        List<ConfigProblem> problems = [];
        return Targets.Registry.Create(config.Portfolio.Target, context, problems) ?? throw new ConfigException(problems);
    }
}
