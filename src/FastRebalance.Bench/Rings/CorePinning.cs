using FastRebalance.Native.Machine;

namespace FastRebalance.Bench.Rings;

/// <summary>A core for every hot thread, where asked for and where there are enough.</summary>
internal static class CorePinning
{
    // Before anybody pins: the cores that this process was given.
    private static readonly int[] s_cores = ThreadPlacement.Cores();
    private static volatile bool s_isUsed;

    /// <summary>What a hot thread calls with its number (0, 1, …); null where threads are left to the scheduler.</summary>
    public static Action<int>? For(bool wanted, int threads) => wanted && threads <= s_cores.Length ? Pin : null;

    /// <summary>Takes the calling thread's core back, which threads that it starts would inherit.</summary>
    public static void Release()
    {
        if (s_isUsed)
            ThreadPlacement.TryPin(s_cores);
    }

    private static void Pin(int thread)
    {
        s_isUsed = true;
        PlacementStatus status = ThreadPlacement.TryPin(s_cores[thread]);
        if (status != PlacementStatus.Pinned)
            throw new InvalidOperationException(ThreadPlacement.Explain(status, s_cores[thread]));
    }
}
