using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Baskets;
using FastRebalance.Core.Events;
using FastRebalance.Verification;

namespace FastRebalance.UnitTests.Verification;

/// <summary>A good plan passes; the same plan damaged in one place is refused for that place, by the verifier and by the last look.</summary>
public sealed class PlanVerifierTests
{
    /// <summary>Damages of what both look at.</summary>
    private static readonly Dictionary<string, (Action<PlanCase> Damage, PlanVerdict Verdict)> s_legDamages = new()
    {
        ["the first leg sells one more than is held"] = (c => c.Damage(0, (ref l) => l.AmountIn += 1), PlanVerdict.Overdrawn),
        ["the first leg sells one less"] = (c => c.Damage(0, (ref l) => l.AmountIn -= 1), PlanVerdict.OutputDiffers),
        ["a leg expects one more"] = (c => c.Damage(0, (ref l) => l.ExpectedOut += 1), PlanVerdict.OutputDiffers),
        ["a leg expects one less"] = (c => c.Damage(1, (ref l) => l.ExpectedOut -= 1), PlanVerdict.OutputDiffers),
        ["the legs are in the other order"] = (c => c.SetLegs(c.Plan.Legs[1], c.Plan.Legs[0]), PlanVerdict.Overdrawn),
        ["a pool serves twice"] = (c => c.SetLegs(c.Plan.Legs[0], c.Plan.Legs[0], c.Plan.Legs[1]), PlanVerdict.PoolTwice),
        ["a pool that is not there"] = (c => c.Damage(1, (ref l) => l.Pool = PoolId.FromIndex(7)), PlanVerdict.UnknownPool),
        ["no pool"] = (c => c.Damage(1, (ref l) => l.Pool = PoolId.None), PlanVerdict.UnknownPool),
        ["another pool's asset is sold"] = (c => c.Damage(0, (ref l) => l.Sell = PlanCase.Asset(2)), PlanVerdict.WrongAsset),
        ["another pool's asset is bought"] = (c => c.Damage(0, (ref l) => l.Buy = PlanCase.Asset(2)), PlanVerdict.WrongAsset),
        ["an asset for itself"] = (c => c.Damage(0, (ref l) => l.Buy = l.Sell), PlanVerdict.WrongAsset),
        ["no asset"] = (c => c.Damage(0, (ref l) => l.Sell = AssetId.None), PlanVerdict.WrongAsset),
        ["nothing is sold"] = (c => c.Damage(0, (ref l) => l.AmountIn = UInt256.Zero), PlanVerdict.ZeroAmount),
        ["nothing is expected"] = (c => c.Damage(1, (ref l) => l.ExpectedOut = l.MinimumOut = UInt256.Zero), PlanVerdict.ZeroAmount),
        ["the pool pays nothing"] = (c => c.Damage(1, (ref l) => l.AmountIn = UInt256.One), PlanVerdict.NotExact),
        ["a minimum one too low"] = (c => c.Damage(1, (ref l) => l.MinimumOut -= 1), PlanVerdict.MinimumTooLow),
        ["no minimum"] = (c => c.Damage(1, (ref l) => l.MinimumOut = UInt256.Zero), PlanVerdict.MinimumTooLow),
        ["a minimum above what is expected"] = (c => c.Damage(1, (ref l) => l.MinimumOut = l.ExpectedOut + 1), PlanVerdict.MinimumTooHigh),
        ["a leg without gas"] = (c => c.Damage(1, (ref l) => l.Gas = 0), PlanVerdict.GasTooLow),
        ["a leg that forgets a leg's own gas"] = (c => c.Damage(1, (ref l) => l.Gas -= 1), PlanVerdict.GasTooLow),
        ["one unit more is claimed"] = (c => c.Plan.FinalHoldings[2] += 1, PlanVerdict.HoldingsDiffer),
        ["one unit less is claimed"] = (c => c.Plan.FinalHoldings[2] -= 1, PlanVerdict.HoldingsDiffer),
        ["a unit is claimed of what was sold"] = (c => c.Plan.FinalHoldings[0] = 1, PlanVerdict.HoldingsDiffer),
        ["something is owed of what was sold"] = (c => c.Request.Owed[0] = 1, PlanVerdict.OwedMissing),
        ["more is owed of what is kept"] = (c => c.Request.Owed[2] = c.Plan.FinalHoldings[2] + 1, PlanVerdict.OwedMissing),
        ["a version that is not the pools'"] = (c => c.Plan.StateVersion++, PlanVerdict.StateChanged),
        ["no version"] = (c => c.Plan.StateVersion = 0, PlanVerdict.StateChanged),
        ["a pool that has moved since"] =
            (c => PlanCase.SetReserves(c.Pools[1], 5_000_000_030, 4_100_000_011), PlanVerdict.StateChanged),
        ["no status"] = (c => c.Plan.Status = BasketStatus.Unplanned, PlanVerdict.NotAPlan),
        ["outside bounds"] = (c => c.Plan.Status = BasketStatus.NotProven, PlanVerdict.NotAPlan),
        ["legs and nothing to do"] = (c => c.Plan.Status = BasketStatus.NothingToDo, PlanVerdict.NotAPlan),
        ["a plan without legs"] = (c => c.Plan.ClearLegs(), PlanVerdict.NotAPlan),
        ["cleared"] = (c => c.Plan.Clear(), PlanVerdict.NotAPlan),
        ["a plan of other assets"] = (c => c.Plan = new BasketPlan(4, 4), PlanVerdict.BadShape),
        ["a price that is no number"] = (c => c.Request.ReferencePrices[1] = double.NaN, PlanVerdict.BadRequest),
        ["a price of zero"] = (c => c.Request.ReferencePrices[1] = 0, PlanVerdict.BadRequest),
        ["slippage that is no number"] = (c => c.Request.MaxSlippage = double.NaN, PlanVerdict.BadRequest),
        ["slippage of all"] = (c => c.Request.MaxSlippage = 1, PlanVerdict.BadRequest),
        ["slippage below zero"] = (c => c.Request.MaxSlippage = -0.1, PlanVerdict.BadRequest),
        ["gas that is no number"] = (c => c.Request.NumerairePerGas = double.NaN, PlanVerdict.BadRequest),
        ["gas without end"] = (c => c.Request.NumerairePerGas = double.PositiveInfinity, PlanVerdict.BadRequest),
        ["no goal"] = (c => c.Request.Goal = BasketGoal.None, PlanVerdict.BadRequest),
        ["nothing to keep"] = (c => c.Request.Kept = AssetId.None, PlanVerdict.BadRequest),
        ["another portfolio's asset to keep"] = (c => c.Request.Kept = PlanCase.Asset(3), PlanVerdict.BadRequest),
        ["nothing held"] = (c => Array.Clear(c.Request.Holdings), PlanVerdict.BadRequest),
        ["weights that are no numbers"] = (c => SetWeights(c, double.NaN), PlanVerdict.BadRequest),
        ["weights that are too much"] = (c => SetWeights(c, 0.7), PlanVerdict.BadRequest),
        ["a value that is no number"] = (c => c.Plan.Value = double.NaN, PlanVerdict.NotFinite),
        ["a bound that is no number"] = (c => c.Plan.Bound = double.NaN, PlanVerdict.NotFinite),
        ["an infinite bound"] = (c => c.Plan.Bound = double.PositiveInfinity, PlanVerdict.NotFinite),
        ["a gap that is no number"] = (c => c.Plan.Gap = double.NaN, PlanVerdict.NotFinite),
        ["a gap of doing nothing that is no number"] = (c => c.Plan.GapOfDoingNothing = double.NaN, PlanVerdict.NotFinite),
        ["a dual price that is no number"] = (c => c.Plan.DualPrices[1] = double.NaN, PlanVerdict.NotFinite),
        ["an infinite dual price"] = (c => c.Plan.DualPrices[1] = double.PositiveInfinity, PlanVerdict.NotFinite),
    };

    /// <summary>Damages of the certificate, which the last look does not compute.</summary>
    private static readonly Dictionary<string, (Action<PlanCase> Damage, PlanVerdict Verdict)> s_certificateDamages = new()
    {
        ["a dual price of zero"] = (c => c.Plan.DualPrices[0] = 0, PlanVerdict.BadDualPrice),
        ["a dual price below zero"] = (c => c.Plan.DualPrices[0] *= -1, PlanVerdict.BadDualPrice),
        ["what is kept is priced below its worth"] = (c => c.Plan.DualPrices[2] *= 1 - 1e-9, PlanVerdict.BadDualPrice),
        ["other dual prices than the bound's"] = (c => c.Plan.DualPrices[1] *= 1.001, PlanVerdict.BoundDiffers),
        ["a value a billionth too high"] = (c => c.Plan.Value += 1e-9, PlanVerdict.ValueDiffers),
        ["a bound a billionth too low"] = (c => c.Plan.Bound -= 1e-9, PlanVerdict.BoundDiffers),
        ["a gap a billionth too low"] = (c => c.Plan.Gap -= 1e-9, PlanVerdict.GapDiffers),
        ["a gap of doing nothing a billionth off"] = (c => c.Plan.GapOfDoingNothing *= 1 + 2e-6, PlanVerdict.GapDiffers),
        ["a value and a bound that are both off"] = (c => (c.Plan.Value, c.Plan.Bound) = (0.25, 0.25), PlanVerdict.ValueDiffers),
        ["a gap of doing nothing without end"] = (c => c.Plan.GapOfDoingNothing = double.PositiveInfinity, PlanVerdict.GapDiffers),
    };

    public static TheoryData<string> LegDamages => [.. s_legDamages.Keys];

    public static TheoryData<string> CertificateDamages => [.. s_certificateDamages.Keys];

    [Fact]
    public void Verify_GoodPlan_IsVerified()
    {
        PlanCase good = PlanCase.TwoHops();
        PlanReport report = good.Verify();
        Assert.True(report.IsVerified, report.ToString());

        // All that separates the plan from the best is what two divisions round away: less than a unit of each asset bought.
        Assert.InRange(report.Gap, 0, good.Plan.DualPrices[1] + good.Plan.DualPrices[2]);
        Assert.Equal(PlanVerdict.Verified, good.Look());
    }

    [Theory]
    [MemberData(nameof(LegDamages))]
    public void Verify_DamagedPlan_NamesTheDamage(string name)
    {
        PlanCase damaged = PlanCase.TwoHops();
        s_legDamages[name].Damage(damaged);
        Assert.Equal(s_legDamages[name].Verdict, damaged.Verify().Verdict);
        Assert.Equal(s_legDamages[name].Verdict, damaged.Look());
    }

    [Theory]
    [MemberData(nameof(CertificateDamages))]
    public void Verify_DamagedCertificate_NamesTheDamage(string name)
    {
        PlanCase damaged = PlanCase.TwoHops();
        s_certificateDamages[name].Damage(damaged);
        Assert.Equal(s_certificateDamages[name].Verdict, damaged.Verify().Verdict);
        Assert.Equal(PlanVerdict.Verified, damaged.Look());
    }

    [Fact]
    public void Verify_DamagedLeg_SaysWhich()
    {
        PlanCase damaged = PlanCase.TwoHops();
        damaged.Damage(1, (ref l) => l.ExpectedOut += 1);
        Assert.Equal(1, damaged.Verify().Leg);
        PlanReplay look = new(damaged.Pools, 3, PlanCase.LegGas);
        look.Check(damaged.Request, damaged.Plan);
        Assert.Equal(1, look.Leg);
    }

    [Fact]
    public void Verify_MinimumStricterThanAsked_IsVerified()
    {
        PlanCase strict = PlanCase.TwoHops();
        strict.Damage(1, (ref l) => l.MinimumOut = l.ExpectedOut);
        Assert.True(strict.Verify().IsVerified);
        Assert.Equal(PlanVerdict.Verified, strict.Look());
    }

    [Theory]
    [InlineData(false, PlanVerdict.TradesInCircle)]
    [InlineData(true, PlanVerdict.Verified)]
    public void Verify_LegsInACircle_OnlyWhereAllowed(bool allowed, PlanVerdict verdict)
    {
        PlanCase circle = new(2, PlanCase.V2(0, 0, 1, 1_000_000, 2_000_000), PlanCase.V2(1, 0, 1, 1_000_000, 1_000_000));
        circle.Request.Goal = BasketGoal.MostOfOne;
        circle.Request.Kept = PlanCase.Asset(0);
        circle.Request.AllowCycles = allowed;
        circle.Request.Holdings[0] = 200_000;
        UInt256 back = circle.AddLeg(1, 1, 0, circle.AddLeg(0, 0, 1, 100_000));
        circle.Plan.FinalHoldings[0] = back + 100_000;
        circle.Plan.DualPrices[0] = 1.0 / 200_000;
        circle.Plan.DualPrices[1] = 0.7 / 200_000;
        circle.Request.AllowCycles = true;
        circle.Claim();
        circle.Request.AllowCycles = allowed;
        Assert.Equal(verdict, circle.Verify().Verdict);
        Assert.Equal(verdict, circle.Look());
    }

    [Fact]
    public void Verify_TradeThatOnlyCosts_IsNoBetterThanNothing()
    {
        PlanCase costly = new(2, PlanCase.V2(0, 0, 1, 1_000_000, 1_000_000));
        costly.Request.Goal = BasketGoal.MostOfOne;
        costly.Request.Kept = PlanCase.Asset(1);
        costly.Request.Holdings[0] = costly.Request.Holdings[1] = 1_000;
        costly.Request.NumerairePerGas = 1; // a hundred thousand for one leg
        costly.Plan.FinalHoldings[1] = 1_000 + costly.AddLeg(0, 0, 1, 1_000);
        costly.Plan.DualPrices[0] = costly.Plan.DualPrices[1] = 1.0 / 2_000;
        Assert.Equal(PlanVerdict.NoBetterThanNothing, costly.Claim().Verify().Verdict);
    }

    [Fact]
    public void Verify_CurveThatSaysLessThanThePoolPays_IsABoundBelowTheValue()
    {
        Assert.Equal(PlanVerdict.Verified, Boastful(saidRate: 1).Verify().Verdict);
        Assert.Equal(PlanVerdict.BoundBelowValue, Boastful(saidRate: 0.9).Verify().Verdict);
    }

    [Fact]
    public void Look_SeveralLegsThroughOnePoolOfMany_WantsTheVerifier()
    {
        PlanCase many = new(3, Ready(new BoastfulPool(PoolId.FromIndex(0), 1, PlanCase.Asset(0), PlanCase.Asset(1), PlanCase.Asset(2))));
        many.Request.Goal = BasketGoal.MostOfOne;
        many.Request.Kept = PlanCase.Asset(2);
        many.Request.Holdings[0] = many.Request.Holdings[1] = 1_000_000;
        many.Plan.FinalHoldings[2] = many.AddLeg(0, 0, 2, 1_000_000) + many.AddLeg(0, 1, 2, 1_000_000);
        Array.Fill(many.Plan.DualPrices, 1.0 / 2_000_000);
        Assert.True(many.Claim().Verify().IsVerified, many.Verify().ToString());
        Assert.Equal(PlanVerdict.NeedsCopies, many.Look());
    }

    [Fact]
    public void Check_AnyPlan_AllocatesNothing()
    {
        PlanCase good = PlanCase.TwoHops();
        PlanReplay look = new(good.Pools, 3, PlanCase.LegGas);
        for (int i = 0; i < 100; i++)
            look.Check(good.Request, good.Plan);
        PlanVerdict verdict = default;
        AllocationWatch watch = new();
        while (watch.Next())
            verdict = look.Check(good.Request, good.Plan);
        long allocated = watch.LeastBytes;
        Assert.Equal(PlanVerdict.Verified, verdict);
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void New_TwoPoolsOfOneId_Throws()
    {
        Pool pool = PlanCase.V2(0, 0, 1, 10, 10);
        Assert.Throws<ArgumentException>(() => new PlanReplay([pool, pool], 2, 0));
        Assert.Throws<ArgumentException>(() => new PlanReplay([PlanCase.V2(0, 0, 5, 10, 10)], 2, 0));
    }

    [Theory]
    [InlineData(1_000, 0.005, 995)]
    [InlineData(1_001, 0.005, 996)]
    [InlineData(1, 0.999, 1)]
    [InlineData(1_000, 0, 1_000)]
    [InlineData(1_000, 0.25, 750)]
    public void LeastMinimum_OfAnAmount_IsRoundedUp(ulong expected, double slippage, ulong minimum) =>
        Assert.Equal((UInt256)minimum, LegReplay.LeastMinimum(expected, slippage));

    private static PlanCase Boastful(double saidRate)
    {
        PlanCase made = new(2, Ready(new BoastfulPool(PoolId.FromIndex(0), saidRate, PlanCase.Asset(0), PlanCase.Asset(1))));
        made.Request.Goal = BasketGoal.MostOfOne;
        made.Request.Kept = PlanCase.Asset(1);
        made.Request.Holdings[0] = 1_000_000_000;
        made.Plan.FinalHoldings[1] = made.AddLeg(0, 0, 1, 1_000_000_000);
        made.Plan.DualPrices[1] = 1e-9;
        made.Plan.DualPrices[0] = 1e-9 * saidRate;
        return made.Claim();
    }

    private static BoastfulPool Ready(BoastfulPool pool)
    {
        pool.Apply(new MarketEvent { Kind = MarketEventKind.PoolReady, Subject = pool.Id.Value });
        return pool;
    }

    private static void SetWeights(PlanCase plan, double each)
    {
        plan.Request.Goal = BasketGoal.TargetWeights;
        Array.Fill(plan.Request.Weights, each);
    }
}
