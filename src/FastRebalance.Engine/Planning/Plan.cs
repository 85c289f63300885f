using FastRebalance.Core.Events;

namespace FastRebalance.Engine.Planning;

/// <summary>
/// The newest plan: target weights, estimates and no-trade regions that slow work made and events brought. Lines are collected aside
/// and come into force together, or not at all. Owned by the engine thread; allocates nothing after construction.
/// </summary>
public sealed class Plan
{
    /// <summary>How far target weights may be from adding up to one; what is inside is scaled away.</summary>
    public const double SumTolerance = 1e-6;

    private readonly PlanAsset[] _assets;
    private readonly PlanAsset[] _collected;
    private readonly bool[] _isCollected;
    private readonly double[] _covariance;
    private readonly double[] _region;
    private readonly double[] _collectedCovariance;
    private readonly double[] _collectedRegion;
    private int _assetsCollected;
    private int _covarianceCollected;
    private int _regionCollected;

    public Plan(int assetCount)
    {
        _assets = new PlanAsset[assetCount];
        _collected = new PlanAsset[assetCount];
        _isCollected = new bool[assetCount];
        _covariance = new double[assetCount * assetCount];
        _region = new double[assetCount * assetCount];
        _collectedCovariance = new double[assetCount * assetCount];
        _collectedRegion = new double[assetCount * assetCount];
    }

    /// <summary>Every part that a plan has brought so far.</summary>
    public PlanParts Parts { get; private set; }

    /// <summary>Plans taken; grows by one with each.</summary>
    public long Version { get; private set; }

    /// <summary>Event time of the newest plan; 0 before the first.</summary>
    public long UnixNs { get; private set; }

    /// <summary>Event time of the newest plan with <see cref="PlanParts.Targets"/>; 0 before the first.</summary>
    public long TargetsUnixNs { get; private set; }

    /// <summary>1 in usual times, above in stress; never below 1.</summary>
    public double Stress { get; private set; } = 1;

    /// <summary>Numeraire that a rebalance usually costs in gas; 0 while unknown.</summary>
    public double AverageGasNumeraire { get; private set; }

    /// <summary>By asset; only what <see cref="Parts"/> names has been told.</summary>
    public ReadOnlySpan<PlanAsset> Assets => _assets;

    /// <summary>Row by row, assets by assets, per year.</summary>
    public ReadOnlySpan<double> Covariance => _covariance;

    /// <summary>The ellipsoid's matrix, row by row.</summary>
    public ReadOnlySpan<double> Region => _region;

    public bool Has(PlanParts parts) => (Parts & parts) == parts;

    /// <summary>Writes the target weight of every asset; zeroes before the first.</summary>
    public void CopyTargets(Span<double> weights)
    {
        for (int i = 0; i < weights.Length; i++)
            weights[i] = _assets[i].TargetWeight;
    }

    internal ApplyVerdict Collect(int asset, in PlanAsset line)
    {
        if ((uint)asset >= (uint)_assets.Length)
            return ApplyVerdict.UnknownAsset;
        if (!_isCollected[asset])
            _assetsCollected++;
        _isCollected[asset] = true;
        _collected[asset] = line;
        return ApplyVerdict.Applied;
    }

    internal ApplyVerdict Collect(int row, in PlanRow part)
    {
        int width = _assets.Length;
        if ((uint)row >= (uint)width || part.FirstColumn + part.Count > width || part.Count > PlanRow.MaxCount)
            return ApplyVerdict.UnknownAsset;
        double[]? matrix = part.Matrix switch
        {
            PlanMatrix.Covariance => _collectedCovariance,
            PlanMatrix.Region => _collectedRegion,
            _ => null,
        };
        if (matrix is null)
            return ApplyVerdict.UnknownKind;
        for (int i = 0; i < part.Count; i++)
        {
            if (!double.IsFinite(part.Numbers[i]))
                return ApplyVerdict.UnusablePlan;
            matrix[(row * width) + part.FirstColumn + i] = part.Numbers[i];
        }
        if (part.Matrix == PlanMatrix.Covariance)
            _covarianceCollected += part.Count;
        else
            _regionCollected += part.Count;
        return ApplyVerdict.Applied;
    }

    /// <summary>Takes what was collected into force, when it is complete and can be true; forgets it otherwise.</summary>
    internal ApplyVerdict Commit(in PlanReady ready, long unixNs)
    {
        bool isUsable = IsComplete(ready.Parts) && AreUsable(ready.Parts) && !(ready.Stress is < 1 and not 0)
            && double.IsFinite(ready.Stress) && ready.AverageGasNumeraire >= 0 && double.IsFinite(ready.AverageGasNumeraire);
        if (isUsable)
            Take(in ready, unixNs);
        Array.Clear(_isCollected);
        _assetsCollected = _covarianceCollected = _regionCollected = 0;
        return isUsable ? ApplyVerdict.Applied : ApplyVerdict.UnusablePlan;
    }

    private bool IsComplete(PlanParts parts)
    {
        int numbers = _assets.Length * _assets.Length;
        bool wantsAssets = (parts & (PlanParts.Targets | PlanParts.Estimates | PlanParts.Regions)) != 0;
        return parts != PlanParts.None
            && (!wantsAssets || _assetsCollected == _assets.Length)
            && ((parts & PlanParts.Covariance) == 0 || _covarianceCollected == numbers)
            && ((parts & PlanParts.Ellipsoid) == 0 || _regionCollected == numbers);
    }

    private bool AreUsable(PlanParts parts)
    {
        double sum = 0;
        foreach (ref readonly PlanAsset line in _collected.AsSpan())
        {
            if ((parts & PlanParts.Targets) != 0 && !(line.TargetWeight is >= 0 and <= 1))
                return false;
            if ((parts & PlanParts.Estimates) != 0 && !(IsSize(line.Volatility) && IsSize(line.AnchorPrice)))
                return false;
            if ((parts & PlanParts.Regions) != 0 && !IsRegion(in line))
                return false;
            sum += line.TargetWeight;
        }
        return (parts & PlanParts.Targets) == 0 || Math.Abs(sum - 1) <= SumTolerance;
    }

    private static bool IsRegion(in PlanAsset line) =>
        IsSize(line.TriggerDrift) && IsSize(line.LandingDrift) && line.LandingDrift <= line.TriggerDrift && IsSize(line.DriftVariance)
        && IsSize(line.RiskPrice) && IsSize(line.LossRate) && IsSize(line.Cost);

    private static bool IsSize(double number) => number >= 0 && double.IsFinite(number);

    private void Take(in PlanReady ready, long unixNs)
    {
        double sum = 0;
        foreach (ref readonly PlanAsset line in _collected.AsSpan())
            sum += line.TargetWeight;
        for (int i = 0; i < _assets.Length; i++)
        {
            ref PlanAsset held = ref _assets[i];
            ref readonly PlanAsset line = ref _collected[i];
            if ((ready.Parts & PlanParts.Targets) != 0)
                held.TargetWeight = line.TargetWeight / sum;
            if ((ready.Parts & PlanParts.Estimates) != 0)
                (held.Volatility, held.AnchorPrice) = (line.Volatility, line.AnchorPrice);
            if ((ready.Parts & PlanParts.Regions) == 0)
                continue;
            (held.TriggerDrift, held.LandingDrift, held.DriftVariance) = (line.TriggerDrift, line.LandingDrift, line.DriftVariance);
            (held.RiskPrice, held.LossRate, held.Cost) = (line.RiskPrice, line.LossRate, line.Cost);
        }
        if ((ready.Parts & PlanParts.Covariance) != 0)
            _collectedCovariance.CopyTo(_covariance, 0);
        if ((ready.Parts & PlanParts.Ellipsoid) != 0)
            _collectedRegion.CopyTo(_region, 0);
        if (ready.Stress != 0)
            Stress = ready.Stress;
        if (ready.AverageGasNumeraire != 0)
            AverageGasNumeraire = ready.AverageGasNumeraire;
        if ((ready.Parts & PlanParts.Targets) != 0)
            TargetsUnixNs = unixNs;
        Parts |= ready.Parts;
        UnixNs = unixNs;
        Version++;
    }
}
