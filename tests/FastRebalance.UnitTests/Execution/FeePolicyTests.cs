using FastRebalance.Execution.Fees;

namespace FastRebalance.UnitTests.Execution;

public sealed class FeePolicyTests
{
    private const ulong Gwei = 1_000_000_000;

    private static FeePolicy Policy(ulong max = 100 * Gwei, ulong minTip = 1) => new(new FeeOptions { MinTipWei = minTip }, max);

    [Fact]
    public void Quote_Usual_TipIsTheMedianAndTheCapLeavesRoomForTwiceTheBaseFee()
    {
        Assert.Equal(FeeVerdict.Quoted, Policy().Quote(10 * Gwei, [3 * Gwei, Gwei, 2 * Gwei], out FeeQuote quote));

        Assert.Equal(new FeeQuote(22 * Gwei, 2 * Gwei), quote);
    }

    [Fact]
    public void Quote_EmptyBlocks_DoNotCount()
    {
        Policy().Quote(Gwei, [0, 0, 5 * Gwei, 0], out FeeQuote quote);

        Assert.Equal(5 * Gwei, quote.TipWei);
    }

    [Fact]
    public void Quote_NoHistory_TakesTheFloor()
    {
        Policy(minTip: 7).Quote(Gwei, [], out FeeQuote quote);

        Assert.Equal(7UL, quote.TipWei);
    }

    [Fact]
    public void Quote_WantedAboveTheMaximum_IsClampedAndTheTipWithIt()
    {
        Policy(max: 12 * Gwei).Quote(10 * Gwei, [50 * Gwei], out FeeQuote quote);

        Assert.Equal(new FeeQuote(12 * Gwei, 12 * Gwei), quote);
    }

    [Fact]
    public void Quote_BaseFeeAboveTheMaximum_IsRefused()
    {
        Assert.Equal(FeeVerdict.BaseFeeAboveMax, Policy(max: 10).Quote(11, [1], out FeeQuote quote));
        Assert.Equal(default, quote);
        Assert.Equal(FeeVerdict.Quoted, Policy(max: 10).Quote(10, [1], out _));
    }

    [Fact]
    public void Quote_LargestNumbers_DoNotOverflow()
    {
        Assert.Equal(FeeVerdict.Quoted, Policy(max: ulong.MaxValue).Quote(ulong.MaxValue, [ulong.MaxValue], out FeeQuote quote));

        Assert.Equal(new FeeQuote(ulong.MaxValue, ulong.MaxValue), quote);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(7, 8)]
    [InlineData(8, 10)]
    [InlineData(100, 113)]
    [InlineData(101, 115)]
    public void Bump_RoundsUpAndMovesAtLeastOneWei(ulong fee, ulong bumped) => Assert.Equal(bumped, FeePolicy.Bump(fee));

    // geth: floor of 110 %, strictly more. reth: ceiling of 110 %. nethermind: old + old / 10. OpenEthereum: 112.5 %.
    [Fact]
    public void Bump_AnyFee_SatisfiesEveryPool()
    {
        Random random = new(1);
        for (int i = 0; i < 100_000; i++)
        {
            UInt128 fee = (ulong)random.NextInt64() >> random.Next(63);
            UInt128 bumped = FeePolicy.Bump((ulong)fee);
            Assert.True(bumped > fee && bumped >= (fee * 110 + 99) / 100 && bumped * 1000 >= fee * 1125, $"{fee} became {bumped}");
        }
    }

    [Fact]
    public void Replace_MarketBelow_StepsOverTheHighestOfEachField()
    {
        Assert.Equal(FeeVerdict.Quoted, Policy().Replace(new FeeQuote(20 * Gwei, 2 * Gwei), new FeeQuote(5, 1), isCancel: false, out FeeQuote quote));

        Assert.Equal(new FeeQuote(22_600_000_000, 2_260_000_000), quote);
    }

    [Fact]
    public void Replace_MarketAbove_FollowsTheMarket()
    {
        Policy().Replace(new FeeQuote(20 * Gwei, 2 * Gwei), new FeeQuote(50 * Gwei, 9 * Gwei), isCancel: false, out FeeQuote quote);

        Assert.Equal(new FeeQuote(50 * Gwei, 9 * Gwei), quote);
    }

    [Fact]
    public void Replace_AboveTheBound_IsRefusedForAnOrderAndAllowedForACancel()
    {
        FeePolicy policy = Policy(max: 20 * Gwei);
        FeeQuote highest = new(20 * Gwei, Gwei);

        Assert.Equal(FeeVerdict.BumpAboveMax, policy.Replace(highest, highest, isCancel: false, out _));
        Assert.Equal(FeeVerdict.Quoted, policy.Replace(highest, highest, isCancel: true, out FeeQuote cancel));
        Assert.Equal(22_600_000_000UL, cancel.MaxFeePerGasWei);
        Assert.Equal(FeeVerdict.BumpAboveMax, policy.Replace(new FeeQuote(36 * Gwei, Gwei), highest, isCancel: true, out _));
    }

    [Fact]
    public void Replace_TipAboveTheCap_LiftsTheCap()
    {
        Policy().Replace(new FeeQuote(10, 10), new FeeQuote(1, 50), isCancel: false, out FeeQuote quote);

        Assert.Equal(new FeeQuote(50, 50), quote);
    }
}
