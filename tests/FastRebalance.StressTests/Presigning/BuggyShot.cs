using FastRebalance.Execution.Presigning;

namespace FastRebalance.StressTests.Presigning;

/// <summary>A gate with a mistake in it, for the detector to find.</summary>
internal sealed class BuggyShot(SeededShotBug bug, Action onByte) : IShotRace
{
    private int _state;

    public void Arm() => Volatile.Write(ref _state, (int)SlotGateState.Armed);

    public bool TryFire()
    {
        if (Volatile.Read(ref _state) != (int)SlotGateState.Armed)
            return false;
        if (bug == SeededShotBug.CheckThenAct)
            Volatile.Write(ref _state, (int)SlotGateState.Fired);
        onByte();
        return true;
    }

    public bool TryWithdraw()
    {
        if (bug == SeededShotBug.SendsByALook)
            return Interlocked.CompareExchange(ref _state, (int)SlotGateState.Withdrawn, (int)SlotGateState.Armed) == (int)SlotGateState.Armed;
        if (Volatile.Read(ref _state) != (int)SlotGateState.Armed)
            return false;
        Volatile.Write(ref _state, (int)SlotGateState.Withdrawn);
        return true;
    }
}
