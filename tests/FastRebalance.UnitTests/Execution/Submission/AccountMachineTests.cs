using FastRebalance.Core.Assets;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Submission;

namespace FastRebalance.UnitTests.Execution.Submission;

/// <summary>The rows of the specification's table that need more than one nonce, a hot table or a restart; the others stand in SlotTests.</summary>
public sealed class AccountMachineTests
{
    private const ulong First = AccountBench.First;
    private const ulong Second = First + 1;
    private const ulong Third = First + 2;

    // ---- arming and firing: rows 1 to 3 ------------------------------------------------------------------------------------------

    [Fact]
    public void TryArm_RungsForTheNextNonce_ArmedAndNothingReleased()
    {
        AccountBench bench = new();

        Assert.Equal(BindVerdict.Bound, bench.TryArm(1, 30, 40));

        Assert.Equal(SlotState.Armed, bench.Account.Find(First)!.State);
        Assert.Equal(Second, bench.Account.NextNonce);
        Assert.False(bench.Account.MayRelease(First, 0));
        Assert.Equal(0, bench.Account.Unsettled);
    }

    [Fact]
    public void TryArm_SignedForANonceThatHasGone_IsRefused()
    {
        AccountBench bench = new();
        bench.Live(1);

        Assert.Equal(BindVerdict.NotRunning, bench.Account.TryArm(AccountBench.OrderOf(2), [AccountBench.Rung(AttemptKind.Fill, 30)], First));
    }

    [Fact]
    public void OnFired_ArmedRung_FollowedAsTheOrderThatTookIt()
    {
        AccountBench bench = new();
        bench.TryArm(1, 30, 40);

        Assert.Empty(bench.Fired(First, 1));

        Slot slot = bench.Account.Find(First)!;
        Assert.Equal(SlotState.Firing, slot.State);
        Assert.Equal(99ul, slot.Order.OrderId);
        Assert.Equal(["report 7 Submitted"], bench.Says(First, 1, AnswerClass.Accepted)); // row 4
        Assert.Equal(SlotState.Live, slot.State);
    }

    [Fact]
    public void Disarm_LowerOfTwoArmed_BothGoAndTheirNoncesAreFree()
    {
        AccountBench bench = new();
        bench.TryArm(1, 30);
        bench.TryArm(2, 30);

        Assert.Equal(["disarm 8", "disarm 7"], bench.Do(static (account, actions) => account.Disarm(First, "wrong", actions)));

        Assert.Equal(First, bench.Account.NextNonce);
        Assert.Empty(bench.Account.Slots);
    }

    // Nothing of it ever left: the same decision may be armed for the same nonce at the next head.
    [Fact]
    public void TryArm_DecisionThatWasDisarmed_IsBoundAnew()
    {
        AccountBench bench = new();
        bench.TryArm(1, 30);
        bench.Do(static (account, actions) => account.Disarm(First, "wrong", actions));

        Assert.Equal(BindVerdict.Bound, bench.TryArm(1, 35));
        bench.Fired(First, 0);
        Assert.Equal(BindVerdict.DecisionKnown, bench.TryOrder(1));
    }

    [Fact]
    public void TryOrder_WhileRungsAreArmed_AllAreDisarmedBeforeItIsReleased()
    {
        AccountBench bench = new();
        bench.TryArm(1, 30);
        bench.TryArm(2, 30);

        Assert.Equal(BindVerdict.Bound, bench.TryOrder(3));
        Assert.Equal(["disarm 8", "disarm 7", "release 7.0"], bench.Take());
        Assert.Equal(Second, bench.Account.NextNonce);
    }

    [Fact]
    public void OnFired_ShotWasQuickerThanTheWithdrawal_IsFollowedAndTheNonceTaken()
    {
        AccountBench bench = new();
        bench.TryArm(1, 30);
        bench.TryArm(2, 30);
        bench.Do(static (account, actions) => account.DisarmAll("an order comes", actions));

        Assert.Empty(bench.Fired(First, 0));
        Assert.Empty(bench.Fired(Second, 0));

        Assert.Null(bench.Account.HaltReason);
        Assert.Equal(Third, bench.Account.NextNonce);
        Assert.Equal(BindVerdict.DecisionKnown, bench.TryOrder(1));
    }

    [Fact]
    public void OnFired_KillSwitchCameDownMeanwhile_IsFollowedAndCancelled()
    {
        AccountBench bench = new();
        bench.TryArm(1, 30);
        Assert.Equal(["disarm 7"], bench.Kill(KillMode.Hard));

        Assert.Equal(["release 7.1"], bench.Fired(First, 0));

        Assert.Equal(AttemptKind.Cancel, bench.Account.Find(First)!.Attempts[1].Kind);
        Assert.False(bench.Account.MayRelease(First, 0));
        Assert.True(bench.Account.MayRelease(First, 1));
    }

    [Fact]
    public void OnFired_NothingWasArmed_Halts()
    {
        AccountBench bench = new();

        Assert.Equal(["halt"], bench.Fired(First, 0));
    }

    // Its bytes are out: a slot that is let go of here would be mined with nobody looking.
    [Fact]
    public void OnFired_NotTheLowest_HaltsAndFollowsIt()
    {
        AccountBench bench = new();
        bench.TryArm(1, 30);
        bench.TryArm(2, 30);

        Assert.Equal(["halt"], bench.Fired(Second, 0));

        Assert.True(bench.Account.Find(Second)!.IsOut);
    }

    [Fact]
    public void OnEcho_BeforeTheWordOfTheShot_IsNoDisagreement()
    {
        AccountBench bench = new();
        bench.TryArm(1, 30);

        Assert.Empty(bench.Do(static (account, actions) => account.OnEcho(First, 0, actions)));
        Assert.Empty(bench.Fired(First, 0));
        Assert.Null(bench.Account.HaltReason);
    }

    [Fact]
    public void OnLook_ArmedPastItsDeadline_IsDisarmed()
    {
        AccountBench bench = new();
        Assert.Equal(BindVerdict.Bound, bench.Account.TryArm(AccountBench.OrderOf(1, maxBlock: 102), [AccountBench.Rung(AttemptKind.Fill, 30)], First));

        Assert.Empty(bench.NextHead());
        Assert.Equal(["disarm 7"], bench.NextHead());
    }

    // ---- what is bound -----------------------------------------------------------------------------------------------------------

    [Fact]
    public void TryArm_AsManyArmedAsMayBeLive_NoMore()
    {
        AccountBench bench = new(new AccountTerms { MaxLive = 2 });
        bench.TryArm(1, 30);
        bench.TryArm(2, 30);

        Assert.Equal(BindVerdict.TooManyLive, bench.TryArm(3, 30));
    }

    [Fact]
    public void TryArm_DearestRungsTogetherAboveTheCap_IsTooDear()
    {
        UInt256 cap = (UInt256)(AccountBench.Gas * 79) * (UInt256)AccountBench.Gwei;
        AccountBench bench = new(new AccountTerms { MaxLive = 3, AccountCapWei = cap });
        Assert.Equal(BindVerdict.Bound, bench.TryArm(1, 30, 40));

        Assert.Equal(BindVerdict.TooDear, bench.TryArm(2, 30, 40));
        Assert.Equal(BindVerdict.Bound, bench.TryArm(2, 30, 39));
    }

    // An order takes the place of what is armed: counting both would refuse what can be paid.
    [Fact]
    public void TryOrder_ArmedRungsMakeRoom_IsNotTooDear()
    {
        UInt256 cap = (UInt256)(AccountBench.Gas * 45) * (UInt256)AccountBench.Gwei;
        AccountBench bench = new(new AccountTerms { MaxLive = 3, AccountCapWei = cap });
        bench.TryArm(1, 40);

        Assert.Equal(BindVerdict.Bound, bench.TryOrder(2));
    }

    [Fact]
    public void TryOrder_OneBelowHasNotLeftYet_IsRefused()
    {
        AccountBench bench = new();
        bench.TryOrder(1);

        Assert.Equal(BindVerdict.NotRunning, bench.TryOrder(2));
        Assert.Equal(BindVerdict.NotRunning, bench.TryArm(2, 30));
    }

    [Fact]
    public void TryOrder_PastItsBoundAlready_IsExpired()
    {
        AccountBench bench = new();
        bench.NextHead();

        Assert.Equal(BindVerdict.Expired, bench.TryOrder(1, maxBlock: bench.Head));
    }

    // Row 24: another intention has another name, so that a late copy of this one is never taken for new.
    [Fact]
    public void TryOrder_DecisionWhoseNonceACancelTook_StaysKnown()
    {
        AccountBench bench = new(new AccountTerms { FinalDepth = 1, ReleaseDepth = 1, RepriceAfterHeads = 10 });
        bench.Live(1);
        Assert.Equal(["release 7.1"], bench.Do(static (account, actions) => account.Void(First, "not wanted", actions)));
        bench.LetGo(First, 1);
        bench.Says(First, 1, AnswerClass.Accepted);
        bench.NextHead(Second, mined: (First, 1));

        Assert.Equal(["report 7 Dropped", "close 7"], bench.NextHead(Second, mined: (First, 1)));
        Assert.Equal(BindVerdict.DecisionKnown, bench.TryOrder(1));
        Assert.Equal(BindVerdict.Bound, bench.TryOrder(2));
    }

    // ---- what may leave ----------------------------------------------------------------------------------------------------------

    [Fact]
    public void MayRelease_DeadlinePassedWhileItWasSigned_StaysHere()
    {
        AccountBench bench = new();
        bench.TryOrder(1, maxBlock: 102);
        bench.NextHead();
        Assert.True(bench.Account.MayRelease(First, 0));
        bench.NextHead();

        Assert.False(bench.Account.MayRelease(First, 0));
        bench.Take();
        Assert.Equal(["report 7 NotSent", "close 7"], bench.Unsigned(First, 0));
    }

    [Fact]
    public void MayRelease_ADearerStepLeftFirst_TheCheaperStaysHere()
    {
        AccountBench bench = new(new AccountTerms { RepriceAfterHeads = 1, FinalDepth = 3 });
        bench.Live(1);
        Assert.Equal(["release 7.1"], bench.NextHead(pooled: true));
        Assert.Equal(["release 7.2"], bench.NextHead(pooled: true));

        Assert.True(bench.LetGo(First, 2));
        Assert.False(bench.Account.MayRelease(First, 1));
        Assert.True(bench.Account.MayRelease(First, 0)); // the same bytes again are no new offer
    }

    [Fact]
    public void OnAnswer_NotSentWhileAStepIsBeingSigned_TheNonceIsNotFree()
    {
        AccountBench bench = new(new AccountTerms { RepriceAfterHeads = 1 });
        bench.TryOrder(1);
        bench.LetGo(First, 0);
        bench.Take();
        Assert.Equal(["release 7.1"], bench.NextHead());

        Assert.Empty(bench.Says(First, 0, AnswerClass.NotSent));
        Assert.Equal(BindVerdict.NotRunning, bench.TryOrder(2));
        // Its signature comes, finds that it is not wanted, and only now the nonce is free.
        Assert.False(bench.Account.MayRelease(First, 1));
        Assert.Equal(["report 7 NotSent", "close 7"], bench.Unsigned(First, 1));
        Assert.Equal(BindVerdict.Bound, bench.TryOrder(2));
    }

    // Not every signer signs the same bytes alike: of two signatures one would be out and not in the log.
    [Fact]
    public void OnLook_AStepIsBeingSigned_IsNotAskedForTwice()
    {
        AccountBench bench = new(new AccountTerms { RepriceAfterHeads = 2, ResendAfterHeads = 1 });
        bench.Live(1);
        bench.NextHead(pooled: true);
        Assert.Equal(["release 7.1"], bench.NextHead(pooled: true));

        Assert.Empty(bench.NextHead(pooled: false));
        Assert.True(bench.LetGo(First, 1));
    }

    [Fact]
    public void MayRelease_NonceWasConsumedWhileItWasSigned_StaysHereAndTheAccountHalts()
    {
        AccountBench bench = new();
        bench.TryOrder(1);
        bench.Take();
        Assert.Empty(bench.NextHead(Second));

        Assert.False(bench.Account.MayRelease(First, 0));
        Assert.Equal(["report 7 NotSent", "close 7"], bench.Unsigned(First, 0));
        Assert.Equal(["halt"], bench.NextHead(Second));
    }

    // Row 5, below another: the nonce must be filled all the same.
    [Fact]
    public void OnAnswer_NotSentBelowAnother_ACancelFillsTheNonceHeadAfterHead()
    {
        AccountBench bench = new();
        bench.TryOrder(1);
        bench.LetGo(First, 0);
        bench.Take();
        bench.Live(2);

        Assert.Equal(["release 7.1"], bench.Says(First, 0, AnswerClass.NotSent));
        Assert.Equal(["release 7.1"], bench.Unsigned(First, 1));
        Assert.Empty(bench.Unsigned(First, 1)); // refused twice: the next head tries again
        Assert.Equal(["release 7.1"], bench.NextHead());
        Assert.True(bench.LetGo(First, 1));
    }

    [Fact]
    public void OnAnswer_NotSentBelowArmedRungs_TheyAreDisarmed()
    {
        AccountBench bench = new();
        bench.TryOrder(1);
        bench.LetGo(First, 0);
        bench.Take();
        bench.TryArm(2, 30);

        Assert.Equal(["release 7.1", "disarm 8"], bench.Says(First, 0, AnswerClass.NotSent));
    }

    // A cancel that lies ready counts for the fees like any other once it is asked for.
    [Fact]
    public void OnAnswer_NotSentAndAReadyCancelIsTaken_TheNextStepRisesOverIt()
    {
        AccountBench bench = new(new AccountTerms { MaxLive = 3, RepriceAfterHeads = 1 });
        bench.Account.TryArm(AccountBench.OrderOf(1), [AccountBench.Rung(AttemptKind.Fill, 30), AccountBench.Rung(AttemptKind.Cancel, 60)], First);
        bench.Fired(First, 0);
        bench.Live(2);
        Assert.Equal(["release 7.1"], bench.Says(First, 0, AnswerClass.NotSent));
        Assert.True(bench.LetGo(First, 1));
        bench.Says(First, 1, AnswerClass.Accepted);

        Assert.Contains("release 7.2", bench.NextHead(pooled: true));
        Assert.True(bench.Account.Find(First)!.Attempts[2].Fees.MaxFeePerGasWei >= FeePolicy.Bump(60 * AccountBench.Gwei));
    }

    // Row 11.
    [Fact]
    public void OnAnswer_CoinsAreMissing_NoNewDecisionUntilTheyAreThere()
    {
        AccountBench bench = new();
        bench.TryOrder(1);
        bench.LetGo(First, 0);
        bench.Says(First, 0, AnswerClass.InsufficientFunds);

        Assert.Equal(AccountMode.Drain, bench.Account.Mode);
        Assert.Equal(BindVerdict.NotRunning, bench.TryOrder(2));
        bench.BalanceWei = UInt256.Zero;
        bench.NextHead(pooled: false);
        Assert.Equal(AccountMode.Drain, bench.Account.Mode);
        bench.BalanceWei = UInt256.MaxValue;
        bench.NextHead(pooled: true);
        Assert.Equal(AccountMode.Run, bench.Account.Mode);
    }

    // ---- words from outside --------------------------------------------------------------------------------------------------------

    [Fact]
    public void Kill_SeveralArmed_AllAreDisarmed()
    {
        AccountBench bench = new();
        bench.TryArm(1, 30);
        bench.TryArm(2, 30);

        Assert.Equal(["disarm 8", "disarm 7"], bench.Kill(KillMode.Soft));
        Assert.Empty(bench.Account.Slots);
    }

    [Fact]
    public void Kill_SoftBeforeTheFirstByte_ItStaysHere()
    {
        AccountBench bench = new();
        bench.TryOrder(1);
        bench.Kill(KillMode.Soft);

        Assert.False(bench.Account.MayRelease(First, 0));
    }

    [Fact]
    public void Kill_SoftWithOneOut_ItIsFollowedToItsEnd()
    {
        AccountBench bench = new(new AccountTerms { RepriceAfterHeads = 1 });
        bench.Live(1);
        bench.Kill(KillMode.Soft);

        Assert.Equal(["release 7.1"], bench.NextHead(pooled: true));
        Assert.True(bench.LetGo(First, 1));
        Assert.Equal(BindVerdict.NotRunning, bench.TryOrder(2));
    }

    // Row 14.
    [Fact]
    public void Kill_Hard_EverythingOutIsCancelled()
    {
        AccountBench bench = new();
        bench.Live(1);
        bench.Live(2);

        Assert.Equal(["release 7.1", "release 8.1"], bench.Kill(KillMode.Hard));
        Assert.True(bench.Account.MayRelease(First, 1));
        Assert.False(bench.Account.MayRelease(First, 0));
    }

    [Fact]
    public void Kill_HardWhileMined_AReorgBringsTheCancel()
    {
        AccountBench bench = new();
        bench.Live(1);
        bench.NextHead(Second, mined: (First, 0));
        Assert.Empty(bench.Kill(KillMode.Hard));

        bench.NextHead(fork: 1);
        Assert.Equal(["release 7.1"], bench.NextHead(fork: 1, pooled: true));
        Assert.Equal(AttemptKind.Cancel, bench.Account.Find(First)!.Attempts[1].Kind);
    }

    [Fact]
    public void Kill_Cold_NotAByteMore()
    {
        AccountBench bench = new(new AccountTerms { RepriceAfterHeads = 1 });
        bench.Live(1);
        Assert.Empty(bench.Kill(KillMode.Cold));

        Assert.Empty(bench.NextHead(pooled: false));
        Assert.False(bench.Account.MayRelease(First, 0));
        Assert.Equal(KillMode.Cold, bench.Account.KillMode);
        bench.Kill(KillMode.Soft);
        Assert.Equal(KillMode.Cold, bench.Account.KillMode);
    }

    // Rows 22, 25 and 26: two programs that cancel each other would fight with the desk's coins.
    [Fact]
    public void OnForeign_WithOneOutAndOneArmed_HaltsDisarmsAndCancelsNothing()
    {
        AccountBench bench = new();
        bench.Live(1);
        bench.TryArm(2, 30);

        Assert.Equal(["disarm 8", "halt"], bench.Do(static (account, actions) => account.OnForeign(SlotBench.HashOf(1, 1), actions)));
        Assert.False(bench.Account.MayRelease(First, 0));
        Assert.Empty(bench.NextHead(pooled: false));
        Assert.Equal(BindVerdict.NotRunning, bench.TryOrder(3));
    }

    [Fact]
    public void OnLook_NonceMovedPastEverythingOfOurs_HaltsThoughOneIsUnderWay()
    {
        AccountBench bench = new();
        bench.Live(1);

        Assert.Equal(["halt"], bench.NextHead(First + 2));
    }

    // ---- gaps and restarts: rows 19 to 21 --------------------------------------------------------------------------------------------

    [Fact]
    public void OnGap_WhileTheFirstSendIsUnderWay_TheSameBytesAgain()
    {
        AccountBench bench = new(new AccountTerms { SuspectHeads = 1, RepriceAfterHeads = 10 });
        bench.TryOrder(1);
        bench.LetGo(First, 0);
        bench.Take();
        bench.Account.OnGap();

        Assert.Equal(["release 7.0"], bench.NextHead(pooled: false));
    }

    [Fact]
    public void OnGap_GivenUpWithACancelThatWasNeverSigned_TheCancelIsAskedForAgain()
    {
        AccountBench bench = new(new AccountTerms { SuspectHeads = 1, RepriceAfterHeads = 10 });
        bench.Live(1);
        bench.Do(static (account, actions) => account.Void(First, "not wanted", actions));
        bench.Unsigned(First, 1);
        bench.Account.OnGap();

        Assert.Equal(["release 7.1"], bench.NextHead(pooled: false));
        Assert.True(bench.LetGo(First, 1));
        Assert.Equal(AccountMode.Run, bench.Account.Mode);
    }

    [Fact]
    public void Restore_Released_SuspectUntilAPoolShowsIt()
    {
        AccountBench bench = Restored();

        Assert.Equal(AccountMode.Suspect, bench.Account.Mode);
        Assert.Equal(BindVerdict.NotRunning, bench.TryOrder(5));
        Assert.Equal(BindVerdict.NotRunning, bench.TryOrder(1));
        Assert.Empty(bench.NextHead(pooled: true));
        Assert.Equal(SlotState.Live, bench.Account.Find(First)!.State);
        Assert.Equal(AccountMode.Run, bench.Account.Mode);
        Assert.Equal(BindVerdict.DecisionKnown, bench.TryOrder(1));
    }

    [Fact]
    public void Restore_MinedMeanwhile_IsIncluded()
    {
        AccountBench bench = Restored();

        Assert.Equal(["report 7 Included"], bench.NextHead(Second, mined: (First, 0)));
        Assert.Equal(AccountMode.Run, bench.Account.Mode);
    }

    [Fact]
    public void Restore_NonceConsumedAndNoneOfOurs_IsForeign()
    {
        AccountBench bench = Restored();

        Assert.Empty(bench.NextHead(Second));
        Assert.Equal(["report 7 Foreign", "close 7", "halt"], bench.NextHead(Second));
    }

    [Fact]
    public void Restore_NothingFoundForSoManyHeads_SameBytesAgain()
    {
        AccountBench bench = Restored();

        Assert.Empty(bench.NextHead(pooled: false));
        Assert.Equal(["release 7.0"], bench.NextHead(pooled: false));
        Assert.True(bench.LetGo(First, 0));
        Assert.Equal(SlotState.Live, bench.Account.Find(First)!.State);
    }

    [Fact]
    public void Restore_DeadlinePassedMeanwhile_IsBuried()
    {
        AccountBench bench = Restored(maxBlock: 50);

        Assert.Equal(["release 7.1"], bench.NextHead(pooled: false));
        Assert.Equal(AttemptKind.Cancel, bench.Account.Find(First)!.Attempts[1].Kind);
    }

    // It may never have left: what lies above would lie over a gap.
    [Fact]
    public void Restore_TwoAndTheLowerIsGivenUp_TheUpperWaitsUntilSomethingLeavesBelow()
    {
        AccountBench bench = new(isOpen: false, terms: new AccountTerms { SuspectHeads = 1, RepriceAfterHeads = 10 });
        bench.Account.Restore(First, AccountBench.OrderOf(1, maxBlock: 50), [AccountBench.Rung(AttemptKind.Fill, 30, isOut: true)]);
        bench.Account.Restore(Second, AccountBench.OrderOf(2), [AccountBench.Rung(AttemptKind.Fill, 30, isOut: true)]);
        bench.Account.Open(First, UInt256.MaxValue, Third);

        Assert.Equal(["release 7.1"], bench.NextHead(pooled: false));
        Assert.Equal(AccountMode.Suspect, bench.Account.Mode);
        Assert.False(bench.Account.MayRelease(Second, 0));
        Assert.True(bench.LetGo(First, 1));
        Assert.Equal(["release 8.0"], bench.NextHead(pooled: false).Where(static word => word.StartsWith("release 8", StringComparison.Ordinal)));
        Assert.True(bench.LetGo(Second, 0));
        Assert.Equal(AccountMode.Run, bench.Account.Mode);
    }

    [Fact]
    public void Restore_NothingOfItReleased_IsArmedAndCanBeDisarmed()
    {
        AccountBench bench = new(isOpen: false);
        bench.Account.Restore(First, AccountBench.OrderOf(1), [AccountBench.Rung(AttemptKind.Fill, 30)]);
        bench.Account.Open(First, UInt256.MaxValue);

        Assert.Equal(AccountMode.Run, bench.Account.Mode);
        Assert.Equal(["disarm 7"], bench.Do(static (account, actions) => account.DisarmAll("the hot table is new", actions)));
        Assert.Equal(First, bench.Account.NextNonce);
    }

    // The log's switch is down before anything is open: nobody performs an action yet, so none may be lost.
    [Fact]
    public void Kill_BeforeTheAccountIsOpen_TheFirstLookCancels()
    {
        AccountBench bench = new(isOpen: false);
        bench.Account.Restore(First, AccountBench.OrderOf(1), [AccountBench.Rung(AttemptKind.Fill, 30, isOut: true)]);
        Assert.Empty(bench.Kill(KillMode.Hard));
        bench.Account.Open(First, UInt256.MaxValue, Second);

        Assert.Equal(["release 7.1"], bench.NextHead(pooled: false));
        Assert.True(bench.LetGo(First, 1));
    }

    [Fact]
    public void Restore_KillSwitchComesDownHard_CancelsOnly()
    {
        AccountBench bench = Restored();

        Assert.Equal(["release 7.1"], bench.Kill(KillMode.Hard));
        Assert.False(bench.Account.MayRelease(First, 0));
        Assert.True(bench.Account.MayRelease(First, 1));
    }

    [Fact]
    public void Open_NodeIsBehindTheLog_NoNonceIsUsedAnew()
    {
        AccountBench bench = new(isOpen: false);
        bench.Account.Open(First, UInt256.MaxValue, firstUnused: Third);

        Assert.Equal(Third, bench.Account.NextNonce);
        // What is closed below is not consumed as this node has it: nothing would fill it.
        Assert.Equal(BindVerdict.NotRunning, bench.TryOrder(1));
        bench.NextHead(Third);
        Assert.Equal(BindVerdict.Bound, bench.TryOrder(1));
    }

    [Fact]
    public void Open_ANonceIsMissingBetweenTwo_Halts()
    {
        AccountBench bench = new(isOpen: false);
        bench.Account.Restore(First, AccountBench.OrderOf(1), [AccountBench.Rung(AttemptKind.Fill, 30, isOut: true)]);
        bench.Account.Restore(Third, AccountBench.OrderOf(3), [AccountBench.Rung(AttemptKind.Fill, 30, isOut: true)]);
        bench.Account.Open(First, UInt256.MaxValue, Third + 1);

        Assert.Equal(AccountMode.Halt, bench.Account.Mode);
        Assert.Contains("nonce 8", bench.Account.HaltReason, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ChainIsAheadOfWhatTheLogHasOut_Halts()
    {
        AccountBench bench = new(isOpen: false);
        bench.Account.Restore(First, AccountBench.OrderOf(1), [AccountBench.Rung(AttemptKind.Fill, 30, isOut: true)]);
        bench.Account.Open(Third, UInt256.MaxValue, firstUnused: Second);

        Assert.Equal(AccountMode.Halt, bench.Account.Mode);
    }

    private static AccountBench Restored(ulong maxBlock = ulong.MaxValue)
    {
        AccountBench bench = new(isOpen: false);
        bench.Account.Restore(First, AccountBench.OrderOf(1, maxBlock), [AccountBench.Rung(AttemptKind.Fill, 30, isOut: true)]);
        bench.Account.Open(First, UInt256.MaxValue, Second);
        return bench;
    }
}
