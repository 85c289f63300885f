using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Presigning;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.UnitTests.Execution.Presigning;

/// <summary>What kills which rungs: each event against a ladder of two slots, three fees, three sizes, two routes and two limits.</summary>
public sealed class InvalidationTests
{
    private const int PerSlot = 3 * 3 * 2 * 2;

    private static readonly OrderLeg OtherRoute = World.Leg(World.A, World.C, PresignBench.Amount, PresignBench.Minimum, World.V2AB, World.V3BC) with
    {
        ExpectedOut = PresignBench.Expected,
        KeepBalance = PresignBench.Keep,
        Via0 = World.B,
    };

    private PresignBench _bench = new();

    public InvalidationTests() => ArmTwoRoutes();

    [Fact]
    public void SlotConsumed_ItsRungsDie_TheNextSlotIsPromoted()
    {
        SlotLadder next = _bench.Armory.Slots[1];

        InvalidationOutcome outcome = _bench.Armory.Invalidate(Invalidation.SlotConsumed(7));

        Assert.Equal((PerSlot, 1), (outcome.Rungs, outcome.Slots));
        Assert.Same(next, Assert.Single(_bench.Armory.Slots));
        Assert.Equal(8UL, _bench.Armory.FirstNonce);
        Assert.True(_bench.Fire(out FireOutcome fired));
        Assert.Equal((8UL, HitClass.HitExact), (fired.Nonce, fired.Class));
        Assert.Empty(_bench.Armory.CancelsOf(7));
    }

    [Fact]
    public void SlotConsumed_ByItsOwnShot_NothingIsRetiredAndTheNextIsPromoted()
    {
        _bench.Fire(out FireOutcome fired);
        byte[] raw = fired.Raw.ToArray();

        InvalidationOutcome outcome = _bench.Armory.Invalidate(Invalidation.SlotConsumed(7));

        Assert.Equal((0, 1), (outcome.Rungs, outcome.Busy));
        Assert.Empty(_bench.Log.Retired);
        Assert.True(_bench.Fire(out FireOutcome second));
        Assert.Equal(8UL, second.Nonce);
        Assert.Equal(raw, fired.Raw.ToArray());
    }

    [Fact]
    public void HeadMoved_NearTheLastBlock_KillsThoseRungs()
    {
        Assert.Equal(0, _bench.Armory.Invalidate(Invalidation.HeadMoved(109, PresignBench.HeadSeconds, 1, 1)).Rungs);
        AssertKills(Invalidation.HeadMoved(110, PresignBench.HeadSeconds, 1, 1), rung => rung.Route == 0); // the other route lives to block 120
        AssertKills(Invalidation.HeadMoved(101, PresignBench.Deadline, 1, 1), _ => true);
    }

    [Fact]
    public void BaseFeeRose_LevelsThatCannotBearIt_Die()
    {
        // 29 gwei of room at the lowest level, 32.87 at the next; 26 gwei are 29.25 a block later and 32.9 two.
        AssertKills(Invalidation.BaseFeeRose(26_000_000_000, 0), _ => false);
        AssertKills(Invalidation.BaseFeeRose(26_000_000_000, 1), rung => rung.Fee == 0);
        AssertKills(Invalidation.BaseFeeRose(26_000_000_000, 2), rung => rung.Fee <= 1);
    }

    [Fact]
    public void DecisionChanged_AllOfThatPortfolio_CancelsStay()
    {
        AssertKills(Invalidation.DecisionChanged(PortfolioId.FromIndex(3)), _ => false);
        AssertKills(Invalidation.DecisionChanged(PresignBench.Portfolio), _ => true);
        Assert.Equal(3, _bench.Armory.CancelsOf(7).Count);
        Assert.All(_bench.Armory.CancelsOf(7), cancel => Assert.DoesNotContain(cancel.Hash, _bench.Log.Retired));
    }

    [Fact]
    public void PriceMoved_LimitsOutside_Die()
    {
        // Limits are 0.98 and 0.98 and a bit (10 bps more): 980000 and 980980 for a million.
        AssertKills(Moved(970_000, 985_000), _ => false);
        AssertKills(Moved(980_500, 985_000), rung => rung.Route == 0 && rung.Limit == 0); // looser than risk would take now
        AssertKills(Moved(970_000, 980_500), rung => rung.Route == 0 && rung.Limit == 1); // better than there is
        static Invalidation Moved(ulong minimum, ulong expected) => Invalidation.PriceMoved(World.A, World.B, 1_000_000, minimum, expected);
    }

    [Fact]
    public void PoolChanged_RoutesThroughIt_Die()
    {
        AssertKills(Invalidation.PoolChanged(World.V2BC), _ => false);
        AssertKills(Invalidation.PoolChanged(World.V3AB), rung => rung.Route == 0);
        AssertKills(Invalidation.PoolChanged(World.V3BC), rung => rung.Route == 1); // its second hop
    }

    [Fact]
    public void AssetFlagged_RoutesThatTouchIt_Die()
    {
        AssertKills(Invalidation.AssetFlagged(World.C), rung => rung.Route == 1);
        AssertKills(Invalidation.AssetFlagged(World.B), _ => true); // bought by one, on the way of the other
    }

    [Fact]
    public void InventoryChanged_ExactAmounts_DieAndThoseSizedOnChainStay()
    {
        AssertKills(Invalidation.InventoryChanged(World.A), _ => false);

        _bench = new PresignBench(sizesOnChain: false);
        ArmTwoRoutes();

        AssertKills(Invalidation.InventoryChanged(World.B), _ => false);
        AssertKills(Invalidation.InventoryChanged(World.A), _ => true);
    }

    [Fact]
    public void CodeChainKeyAndKill_EachKillsAll_CancelsStay()
    {
        AssertKills(Invalidation.CodeChanged, _ => true);
        AssertKills(Invalidation.ChainRulesChanged, _ => true);
        AssertKills(Invalidation.KeyRotated, _ => true);
        AssertKills(Invalidation.Killed, _ => true);
        Assert.Equal(3, _bench.Armory.CancelsOf(8).Count);
    }

    [Fact]
    public void BudgetCut_RungsAboveIt_Die()
    {
        AssertKills(Invalidation.BudgetCut((UInt128)39_000_000_000 * 400_000), _ => false);
        AssertKills(Invalidation.BudgetCut((UInt128)34_000_000_000 * 400_000), rung => rung.Fee == 2);
    }

    [Fact]
    public void ReorgBelow_KillsNothing() => AssertKills(Invalidation.ReorgBelow, _ => false);

    [Fact]
    public void Kinds_NoneIsForgotten_EveryOneHasARule()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => InvalidationRules.Kills(default, _bench.Armory.Slots[0], 0));
        Assert.Equal(15, Enum.GetValues<InvalidationKind>().Length); // a new one wants its test here
    }

    [Fact]
    public void Invalidate_Part_TheRestIsFiredUnderAnotherGate()
    {
        SlotLadder before = _bench.Armory.Slots[0];
        _bench.Armory.Invalidate(Invalidation.PoolChanged(World.V3BC));

        Assert.Equal(SlotGateState.Withdrawn, before.Gate.State);
        Assert.True(_bench.Fire(out FireOutcome fired));
        Assert.NotSame(before, fired.Ladder);
        Assert.DoesNotContain(fired.Hash, _bench.Log.Retired);
    }

    [Fact]
    public void Invalidate_AFiredSlot_IsLeftAlone()
    {
        _bench.Fire(out FireOutcome fired);

        InvalidationOutcome outcome = _bench.Armory.Invalidate(Invalidation.Killed);

        Assert.Equal((PerSlot, 1), (outcome.Rungs, outcome.Busy));
        Assert.DoesNotContain(fired.Hash, _bench.Log.Retired);
    }

    [Fact]
    public void Invalidate_LogDoesNotTakeIt_NothingOfTheSlotIsUsable()
    {
        _bench.Log.RetireSays = LogVerdict.Faulted;

        InvalidationOutcome outcome = _bench.Armory.Invalidate(Invalidation.PoolChanged(World.V3BC));

        Assert.False(outcome.IsSound);
        Assert.False(_bench.Fire(out FireOutcome missed));
        Assert.Equal(HitClass.MissCold, missed.Class);
    }

    private void ArmTwoRoutes()
    {
        _bench.Options = _bench.Options with { LimitShiftsBps = [0, 10] };
        Assert.True(_bench.Arm(2, PresignBench.FirstNonce, PresignBench.Foreseen(), PresignBench.Foreseen(OtherRoute) with { Rank = 1, MaxBlock = 120 }).IsArmed);
    }

    /// <summary>Exactly these die, in both slots; they are withdrawn and retired, the others go on; then everything is armed again.</summary>
    private void AssertKills(Invalidation what, Func<RungKey, bool> dies)
    {
        SlotLadder[] before = [.. _bench.Armory.Slots];
        Hash32[] dead = [.. before.SelectMany(slot => slot.Armed().Where(rung => dies(slot[rung].Key)).Select(rung => slot[rung].Hash))];
        Hash32[] alive = [.. before.SelectMany(slot => slot.Armed().Where(rung => !dies(slot[rung].Key)).Select(rung => slot[rung].Hash))];
        int retiredBefore = _bench.Log.Retired.Count;

        InvalidationOutcome outcome = _bench.Armory.Invalidate(what);

        Assert.Equal(dead.Length, outcome.Rungs);
        Assert.True(outcome.IsSound);
        Assert.Equal(dead.Length, _bench.Log.Retired.Count - retiredBefore);
        Assert.All(dead, hash => Assert.Contains(hash, _bench.Log.Retired));
        Assert.All(before, slot => Assert.Equal(dead.Length > 0 ? SlotGateState.Withdrawn : SlotGateState.Armed, slot.Gate.State));
        Hash32[] left = [.. _bench.Tables.Current!.Slots.ToArray().SelectMany(slot => slot.Armed().Select(rung => slot[rung].Hash))];
        Assert.True(alive.ToHashSet().SetEquals(left));
        Assert.All(_bench.Armory.Slots, slot => Assert.Equal(slot.Count > 0 ? SlotGateState.Armed : SlotGateState.Empty, slot.Gate.State));
        _bench = new PresignBench(sizesOnChain: _bench.Options.SizesOnChain);
        ArmTwoRoutes();
    }
}
