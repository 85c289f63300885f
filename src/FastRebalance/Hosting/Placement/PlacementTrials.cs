using FastRebalance.Native.Machine;

namespace FastRebalance.Hosting.Placement;

/// <summary>Asks the machine for a core or a priority and gives it back: what a start and the doctor rest on, and what tests replace.</summary>
/// <param name="Pin">Binds a thread of its own to a core.</param>
/// <param name="SetPriority">Gives a thread of its own a priority.</param>
internal sealed record PlacementTrials(Func<int, PlacementStatus> Pin, Func<SchedulingPriority, PlacementStatus> SetPriority)
{
    public static PlacementTrials Real { get; } = new(
        core => OnScratchThread(() => ThreadPlacement.TryPin(core)),
        priority => OnScratchThread(() => ThreadPlacement.TrySetPriority(priority)));

    // The thread ends with its core and its priority; the caller's stay as they are.
    private static PlacementStatus OnScratchThread(Func<PlacementStatus> attempt)
    {
        PlacementStatus status = PlacementStatus.Unknown;
        Thread scratch = new(() => status = attempt()) { IsBackground = true, Name = "placement-trial" };
        scratch.Start();
        scratch.Join();
        return status;
    }
}
