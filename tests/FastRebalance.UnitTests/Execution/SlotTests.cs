using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Submission;

namespace FastRebalance.UnitTests.Execution;

public sealed class SlotTests
{
    private const ulong Consumed = SlotBench.Nonce + 1;

    // ---- the straight way ------------------------------------------------------------------------------------------------------

    [Fact]
    public void OnLook_MinedAndDeep_IncludedThenFinal()
    {
        SlotBench bench = SlotBench.Live(finalDepth: 3);
        Assert.False(bench.Life.IsSettled);

        Assert.Equal(["report Included 0"], bench.NextHead(Consumed, SlotBench.In(101)));
        Assert.True(bench.Life.IsSettled);
        Assert.False(bench.Life.IsClosed);
        Assert.Empty(bench.NextHead(Consumed, SlotBench.In(101)));
        Assert.Empty(bench.NextHead(Consumed, SlotBench.In(101)));
        Assert.Equal(["report Final 0"], bench.NextHead(Consumed, SlotBench.In(101)));

        Assert.True(bench.Life.IsClosed);
        Assert.False(bench.Life.FreesNonce);
        Assert.Empty(bench.NextHead(Consumed, SlotBench.In(101)));
    }

    [Fact]
    public void OnLook_MinedAndFailed_RevertedThenFinal()
    {
        SlotBench bench = SlotBench.Live(finalDepth: 2, releaseDepth: 1);

        Assert.Empty(bench.NextHead(Consumed, SlotBench.In(101, succeeded: false)));
        Assert.Equal(["report Reverted 0"], bench.NextHead(Consumed, SlotBench.In(101, succeeded: false)));
        Assert.Equal(["report Final 0"], bench.NextHead(Consumed, SlotBench.In(101, succeeded: false)));
    }

    [Fact]
    public void OnLook_SameHeadTwice_TellsOnce()
    {
        SlotBench bench = SlotBench.Live();

        Assert.Equal(["report Included 0"], bench.NextHead(Consumed, SlotBench.In(101)));
        Assert.Empty(bench.Look(Consumed, SlotBench.In(101)));
    }

    // ---- answers to the first send ---------------------------------------------------------------------------------------------

    [Theory]
    [InlineData(AnswerClass.NotSent)]
    [InlineData(AnswerClass.DryRun)]
    public void OnAnswer_NothingLeft_NotSentAndNonceFree(AnswerClass answer)
    {
        SlotBench bench = new();
        bench.Start();

        Assert.Equal(["report NotSent 0"], bench.Answer(0, answer));

        Assert.True(bench.Life.IsClosed);
        Assert.True(bench.Life.FreesNonce);
    }

    [Fact]
    public void OnUnsigned_BeforeTheFirstByte_NotSentAndNonceFree()
    {
        SlotBench bench = new();
        bench.Start();

        Assert.Equal(["report NotSent 0"], bench.Unsigned("the disk is full"));
        Assert.True(bench.Life.FreesNonce);
        Assert.Equal(SlotBench.Nonce, bench.Account.NextNonce);
    }

    [Fact]
    public void OnUnsigned_AfterASend_WhatIsOutStaysAndGoesAgain()
    {
        SlotBench bench = SlotBench.Live(repriceAfter: 1);
        bench.NextHead();

        Assert.Empty(bench.Unsigned("the signer is away"));
        Assert.Equal(["submit 1"], bench.NextHead());
        Assert.Equal(SlotBench.Nonce + 1, bench.Account.NextNonce);
    }

    [Theory]
    [InlineData(AnswerClass.Unknown)]
    [InlineData(AnswerClass.PoolFull)]
    [InlineData(AnswerClass.NonceTooHigh)]
    [InlineData(AnswerClass.FeeCap)]
    [InlineData(AnswerClass.Other)]
    public void OnAnswer_Doubt_CountsAsSentAndGoesAgainAtTheNextHead(AnswerClass answer)
    {
        SlotBench bench = new();
        bench.Start();

        Assert.Equal(["report Submitted 0"], bench.Answer(0, answer));
        Assert.Equal(["submit 0"], bench.NextHead(pooled: false));
        Assert.Empty(bench.Answer(0, AnswerClass.Known));
        Assert.Empty(bench.NextHead());
    }

    // Bytes that can never be mined leave a nonce that must be filled all the same: another decision there would be two on one nonce.
    [Fact]
    public void OnAnswer_NeverMineable_ACancelTakesTheNonceAtOnce()
    {
        SlotBench bench = new(releaseDepth: 1);
        bench.Start();

        Assert.Equal(["report Submitted 0", "submit 1"], bench.Answer(0, AnswerClass.Fatal));
        Assert.Equal(SlotState.Burying, bench.Life.State);
        Assert.Equal(AttemptKind.Cancel, bench.Life.Attempts[1].Kind);
        Assert.Empty(bench.Answer(1, AnswerClass.Accepted));
        Assert.Empty(bench.NextHead(Consumed, SlotBench.In(101, attempt: 1)));
        Assert.Equal(["report Dropped 1"], bench.NextHead(Consumed, SlotBench.In(101, attempt: 1)));
        Assert.False(bench.Life.FreesNonce);
        Assert.Equal(Consumed, bench.Account.NextNonce);
    }

    [Fact]
    public void OnAnswer_CoinsAreMissing_SameBytesAgainUntilTheDeadlineAndThenACancel()
    {
        SlotBench bench = new();
        bench.Start();

        Assert.Equal(["report Submitted 0"], bench.Answer(0, AnswerClass.InsufficientFunds));
        Assert.Equal(["submit 0"], bench.NextHead(pooled: false));
        Assert.Empty(bench.Answer(0, AnswerClass.InsufficientFunds));
        bench.Time = SlotBench.Deadline;
        Assert.Equal(["submit 1"], bench.NextHead(pooled: false));
        Assert.Equal(AttemptKind.Cancel, bench.Life.Attempts[1].Kind);
    }

    [Fact]
    public void OnLook_RefusedAndMinedAllTheSame_IsIncluded()
    {
        SlotBench bench = new();
        bench.Start();
        bench.Answer(0, AnswerClass.Fatal);

        Assert.Equal(["report Included 0"], bench.NextHead(Consumed, SlotBench.In(101)));
    }

    [Fact]
    public void OnAnswer_Reserved_StopsTrading()
    {
        SlotBench bench = new();
        bench.Start();

        Assert.Equal(["report Submitted 0", "stop"], bench.Answer(0, AnswerClass.Reserved));
    }

    [Fact]
    public void OnAnswer_ReplacementUnderpricedOnTheFirstSend_AnotherUsesTheKey()
    {
        SlotBench bench = new();
        bench.Start();

        Assert.Equal(["report Foreign 0", "stop"], bench.Answer(0, AnswerClass.ReplacementUnderpriced));
        Assert.True(bench.Life.IsSettled);
        // The nonce is not consumed, and what was sent may be out: it is followed, and a restart finds it.
        Assert.False(bench.Life.IsClosed);
        Assert.Equal(["report Included 0"], bench.NextHead(Consumed, SlotBench.In(101)));
    }

    [Fact]
    public void OnAnswer_Underpriced_StepsUpAtOnceButBounded()
    {
        SlotBench bench = new();
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
    public void OnLook_NotMinedForSoManyHeads_ReplacedWithBothFeesUp()
    {
        SlotBench bench = SlotBench.Live(repriceAfter: 3);

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
    public void OnLook_ReplacedAndTheFirstIsMined_IncludedOnce()
    {
        SlotBench bench = SlotBench.Live(repriceAfter: 1);
        bench.NextHead();
        bench.Answer(1, AnswerClass.Accepted);

        Assert.Equal(["report Included 0"], bench.NextHead(Consumed, SlotBench.In(102)));
    }

    [Fact]
    public void OnLook_NoRoomBelowTheBound_HoldsAndDoesNotSpin()
    {
        SlotBench bench = SlotBench.Live(repriceAfter: 1, maxFee: 31 * SlotBench.Gwei);

        for (int i = 0; i < 10; i++)
            Assert.Empty(bench.NextHead());
        Assert.Single(bench.Life.Attempts);
    }

    [Fact]
    public void OnLook_BaseFeeAboveTheBound_Holds()
    {
        SlotBench bench = SlotBench.Live(repriceAfter: 1);

        Assert.Empty(bench.NextHead(hasMarket: false));
        Assert.Empty(bench.NextHead(hasMarket: false));
        Assert.Equal(["submit 1"], bench.NextHead());
    }

    [Fact]
    public void OnAnswer_ReplacementUnderpricedOnAReplacement_StepsOverTheHighestEver()
    {
        SlotBench bench = SlotBench.Live(repriceAfter: 1);
        Assert.Equal(["submit 1"], bench.NextHead());

        Assert.Equal(["report Replaced 1", "submit 2"], bench.Answer(1, AnswerClass.ReplacementUnderpriced));

        Assert.True(bench.Life.Attempts[2].Fees.TipWei >= FeePolicy.Bump(bench.Life.Attempts[1].Fees.TipWei));
        Assert.True(bench.Life.Attempts[2].Fees.MaxFeePerGasWei >= FeePolicy.Bump(bench.Life.Attempts[1].Fees.MaxFeePerGasWei));
    }

    [Fact]
    public void OnAnswer_ReplacementNotPayable_TheFirstStaysAlive()
    {
        SlotBench bench = SlotBench.Live(repriceAfter: 1);
        bench.NextHead();

        bench.Answer(1, AnswerClass.InsufficientFunds);

        Assert.Equal(SlotState.Live, bench.Life.State);
        Assert.Equal(["report Included 0"], bench.NextHead(Consumed, SlotBench.In(102)));
    }

    [Fact]
    public void OnLook_GoneFromThePool_SameBytesAgain()
    {
        SlotBench bench = SlotBench.Live(repriceAfter: 10, resendAfter: 2);

        Assert.Empty(bench.NextHead(pooled: false));
        Assert.Equal(["submit 0"], bench.NextHead(pooled: false));
        Assert.Empty(bench.Answer(0, AnswerClass.Accepted));
        Assert.Empty(bench.NextHead());
        Assert.Single(bench.Life.Attempts);
    }

    [Fact]
    public void OnLook_NotAskedAboutThePool_NothingIsMissing()
    {
        SlotBench bench = SlotBench.Live(repriceAfter: 10, resendAfter: 1);

        Assert.Empty(bench.NextHead(pooled: null));
        Assert.Empty(bench.NextHead(pooled: null));
    }

    // ---- nonces ----------------------------------------------------------------------------------------------------------------

    [Fact]
    public void OnAnswer_NonceTooLowAndOursMined_IsIncluded()
    {
        SlotBench bench = SlotBench.Live(resendAfter: 1);
        Assert.Equal(["submit 0"], bench.NextHead(pooled: false));

        Assert.Equal(["look"], bench.Answer(0, AnswerClass.NonceTooLow));
        Assert.Equal(["report Included 0"], bench.Look(Consumed, SlotBench.In(101)));
    }

    [Fact]
    public void OnAnswer_NonceTooLowAndNothingMined_ForeignAfterASecondHead()
    {
        SlotBench bench = SlotBench.Live();

        Assert.Equal(["look"], bench.Answer(0, AnswerClass.NonceTooLow));
        Assert.Empty(bench.NextHead(Consumed));
        Assert.Empty(bench.Look(Consumed));
        Assert.Equal(["report Foreign 0", "stop"], bench.NextHead(Consumed));
        Assert.True(bench.Life.IsClosed);
    }

    [Fact]
    public void OnLook_NonceConsumedForOneHeadOnly_IsNoForeigner()
    {
        SlotBench bench = SlotBench.Live(repriceAfter: 10);

        Assert.Empty(bench.NextHead(Consumed));
        Assert.Empty(bench.NextHead());
        Assert.Empty(bench.NextHead(Consumed));
        Assert.Equal(["report Included 0"], bench.NextHead(Consumed, SlotBench.In(103)));
    }

    [Fact]
    public void OnAnswer_NonceTooLowWhileTheChainSaysOtherwise_IsBoundedPerHead()
    {
        SlotBench bench = SlotBench.Live(repriceAfter: 10);
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
    public void OnLook_DeadlinePassed_CancelTakesTheNonceAndDropsOnceDeep()
    {
        SlotBench bench = SlotBench.Live(finalDepth: 3, releaseDepth: 2);
        bench.Time = SlotBench.Deadline;

        Assert.Equal(["submit 1"], bench.NextHead());
        Assert.Equal(SlotState.Burying, bench.Life.State);
        Assert.Equal(AttemptKind.Cancel, bench.Life.Attempts[1].Kind);
        Assert.Empty(bench.Answer(1, AnswerClass.Accepted));

        Assert.Empty(bench.NextHead(Consumed, SlotBench.In(102, attempt: 1)));
        Assert.False(bench.Life.IsSettled);
        Assert.Empty(bench.NextHead(Consumed, SlotBench.In(102, attempt: 1)));
        Assert.Equal(["report Dropped 1"], bench.NextHead(Consumed, SlotBench.In(102, attempt: 1)));
        Assert.True(bench.Life.IsSettled);
        Assert.False(bench.Life.IsClosed);
        Assert.Empty(bench.NextHead(Consumed, SlotBench.In(102, attempt: 1)));
        Assert.True(bench.Life.IsClosed);
        Assert.False(bench.Life.FreesNonce);
    }

    [Fact]
    public void OnLook_OneSecondBeforeTheDeadline_IsNotOver()
    {
        SlotBench bench = SlotBench.Live(repriceAfter: 10);
        bench.Time = SlotBench.Deadline - 1;

        Assert.Empty(bench.NextHead());
        Assert.Equal(SlotState.Live, bench.Life.State);
    }

    [Fact]
    public void OnLook_FillMinedWhileBurying_IsIncluded()
    {
        SlotBench bench = SlotBench.Live();
        bench.Time = SlotBench.Deadline;
        bench.NextHead();
        bench.Answer(1, AnswerClass.Accepted);

        Assert.Equal(["report Included 0"], bench.NextHead(Consumed, SlotBench.In(102)));
    }

    [Fact]
    public void OnLook_CancelStuck_IsReplacedByADearerCancelBeyondTheOrdersBound()
    {
        SlotBench bench = SlotBench.Live(repriceAfter: 1, maxFee: 30 * SlotBench.Gwei);
        bench.Time = SlotBench.Deadline;
        Assert.Equal(["submit 1"], bench.NextHead());
        bench.Answer(1, AnswerClass.Accepted);

        Assert.Equal(["submit 2"], bench.NextHead());

        Assert.Equal(AttemptKind.Cancel, bench.Life.Attempts[2].Kind);
        Assert.InRange(bench.Life.Attempts[2].Fees.MaxFeePerGasWei, 30 * SlotBench.Gwei + 1, 60 * SlotBench.Gwei);
    }

    [Fact]
    public void OnLook_WouldRevertAndNoPoolHasIt_IsBuried()
    {
        SlotBench bench = SlotBench.Live(repriceAfter: 10);

        Assert.Empty(bench.Look(pooled: true, reverts: true));
        Assert.Equal(["submit 1"], bench.Look(pooled: false, reverts: true));
        Assert.Equal(AttemptKind.Cancel, bench.Life.Attempts[1].Kind);
    }

    // ---- reorganisations -------------------------------------------------------------------------------------------------------

    [Fact]
    public void OnLook_BlockLeftTheChain_ReorgedSameBytesAndIncludedAgain()
    {
        SlotBench bench = SlotBench.Live();
        bench.NextHead(Consumed, SlotBench.In(101));

        Assert.Equal(["report Reorged 0", "submit 0"], bench.NextHead(fork: 1));
        Assert.False(bench.Life.IsSettled);
        Assert.Empty(bench.Answer(0, AnswerClass.Accepted));
        Assert.Equal(["report Included 0"], bench.NextHead(Consumed, SlotBench.In(103, fork: 1), fork: 1));
        Assert.Single(bench.Life.Attempts);
    }

    // Before it lies deep nobody decides anew by it: the next branch may hold the same bytes, and let them fill.
    [Fact]
    public void OnLook_RevertedAndAReorgTurnsItIntoAFill_IsIncludedAndNeverToldAsReverted()
    {
        SlotBench bench = SlotBench.Live(releaseDepth: 2);
        Assert.Empty(bench.NextHead(Consumed, SlotBench.In(101, succeeded: false)));
        Assert.False(bench.Life.IsSettled);

        Assert.Equal(["report Included 0"], bench.NextHead(Consumed, SlotBench.In(101, fork: 1), fork: 1));
        Assert.True(bench.Life.IsSettled);
    }

    [Fact]
    public void OnLook_MovedToAnotherBlock_ReorgedAndIncludedAtOnce()
    {
        SlotBench bench = SlotBench.Live(releaseDepth: 0);
        bench.NextHead(Consumed, SlotBench.In(101));

        Assert.Equal(
            ["report Reorged 0", "report Reverted 0"],
            bench.NextHead(Consumed, SlotBench.In(102, succeeded: false, fork: 1), fork: 1));
    }

    [Fact]
    public void OnLook_HeadBelowTheBlock_ProvesNothing()
    {
        SlotBench bench = SlotBench.Live();
        bench.NextHead(Consumed, SlotBench.In(101));

        bench.Head = 99;
        Assert.Empty(bench.Look());
        Assert.True(bench.Life.IsSettled);
    }

    [Fact]
    public void OnLook_ReorgAndSomethingElseTookTheNonce_ForeignAndNothingIsSent()
    {
        SlotBench bench = SlotBench.Live();
        bench.NextHead(Consumed, SlotBench.In(101));

        Assert.Equal(["report Reorged 0"], bench.NextHead(Consumed, fork: 1));
        Assert.Empty(bench.NextHead(Consumed, fork: 1));
        Assert.Equal(["report Foreign 0", "stop"], bench.NextHead(Consumed, fork: 1));
    }

    [Fact]
    public void OnLook_CancelReorgedAfterDropped_TellsAndCancelsAgain()
    {
        SlotBench bench = SlotBench.Live(finalDepth: 5, releaseDepth: 0);
        bench.Time = SlotBench.Deadline;
        bench.NextHead();
        bench.Answer(1, AnswerClass.Accepted);
        Assert.Equal(["report Dropped 1"], bench.NextHead(Consumed, SlotBench.In(102, attempt: 1)));

        Assert.Equal(["report Reorged 1", "submit 1"], bench.NextHead(fork: 1));
        bench.Answer(1, AnswerClass.Accepted);
        Assert.Equal(["report Dropped 1"], bench.NextHead(Consumed, SlotBench.In(104, attempt: 1, fork: 1), fork: 1));
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
            SlotBench bench = new(finalDepth: random.Next(1, 4), releaseDepth: random.Next(0, 3), repriceAfter: random.Next(1, 4));
            Queue<string> todo = new(bench.Start());
            bool isSettled = false;
            for (int step = 0; step < 60; step++)
            {
                bool wasClosed = bench.Life.IsClosed;
                string[] told = Step(bench, random, answers, todo);
                Assert.False(wasClosed && told.Any(action => action != "stop"), "an action after the close");
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

    private static string[] Step(SlotBench bench, Random random, AnswerClass[] answers, Queue<string> todo)
    {
        if (todo.TryDequeue(out string? submit) && !bench.Life.IsClosed)
            return bench.Answer(int.Parse(submit.AsSpan("submit ".Length)), answers[random.Next(answers.Length)]);
        bench.Time += random.Next(0, 40);
        int out_ = bench.Life.Attempts.Count(attempt => attempt.MayBeOut);
        bool isMined = out_ > 0 && random.Next(3) == 0;
        int mined = isMined ? Enumerable.Range(0, bench.Life.Attempts.Count).Last(i => bench.Life.Attempts[i].MayBeOut) : 0;
        ulong block = bench.Head + 1 - (ulong)random.Next(0, 3);
        return bench.NextHead(
            isMined || random.Next(10) == 0 ? Consumed : SlotBench.Nonce,
            isMined ? SlotBench.In(block, mined, random.Next(4) != 0, (byte)random.Next(2)) : null,
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
