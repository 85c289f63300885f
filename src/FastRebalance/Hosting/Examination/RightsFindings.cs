using FastRebalance.Hosting.Placement;
using FastRebalance.Native.Machine;

namespace FastRebalance.Hosting.Examination;

/// <summary>What this process may do with its threads, found out by doing it on one of its own.</summary>
internal static class RightsFindings
{
    public static IEnumerable<Finding> Of(MachineFacts facts, PlacementTrials trials)
    {
        yield return Pin(facts.Usable[^1], trials);
        yield return Priority(facts, trials);
    }

    private static Finding Pin(int core, PlacementTrials trials)
    {
        PlacementStatus status = trials.Pin(core);
        return status == PlacementStatus.Pinned
            ? new("pinning", Health.Good, $"a thread was bound to core {core}", "")
            : new("pinning", Health.Advice, ThreadPlacement.Explain(status, core), ThreadPlacement.Remedy(status, core));
    }

    private static Finding Priority(MachineFacts facts, PlacementTrials trials)
    {
        PlacementStatus high = trials.SetPriority(SchedulingPriority.High);
        PlacementStatus realtime = trials.SetPriority(SchedulingPriority.Realtime);
        string limit = facts.RealtimeLimit is { } rank ? $" (limit of real-time ranks: {(rank == long.MaxValue ? "none" : rank)})" : "";
        if (high != PlacementStatus.PrioritySet)
            return new(
                "priority", Health.Advice, $"{ThreadPlacement.Explain(high, SchedulingPriority.High)}{limit}",
                $"for \"priority\": \"high\": {ThreadPlacement.Remedy(high, SchedulingPriority.High)}");
        return realtime == PlacementStatus.PrioritySet
            ? new("priority", Health.Good, "high and realtime were had", "")
            : new("priority", Health.Good, $"high was had, realtime was not{limit}", "");
    }
}
