using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Execution.Fees;

namespace FastRebalance.UnitTests.Execution.Fees;

public sealed class RungChoiceTests
{
    private const ulong Gwei = 1_000_000_000;
    private static readonly ulong[] s_threeBlocks = [10 * Gwei, 10 * Gwei, 10 * Gwei];
    private static readonly FeeLimits s_free = new();

    private static RungQuestion Question(UInt256 benefitWei, PolicyTier tier = PolicyTier.Economic) => new()
    {
        Tier = tier, BenefitWei = benefitWei, GasLimit = 300_000, GasUsed = 200_000,
    };

    private static FeeQuote[] Levels() => FeeLadder.Levels(new FeeQuote(20 * Gwei, Gwei), 100 * Gwei);

    private static TipDistribution Tips() => new([Gwei, 2 * Gwei, 3 * Gwei, 3 * Gwei, 4 * Gwei]);

    [Fact]
    public void Choose_EveryBenefit_IsTheLevelThatBruteForceFinds()
    {
        FeeQuote[] levels = Levels();
        for (int i = 1; i < 400; i++)
        {
            UInt256 benefit = (UInt128)i * (uint)i * 100_000_000_000_000;
            RungQuestion question = Question(benefit) with { PaysOnlyWhenLanded = i % 2 == 0 };
            int best = -1;
            System.Numerics.BigInteger bestGain = 0;
            for (int level = 0; level < levels.Length; level++)
            {
                System.Numerics.BigInteger certain = LandingOdds.Certain;
                System.Numerics.BigInteger odds = LandingOdds.Of(in levels[level], s_threeBlocks, Tips());
                System.Numerics.BigInteger cost = (System.Numerics.BigInteger)Math.Min(levels[level].MaxFeePerGasWei, 10 * Gwei + levels[level].TipWei) * 200_000;
                if (question.PaysOnlyWhenLanded)
                    cost = (cost * odds + certain - 1) / certain;
                System.Numerics.BigInteger gain = (System.Numerics.BigInteger)benefit * odds / certain - cost;
                if (gain <= bestGain || (System.Numerics.BigInteger)levels[level].MaxFeePerGasWei * 300_000 > (System.Numerics.BigInteger)benefit)
                    continue;
                best = level;
                bestGain = gain;
            }
            RungVerdict verdict = RungChoice.Choose(in question, levels, s_threeBlocks, Tips(), s_free, out int chosen);
            Assert.Equal(best, chosen);
            Assert.Equal(best >= 0, verdict == RungVerdict.Chosen);
        }
    }

    [Fact]
    public void Choose_GreatBenefit_BidsHigherThanASmallOne()
    {
        RungChoice.Choose(Question(UInt256.PowerOfTen(16)), Levels(), s_threeBlocks, Tips(), s_free, out int small);
        RungChoice.Choose(Question(UInt256.PowerOfTen(19)), Levels(), s_threeBlocks, Tips(), s_free, out int great);
        Assert.True(great > small && small >= 0, $"{small}, {great}");
    }

    [Fact]
    public void Choose_Alpha_BoundsWhatTheChosenLevelCanCost()
    {
        FeeLimits tenth = new() { AlphaBps = 1_000 };
        UInt256 benefit = 8 * UInt256.PowerOfTen(16);
        Assert.Equal(RungVerdict.Chosen, RungChoice.Choose(Question(benefit), Levels(), s_threeBlocks, Tips(), tenth, out int chosen));
        Assert.True(RungChoice.MostCost(Question(benefit), Levels()[chosen]) * 10 <= benefit);
    }

    [Fact]
    public void Choose_AbsoluteLimit_BindsWhateverTheBenefit()
    {
        FeeLimits limits = new() { MaxDecisionWei = (UInt128)20 * Gwei * 300_000 };
        Assert.Equal(RungVerdict.Chosen, RungChoice.Choose(Question(UInt256.MaxValue), Levels(), s_threeBlocks, Tips(), limits, out int chosen));
        Assert.Equal(0, chosen);
        Assert.Equal(RungVerdict.AboveLimit, RungChoice.Choose(
            Question(UInt256.MaxValue), Levels(), s_threeBlocks, Tips(), limits with { MaxDecisionWei = limits.MaxDecisionWei - 1 }, out chosen));
        Assert.Equal(-1, chosen);
    }

    [Fact]
    public void Choose_NothingPays_SaysSoAndSafetyGoesAllTheSame()
    {
        TipDistribution never = new([.. Enumerable.Repeat(90 * Gwei, 200)]);
        RungQuestion question = Question((UInt128)25 * Gwei * 300_000);
        Assert.Equal(RungVerdict.NothingPays, RungChoice.Choose(in question, Levels(), s_threeBlocks, never, s_free, out _));
        Assert.Equal(RungVerdict.Chosen, RungChoice.Choose(
            question with { Tier = PolicyTier.Safety, BenefitWei = UInt256.Zero }, Levels(), s_threeBlocks, Tips(), s_free, out int chosen));
        // Above 4 gwei of tip the chance grows no further: the cheapest of the likeliest.
        FeeQuote[] levels = Levels();
        Assert.True(levels[chosen].TipWei >= 4 * Gwei && levels[chosen - 1].TipWei < 4 * Gwei);
    }

    [Fact]
    public void Choose_NoLevels_IsNoChoice() =>
        Assert.Equal(RungVerdict.NoLevels, RungChoice.Choose(Question(1), [], s_threeBlocks, Tips(), s_free, out _));

    [Theory]
    [InlineData(0u, 0ul)]
    [InlineData(1u, 0ul)]
    [InlineData(2_500u, 2_499ul)]
    [InlineData(10_000u, 9_999ul)]
    public void OfDecision_ShareOf9999Wei_RoundsDown(uint alphaBps, ulong wei) => Assert.Equal(wei, new FeeLimits { AlphaBps = alphaBps }.OfDecision(9_999));

    [Fact]
    public void OfDecision_LargestBenefit_DoesNotWrap() => Assert.Equal(UInt256.MaxValue, new FeeLimits().OfDecision(UInt256.MaxValue));

    [Fact]
    public void BlocksToWait_FeeFallsMoreThanWaitingCosts_WaitsForTheBottom()
    {
        Assert.True(EconomicTrade.TryCreate(PolicyTier.Economic, 100_000, 100_000 * (UInt256)5, out EconomicTrade? trade));
        Assert.Equal(3, GasTiming.BlocksToWait(trade, [100, 90, 80, 70, 68, 66]));
        Assert.Equal(0, GasTiming.BlocksToWait(trade, [100, 95, 90, 85]));
        Assert.Equal(0, GasTiming.BlocksToWait(trade, [100, 110, 120]));
        Assert.Equal(0, GasTiming.BlocksToWait(trade, []));
    }

    [Fact]
    public void TryCreate_SafetyTrade_IsNoEconomicTrade()
    {
        Assert.False(EconomicTrade.TryCreate(PolicyTier.Safety, 1, 1, out EconomicTrade? trade));
        Assert.Null(trade);
        Assert.False(EconomicTrade.TryCreate(PolicyTier.None, 1, 1, out _));
        // Nothing else can be asked to wait.
        Assert.All(typeof(GasTiming).GetMethods().Where(m => m.IsStatic), m => Assert.Equal(typeof(EconomicTrade), m.GetParameters()[0].ParameterType));
        Assert.Empty(typeof(EconomicTrade).GetConstructors());
    }
}
