using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Baskets;
using FastRebalance.Core.Results;
using FastRebalance.UnitTests.Amm;
using FastRebalance.Verification;
using FastRebalance.Verification.Arbitrage;

namespace FastRebalance.UnitTests.Verification;

/// <summary>Bounds that can be worked out by hand, and bounds held against every amount tried.</summary>
public sealed class CertificateTests
{
    /// <summary>Powers of two, so that every price below is exact in a double.</summary>
    private const ulong R = 1ul << 60;

    // A pool of R and R without a fee pays R/2 for R, and the marginal rate is then 1/4.

    [Fact]
    public void Verify_MostOfOneThroughOnePool_HasNoGap()
    {
        PlanCase made = SellsRForHalf();
        made.Request.Goal = BasketGoal.MostOfOne;
        made.Request.Kept = PlanCase.Asset(1);
        made.Request.Holdings[0] = R;
        made.Plan.FinalHoldings[0] = 0;

        // nu = (1/4, 1)/R; the bound is nu h = 1/4 and arb = (1 - 1/2)^2 = 1/4.
        made.Plan.DualPrices[0] = 0.25 / R;
        made.Plan.DualPrices[1] = 1.0 / R;
        PlanReport report = made.Claim().Verify();
        Assert.True(report.IsVerified, report.ToString());
        Assert.Equal((0.5, 0.5, 0.0, 0.5), (report.Value, report.Bound, report.Gap, report.GapOfDoingNothing));
    }

    [Fact]
    public void Verify_MostOfOneWithGas_PaysItOnceInBoundAndValue()
    {
        PlanCase made = SellsRForHalf();
        made.Request.Goal = BasketGoal.MostOfOne;
        made.Request.Kept = PlanCase.Asset(1);
        made.Request.Holdings[0] = R;
        made.Plan.FinalHoldings[0] = 0;
        made.Plan.DualPrices[0] = 0.25 / R;
        made.Plan.DualPrices[1] = 1.0 / R;

        // 75 000 of the pair and 25 000 of the leg: an eighth of the portfolio.
        made.Request.NumerairePerGas = R / 800_000.0;
        PlanReport report = made.Claim().Verify();
        Assert.True(report.IsVerified, report.ToString());
        Assert.Equal(0.375, report.Value, 1e-15);
        Assert.Equal(0.375, report.Bound, 1e-15);
        Assert.Equal(0, report.Gap);
    }

    [Fact]
    public void Verify_MostOfOneWithDebts_CountsThemAtTheirPrices()
    {
        PlanCase made = SellsRForHalf();
        made.Request.Goal = BasketGoal.MostOfOne;
        made.Request.Kept = PlanCase.Asset(1);
        made.Request.Holdings[0] = 2 * R;
        made.Request.Owed[0] = R;
        made.Request.Owed[1] = R / 4;
        made.Plan.FinalHoldings[0] = R;

        // V = 2R: nu = (1/8, 1/2)/R. conj = 1/2 * 1/4 - 1/8 - 1/2 * 1/4 = -1/8, nu h = 1/4, arb = (1 - 1/2)^2 / 2 = 1/8: a quarter.
        made.Plan.DualPrices[0] = 0.125 / R;
        made.Plan.DualPrices[1] = 0.5 / R;
        PlanReport report = made.Claim().Verify();
        Assert.True(report.IsVerified, report.ToString());
        Assert.Equal((0.25, 0.25), (report.Value, report.Bound));
        Assert.Equal(0, report.Gap, 1e-90);
        Assert.Equal(double.PositiveInfinity, report.GapOfDoingNothing); // without the trade the debt is not covered
    }

    [Fact]
    public void Verify_TargetWeightsThroughOnePool_HasNoGap()
    {
        PlanCase made = SellsRForHalf();
        made.Request.Goal = BasketGoal.TargetWeights;
        made.Request.Weights[0] = made.Request.Weights[1] = 0.5;
        made.Request.Holdings[0] = 3 * R;
        made.Plan.FinalHoldings[0] = 2 * R;

        // x = (2R, R/2) and nu = w / x = (1/4, 1)/R, as the pool's rate wants; both sides are ln R.
        made.Plan.DualPrices[0] = 0.25 / R;
        made.Plan.DualPrices[1] = 1.0 / R;
        PlanReport report = made.Claim().Verify();
        Assert.True(report.IsVerified, report.ToString());
        Assert.Equal(Math.Log(R), report.Value, 1e-13);
        Assert.Equal(0, report.Gap, 1e-80);
        Assert.Equal(double.PositiveInfinity, report.GapOfDoingNothing); // nothing of the second asset is held
    }

    [Fact]
    public void Verify_TrackingErrorThroughOnePool_HasAGapOfTheRoundingSquared()
    {
        PlanCase made = SellsRForHalf();
        made.Request.Goal = BasketGoal.TrackingError;
        made.Request.Aversion = 3;
        made.Request.Weights[0] = made.Request.Weights[1] = 0.5;
        made.Request.Holdings[0] = 3 * R;
        made.Plan.FinalHoldings[0] = 2 * R;

        // v = (2/3, 1/6): dU/dv = 1 - 3 (v - 1/2) = (1/2, 2), again in the pool's proportion. U = 5/6 - 3/2 (1/36 + 1/9) = 5/8.
        made.Plan.DualPrices[0] = 0.5 / (3.0 * R);
        made.Plan.DualPrices[1] = 2.0 / (3.0 * R);
        PlanReport report = made.Claim().Verify();
        Assert.True(report.IsVerified, report.ToString());
        Assert.Equal(0.625, report.Value, 1e-15);
        Assert.InRange(report.Gap, 0, 1e-30);

        // Doing nothing: v = (1, 0), 1 - 3/2 (1/4 + 1/4) = 1/4.
        Assert.Equal(0.375, report.GapOfDoingNothing, 1e-15);
    }

    [Fact]
    public void Verify_DualPricesAThousandthOff_BoundWithThatGap()
    {
        PlanCase made = SellsRForHalf();
        made.Request.Goal = BasketGoal.TargetWeights;
        made.Request.Weights[0] = made.Request.Weights[1] = 0.5;
        made.Request.Holdings[0] = 3 * R;
        made.Plan.FinalHoldings[0] = 2 * R;
        made.Plan.DualPrices[0] = 0.25 / R * 1.001;
        made.Plan.DualPrices[1] = 1.0 / R;
        PlanReport report = made.Claim().Verify();
        Assert.True(report.IsVerified, report.ToString());

        // g as a function of a = nu0 R: -ln(a)/2 + 3a + (1 - sqrt(a))^2 and what does not change; second order in the step from 1/4.
        double a = 0.25 * 1.001;
        double wanted = -Math.Log(a / 0.25) / 2 + 3 * (a - 0.25) + Math.Pow(1 - Math.Sqrt(a), 2) - 0.25;
        Assert.Equal(wanted, report.Gap, 1e-14);
        Assert.True(report.Gap > 1e-7);
    }

    [Fact]
    public void Best_RangeWiderThanTheTrade_IsThatOfThePairOfItsVirtualReserves()
    {
        UniswapV3Pool range = PoolMaker.V3(0, 3_000, 60, (-60_000, 60_000, R));
        UniswapV3Pool split = PoolMaker.V3(0, 3_000, 60, (-60_000, -120, R), (-120, 60, R), (60, 60_000, R));
        UniswapV2Pool pair = PoolMaker.V2(R, R);
        foreach ((double nuIn, double nuOut) in new[] { (1.0, 2.0), (1.0, 1.01), (1.0, 1.002), (2.0, 1.0), (1e-9, 19e-9) })
            for (int sell = 0; sell < 2; sell++)
            {
                BigFloat wanted = Of(pair, sell, nuIn, nuOut);
                AssertNear(wanted, Of(range, sell, nuIn, nuOut));
                AssertNear(wanted, Of(split, sell, nuIn, nuOut));
            }
        Assert.Equal(0, Of(range, 0, 1, 1.002).Sign); // inside the fee
        Assert.Equal(1, Of(range, 0, 1, 1.01).Sign);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Best_AnyPoolAndPrices_NoAmountBringsMoreAndTheBestNearlyAsMuch(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 40; round++)
        {
            Pool pool = RandomPool(random, round);
            int sell = random.Next(2);
            double nuIn = 1;
            double nuOut = (1 + random.NextDouble()) / pool.SpotRate(pool.Assets[sell]);
            double best = Of(pool, sell, nuIn, nuOut).ToDouble();
            double tried = 0;
            double most = pool is ConcentratedPool
                ? (double)pool.CapacityIn(pool.Assets[sell], pool.Assets[1 - sell]) : 4 * pool.DepthOf(pool.Assets[sell]);
            for (double share = 1; share > 1e-12; share *= 0.97)
                if (UInt256.TryFromDoubleFloor(most * share, out UInt256 amount)
                    && pool.QuoteExactIn(pool.Assets[sell], in amount, out SwapQuote quote) == QuoteStatus.Exact)
                {
                    BigFloat brings = GoalFunction.Units(quote.AmountOut) * BigFloat.FromDouble(nuOut) - GoalFunction.Units(amount);
                    Assert.True(brings <= Of(pool, sell, nuIn, nuOut), $"round {round}: {amount} brings {brings}, more than {best}");
                    tried = Math.Max(tried, brings.ToDouble());
                }
            Assert.True(tried >= 0.97 * best - 2 * nuOut - 2, $"round {round}: the best tried brings {tried} of {best}");
        }
    }

    [Fact]
    public void Best_PiecesOfACurve_AgreeWithTheExactState()
    {
        Random random = new(9);
        for (int round = 0; round < 40; round++)
        {
            Pool pool = RandomPool(random, round);
            int sell = random.Next(2);
            double nuOut = (1 + random.NextDouble()) / pool.SpotRate(pool.Assets[sell]);
            double exact = Of(pool, sell, 1, nuOut).ToDouble();
            double pieces = CurvePieces.Best(
                pool, pool.Assets[sell], pool.Assets[1 - sell], BigFloat.One, BigFloat.FromDouble(nuOut), out BigFloat bought).ToDouble();
            Assert.Equal(exact, pieces, 1e-12 * bought.ToDouble());
        }
    }

    /// <summary>One direction costs 0.3 % and the protocol's 0.025 %, the other 0.3 % and its 0.1 %: each has its own no-trade band.</summary>
    [Fact]
    public void Best_FeesOfTwoDirections_EachItsOwn()
    {
        UniswapV4Pool pool = PoolMaker.V4(0, 3_000, 1_000 << 12 | 250, 60, (-60_000, 60_000, R));
        AssertNear(Of(PoolMaker.V2(R, R, 3_250), 0, 1, 1.02), Of(pool, 0, 1, 1.02));
        AssertNear(Of(PoolMaker.V2(R, R, 3_997), 1, 1, 1.02), Of(pool, 1, 1, 1.02));
        Assert.Equal((1, 0), (Of(pool, 0, 1, 1.0035).Sign, Of(pool, 1, 1, 1.0035).Sign));
    }

    [Fact]
    public void Best_FeeOfEverything_BringsNothing() =>
        Assert.Equal(0, Of(PoolMaker.V4(0, PoolFacts.PipsPerUnit, 0, 60, (-60_000, 60_000, R)), 0, 1, 1e9).Sign);

    private static PlanCase SellsRForHalf()
    {
        PlanCase made = new(2, PlanCase.V2(0, 0, 1, R, R, feePips: 0));
        Assert.Equal((UInt256)(R / 2), made.AddLeg(0, 0, 1, R));
        made.Plan.FinalHoldings[1] = R / 2;
        return made;
    }

    private static BigFloat Of(Pool pool, int sell, double nuIn, double nuOut) =>
        PairArbitrage.Of(pool, sell, 1 - sell, BigFloat.FromDouble(nuIn), BigFloat.FromDouble(nuOut), new VerifierTerms()).Best;

    private static UniswapV2Pool RandomPair(Random random) => PoolMaker.V2(Amount(random), Amount(random), (uint)random.Next(100, 10_000));

    private static Pool RandomPool(Random random, int round) => (round % 3) switch
    {
        0 => RandomPair(random),
        1 => RandomRanges(random, (tick, positions) => PoolMaker.V3(tick, 3_000, 60, positions)),
        _ => RandomRanges(random, (tick, positions) => PoolMaker.V4(tick, 3_000, 1_000 << 12 | 250, 60, positions)),
    };

    private static Pool RandomRanges(Random random, Func<int, (int, int, ulong)[], Pool> make)
    {
        int tick = random.Next(-50_000, 50_000) / 60 * 60;
        (int, int, ulong)[] positions = new (int, int, ulong)[4];
        for (int i = 0; i < positions.Length; i++)
        {
            int lower = tick + 60 * random.Next(-40, 1);
            positions[i] = (lower, Math.Max(tick, lower) + 60 * random.Next(1, 40), (ulong)Math.Exp(random.NextDouble() * 25 + 17));
        }
        return make(tick, positions);
    }

    private static UInt256 Amount(Random random) => (ulong)Math.Exp(random.NextDouble() * 25 + 17);

    private static void AssertNear(BigFloat expected, BigFloat actual) =>
        Assert.True(BigFloat.Abs(expected - actual) <= BigFloat.FromDouble(1e-60) * (BigFloat.Abs(expected) + BigFloat.FromDouble(1e-60)),
            $"{expected} and {actual}");
}
