using FastRebalance.Amm;
using FastRebalance.Core.Assets;

namespace FastRebalance.Verification.Arbitrage;

/// <summary>
/// A curve known by its pieces only, <c>out = Rate x / (1 + x / Depth)</c> each. With <c>u = 1 + x / Depth</c> a piece brings
/// <c>nuOut Rate Depth (1 - 1/u) - nuIn Depth (u - 1)</c>, greatest at <c>u = sqrt(nuOut Rate / nuIn)</c> or at the piece's end.
/// </summary>
internal static class CurvePieces
{
    private const int UsualPieces = 64;

    /// <summary>What the best trade brings, and the worth of what it buys.</summary>
    public static BigFloat Best(Pool pool, AssetId sell, AssetId buy, BigFloat nuIn, BigFloat nuOut, out BigFloat bought)
    {
        BigFloat sum = bought = BigFloat.Zero;
        foreach (CurveSegment piece in PiecesOf(pool, sell, buy))
        {
            BigFloat rate = BigFloat.FromDouble(piece.Rate);
            BigFloat depth = BigFloat.FromDouble(piece.Depth);
            BigFloat growth = BigFloat.Sqrt(nuOut * rate / nuIn);
            if (double.IsFinite(piece.MaxGrowth))
                growth = BigFloat.Min(growth, BigFloat.FromDouble(piece.MaxGrowth));
            if (growth <= BigFloat.One)
                continue;
            BigFloat worth = nuOut * rate * depth * (BigFloat.One - BigFloat.One / growth);
            bought += worth;
            sum += worth - nuIn * depth * (growth - BigFloat.One);
        }
        return sum;
    }

    private static CurveSegment[] PiecesOf(Pool pool, AssetId sell, AssetId buy)
    {
        CurveSegment[] pieces = new CurveSegment[UsualPieces];
        int count = pool.WriteSegments(sell, buy, pieces);
        if (count > pieces.Length)
        {
            pieces = new CurveSegment[count];
            pool.WriteSegments(sell, buy, pieces);
        }
        return pieces[..count];
    }
}
