using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Engine.Risk;
using FastRebalance.Engine.Stages;
using FastRebalance.Engine.Triggers;
using FastRebalance.Hosting;
using FastRebalance.Reloading;

namespace FastRebalance.Explaining;

/// <summary>An engine with state, pools and plug-ins of its own, to be asked and thrown away: it publishes nothing.</summary>
internal sealed class ThrowAwayEngine : IDecisionSink
{
    private readonly RebalancePipeline _pipeline;

    private ThrowAwayEngine(ResolvedSetup setup, PortfolioPolicy policy, IPolicySource? later)
    {
        EngineSetup engine = setup.ToEngineSetup();
        _pipeline = PolicyFactory.Pipeline(engine, policy, PolicyFactory.Search(engine, out _), this, later);
    }

    public PortfolioPolicy Policy => _pipeline.Policy;

    public MarketState Market => _pipeline.Market;

    public RebalanceCycle Cycle => _pipeline.LastCycle;

    /// <param name="setup">Of the run.</param>
    /// <param name="config">What it begins with.</param>
    /// <param name="later">What its events may change to; null where none changes anything.</param>
    /// <exception cref="ConfigException">The policy cannot be built.</exception>
    public static ThrowAwayEngine Create(ResolvedSetup setup, ConfigFile config, IConfigurations? later = null)
    {
        PortfolioPolicy policy = PolicyOf(config);
        return new ThrowAwayEngine(setup, policy, later is null ? null : new PolicyLine(later, config, policy));
    }

    /// <summary>One whose triggers answer by the pass alone, so that they may be asked about prices that never were.</summary>
    /// <exception cref="ConfigException">The policy cannot be built.</exception>
    public static ThrowAwayEngine CreateWithoutMemory(ResolvedSetup setup, ConfigFile config, IConfigurations? later = null)
    {
        PortfolioPolicy policy = PolicyOf(config);
        return new ThrowAwayEngine(setup, Forgetful(policy), later is null ? null : new PolicyLine(later, config, policy) { Adapt = Forgetful });
    }

    public void Apply(MarketEvent e) => _pipeline.OnEvent(in e, sequence: 0, endOfBatch: false);

    /// <summary>A price from this moment; nothing else changes.</summary>
    public void SetPrice(AssetId asset, double price) => SetPrice(asset, price, Market.NowUnixNs);

    /// <summary>A price of the event time that is told.</summary>
    public void SetPrice(AssetId asset, double price, long unixNs)
    {
        MarketEvent e = new() { Kind = MarketEventKind.Price, Subject = asset.Value, UnixNs = unixNs };
        e.Price.NumerairePerToken = price;
        Apply(e);
    }

    /// <summary>Values the portfolio and asks the triggers, as the pass of a run did that stood here.</summary>
    public void SeePass()
    {
        Pass pass = default;
        _pipeline.Evaluation.Evaluate(ref pass, sequence: 0, dueNs: 0);
    }

    /// <summary>One whole pass, up to the legs, its fence left aside.</summary>
    /// <param name="answers">Every check's own answer to what was sized, by the terms of the tier that fired; of both where none did.</param>
    public DecisionOutcome Decide(out List<(PolicyTier Tier, IRiskCheck Check, RiskVerdict Verdict, AssetId Asset)> answers)
    {
        Pass pass = default;
        Market.Fence.Fall();
        _pipeline.Evaluation.Evaluate(ref pass, sequence: 0, dueNs: 0);
        _pipeline.Sizing.Run(ref pass);
        answers = [];
        if (Cycle.Tier != PolicyTier.Economic && Policy.Safety is { } safety)
            Ask(PolicyTier.Safety, safety.RiskChecks, answers);
        if (Cycle.Tier != PolicyTier.Safety)
            Ask(PolicyTier.Economic, Policy.RiskChecks, answers);
        _pipeline.Routing.Run(ref pass);
        return pass.Outcome;
    }

    /// <summary>True where a trigger fires at the state as it is; <see cref="Cycle"/> tells which.</summary>
    public bool Fires()
    {
        Market.Fence.Fall();
        SeePass();
        return Cycle.Tier != PolicyTier.None;
    }

    void IDecisionSink.Publish(ReadOnlySpan<OrderEvent> decisionAndLegs)
    {
    }

    private void Ask(PolicyTier tier, IReadOnlyList<IRiskCheck> checks, List<(PolicyTier, IRiskCheck, RiskVerdict, AssetId)> answers)
    {
        foreach (IRiskCheck check in checks)
        {
            Cycle.RiskAsset = AssetId.None;
            RiskVerdict verdict = check.Check(Cycle);
            answers.Add((tier, check, verdict, Cycle.RiskAsset));
        }
    }

    private static PortfolioPolicy PolicyOf(ConfigFile config)
    {
        List<ConfigProblem> problems = [];
        return PolicyFactory.Build(config, problems) ?? throw new ConfigException(problems);
    }

    private static PortfolioPolicy Forgetful(PortfolioPolicy policy) => policy with
    {
        Triggers = Forgetful(policy.Triggers),
        Safety = policy.Safety is { } safety ? safety with { Triggers = Forgetful(safety.Triggers) } : null,
    };

    /// <summary>The places must stay, so that a trigger is still known by its own.</summary>
    private static List<ITrigger> Forgetful(IReadOnlyList<ITrigger> triggers) =>
        [.. triggers.Select(trigger => trigger.HasMemory ? new Silent() : trigger)];

    private sealed class Silent : ITrigger
    {
        public bool Fires(RebalanceCycle cycle) => false;
    }
}
