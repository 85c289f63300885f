using FastRebalance.Amm;
using FastRebalance.Core.Assets;

namespace FastRebalance.Verification.Arbitrage;

/// <summary>The most that selling one asset of a pool for another can bring at given prices, as if nothing else went through the pool.</summary>
/// <param name="Best">Not below zero; from the exact state where the kind's formula is computed here, else from the pieces of its curve.</param>
/// <param name="Slack">By how much it may be too little: zero for a formula of the exact state.</param>
internal readonly record struct PairArbitrage(BigFloat Best, BigFloat Slack)
{
    public static PairArbitrage Of(Pool pool, int sell, int buy, BigFloat nuIn, BigFloat nuOut, VerifierTerms terms)
    {
        AssetId sellAsset = pool.Assets[sell];
        switch (pool)
        {
            case UniswapV2Pool pair:
                return new PairArbitrage(ConstantProduct.Best(pair, sell, nuIn, nuOut), BigFloat.Zero);
            case IConcentratedState ranges when pool.Assets.Length == 2:
                return new PairArbitrage(ConcentratedRanges.Best(ranges, sellAsset, sell == 0, nuIn, nuOut), BigFloat.Zero);
            default:
                BigFloat best = CurvePieces.Best(pool, sellAsset, pool.Assets[buy], nuIn, nuOut, out BigFloat bought);
                return new PairArbitrage(best, bought * BigFloat.FromDouble(terms.PieceError) + nuOut * terms.PieceUnits);
        }
    }
}
