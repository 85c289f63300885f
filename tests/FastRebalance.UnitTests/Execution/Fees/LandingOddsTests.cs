using FastRebalance.Execution.Fees;

namespace FastRebalance.UnitTests.Execution.Fees;

public sealed class LandingOddsTests
{
    private const ulong Gwei = 1_000_000_000;

    [Fact]
    public void OfBlock_SomeTouchedOurPools_TakesTheCheapestOfThem()
    {
        PaidTip[] paid = [new(105, false), new(130, true), new(120, true), new(400, true)];
        Assert.Equal(ClearingTipSource.OurPools, ClearingTip.OfBlock(100, paid, 1, out ulong tip));
        Assert.Equal(20ul, tip);
    }

    [Fact]
    public void OfBlock_NoneTouchedOurPools_TakesTheCheapestOfTheBlock()
    {
        Assert.Equal(ClearingTipSource.Block, ClearingTip.OfBlock(100, [new(105, false), new(130, false)], 1, out ulong tip));
        Assert.Equal(5ul, tip);
    }

    [Fact]
    public void OfBlock_TipsBelowTheFloorAndForeignPrices_DoNotCount()
    {
        Assert.Equal(ClearingTipSource.Block, ClearingTip.OfBlock(100, [new(100, true), new(102, true), new(50, true), new(130, false)], 5, out ulong tip));
        Assert.Equal(30ul, tip);
        Assert.Equal(ClearingTipSource.None, ClearingTip.OfBlock(100, [new(100, true)], 0, out tip));
        Assert.Equal(0ul, tip);
    }

    [Fact]
    public void OddsOf_FiveBlocks_CountsThoseThatWouldHaveSufficed()
    {
        TipDistribution tips = new([5, 1, 4, 2, 3]);
        Assert.Equal(LandingOdds.Certain / 12, tips.OddsOf(0));
        Assert.Equal(7 * (ulong)LandingOdds.Certain / 12, tips.OddsOf(3));
        Assert.Equal(11 * (ulong)LandingOdds.Certain / 12, tips.OddsOf(100));
        Assert.Equal(3ul, tips.Percentile(60));
        Assert.Equal(5ul, tips.Percentile(100));
        Assert.Equal(1ul, tips.Percentile(0));
    }

    [Fact]
    public void OddsOf_NoBlocks_IsTheHalf()
    {
        TipDistribution none = ClearingTip.FromHistory([0, 0]);
        Assert.Equal(0, none.Count);
        Assert.Equal(LandingOdds.Certain / 2, none.OddsOf(0));
    }

    [Fact]
    public void Of_TwoBlocks_IsOneLessTheChanceToMissBoth()
    {
        TipDistribution tips = new([1]); // a tip of 1 suffices in three of four
        Assert.Equal(937_500_000u, LandingOdds.Of(new FeeQuote(100, 1), [10, 10], tips));
    }

    [Fact]
    public void Of_CapBelowTheBaseFee_HasNoChanceInThatBlock()
    {
        TipDistribution tips = new([1]);
        Assert.Equal(0u, LandingOdds.Of(new FeeQuote(9, 9), [10], tips));
        Assert.Equal(LandingOdds.Of(new FeeQuote(11, 1), [10], tips), LandingOdds.Of(new FeeQuote(11, 1), [20, 10], tips));
    }

    [Fact]
    public void Of_NoBlockLeft_IsNone() => Assert.Equal(0u, LandingOdds.Of(new FeeQuote(100, 1), [], new TipDistribution([1])));

    [Fact]
    public void Of_RandomCases_NeverFallsWithTipCapOrTime()
    {
        Random random = new(20_260_830);
        for (int i = 0; i < 20_000; i++)
        {
            TipDistribution tips = new([.. Enumerable.Range(0, random.Next(12)).Select(_ => (ulong)random.NextInt64(0, 5 * (long)Gwei))]);
            ulong[] fees = [.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => (ulong)random.NextInt64(1, 40 * (long)Gwei))];
            FeeQuote low = new((ulong)random.NextInt64(5 * (long)Gwei, 60 * (long)Gwei), (ulong)random.NextInt64(0, 5 * (long)Gwei));
            uint odds = LandingOdds.Of(in low, fees, tips);
            ulong more = (ulong)random.NextInt64(0, 3 * (long)Gwei);
            Assert.True(LandingOdds.Of(low with { TipWei = low.TipWei + more }, fees, tips) >= odds);
            Assert.True(LandingOdds.Of(low with { MaxFeePerGasWei = low.MaxFeePerGasWei + more }, fees, tips) >= odds);
            Assert.True(LandingOdds.Of(in low, fees.AsSpan(0, fees.Length - 1), tips) <= odds);
            Assert.InRange(odds, 0u, LandingOdds.Certain);
        }
    }
}
