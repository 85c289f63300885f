using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Verification.Arbitrage;

namespace FastRebalance.Verification;

/// <summary>
/// <c>g(nu) = sup_x (U(x) - nu x) + nu h + sum over pools and pairs max(0, arb(nu) - gas)</c> in high precision: whatever the prices
/// above zero, no plan is worth more. The pairs of a pool of many assets count as if each were alone in it.
/// </summary>
internal static class DualBound
{
    /// <returns>Null where the bound is infinite.</returns>
    public static BigFloat? Of(
        GoalFunction goal, UInt256[] holdings, IReadOnlyList<Pool> pools, BigFloat[] nu, VerifierTerms terms, out BigFloat slack)
    {
        slack = BigFloat.Zero;
        goal.Adjust(nu);
        if (goal.Conjugate(nu) is not { } sum)
            return null;
        for (int t = 0; t < nu.Length; t++)
            sum += nu[t] * GoalFunction.Units(holdings[t]);
        BigFloat gasShare = goal.GasShare;
        foreach (Pool pool in pools)
            if (pool.IsReady)
                Add(pool, nu, gasShare * (int)(pool.TypicalGas + terms.GasPerLeg), terms, ref sum, ref slack);
        return sum;
    }

    private static void Add(Pool pool, BigFloat[] nu, BigFloat gas, VerifierTerms terms, ref BigFloat sum, ref BigFloat slack)
    {
        int count = pool.Assets.Length;
        for (int sell = 0; sell < count; sell++)
            for (int buy = 0; buy < count; buy++)
            {
                if (sell == buy)
                    continue;
                var pair = PairArbitrage.Of(pool, sell, buy, nu[pool.Assets[sell].Index], nu[pool.Assets[buy].Index], terms);
                BigFloat net = BigFloat.Max(BigFloat.Zero, pair.Best - gas);
                sum += net;
                slack += BigFloat.Max(BigFloat.Zero, pair.Best + pair.Slack - gas) - net;
            }
    }
}
