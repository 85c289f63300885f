using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;
using FastRebalance.Core.Results;

namespace FastRebalance.Engine.Triggers;

/// <summary>
/// Time and drift in one. <c>both</c>: the interval has passed and a weight is outside the band, so never more often than the interval
/// (LEAN's and lumibot's periodic check of the drift). <c>either</c>: the interval has passed, or a weight is outside the band before
/// that (the rule of Index Coop's flexible leverage).
/// </summary>
public sealed class HybridTrigger(HybridTrigger.Options options, PolicyTier tier) : ITrigger
{
    private readonly ITrigger _rule = RuleOf(options, tier);

    public bool Fires(RebalanceCycle cycle) => _rule.Fires(cycle);

    public TriggerFence Fence(RebalanceCycle cycle) => _rule.Fence(cycle);

    public TriggerReading Read(RebalanceCycle cycle) => _rule.Read(cycle);

    public double HalfWidth(RebalanceCycle cycle, AssetId asset) => _rule.HalfWidth(cycle, asset);

    private static ITrigger RuleOf(Options options, PolicyTier tier)
    {
        IntervalTrigger interval = new(new IntervalTrigger.Options { Every = options.Every, MinimumDriftBps = options.MinimumDriftBps });
        DriftBandTrigger band = new(
            new DriftBandTrigger.Options
            {
                AbsoluteBps = options.AbsoluteBps,
                StressWidening = options.StressWidening,
                StressTightening = options.StressTightening,
                StressCap = options.StressCap,
            },
            tier: tier);
        return options.When == Options.Both ? new AllTrigger([interval, band]) : new AnyTrigger([interval, band]);
    }

    /// <summary>Options of <c>hybrid</c>.</summary>
    public sealed record Options : BandOptions
    {
        internal const string Both = "both", Either = "either";

        /// <summary><c>both</c> or <c>either</c>.</summary>
        public string When { get; set; } = "";

        /// <summary>Time between rebalances.</summary>
        public TimeSpan Every { get; set; }

        /// <summary>Half the band's width, in basis points of the portfolio.</summary>
        public double AbsoluteBps { get; set; }

        /// <summary>With less drift than this the interval alone does not fire.</summary>
        public double MinimumDriftBps { get; set; }

        protected override IEnumerable<OptionProblem> OwnProblems(IReadOnlyCollection<string> assets)
        {
            if (When is not (Both or Either))
                yield return new("when", When.Length == 0 ? "nothing" : $"\"{When}\"", "\"both\" or \"either\"");
            if (Every <= TimeSpan.Zero)
                yield return new("every", $"{Every}", "a time above zero, such as \"01:00:00\"");
            if (!Bands.IsWidth(AbsoluteBps))
                yield return new("absoluteBps", $"{AbsoluteBps}", Bands.WidthWanted);
            if (!(MinimumDriftBps >= 0 && MinimumDriftBps < Bps.PerUnit))
                yield return new("minimumDriftBps", $"{MinimumDriftBps}", "a number from 0 and below 10000");
        }
    }
}
