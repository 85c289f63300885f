using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Quant.Estimates;
using FastRebalance.Quant.NoTrade;
using FastRebalance.Quant.Optimisers;

namespace FastRebalance.Engine.Planning;

/// <summary>
/// Turns what a planner has put aside into the events of a plan. What cannot be said (weights that no optimiser finds, regions without
/// weights) is left out, and the engine keeps what the plan before told. An optimiser's weights are held by a guard rail and a speed limit,
/// the rules of QuantAMM's pools; the first plan of a run has nothing to be slow from.
/// </summary>
internal sealed class PlanMaker
{
    // An eigenvalue of the correlation matrix below this is noise; the mean of them is 1.
    private const double LeastEigenvalue = 1e-4;

    private readonly IAllocator? _allocator;
    private readonly int _assetCount;
    private readonly PlannerOptions _options;
    private readonly RegionMaker _regions;
    private readonly double[] _covariance;
    private readonly double[] _ellipsoid;
    private readonly double[] _weights;
    private readonly double[] _wanted;
    private readonly PlanAsset[] _lines;
    private bool _hasAllocated;

    /// <param name="allocator">Finds the target weights; null where the target knows them by itself.</param>
    public PlanMaker(IAllocator? allocator, int assetCount, AssetId numeraire, PlannerOptions options)
    {
        _allocator = allocator;
        _assetCount = assetCount;
        _options = options;
        _regions = new RegionMaker(assetCount, numeraire, options);
        _covariance = new double[assetCount * assetCount];
        _ellipsoid = new double[assetCount * assetCount];
        _weights = new double[assetCount];
        _wanted = new double[assetCount];
        _lines = new PlanAsset[assetCount];
    }

    public void Write(PlanInput input, List<MarketEvent> plan)
    {
        Array.Clear(_lines);
        PlanParts parts = PlanParts.Estimates | PlanParts.Covariance;
        Estimate(input);
        if (_allocator is not null && TryAllocate())
            parts |= PlanParts.Targets;
        if (_allocator is null)
            input.Weights.CopyTo(_weights, 0);
        bool hasWeights = _allocator is null ? input.HasWeights : _hasAllocated;
        if (hasWeights && input.TotalNumeraire > 0 && double.IsFinite(input.TotalNumeraire))
            parts |= MakeRegions(input.GasNumeraire / input.TotalNumeraire);
        Append(input, parts, plan);
    }

    private void Estimate(PlanInput input)
    {
        input.Covariance.CopyTo(_covariance, 0);
        Shrinkage.ConstantCorrelation(_covariance, _options.Shrinkage);
        PositiveDefinite.Clip(_covariance, LeastEigenvalue);
        for (int i = 0; i < _assetCount; i++)
        {
            _lines[i].Volatility = Math.Sqrt(_covariance[(i * _assetCount) + i]);
            _lines[i].AnchorPrice = input.Anchors[i];
        }
    }

    /// <summary>The weights that the allocator wants, as far as guard rails and speed limit let them go.</summary>
    private bool TryAllocate()
    {
        if (!_allocator!.TryAllocate(_covariance, _wanted))
            return false;
        if (!KeepOffTheRails(_allocator.Chosen))
            return false;
        SpeedLimit.Step(_hasAllocated ? _weights : _wanted, _wanted, _options.SpeedLimit, _weights);
        _hasAllocated = true;
        for (int i = 0; i < _assetCount; i++)
            _lines[i].TargetWeight = _weights[i];
        return true;
    }

    /// <summary>None of the chosen assets gets less than its share of what they have together; how much that is stays as it was.</summary>
    private bool KeepOffTheRails(IReadOnlyList<int> chosen)
    {
        double[] mix = [.. chosen.Select(asset => _wanted[asset])];
        double whole = mix.Sum();
        if (!(whole > 0))
            return true;
        if (GuardRails.Clamp(mix, _options.GuardRail) != OptimiserStatus.Solved)
            return false;
        for (int i = 0; i < mix.Length; i++)
            _wanted[chosen[i]] = whole * mix[i];
        return true;
    }

    private PlanParts MakeRegions(double gasFraction)
    {
        _regions.Make(_weights, _covariance, gasFraction, _lines);
        double loss = NoTradeEllipsoid.Solve(_regions.DriftCovarianceMatrix, _covariance, _options.RiskAversion, gasFraction, _ellipsoid);
        return double.IsFinite(loss) ? PlanParts.Regions | PlanParts.Ellipsoid : PlanParts.Regions;
    }

    private void Append(PlanInput input, PlanParts parts, List<MarketEvent> plan)
    {
        for (int i = 0; i < _assetCount; i++)
            plan.Add(Event(MarketEventKind.PlanAsset, i, input.NowUnixNs) with { PlanAsset = _lines[i] });
        AppendRows(PlanMatrix.Covariance, _covariance, input.NowUnixNs, plan);
        if ((parts & PlanParts.Ellipsoid) != 0)
            AppendRows(PlanMatrix.Region, _ellipsoid, input.NowUnixNs, plan);
        MarketEvent ready = new() { Kind = MarketEventKind.PlanReady, UnixNs = input.NowUnixNs };
        ready.PlanReady = new PlanReady { Parts = parts, Stress = input.Stress, AverageGasNumeraire = input.GasNumeraire };
        plan.Add(ready);
    }

    private void AppendRows(PlanMatrix matrix, double[] numbers, long unixNs, List<MarketEvent> plan)
    {
        for (int row = 0; row < _assetCount; row++)
        {
            for (int column = 0; column < _assetCount; column += PlanRow.MaxCount)
            {
                PlanRow part = new() { Matrix = matrix, FirstColumn = (ushort)column };
                part.Count = (byte)Math.Min(PlanRow.MaxCount, _assetCount - column);
                numbers.AsSpan((row * _assetCount) + column, part.Count).CopyTo(part.Numbers);
                plan.Add(Event(MarketEventKind.PlanRow, row, unixNs) with { PlanRow = part });
            }
        }
    }

    private static MarketEvent Event(MarketEventKind kind, int asset, long unixNs) =>
        new() { Kind = kind, Subject = AssetId.FromIndex(asset).Value, UnixNs = unixNs };
}
