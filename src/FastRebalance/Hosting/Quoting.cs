using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Baskets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Engine.Routing;
using FastRebalance.Routing.Baskets;
using FastRebalance.Routing.Paths;
using FastRebalance.Verification;

namespace FastRebalance.Hosting;

/// <summary>An exact answer at one head.</summary>
/// <param name="Status"><see cref="RouteStatus.Found"/>, or why there is no answer.</param>
/// <param name="Leg">The path and its exact amounts.</param>
/// <param name="Gas">Expected gas of its pools.</param>
/// <param name="Block">The head that it holds at.</param>
/// <param name="WorthIn">Numeraire value of what goes in.</param>
/// <param name="WorthOut">Numeraire value of what comes out, before gas.</param>
/// <param name="Search">Which path search answered.</param>
/// <param name="Basket">The same trade as a basket, which may be spread over parallel pools.</param>
public sealed record QuoteAnswer(
    RouteStatus Status, OrderLeg Leg, uint Gas, ulong Block, double WorthIn, double WorthOut, string Search, BasketAnswer Basket)
{
    /// <summary>What the trade would do to the account in its lending market; null where the portfolio only holds.</summary>
    public HealthChange? Health { get; init; }
}

/// <summary>Health factors at the lending market's own prices; infinite without debt.</summary>
/// <param name="Now">As it stands.</param>
/// <param name="After">Once the trade came out of the account there and its proceeds went in.</param>
/// <param name="Floor">What the executor does not let it end below.</param>
public sealed record HealthChange(double Now, double After, double Floor);

/// <summary>A whole portfolio change planned at one head.</summary>
/// <param name="Block">The head that it holds at.</param>
/// <param name="Request">What was asked.</param>
/// <param name="Plan">The answer.</param>
/// <param name="Verdict">What the verifier found, in high precision.</param>
/// <param name="Search">Which solver answered.</param>
/// <param name="Rates">What each pool pays, before and after.</param>
public sealed record BasketAnswer(
    ulong Block, BasketRequest Request, BasketPlan Plan, PlanReport Verdict, string Search, IReadOnlyList<PoolRate> Rates);

/// <summary>What a pool pays for a vanishing trade, fee taken off, in base units out per base unit in.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="Sell">What goes in.</param>
/// <param name="Buy">What comes out.</param>
/// <param name="Now">At the head.</param>
/// <param name="After">After the plan's leg through it; as now where there is none.</param>
/// <param name="Wanted">What the plan's prices ask: a pool is used from there on.</param>
/// <param name="IsUsed">The plan has a leg through it this way.</param>
public sealed record PoolRate(PoolId Pool, AssetId Sell, AssetId Buy, double Now, double After, double Wanted, bool IsUsed);

/// <summary>Quotes at the current head, with the feed, the state and the router of a live run.</summary>
public static class Quoting
{
    /// <summary>One trade: the best path, and the basket that may spread it.</summary>
    /// <param name="run">A checked configuration.</param>
    /// <param name="sell">What goes in.</param>
    /// <param name="buy">What comes out.</param>
    /// <param name="amountIn">Base units of <paramref name="sell"/>.</param>
    /// <param name="managed">Takes the managed searches even where the native ones are there.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="TimeoutException">The node told no head for half a minute.</exception>
    public static async Task<QuoteAnswer> QuoteAsync(
        PreparedRun run, AssetId sell, AssetId buy, UInt256 amountIn, bool managed, CancellationToken cancellation)
    {
        (EngineSetup setup, MarketState market) = await FollowAsync(run, cancellation).ConfigureAwait(false);
        IPathSearch search = managed
            ? PathSearches.ManagedForPools(setup.Assets.Count, setup.Pools)
            : PolicyFactory.Search(setup, out _);
        Router router = new(setup, market, search);
        RouteStatus status = router.Quote(sell, buy, in amountIn, out OrderLeg leg, out uint gas);
        BasketRequest request = RequestOf(run, setup, market);
        request.Goal = BasketGoal.MostOfOne;
        request.Kept = buy;
        request.Holdings[sell.Index] = amountIn;
        return new QuoteAnswer(
            status, leg, gas, market.HeadBlock, Worth(market, sell, amountIn), Worth(market, buy, leg.ExpectedOut), router.SearchName,
            Plan(setup, market, request, managed))
        {
            Health = status == RouteStatus.Found ? HealthOf(run, market, in leg) : null,
        };
    }

    private static HealthChange? HealthOf(PreparedRun run, MarketState market, in OrderLeg leg)
    {
        if (market.Lending is not { IsTold: true } lending || run.Config.Portfolio.Lending is not { } section)
            return null;
        double[] tokens = new double[market.AssetCount];
        tokens[leg.Sell.Index] = -(double)leg.AmountIn / market.UnitsPerToken[leg.Sell.Index];
        tokens[leg.Buy.Index] += (double)leg.ExpectedOut / market.UnitsPerToken[leg.Buy.Index];
        return new HealthChange(lending.OracleHealth(), lending.OracleHealthAfter(tokens), section.HealthFloor);
    }

    /// <summary>A whole portfolio change: from holdings to target weights.</summary>
    /// <param name="run">A checked configuration.</param>
    /// <param name="weights">Target weights by asset; not negative, sum 1.</param>
    /// <param name="holdings">Base units by asset; null for what the account holds.</param>
    /// <param name="managed">Takes the managed searches even where the native ones are there.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="TimeoutException">The node told no head for half a minute.</exception>
    public static async Task<BasketAnswer> PlanAsync(
        PreparedRun run, double[] weights, UInt256[]? holdings, bool managed, CancellationToken cancellation)
    {
        (EngineSetup setup, MarketState market) = await FollowAsync(run, cancellation).ConfigureAwait(false);
        BasketRequest request = RequestOf(run, setup, market);
        request.Goal = BasketGoal.TargetWeights;
        weights.CopyTo(request.Weights.AsSpan());
        (holdings ?? market.Holdings).CopyTo(request.Holdings);
        return Plan(setup, market, request, managed);
    }

    private static async Task<(EngineSetup Setup, MarketState Market)> FollowAsync(PreparedRun run, CancellationToken cancellation)
    {
        EngineSetup setup = run.Setup.ToEngineSetup();
        MarketState market = new(setup);
        await HeadFollowing.FollowToHeadAsync(run, e => market.Apply(in e), cancellation).ConfigureAwait(false);
        return (setup, market);
    }

    private static BasketRequest RequestOf(PreparedRun run, EngineSetup setup, MarketState market)
    {
        BasketRequest request = new(setup.Assets.Count)
        {
            MaxSlippage = run.Config.Portfolio.Risk.MaxSlippageBps / 10_000,
            NumerairePerGas = market.WeiPerGas * market.NumerairePerWei,
        };
        for (int a = 0; a < request.AssetCount; a++)
            request.ReferencePrices[a] = market.Prices[a] / market.UnitsPerToken[a];
        return request;
    }

    private static BasketAnswer Plan(EngineSetup setup, MarketState market, BasketRequest request, bool managed)
    {
        BasketPlanner planner = new(setup.Pools, setup.Assets.Count, managed);
        BasketPlan plan = new(setup.Assets.Count, planner.MaxLegs);
        planner.Plan(request, [], plan);
        PlanReport verdict = new PlanVerifier(new VerifierTerms { GasPerLeg = BasketPlanner.LegGas }).Verify(setup.Pools, request, plan);
        return new BasketAnswer(market.HeadBlock, request, plan, verdict, planner.SearchName, RatesOf(setup, plan));
    }

    private static List<PoolRate> RatesOf(EngineSetup setup, BasketPlan plan)
    {
        List<PoolRate> rates = [];
        foreach (Pool pool in setup.Pools)
            foreach (AssetId sell in pool.Assets)
                foreach (AssetId buy in pool.Assets)
                    if (sell != buy && pool.TryGetCurve(sell, buy, out SwapCurve now))
                        rates.Add(RateOf(pool, sell, buy, now.Rate, plan));
        return rates;
    }

    private static PoolRate RateOf(Pool pool, AssetId sell, AssetId buy, double now, BasketPlan plan)
    {
        double after = now;
        bool isUsed = false;
        foreach (BasketLeg leg in plan.Legs)
        {
            if (leg.Pool != pool.Id || leg.Sell != sell || leg.Buy != buy)
                continue;
            Pool moved = pool.Copy();
            moved.Swap(sell, buy, in leg.AmountIn, out _);
            after = moved.TryGetCurve(sell, buy, out SwapCurve curve) ? curve.Rate : 0;
            isUsed = true;
        }
        double price = plan.DualPrices[buy.Index];
        return new PoolRate(pool.Id, sell, buy, now, after, price > 0 ? plan.DualPrices[sell.Index] / price : 0, isUsed);
    }

    private static double Worth(MarketState market, AssetId asset, UInt256 units) =>
        (double)units / market.UnitsPerToken[asset.Index] * market.Prices[asset.Index];
}
