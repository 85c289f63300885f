using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;

namespace FastRebalance.Engine.Triggers;

/// <summary>One band around each target weight: who is outside, who is nearest, and how far prices may move before anyone can be.</summary>
/// <remarks>Half widths are fractions of the portfolio, by asset; infinity for an asset that may drift as it likes.</remarks>
internal static class Bands
{
    /// <summary>True when a weight is farther from its target than its band; on the band is inside. False where any drift is unknown.</summary>
    public static bool AnyOutside(RebalanceCycle cycle, ReadOnlySpan<double> halfWidths)
    {
        if (double.IsNaN(cycle.MaxDrift))
            return false;
        for (int i = 0; i < halfWidths.Length; i++)
            if (Math.Abs(cycle.Drift[i]) > halfWidths[i])
                return true;
        return false;
    }

    public static TriggerFence Fence(RebalanceCycle cycle, ReadOnlySpan<double> halfWidths)
    {
        double move = double.PositiveInfinity;
        for (int i = 0; i < halfWidths.Length; i++)
            move = Math.Min(move, Reach(cycle.Weights[i], cycle.Targets[i], halfWidths[i]));
        return FenceOf(move);
    }

    /// <summary>The same band for every asset.</summary>
    public static TriggerFence Fence(RebalanceCycle cycle, double halfWidth)
    {
        double move = double.PositiveInfinity;
        for (int i = 0; i < cycle.Weights.Length; i++)
            move = Math.Min(move, Reach(cycle.Weights[i], cycle.Targets[i], halfWidth));
        return FenceOf(move);
    }

    /// <summary>Nothing is fenced where the move is not known, or a weight is outside.</summary>
    private static TriggerFence FenceOf(double move) => move > 0 ? new TriggerFence(move, long.MaxValue) : TriggerFence.None;

    /// <summary>The asset that is nearest to the edge of its band, or farthest outside.</summary>
    public static TriggerReading Nearest(RebalanceCycle cycle, ReadOnlySpan<double> halfWidths)
    {
        int nearest = -1;
        for (int i = 0; i < halfWidths.Length; i++)
            if (double.IsFinite(halfWidths[i]) && (nearest < 0 || Nearness(cycle, halfWidths, i) > Nearness(cycle, halfWidths, nearest)))
                nearest = i;
        return nearest < 0
            ? TriggerReading.None
            : new TriggerReading(Math.Abs(cycle.Drift[nearest]), halfWidths[nearest], TriggerUnit.Fraction);
    }

    /// <summary>How far every price may move, each by itself, before this weight can leave its band. 0 for a short position.</summary>
    /// <remarks>
    /// The worst that prices within ±d can do to a weight w is to move its own asset one way and all others the other way; it then stays
    /// below u while d is at most (u - w) / (u + w - 2uw), and above l while d is at most (w - l) / (w + l - 2wl). Long positions only.
    /// </remarks>
    public static double Reach(double weight, double target, double halfWidth)
    {
        double upper = target + halfWidth, lower = target - halfWidth;
        if (!(weight >= 0))
            return 0;
        double move = double.PositiveInfinity;
        if (upper < 1 && weight > 0)
            move = (upper - weight) / (upper + weight - (2 * upper * weight));
        if (lower > 0)
            move = Math.Min(move, (weight - lower) / (weight + lower - (2 * weight * lower)));
        return move;
    }

    /// <summary>The half width of every asset, some of them with one of their own.</summary>
    public static double[] From(double usualBps, IReadOnlyDictionary<string, double> perAssetBps, IReadOnlyList<string> symbols) =>
        [.. symbols.Select(symbol => new Bps(perAssetBps.TryGetValue(symbol, out double own) ? own : usualBps).Fraction)];

    public static IEnumerable<OptionProblem> Problems(string field, IReadOnlyDictionary<string, double> bps, IReadOnlyCollection<string> assets)
    {
        foreach ((string symbol, double width) in bps)
        {
            if (!assets.Contains(symbol))
                yield return new($"{field}.{symbol}", "an asset that is not configured", $"one of {string.Join(", ", assets)}");
            if (!IsWidth(width))
                yield return new($"{field}.{symbol}", $"{width}", WidthWanted);
        }
    }

    public const string WidthWanted = "a number above 0 and below 10000";

    public static bool IsWidth(double bps) => bps is > 0 and < Bps.PerUnit;

    private static double Nearness(RebalanceCycle cycle, ReadOnlySpan<double> halfWidths, int asset) =>
        Math.Abs(cycle.Drift[asset]) / halfWidths[asset];
}
