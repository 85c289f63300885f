using FastRebalance.Core.Results;
using FastRebalance.Execution.Presigning;

namespace FastRebalance.UnitTests.Execution.Presigning;

public sealed class GateTests
{
    [Fact]
    public void SlotGate_New_LetsNothingGo()
    {
        SlotGate gate = new();

        Assert.Equal(SlotGateState.Empty, gate.State);
        Assert.False(gate.TryFire());
    }

    [Fact]
    public void SlotGate_Fired_IsNeverFiredAgainNorWithdrawnNorArmed()
    {
        SlotGate gate = new();
        Assert.True(gate.TryArm());
        Assert.True(gate.TryFire());

        Assert.False(gate.TryFire());
        Assert.False(gate.TryWithdraw());
        Assert.False(gate.TryArm());
        Assert.Equal(SlotGateState.Fired, gate.State);
    }

    [Fact]
    public void SlotGate_Withdrawn_IsNeverFiredNorArmedAgain()
    {
        SlotGate gate = new();
        gate.TryArm();
        Assert.True(gate.TryWithdraw());

        Assert.False(gate.TryFire());
        Assert.False(gate.TryArm());
        Assert.True(gate.TryWithdraw()); // it is, and that is what was asked for
    }

    [Theory]
    [InlineData(AccountGateState.Draining)]
    [InlineData(AccountGateState.KilledSoft)]
    [InlineData(AccountGateState.KilledHard)]
    [InlineData(AccountGateState.KilledCold)]
    public void AccountGate_Stopped_NeverOpensAgain(AccountGateState stop)
    {
        AccountGate gate = new();
        Assert.False(gate.IsOpen);
        Assert.True(gate.TryOpen());
        gate.Stop(stop);

        Assert.False(gate.TryOpen());
        Assert.False(gate.TryClose());
        Assert.Equal(stop, gate.State);
    }

    [Fact]
    public void AccountGate_StricterStop_StaysWhateverComesAfter()
    {
        AccountGate gate = new();
        gate.TryOpen();
        gate.Stop(AccountGateState.KilledCold);
        gate.Stop(AccountGateState.Draining);

        Assert.Equal(AccountGateState.KilledCold, gate.State);
        Assert.Throws<ArgumentOutOfRangeException>(() => gate.Stop(AccountGateState.Open));
    }

    [Fact]
    public void FeeLevels_Default_AllowsNone()
    {
        Assert.False(default(FeeLevels).TryGet(PolicyTier.Economic, out _, out _));
        Assert.False(default(FeeLevels).TryGet(PolicyTier.Safety, out _, out _));
    }

    [Fact]
    public void FeeLevels_OneTierSet_LeavesTheOtherAlone()
    {
        FeeLevels levels = default(FeeLevels).With(PolicyTier.Safety, 4, 6);

        Assert.False(levels.TryGet(PolicyTier.Economic, out _, out _));
        Assert.True(levels.TryGet(PolicyTier.Safety, out int wanted, out int most));
        Assert.Equal((4, 6), (wanted, most));
        Assert.False(levels.TryGet(PolicyTier.None, out _, out _));
        levels = levels.With(PolicyTier.Safety, 0, 0).With(PolicyTier.Economic, 1, 254);
        Assert.True(levels.TryGet(PolicyTier.Safety, out wanted, out most));
        Assert.Equal((0, 0), (wanted, most));
        Assert.True(levels.TryGet(PolicyTier.Economic, out wanted, out most));
        Assert.Equal((1, 254), (wanted, most));
    }
}
