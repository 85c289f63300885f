using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Submission;

namespace FastRebalance.UnitTests.Execution;

/// <summary>Chains that replace nothing: an order is offered at one price, and past its deadline one cancel, also at one price.</summary>
public sealed class NoReplacementTests
{
    private const ulong Gwei = SlotBench.Gwei;

    [Fact]
    public void Replace_Fill_IsNotReplaceable()
    {
        FeeQuote out1 = new(20 * Gwei, Gwei), market = new(90 * Gwei, 9 * Gwei);

        Assert.Equal(FeeVerdict.NotReplaceable, Policy().Replace(out1, market, isCancel: false, out FeeQuote quote));
        Assert.Equal(default, quote);
    }

    [Fact]
    public void Replace_Cancel_OffersWhatWasOfferedOrTheMarketAndNoStepMore()
    {
        Assert.Equal(FeeVerdict.Quoted, Policy().Replace(new FeeQuote(20 * Gwei, Gwei), new FeeQuote(5, 1), isCancel: true, out FeeQuote same));
        Assert.Equal(new FeeQuote(20 * Gwei, Gwei), same);
        Assert.Equal(FeeVerdict.Quoted, Policy().Replace(new FeeQuote(20 * Gwei, Gwei), new FeeQuote(30 * Gwei, 1), isCancel: true, out FeeQuote market));
        Assert.Equal(new FeeQuote(30 * Gwei, Gwei), market);
    }

    [Theory]
    [InlineData(AnswerClass.Underpriced)]
    [InlineData(AnswerClass.ReplacementUnderpriced)]
    public void OnAnswer_PoolAsksForMore_SendsTheSameBytesAgainAtTheNextHead(AnswerClass answer)
    {
        SlotBench bench = Live();

        Assert.Equal([], bench.Answer(0, answer));
        Assert.Equal(["submit 0"], bench.NextHead());
        Assert.Single(bench.Life.Attempts);
    }

    [Fact]
    public void OnLook_HeadsWithoutInclusion_NeverPricesAnew()
    {
        SlotBench bench = Live();

        for (int i = 0; i < 50; i++)
            Assert.Equal([], bench.NextHead());
        Assert.Single(bench.Life.Attempts);
    }

    [Fact]
    public void OnLook_PastTheDeadline_OneCancelAtTheSamePriceAndNoSecond()
    {
        SlotBench bench = Live();
        bench.Time = SlotBench.Deadline;

        Assert.Equal(["submit 1"], bench.NextHead());
        bench.Answer(1, AnswerClass.Accepted);
        for (int i = 0; i < 50; i++)
            Assert.Equal([], bench.NextHead());

        Assert.Equal(2, bench.Life.Attempts.Count);
        Assert.Equal(AttemptKind.Cancel, bench.Life.Attempts[1].Kind);
        Assert.Equal(bench.Life.Attempts[0].Fees, bench.Life.Attempts[1].Fees);
    }

    // The sequencer still holds the fill and refuses the cancel: it is offered again head by head, and never for more.
    [Fact]
    public void OnAnswer_CancelIsRefusedAsTooCheap_IsSentAgainAndNeverRaised()
    {
        SlotBench bench = Live();
        bench.Time = SlotBench.Deadline;
        bench.NextHead();

        for (int i = 0; i < 20; i++)
        {
            Assert.Equal([], bench.Answer(1, AnswerClass.ReplacementUnderpriced));
            Assert.Equal(["submit 1"], bench.NextHead());
        }

        Assert.Equal(2, bench.Life.Attempts.Count);
    }

    [Fact]
    public void OnLook_FillIsMinedAfterTheCancelLeft_IsAFill()
    {
        SlotBench bench = Live();
        bench.Time = SlotBench.Deadline;
        bench.NextHead();
        bench.Answer(1, AnswerClass.Accepted);
        bench.Head++;

        Assert.Empty(bench.Look(SlotBench.Nonce + 1, SlotBench.In(bench.Head, 0, succeeded: false)));
        Assert.Equal(["report Reverted 0"], bench.NextHead(SlotBench.Nonce + 1, SlotBench.In(bench.Head - 1, 0, succeeded: false)));
    }

    [Fact]
    public void Quote_TipsAreOfNoUse_OffersNone()
    {
        FeePolicy policy = new(new FeeOptions { TakesTips = false, MinTipWei = 5 }, 100 * Gwei);

        Assert.Equal(FeeVerdict.Quoted, policy.Quote(10_000_000, [Gwei, 2 * Gwei], out FeeQuote quote));
        Assert.Equal(new FeeQuote(20_000_000, 0), quote);
    }

    [Theory]
    [InlineData(0, 101ul)]
    [InlineData(12, 114ul)] // 101 · 12 % = 12.12, rounded up
    [InlineData(100, 202ul)]
    [InlineData(500, 606ul)]
    public void Quote_RoomForTheBaseFee_IsPercentRoundedUp(int percent, ulong wanted)
    {
        FeePolicy policy = new(new FeeOptions { BaseFeeRoomPercent = percent, TakesTips = false }, 100 * Gwei);

        policy.Quote(101, [], out FeeQuote quote);

        Assert.Equal(wanted, quote.MaxFeePerGasWei);
    }

    [Fact]
    public void Replace_AnotherStep_IsAsManyPercentRoundedUp()
    {
        FeePolicy policy = new(new FeeOptions { BumpPercent = 25 }, 100 * Gwei);

        policy.Replace(new FeeQuote(101, 3), default, isCancel: false, out FeeQuote quote);

        Assert.Equal(new FeeQuote(127, 4), quote);
    }

    private static FeePolicy Policy() => new(new FeeOptions { CanReplace = false }, 100 * Gwei);

    private static SlotBench Live()
    {
        SlotBench bench = new(fees: new FeeOptions { CanReplace = false });
        bench.Start();
        bench.Answer(0, AnswerClass.Accepted);
        return bench;
    }
}
