using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;

namespace FastRebalance.Engine.Triggers;

/// <summary>Fires when any weight is farther from its target than the band.</summary>
public sealed class DriftBandTrigger(DriftBandTrigger.Options options) : ITrigger
{
    private readonly double _band = new Bps(options.AbsoluteBps).Fraction;

    public bool Fires(RebalanceCycle cycle) => cycle.MaxDrift > _band;

    public TriggerReading Read(RebalanceCycle cycle) => new(cycle.MaxDrift, _band, TriggerUnit.Fraction);

    /// <remarks>
    /// The worst that prices within ±d can do to a weight w is to move its own asset one way and all others the other way; it then stays
    /// below u while d is at most (u - w) / (u + w - 2uw), and above l while d is at most (w - l) / (w + l - 2wl). Long positions only.
    /// </remarks>
    public TriggerFence Fence(RebalanceCycle cycle)
    {
        double move = double.PositiveInfinity;
        for (int i = 0; i < cycle.Weights.Length; i++)
        {
            double weight = cycle.Weights[i];
            double upper = cycle.Targets[i] + _band;
            double lower = cycle.Targets[i] - _band;
            if (!(weight >= 0))
                return TriggerFence.None;
            if (upper < 1)
                move = Math.Min(move, (upper - weight) / (upper + weight - 2 * upper * weight));
            if (lower > 0)
                move = Math.Min(move, (weight - lower) / (weight + lower - 2 * weight * lower));
        }
        return new TriggerFence(move, long.MaxValue);
    }

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
