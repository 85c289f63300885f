using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;

namespace FastRebalance.Engine.Triggers;

/// <summary>Fires when any weight is farther from its target than the band.</summary>
public sealed class DriftBandTrigger(DriftBandTrigger.Options options) : ITrigger
{
    private readonly double _band = new Bps(options.AbsoluteBps).Fraction;

    public bool Fires(RebalanceCycle cycle) => cycle.MaxDrift > _band;

    /// <summary>Options of <c>drift-band</c>.</summary>
    public sealed record Options : IPluginOptions
    {
        /// <summary>Half the band's width, in basis points of the portfolio: with 100, a weight of 50 % may be 49 % to 51 %.</summary>
        public double AbsoluteBps { get; set; }

        public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets)
        {
            if (!(AbsoluteBps > 0 && AbsoluteBps < Bps.PerUnit))
                yield return new("absoluteBps", $"{AbsoluteBps}", "a number above 0 and below 10000");
        }
    }
}
