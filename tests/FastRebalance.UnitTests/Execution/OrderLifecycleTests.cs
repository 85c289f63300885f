using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Fees;

namespace FastRebalance.UnitTests.Execution;

public sealed class OrderLifecycleTests
{
    private const ulong Consumed = LifecycleBench.Nonce + 1;

    // ---- the straight way ------------------------------------------------------------------------------------------------------

    [Fact]
    public void OnView_MinedAndDeep_IncludedThenFinal()
    {
        LifecycleBench bench = LifecycleBench.Live(finalDepth: 3);
        Assert.False(bench.Life.IsSettled);

        Assert.Equal(["report Included 0"], bench.NextHead(Consumed, LifecycleBench.In(101)));
        Assert.True(bench.Life.IsSettled);
        Assert.False(bench.Life.IsClosed);
        Assert.Empty(bench.NextHead(Consumed, LifecycleBench.In(101)));
        Assert.Empty(bench.NextHead(Consumed, LifecycleBench.In(101)));
        Assert.Equal(["report Final 0"], bench.NextHead(Consumed, LifecycleBench.In(101)));

        Assert.True(bench.Life.IsClosed);
        Assert.False(bench.Life.FreesNonce);
        Assert.Empty(bench.NextHead(Consumed, LifecycleBench.In(101)));
    }

    [Fact]
    public void OnView_MinedAndFailed_RevertedThenFinal()
    {
        LifecycleBench bench = LifecycleBench.Live(finalDepth: 1);

        Assert.Equal(["report Reverted 0"], bench.NextHead(Consumed, LifecycleBench.In(101, succeeded: false)));
        Assert.Equal(["report Final 0"], bench.NextHead(Consumed, LifecycleBench.In(101, succeeded: false)));
    }

    [Fact]
    public void OnView_SameHeadTwice_TellsOnce()
    {
        LifecycleBench bench = LifecycleBench.Live();

        Assert.Equal(["report Included 0"], bench.NextHead(Consumed, LifecycleBench.In(101)));
        Assert.Empty(bench.Look(Consumed, LifecycleBench.In(101)));
    }

    // ---- answers to the first send ---------------------------------------------------------------------------------------------

    [Theory]
    [InlineData(AnswerClass.NotSent)]
    [InlineData(AnswerClass.DryRun)]
    public void OnAnswer_NothingLeft_NotSentAndNonceFree(AnswerClass answer)
    {
        LifecycleBench bench = new();
        bench.Start();

        Assert.Equal(["report NotSent 0"], bench.Answer(0, answer));

        Assert.True(bench.Life.IsClosed);
        Assert.True(bench.Life.FreesNonce);
    }

    [Fact]
    public void Abandon_BeforeTheFirstByte_NotSentAndNonceFree()
    {
        LifecycleBench bench = new();
        bench.Start();

        Assert.Equal(["report NotSent 0"], bench.Abandon("the disk is full"));
        Assert.True(bench.Life.FreesNonce);
    }

    [Fact]
    public void Abandon_AfterASend_Throws()
    {
        LifecycleBench bench = LifecycleBench.Live();

        Assert.Throws<InvalidOperationException>(() => bench.Abandon("too late"));
    }

    [Theory]
    [InlineData(AnswerClass.Unknown)]
    [InlineData(AnswerClass.PoolFull)]
    [InlineData(AnswerClass.NonceTooHigh)]
    [InlineData(AnswerClass.FeeCap)]
    [InlineData(AnswerClass.Other)]
    public void OnAnswer_Doubt_CountsAsSentAndGoesAgainAtTheNextHead(AnswerClass answer)
    {
        LifecycleBench bench = new();
        bench.Start();

        Assert.Equal(["report Submitted 0"], bench.Answer(0, answer));
        Assert.Equal(["submit 0"], bench.NextHead(pooled: false));
        Assert.Empty(bench.Answer(0, AnswerClass.Known));
        Assert.Empty(bench.NextHead());
    }

    [Theory]
    [InlineData(AnswerClass.InsufficientFunds)]
    [InlineData(AnswerClass.Fatal)]
    public void OnAnswer_RefusedForGood_StaysAliveUntilADeepBlockPastItsDeadline(AnswerClass answer)
    {
        LifecycleBench bench = new(releaseDepth: 2);
        bench.Start();

        Assert.Equal(["report Submitted 0"], bench.Answer(0, answer));
        Assert.Equal(OrderPhase.Refused, bench.Life.Phase);
        Assert.Empty(bench.NextHead(pooled: false));
        Assert.Empty(bench.NextHead(pooled: false));
        bench.Time = LifecycleBench.Deadline;
        Assert.Empty(bench.NextHead(pooled: false));
        Assert.Empty(bench.NextHead(pooled: false));
        Assert.Equal(["report Dropped 0"], bench.NextHead(pooled: false));

        Assert.True(bench.Life.FreesNonce);
    }

    [Fact]
    public void OnView_RefusedAndMinedAllTheSame_IsIncluded()
    {
        LifecycleBench bench = new();
        bench.Start();
        bench.Answer(0, AnswerClass.Fatal);

        Assert.Equal(["report Included 0"], bench.NextHead(Consumed, LifecycleBench.In(101)));
    }

    [Fact]
    public void OnAnswer_Reserved_StopsTrading()
    {
        LifecycleBench bench = new();
        bench.Start();

        Assert.Equal(["report Submitted 0", "stop"], bench.Answer(0, AnswerClass.Reserved));
    }

    [Fact]
    public void OnAnswer_ReplacementUnderpricedOnTheFirstSend_AnotherUsesTheKey()
    {
        LifecycleBench bench = new();
        bench.Start();

        Assert.Equal(["report Foreign 0", "stop"], bench.Answer(0, AnswerClass.ReplacementUnderpriced));
        Assert.True(bench.Life.IsClosed);
        Assert.False(bench.Life.FreesNonce);
    }

    [Fact]
    public void OnAnswer_Underpriced_StepsUpAtOnceButBounded()
    {
        LifecycleBench bench = new();
        bench.Start();

        Assert.Equal(["report Submitted 0", "submit 1"], bench.Answer(0, AnswerClass.Underpriced));
        Assert.Equal(["report Replaced 1", "submit 2"], bench.Answer(1, AnswerClass.Underpriced));
        Assert.Equal(["report Replaced 2", "submit 3"], bench.Answer(2, AnswerClass.Underpriced));
        Assert.Equal(["report Replaced 3", "submit 4"], bench.Answer(3, AnswerClass.Underpriced));
        Assert.Equal(["report Replaced 4"], bench.Answer(4, AnswerClass.Underpriced));
        Assert.Equal(["submit 4"], bench.NextHead(pooled: false));
        Assert.Equal(["submit 5"], bench.Answer(4, AnswerClass.Underpriced));
    }

    // ---- waiting ---------------------------------------------------------------------------------------------------------------

    [Fact]
    public void OnView_NotMinedForSoManyHeads_ReplacedWithBothFeesUp()
    {
        LifecycleBench bench = LifecycleBench.Live(repriceAfter: 3);

        Assert.Empty(bench.NextHead());
        Assert.Empty(bench.NextHead());
        Assert.Equal(["submit 1"], bench.NextHead());
        Assert.Equal(["report Replaced 1"], bench.Answer(1, AnswerClass.Accepted));

        FeeQuote before = bench.Life.Attempts[0].Fees;
        FeeQuote after = bench.Life.Attempts[1].Fees;
        Assert.Equal((ulong)FeePolicy.Bump(before.MaxFeePerGasWei), after.MaxFeePerGasWei);
        Assert.Equal((ulong)FeePolicy.Bump(before.TipWei), after.TipWei);
        Assert.Equal(AttemptKind.Fill, bench.Life.Attempts[1].Kind);
    }

    [Fact]
    public void OnView_ReplacedAndTheFirstIsMined_IncludedOnce()
    {
        LifecycleBench bench = LifecycleBench.Live(repriceAfter: 1);
        bench.NextHead();
        bench.Answer(1, AnswerClass.Accepted);

        Assert.Equal(["report Included 0"], bench.NextHead(Consumed, LifecycleBench.In(102)));
    }

    [Fact]
    public void OnView_NoRoomBelowTheBound_HoldsAndDoesNotSpin()
    {
        LifecycleBench bench = LifecycleBench.Live(repriceAfter: 1, maxFee: 31 * LifecycleBench.Gwei);

        for (int i = 0; i < 10; i++)
            Assert.Empty(bench.NextHead());
        Assert.Single(bench.Life.Attempts);
    }

    [Fact]
    public void OnView_BaseFeeAboveTheBound_Holds()
    {
        LifecycleBench bench = LifecycleBench.Live(repriceAfter: 1);

        Assert.Empty(bench.NextHead(hasMarket: false));
        Assert.Empty(bench.NextHead(hasMarket: false));
        Assert.Equal(["submit 1"], bench.NextHead());
    }

    [Fact]
    public void OnAnswer_ReplacementUnderpricedOnAReplacement_StepsOverTheHighestEver()
    {
        LifecycleBench bench = LifecycleBench.Live(repriceAfter: 1);
        Assert.Equal(["submit 1"], bench.NextHead());

        Assert.Equal(["report Replaced 1", "submit 2"], bench.Answer(1, AnswerClass.ReplacementUnderpriced));

        Assert.True(bench.Life.Attempts[2].Fees.TipWei >= FeePolicy.Bump(bench.Life.Attempts[1].Fees.TipWei));
        Assert.True(bench.Life.Attempts[2].Fees.MaxFeePerGasWei >= FeePolicy.Bump(bench.Life.Attempts[1].Fees.MaxFeePerGasWei));
    }

    [Fact]
    public void OnAnswer_ReplacementNotPayable_TheFirstStaysAlive()
    {
        LifecycleBench bench = LifecycleBench.Live(repriceAfter: 1);
        bench.NextHead();

        bench.Answer(1, AnswerClass.InsufficientFunds);

        Assert.Equal(OrderPhase.Live, bench.Life.Phase);
        Assert.Equal(["report Included 0"], bench.NextHead(Consumed, LifecycleBench.In(102)));
    }

    [Fact]
    public void OnView_GoneFromThePool_SameBytesAgain()
    {
        LifecycleBench bench = LifecycleBench.Live(repriceAfter: 10, resendAfter: 2);

        Assert.Empty(bench.NextHead(pooled: false));
        Assert.Equal(["submit 0"], bench.NextHead(pooled: false));
        Assert.Empty(bench.Answer(0, AnswerClass.Accepted));
        Assert.Empty(bench.NextHead());
        Assert.Single(bench.Life.Attempts);
    }

    [Fact]
    public void OnView_NotAskedAboutThePool_NothingIsMissing()
    {
        LifecycleBench bench = LifecycleBench.Live(repriceAfter: 10, resendAfter: 1);

        Assert.Empty(bench.NextHead(pooled: null));
        Assert.Empty(bench.NextHead(pooled: null));
    }

    // ---- nonces ----------------------------------------------------------------------------------------------------------------

    [Fact]
    public void OnAnswer_NonceTooLowAndOursMined_IsIncluded()
    {
        LifecycleBench bench = LifecycleBench.Live(resendAfter: 1);
        Assert.Equal(["submit 0"], bench.NextHead(pooled: false));

        Assert.Equal(["look"], bench.Answer(0, AnswerClass.NonceTooLow));
        Assert.Equal(["report Included 0"], bench.Look(Consumed, LifecycleBench.In(101)));
    }

    [Fact]
    public void OnAnswer_NonceTooLowAndNothingMined_ForeignAfterASecondHead()
    {
        LifecycleBench bench = LifecycleBench.Live();

        Assert.Equal(["look"], bench.Answer(0, AnswerClass.NonceTooLow));
        Assert.Empty(bench.NextHead(Consumed));
        Assert.Empty(bench.Look(Consumed));
        Assert.Equal(["report Foreign 0", "stop"], bench.NextHead(Consumed));
        Assert.True(bench.Life.IsClosed);
    }

    [Fact]
    public void OnView_NonceConsumedForOneHeadOnly_IsNoForeigner()
    {
        LifecycleBench bench = LifecycleBench.Live(repriceAfter: 10);

        Assert.Empty(bench.NextHead(Consumed));
        Assert.Empty(bench.NextHead());
        Assert.Empty(bench.NextHead(Consumed));
        Assert.Equal(["report Included 0"], bench.NextHead(Consumed, LifecycleBench.In(103)));
    }

    [Fact]
    public void OnAnswer_NonceTooLowWhileTheChainSaysOtherwise_IsBoundedPerHead()
    {
        LifecycleBench bench = LifecycleBench.Live(repriceAfter: 10);
        bench.NextHead();
        int sends = 0;

        bench.Answer(0, AnswerClass.NonceTooLow);
        for (int i = 0; i < 20; i++)
        {
            sends += bench.Look().Length;
            bench.Answer(0, AnswerClass.NonceTooLow);
        }

        Assert.Equal(2, sends);
    }

    // ---- the deadline ----------------------------------------------------------------------------------------------------------

    [Fact]
    public void OnView_DeadlinePassed_CancelTakesTheNonceAndDropsOnceDeep()
    {
        LifecycleBench bench = LifecycleBench.Live(finalDepth: 3, releaseDepth: 2);
        bench.Time = LifecycleBench.Deadline;

        Assert.Equal(["submit 1"], bench.NextHead());
        Assert.Equal(OrderPhase.Burying, bench.Life.Phase);
        Assert.Equal(AttemptKind.Cancel, bench.Life.Attempts[1].Kind);
        Assert.Empty(bench.Answer(1, AnswerClass.Accepted));

        Assert.Empty(bench.NextHead(Consumed, LifecycleBench.In(102, attempt: 1)));
        Assert.False(bench.Life.IsSettled);
        Assert.Empty(bench.NextHead(Consumed, LifecycleBench.In(102, attempt: 1)));
        Assert.Equal(["report Dropped 1"], bench.NextHead(Consumed, LifecycleBench.In(102, attempt: 1)));
        Assert.True(bench.Life.IsSettled);
        Assert.False(bench.Life.IsClosed);
        Assert.Empty(bench.NextHead(Consumed, LifecycleBench.In(102, attempt: 1)));
        Assert.True(bench.Life.IsClosed);
        Assert.False(bench.Life.FreesNonce);
    }

    [Fact]
    public void OnView_OneSecondBeforeTheDeadline_IsNotOver()
    {
        LifecycleBench bench = LifecycleBench.Live(repriceAfter: 10);
        bench.Time = LifecycleBench.Deadline - 1;

        Assert.Empty(bench.NextHead());
        Assert.Equal(OrderPhase.Live, bench.Life.Phase);
    }

    [Fact]
    public void OnView_FillMinedWhileBurying_IsIncluded()
    {
        LifecycleBench bench = LifecycleBench.Live();
        bench.Time = LifecycleBench.Deadline;
        bench.NextHead();
        bench.Answer(1, AnswerClass.Accepted);

        Assert.Equal(["report Included 0"], bench.NextHead(Consumed, LifecycleBench.In(102)));
    }

    [Fact]
    public void OnView_CancelStuck_IsReplacedByADearerCancelBeyondTheOrdersBound()
    {
        LifecycleBench bench = LifecycleBench.Live(repriceAfter: 1, maxFee: 30 * LifecycleBench.Gwei);
        bench.Time = LifecycleBench.Deadline;
        Assert.Equal(["submit 1"], bench.NextHead());
        bench.Answer(1, AnswerClass.Accepted);

        Assert.Equal(["submit 2"], bench.NextHead());

        Assert.Equal(AttemptKind.Cancel, bench.Life.Attempts[2].Kind);
        Assert.InRange(bench.Life.Attempts[2].Fees.MaxFeePerGasWei, 30 * LifecycleBench.Gwei + 1, 60 * LifecycleBench.Gwei);
    }

    [Fact]
    public void OnView_TimeGoesBackBehindTheDeadlineByAReorg_TheCountStartsAnew()
    {
        LifecycleBench bench = new(releaseDepth: 1);
        bench.Start();
        bench.Answer(0, AnswerClass.Fatal);
        bench.Time = LifecycleBench.Deadline;
        Assert.Empty(bench.NextHead(pooled: false));
        bench.Time = LifecycleBench.Deadline - 5;
        Assert.Empty(bench.NextHead(pooled: false));
        bench.Time = LifecycleBench.Deadline;
        Assert.Empty(bench.NextHead(pooled: false));
        Assert.Equal(["report Dropped 0"], bench.NextHead(pooled: false));
    }

    // ---- reorganisations -------------------------------------------------------------------------------------------------------

    [Fact]
    public void OnView_BlockLeftTheChain_ReorgedSameBytesAndIncludedAgain()
    {
        LifecycleBench bench = LifecycleBench.Live();
        bench.NextHead(Consumed, LifecycleBench.In(101));

        Assert.Equal(["report Reorged 0", "submit 0"], bench.NextHead(fork: 1));
        Assert.False(bench.Life.IsSettled);
        Assert.Empty(bench.Answer(0, AnswerClass.Accepted));
        Assert.Equal(["report Included 0"], bench.NextHead(Consumed, LifecycleBench.In(103, fork: 1), fork: 1));
        Assert.Single(bench.Life.Attempts);
    }

    [Fact]
    public void OnView_MovedToAnotherBlock_ReorgedAndIncludedAtOnce()
    {
        LifecycleBench bench = LifecycleBench.Live();
        bench.NextHead(Consumed, LifecycleBench.In(101));

        Assert.Equal(
            ["report Reorged 0", "report Reverted 0"],
            bench.NextHead(Consumed, LifecycleBench.In(102, succeeded: false, fork: 1), fork: 1));
    }

    [Fact]
    public void OnView_HeadBelowTheBlock_ProvesNothing()
    {
        LifecycleBench bench = LifecycleBench.Live();
        bench.NextHead(Consumed, LifecycleBench.In(101));

        bench.Head = 99;
        Assert.Empty(bench.Look());
        Assert.True(bench.Life.IsSettled);
    }

    [Fact]
    public void OnView_ReorgAndSomethingElseTookTheNonce_ForeignAndNothingIsSent()
    {
        LifecycleBench bench = LifecycleBench.Live();
        bench.NextHead(Consumed, LifecycleBench.In(101));

        Assert.Equal(["report Reorged 0"], bench.NextHead(Consumed, fork: 1));
        Assert.Empty(bench.NextHead(Consumed, fork: 1));
        Assert.Equal(["report Foreign 0", "stop"], bench.NextHead(Consumed, fork: 1));
    }

    [Fact]
    public void OnView_CancelReorgedAfterDropped_TellsAndCancelsAgain()
    {
        LifecycleBench bench = LifecycleBench.Live(finalDepth: 5, releaseDepth: 0);
        bench.Time = LifecycleBench.Deadline;
        bench.NextHead();
        bench.Answer(1, AnswerClass.Accepted);
        Assert.Equal(["report Dropped 1"], bench.NextHead(Consumed, LifecycleBench.In(102, attempt: 1)));

        Assert.Equal(["report Reorged 1", "submit 1"], bench.NextHead(fork: 1));
        bench.Answer(1, AnswerClass.Accepted);
        Assert.Equal(["report Dropped 1"], bench.NextHead(Consumed, LifecycleBench.In(104, attempt: 1, fork: 1), fork: 1));
    }

    // ---- every way through -----------------------------------------------------------------------------------------------------

    // Whatever answers and looks come: fees only rise, an end is told once unless a reorg takes it back, nothing follows the close.
    [Fact]
    public void AnySequence_KeepsTheInvariants()
    {
        Random random = new(20_261_122);
        AnswerClass[] answers = [.. Enum.GetValues<AnswerClass>().Where(answer => answer != AnswerClass.None)];
        for (int run = 0; run < 2_000; run++)
        {
            LifecycleBench bench = new(finalDepth: random.Next(1, 4), releaseDepth: random.Next(0, 3), repriceAfter: random.Next(1, 4));
            Queue<string> todo = new(bench.Start());
            bool isSettled = false;
            for (int step = 0; step < 60; step++)
            {
                bool wasClosed = bench.Life.IsClosed;
                string[] told = Step(bench, random, answers, todo);
                Assert.False(wasClosed && told.Length > 0, "an action after the close");
                foreach (string action in told)
                {
                    isSettled = Settles(action, isSettled);
                    if (action.StartsWith("submit", StringComparison.Ordinal))
                        todo.Enqueue(action);
                }
            }
            AssertFeesRise(bench.Life.Attempts);
        }
    }

    private static string[] Step(LifecycleBench bench, Random random, AnswerClass[] answers, Queue<string> todo)
    {
        if (todo.TryDequeue(out string? submit) && !bench.Life.IsClosed)
            return bench.Answer(int.Parse(submit.AsSpan("submit ".Length)), answers[random.Next(answers.Length)]);
        bench.Time += random.Next(0, 40);
        int out_ = bench.Life.Attempts.Count(attempt => attempt.MayBeOut);
        bool isMined = out_ > 0 && random.Next(3) == 0;
        int mined = isMined ? Enumerable.Range(0, bench.Life.Attempts.Count).Last(i => bench.Life.Attempts[i].MayBeOut) : 0;
        ulong block = bench.Head + 1 - (ulong)random.Next(0, 3);
        return bench.NextHead(
            isMined || random.Next(10) == 0 ? Consumed : LifecycleBench.Nonce,
            isMined ? LifecycleBench.In(block, mined, random.Next(4) != 0, (byte)random.Next(2)) : null,
            random.Next(3) switch { 0 => true, 1 => false, _ => null },
            random.Next(5) != 0,
            (byte)random.Next(2));
    }

    private static bool Settles(string action, bool isSettled)
    {
        string[] words = action.Split(' ');
        if (words[0] != "report")
            return isSettled;
        switch (words[1])
        {
            case "Included" or "Reverted" or "Dropped" or "NotSent":
                Assert.False(isSettled, $"{action} after an end that nothing took back");
                return true;
            case "Reorged":
                Assert.True(isSettled, "a reorg of something that was never told");
                return false;
            case "Final":
                Assert.True(isSettled);
                return true;
            default:
                return isSettled;
        }
    }

    private static void AssertFeesRise(IReadOnlyList<Attempt> attempts)
    {
        for (int i = 1; i < attempts.Count; i++)
        {
            Assert.True(attempts[i].Fees.TipWei >= FeePolicy.Bump(attempts[i - 1].Fees.TipWei));
            Assert.True(attempts[i].Fees.MaxFeePerGasWei >= FeePolicy.Bump(attempts[i - 1].Fees.MaxFeePerGasWei));
            Assert.False(attempts[i - 1].Kind == AttemptKind.Cancel && attempts[i].Kind == AttemptKind.Fill, "a fill after a cancel");
        }
    }
}
