using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;

namespace FastRebalance.Engine.Targets;

/// <summary>
/// What CPPI and TIPP share (Black, Perold 1992): the exposure is the multiplier times the cushion, which is the value above a floor,
/// and never more than the cap. With no cushion left the exposure is zero, and stays zero until an operator resumes.
/// </summary>
/// <remarks>
/// The floor, and whether it was broken, are kept here, and follow from the passes that were made. A deposit or a withdrawal looks like
/// a gain or a loss.
/// </remarks>
internal sealed class Cushion
{
    private const double NanosecondsPerYear = 365.0 * 86_400 * 1e9;
    private const long Never = long.MinValue;

    private readonly double[] _mix;
    private readonly int _safe;
    private readonly double _floorFraction;
    private readonly double _floorNumeraire;
    private readonly bool _ratchets;
    private readonly double _growthPerYear;
    private readonly double _multiplier;
    private readonly double _maxExposure;
    private readonly long _confirmNs;
    private double _anchorNumeraire;
    private long _anchorUnixNs;
    private long _underSinceUnixNs = Never;
    private long _overSinceUnixNs = Never;
    private double _leastOver;
    private long _resumesSeen;

    public Cushion(ICushionOptions options, double floorNumeraire, bool ratchets, IReadOnlyList<string> symbols, AssetId numeraire)
    {
        _mix = WeightOptions.Row(options.Risky, symbols);
        _safe = options.Safe.Length == 0 ? numeraire.Index : symbols.ToList().IndexOf(options.Safe);
        _floorFraction = options.FloorFraction;
        _floorNumeraire = floorNumeraire;
        _ratchets = ratchets;
        _growthPerYear = options.FloorGrowthPerYear;
        _multiplier = options.Multiplier;
        _maxExposure = options.MaxExposure;
        _confirmNs = (long)options.ConfirmAfter.TotalNanoseconds;
    }

    /// <summary>The floor was reached, and nobody has resumed since.</summary>
    public bool IsBroken { get; private set; }

    public void Aim(RebalanceCycle cycle)
    {
        double exposure = Exposure(cycle);
        for (int i = 0; i < _mix.Length; i++)
            cycle.Targets[i] = exposure * _mix[i];
        cycle.Targets[_safe] = 1 - exposure;
    }

    /// <summary>Fraction of the portfolio in risky assets.</summary>
    private double Exposure(RebalanceCycle cycle)
    {
        double value = cycle.TotalNumeraire;
        if (!(value > 0 && double.IsFinite(value)))
            return 0; // nothing is decided on such a value, and the floor learns nothing from it
        if (_anchorNumeraire == 0 || (IsBroken && cycle.Market.Resumes > _resumesSeen))
            Begin(value, cycle.NowUnixNs);
        double floor = FloorAt(cycle.NowUnixNs);
        if (_ratchets && !IsBroken)
            floor = Raise(floor, value, cycle.NowUnixNs);
        double cushion = value - floor;
        if (cushion > 0)
            _underSinceUnixNs = Never;
        else
            Break(cycle);
        return IsBroken || !(cushion > 0) ? 0 : Math.Min(_multiplier * cushion / value, _maxExposure);
    }

    /// <summary>At the first pass, and when an operator resumes after the floor was reached: a floor by fraction is of the value now.</summary>
    private void Begin(double value, long nowUnixNs)
    {
        IsBroken = false;
        _underSinceUnixNs = _overSinceUnixNs = Never;
        if (_anchorNumeraire != 0 && _floorNumeraire != 0)
            return; // an amount stays what it was, and goes on growing
        Anchor(_floorNumeraire != 0 ? _floorNumeraire : _floorFraction * value, nowUnixNs);
    }

    private void Anchor(double floorNumeraire, long nowUnixNs)
    {
        _anchorNumeraire = floorNumeraire;
        _anchorUnixNs = nowUnixNs;
    }

    private double FloorAt(long nowUnixNs) => _anchorNumeraire * Math.Exp(_growthPerYear * (nowUnixNs - _anchorUnixNs) / NanosecondsPerYear);

    /// <summary>Lifts the floor to its fraction of the value, once the value has been as high for long enough.</summary>
    private double Raise(double floor, double value, long nowUnixNs)
    {
        if (!(_floorFraction * value > floor))
        {
            _overSinceUnixNs = Never;
            return floor;
        }
        _leastOver = _overSinceUnixNs == Never ? value : Math.Min(_leastOver, value);
        if (_overSinceUnixNs == Never)
            _overSinceUnixNs = nowUnixNs;
        if (nowUnixNs - _overSinceUnixNs < _confirmNs)
            return floor;
        Anchor(_floorFraction * _leastOver, nowUnixNs);
        _overSinceUnixNs = Never;
        return _anchorNumeraire;
    }

    /// <summary>The value is at the floor or below: final once it has been so for long enough.</summary>
    private void Break(RebalanceCycle cycle)
    {
        if (_underSinceUnixNs == Never)
            _underSinceUnixNs = cycle.NowUnixNs;
        if (IsBroken || cycle.NowUnixNs - _underSinceUnixNs < _confirmNs)
            return;
        IsBroken = true;
        _resumesSeen = cycle.Market.Resumes;
    }

    /// <summary>Mistakes that both can have.</summary>
    public static IEnumerable<OptionProblem> Problems(ICushionOptions options, IReadOnlyCollection<string> assets)
    {
        if (!(options.FloorGrowthPerYear is >= 0 and <= 1))
            yield return new("floorGrowthPerYear", $"{options.FloorGrowthPerYear}", "a rate from 0 to 1 per year");
        if (!(options.Multiplier is >= 1 and <= 100))
            yield return new("multiplier", $"{options.Multiplier}", "a number from 1 to 100");
        if (!(options.MaxExposure is > 0 and <= 1))
            yield return new("maxExposure", $"{options.MaxExposure}", "a fraction above 0 and at most 1");
        if (options.ConfirmAfter < TimeSpan.Zero)
            yield return new("confirmAfter", $"{options.ConfirmAfter}", "a time of zero or more");
        if (options.Safe.Length > 0 && !assets.Contains(options.Safe))
            yield return new("safe", $"\"{options.Safe}\"", $"one of {string.Join(", ", assets)}, or nothing for the numeraire");
        if (options.Risky.ContainsKey(options.Safe))
            yield return new("safe", $"\"{options.Safe}\", a risky asset too", "an asset that is not among the risky ones");
        foreach (OptionProblem problem in WeightOptions.WeightProblems("risky", options.Risky, assets))
            yield return problem;
    }
}
