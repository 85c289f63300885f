using FastRebalance.Native.Machine;

namespace FastRebalance.Bench.Latency;

/// <summary>The core that one of a run's threads is to have, and whether it has got it.</summary>
/// <param name="thread">Whose it is.</param>
/// <param name="core">The operating system's number of the core; negative for any.</param>
internal sealed class Seat(string thread, int core)
{
    public string Thread { get; } = thread;

    public int Core { get; } = core;

    /// <summary>The thread runs on its core and on no other.</summary>
    public bool IsTaken { get; private set; }

    /// <summary>Why it does not, where it was to; else empty.</summary>
    public string Refusal { get; private set; } = "";

    /// <summary>Binds the calling thread.</summary>
    public void Take()
    {
        if (Core < 0)
            return;
        PlacementStatus status = ThreadPlacement.TryPin(Core);
        IsTaken = status == PlacementStatus.Pinned;
        Refusal = ThreadPlacement.Explain(status, Core);
    }
}
