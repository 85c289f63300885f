using FastRebalance.Amm;
using FastRebalance.Core.Assets;

namespace FastRebalance.UnitTests.Amm.Curves;

/// <summary>Reads curve pieces as the solver does.</summary>
internal static class Pieces
{
    public static double OutOf(ReadOnlySpan<CurveSegment> segments, double input)
    {
        double paid = 0;
        foreach (CurveSegment piece in segments)
        {
            double here = Math.Min(input, piece.Depth * (piece.MaxGrowth - 1));
            paid += piece.Rate * here / (1 + here / piece.Depth);
            input -= here;
            if (input <= 0)
                break;
        }
        return paid;
    }

    public static CurveSegment[] Of(Pool pool, AssetId sell, AssetId buy)
    {
        var segments = new CurveSegment[1024];
        return segments[..pool.WriteSegments(sell, buy, segments)];
    }
}
