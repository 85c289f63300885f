using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;
using FastRebalance.Core.Results;

namespace FastRebalance.Engine.Triggers;

/// <summary>Fires when the weights as a whole are farther from their targets than allowed: ‖w - w*‖₂, as cvxportfolio's AdaptiveRebalance.</summary>
public sealed class L2NormTrigger : ITrigger
{
    private readonly QuadraticForm _form;
    private readonly double _limit;
    private readonly BandScale _scale;

    public L2NormTrigger(Options options, int assetCount, AssetId numeraire, PolicyTier tier)
    {
        double[] counts = new double[assetCount];
        for (int i = 0; i < assetCount; i++)
            counts[i] = options.IncludeCash || i != numeraire.Index ? 1 : 0;
        _form = new QuadraticForm(assetCount);
        _form.SetDiagonal(counts);
        _limit = new Bps(options.NormBps).Fraction;
        _scale = options.ScaleFor(tier);
    }

    public bool Fires(RebalanceCycle cycle) => Norm(cycle) > Limit(cycle);

    public TriggerFence Fence(RebalanceCycle cycle) => _form.Fence(cycle, Limit(cycle) * Limit(cycle));

    public TriggerReading Read(RebalanceCycle cycle) => new(Norm(cycle), Limit(cycle), TriggerUnit.Fraction);

    private double Norm(RebalanceCycle cycle) => double.IsNaN(cycle.MaxDrift) ? double.NaN : Math.Sqrt(_form.At(cycle.Drift));

    private double Limit(RebalanceCycle cycle) => _limit * _scale.At(cycle);

    /// <summary>Options of <c>l2-norm</c>.</summary>
    public sealed record Options : BandOptions
    {
        /// <summary>Largest norm of the drift, in basis points of the portfolio.</summary>
        public double NormBps { get; set; }

        /// <summary>The numeraire's drift counts, too.</summary>
        public bool IncludeCash { get; set; } = true;

        protected override IEnumerable<OptionProblem> OwnProblems(IReadOnlyCollection<string> assets)
        {
            if (!Bands.IsWidth(NormBps))
                yield return new("normBps", $"{NormBps}", Bands.WidthWanted);
        }
    }
}
