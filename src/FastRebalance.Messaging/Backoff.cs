using System.Runtime.CompilerServices;

namespace FastRebalance.Messaging;

/// <summary>Waiting with growing patience: first the core is kept, then offered to others, then given up a millisecond at a time.</summary>
internal struct Backoff(int spins, int yields)
{
    /// <summary>The shortest sleep that the runtime offers.</summary>
    public const int NapMilliseconds = 1;

    private int _steps;

    /// <summary>True once spinning and yielding are used up.</summary>
    public readonly bool IsExhausted => _steps >= spins + yields;

    /// <summary>Passes a moment without ever sleeping. True while the caller may go on polling so.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool SpinOrYield()
    {
        if (_steps >= spins + yields)
            return false;
        if (_steps++ < spins)
            Thread.SpinWait(1);
        else
            Thread.Yield();
        return true;
    }

    /// <summary>Passes a moment: a pause, a yield, or a nap when those are used up.</summary>
    public void Once()
    {
        if (!SpinOrYield())
            Thread.Sleep(NapMilliseconds);
    }
}
