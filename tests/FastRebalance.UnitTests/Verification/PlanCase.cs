using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Baskets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Verification;

namespace FastRebalance.UnitTests.Verification;

/// <summary>Pools, a question and an answer that a test damages.</summary>
internal sealed class PlanCase
{
    public const uint LegGas = 25_000;

    public PlanCase(int assetCount, params Pool[] pools)
    {
        Pools = [.. pools];
        Request = new BasketRequest(assetCount) { MaxSlippage = 0.005 };
        Plan = new BasketPlan(assetCount, 16);
        Array.Fill(Request.ReferencePrices, 1);
    }

    public List<Pool> Pools { get; }

    public BasketRequest Request { get; }

    public BasketPlan Plan { get; set; }

    public PlanReport Verify() => new PlanVerifier().Verify(Pools, Request, Plan);

    public PlanVerdict Look() => new PlanReplay(Pools, Request.AssetCount, LegGas).Check(Request, Plan);

    /// <summary>
    /// Two pools in a row, all of asset 0 to be asset 2. The best is to sell everything, and the dual prices are the marginal worths then.
    /// </summary>
    public static PlanCase TwoHops()
    {
        PlanCase made = new(3, V2(0, 0, 1, 1_000_000_007, 2_600_000_003), V2(1, 1, 2, 5_000_000_029, 4_100_000_011));
        made.Request.Goal = BasketGoal.MostOfOne;
        made.Request.Kept = Asset(2);
        made.Request.Holdings[0] = 123_456_789;
        made.Request.Holdings[2] = 1_000;
        UInt256 middle = made.AddLeg(0, 0, 1, 123_456_789);
        UInt256 last = made.AddLeg(1, 1, 2, middle);
        made.Plan.FinalHoldings[2] = last + 1_000;
        double[] nu = made.Plan.DualPrices;
        nu[2] = 1.0 / (123_456_789 + 1_000);
        nu[1] = nu[2] * Marginal((double)middle, 5_000_000_029, 4_100_000_011);
        nu[0] = nu[1] * Marginal(123_456_789, 1_000_000_007, 2_600_000_003);
        return made.Claim();
    }

    public static AssetId Asset(int index) => AssetId.FromIndex(index);

    public static UniswapV2Pool V2(int id, int asset0, int asset1, UInt256 reserve0, UInt256 reserve1, uint feePips = 3_000)
    {
        UniswapV2Pool pool = new(
            new PoolFacts(UniswapV2Pool.KindName, Amm.PoolMaker.At, Amm.PoolMaker.Token0, Amm.PoolMaker.Token1, feePips),
            PoolId.FromIndex(id), [Asset(asset0), Asset(asset1)]);
        SetReserves(pool, reserve0, reserve1);
        pool.Apply(new MarketEvent { Kind = MarketEventKind.PoolReady, Subject = pool.Id.Value });
        return pool;
    }

    public static void SetReserves(Pool pool, UInt256 reserve0, UInt256 reserve1)
    {
        MarketEvent e = new() { Kind = MarketEventKind.Reserves, Subject = pool.Id.Value };
        e.Reserves = new PoolReserves { Reserve0 = reserve0, Reserve1 = reserve1 };
        pool.Apply(in e);
    }

    /// <summary>Quotes a leg and adds it; what it brings.</summary>
    public UInt256 AddLeg(int pool, int sell, int buy, UInt256 amountIn)
    {
        Pool through = Pools.Single(p => p.Id.Index == pool);
        Assert.Equal(QuoteStatus.Exact, through.QuoteExactIn(Asset(sell), Asset(buy), in amountIn, out SwapQuote quote));
        Plan.TryAdd(new BasketLeg
        {
            AmountIn = amountIn,
            ExpectedOut = quote.AmountOut,
            MinimumOut = LegReplay.LeastMinimum(quote.AmountOut, Request.MaxSlippage),
            Gas = quote.Gas + LegGas,
            Pool = through.Id,
            Sell = Asset(sell),
            Buy = Asset(buy),
        });
        return quote.AmountOut;
    }

    /// <summary>Fills the claims with the recomputed figures; whether those are right is what the hand-checked cases are for.</summary>
    public PlanCase Claim()
    {
        Plan.Status = Plan.LegCount > 0 ? BasketStatus.Planned : BasketStatus.NothingToDo;
        Plan.StateVersion = Pools.Aggregate(0ul, (sum, pool) => sum + pool.Version);
        PlanReport report = Verify();
        Plan.Value = report.Value;
        Plan.Bound = report.Bound;
        Plan.Gap = report.Gap;
        Plan.GapOfDoingNothing = report.GapOfDoingNothing;
        return this;
    }

    /// <summary>Changes one leg in its place.</summary>
    public void Damage(int index, LegDamage damage)
    {
        BasketLeg[] legs = Plan.Legs.ToArray();
        damage(ref legs[index]);
        SetLegs(legs);
    }

    public void SetLegs(params BasketLeg[] legs)
    {
        Plan.ClearLegs();
        foreach (BasketLeg leg in legs)
            Assert.True(Plan.TryAdd(in leg));
    }

    private static double Marginal(double amountIn, double reserveIn, double reserveOut)
    {
        const double kept = 0.997;
        return kept * reserveIn * reserveOut / Math.Pow(reserveIn + kept * amountIn, 2);
    }
}

internal delegate void LegDamage(ref BasketLeg leg);
