using FastRebalance.Core.Results;

namespace FastRebalance.Engine.Triggers;

/// <summary>
/// How much wider or tighter a band stands in stress. Economic bands may widen with it, because trading costs more then; safety bands
/// only ever tighten, because waiting does. Stress is the plan's: 1 in usual times, above otherwise.
/// </summary>
public sealed class BandScale
{
    /// <summary>Bands widen at most threefold, and tighten to no less than a third, where nobody says otherwise.</summary>
    public const double UsualCap = 3;

    private readonly double _exponent;
    private readonly double _most;
    private readonly double _least;
    private double _stress = 1;
    private double _scale = 1;

    private BandScale(double exponent, double least, double most)
    {
        _exponent = exponent;
        _least = least;
        _most = most;
    }

    /// <summary>The same band always.</summary>
    public static BandScale Fixed => new(0, 1, 1);

    /// <param name="tier">Economy widens, safety tightens, whatever else is said.</param>
    /// <param name="widening">Economic bands stand at stress to this power; 0 leaves them.</param>
    /// <param name="tightening">Safety bands stand at one over stress to this power; 0 leaves them.</param>
    /// <param name="cap">Most that stress does, at least 1.</param>
    public static BandScale For(PolicyTier tier, double widening, double tightening, double cap) => tier == PolicyTier.Economic
        ? new BandScale(widening, 1, Math.Max(1, cap))
        : new BandScale(-tightening, 1 / Math.Max(1, cap), 1);

    /// <summary>The factor for a band at this stress: 1 or more for economy, 1 or less for safety.</summary>
    public double At(double stress)
    {
        if (_exponent == 0)
            return 1;
        if (stress != _stress)
        {
            _stress = stress;
            _scale = Math.Clamp(Math.Pow(Math.Max(1, stress), _exponent), _least, _most);
        }
        return _scale;
    }

    /// <inheritdoc cref="At(double)"/>
    internal double At(RebalanceCycle cycle) => At(cycle.Market.Plan.Stress);
}
