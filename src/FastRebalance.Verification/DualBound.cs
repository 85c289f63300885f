using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Baskets;
using FastRebalance.Verification.Arbitrage;

namespace FastRebalance.Verification;

/// <summary>
/// <c>g(nu) = sup_x (U(x) - nu x) + nu h + sum over pools and pairs max(0, arb(nu) - gas)</c> in high precision: whatever the prices
/// above zero, no plan is worth more. The pairs of a pool of many assets count as if each were alone in it; a pair with an asset that nobody
/// holds or wants and no other pool trades leads only back into the same pool, where the direct way is no worse, and does not count.
/// </summary>
internal static class DualBound
{
    /// <returns>Null where the bound is infinite.</returns>
    public static BigFloat? Of(
        GoalFunction goal, BasketRequest request, IReadOnlyList<Pool> pools, BigFloat[] nu, VerifierTerms terms, out BigFloat slack)
    {
        slack = BigFloat.Zero;
        goal.Adjust(nu);
        if (goal.Conjugate(nu) is not { } sum)
            return null;
        for (int t = 0; t < nu.Length; t++)
            sum += nu[t] * GoalFunction.Units(request.Holdings[t]);
        BigFloat gasShare = goal.GasShare;
        foreach (Pool pool in pools)
            if (pool.IsReady)
                Add(pool, a => LeadsBack(request, pools, pool, a), nu, gasShare * (int)(pool.TypicalGas + terms.GasPerLeg), terms, ref sum, ref slack);
        return sum;
    }

    private static bool LeadsBack(BasketRequest request, IReadOnlyList<Pool> pools, Pool pool, AssetId asset)
    {
        bool isWanted = request.Goal switch
        {
            BasketGoal.TargetWeights => request.Weights[asset.Index] > 0,
            BasketGoal.MostOfOne => request.Kept == asset || !request.Owed[asset.Index].IsZero,
            _ => true,
        };
        return pool.Assets.Length > 2 && !isWanted && request.Holdings[asset.Index].IsZero
            && !pools.Any(other => other != pool && other.IsReady && other.Holds(asset));
    }

    private static void Add(Pool pool, Func<AssetId, bool> leadsBack, BigFloat[] nu, BigFloat gas, VerifierTerms terms, ref BigFloat sum, ref BigFloat slack)
    {
        int count = pool.Assets.Length;
        for (int sell = 0; sell < count; sell++)
            for (int buy = 0; buy < count; buy++)
            {
                if (sell == buy || leadsBack(pool.Assets[sell]) || leadsBack(pool.Assets[buy]))
                    continue;
                var pair = PairArbitrage.Of(pool, sell, buy, nu[pool.Assets[sell].Index], nu[pool.Assets[buy].Index], terms);
                BigFloat net = BigFloat.Max(BigFloat.Zero, pair.Best - gas);
                sum += net;
                slack += BigFloat.Max(BigFloat.Zero, pair.Best + pair.Slack - gas) - net;
            }
    }
}
