using FastRebalance.Core.Assets;
using FastRebalance.Core.Baskets;
using FastRebalance.Routing.Duals;

namespace FastRebalance.Routing.Baskets;

/// <summary>
/// How far a plan is from the bound that its prices prove. The two have all but their last digits in common, so the gap is put together from
/// terms that are small and not negative each: what the holdings miss, and what each leg misses of its pool's best.
/// </summary>
internal static class Certificate
{
    /// <summary>The part of the gap that lies in what is held: <c>sup (U(x) - nu x) - (U(x) - nu x)</c>; infinite where the goal wants what is not there.</summary>
    public static double HoldingsGap(BasketNumbers numbers, BasketGraph graph, ReadOnlySpan<UInt256> holdings)
    {
        double gap = 0;
        for (int t = 0; t < numbers.TokenCount; t++)
            gap += TokenGap(numbers, t, numbers.PriceOf(t) * (double)holdings[graph.AssetOf(t)]);
        return gap;
    }

    /// <summary>The part that lies in pools which the plan leaves alone: what is to be had there net of gas.</summary>
    public static double PoolsGap(BasketNumbers numbers, BasketGraph graph)
    {
        double gap = 0;
        for (int e = 0; e < graph.EdgeCount; e++)
            if (numbers.Barred[e] == 0)
                gap += Math.Max(0, numbers.Arbitrage(e) - numbers.GasShare[e]);
        return gap;
    }

    /// <summary>What a leg has brought of that, net of gas; taken off again.</summary>
    public static double LegGain(BasketNumbers numbers, int edge, int sellToken, int buyToken, double amountIn, double amountOut) =>
        numbers.PriceOf(buyToken) * amountOut - numbers.PriceOf(sellToken) * amountIn - numbers.GasShare[edge];

    private static double TokenGap(BasketNumbers numbers, int token, double worth)
    {
        double weight = numbers.Tokens[token].Weight;
        double root = 1.0 + numbers.Eps[token];
        double price = root * root;
        switch (numbers.Goal)
        {
            case BasketGoal.TargetWeights:
                if (!(weight > 0))
                    return worth;
                double miss = (worth - weight) / weight;
                return miss > -1 ? weight * (miss - DualMath.Log1p(miss)) : double.PositiveInfinity;
            case BasketGoal.TrackingError:
                double share = worth / price;
                double wanted = weight - numbers.Eps[token] * (1.0 + root) / numbers.Aversion;
                double off = share - Math.Max(0, wanted);
                double atZero = wanted < 0 ? -wanted * numbers.Aversion * share : 0;
                return 0.5 * numbers.Aversion * off * off + atZero;
            default:
                return token == numbers.Kept ? 0 : worth - numbers.Tokens[token].Owed * price;
        }
    }

    /// <summary>The goal's value of the holdings, gas not taken off; in units of <see cref="BasketPlan.Value"/>.</summary>
    public static double GoalOf(BasketRequest request, ReadOnlySpan<UInt256> holdings)
    {
        double value = 0;
        for (int a = 0; a < request.AssetCount; a++)
            value += request.ReferencePrices[a] * (double)request.Holdings[a];
        if (request.Goal == BasketGoal.MostOfOne)
            return request.ReferencePrices[request.Kept.Index] * (double)holdings[request.Kept.Index] / value;
        double sum = 0;
        for (int a = 0; a < request.AssetCount; a++)
        {
            double units = (double)holdings[a];
            if (request.Goal == BasketGoal.TargetWeights)
            {
                if (request.Weights[a] > 0)
                    sum += units > 0 ? request.Weights[a] * DualMath.Ln(units) : double.NegativeInfinity;
                continue;
            }
            double share = request.ReferencePrices[a] * units / value;
            double off = share - request.Weights[a];
            sum += share - 0.5 * request.Aversion * off * off;
        }
        return sum;
    }
}
