using FastRebalance.Configuration;
using FastRebalance.Hosting.Placement;
using FastRebalance.Native.Machine;

namespace FastRebalance.Hosting.Examination;

/// <summary>What a configuration asks of the machine, held against it. What is bad here would stop a run at its start.</summary>
internal static class ThreadFindings
{
    public static IEnumerable<Finding> Of(EngineSection engine, MachineFacts facts, PlacementTrials trials)
    {
        foreach ((string name, ThreadSection thread) in engine.Threads.Asked)
        {
            if (thread.Core is { } core) yield return Core(name, core, engine, facts, trials);
            if (thread.Priority > SchedulingPriority.Normal) yield return Priority(name, thread.Priority, facts, trials);
        }
        if (engine.LockMemory) yield return LockMemory(facts);
        if (engine.HugePages) yield return HugePages(facts);
    }

    private static Finding Core(string name, int core, EngineSection engine, MachineFacts facts, PlacementTrials trials)
    {
        string subject = $"thread {name}: core {core}";
        PlacementStatus status = trials.Pin(core);
        if (status != PlacementStatus.Pinned)
            return new(subject, Health.Bad, ThreadPlacement.Explain(status, core), ThreadPlacement.Remedy(status, core));
        if (Neighbour(name, core, engine, facts) is var (neighbour, sibling))
            return new(
                subject, Health.Advice, $"shares its execution units with core {sibling}, where {neighbour} runs", "give each a core whose sibling is idle");
        if (!facts.Isolated.Contains(core))
            return new(
                subject, Health.Advice, "not isolated: whatever else runs may take turns there",
                facts.Room >= 4 ? $"boot with isolcpus={core}, or name an isolated core" : "on so few cores leave the choice to the system: name no core");
        return new(subject, Health.Good, "isolated", "");
    }

    /// <summary>The other placed thread on the other half of this core, and where.</summary>
    private static (string Name, int Core)? Neighbour(string name, int core, EngineSection engine, MachineFacts facts)
    {
        int[] group = facts.Siblings.FirstOrDefault(g => g.Contains(core)) ?? [];
        foreach ((string other, ThreadSection thread) in engine.Threads.Asked)
            if (other != name && thread.Core is { } where && where != core && group.Contains(where))
                return (other, where);
        return null;
    }

    private static Finding Priority(string name, SchedulingPriority priority, MachineFacts facts, PlacementTrials trials)
    {
        string subject = $"thread {name}: priority {priority.ToString().ToLowerInvariant()}";
        PlacementStatus status = trials.SetPriority(priority);
        if (status != PlacementStatus.PrioritySet)
            return new(subject, Health.Bad, ThreadPlacement.Explain(status, priority), ThreadPlacement.Remedy(status, priority));
        return priority == SchedulingPriority.Realtime && facts.RealtimeMicroseconds is { } share and >= 0
            ? new(
                subject, Health.Advice, $"the kernel stops real-time threads for {(1_000_000 - share) / 1000} ms of every second that they fill",
                "sudo sysctl -w kernel.sched_rt_runtime_us=-1, on isolated cores only")
            : new(subject, Health.Good, "had", "");
    }

    private static Finding LockMemory(MachineFacts facts) => MemoryFindings.MayLockAll(facts)
        ? new("lockMemory", Health.Good, "this process may lock all it touches", "")
        : new("lockMemory", Health.Bad, MemoryPlacement.Explain(MemoryStatus.OverLimit), MemoryPlacement.Remedy(MemoryStatus.OverLimit));

    private static Finding HugePages(MachineFacts facts) => facts.HugePageMode is "always" or "madvise"
        ? new("hugePages", Health.Good, facts.HugePageMode, "")
        : new("hugePages", Health.Bad, MemoryPlacement.Explain(MemoryStatus.SwitchedOff), MemoryPlacement.Remedy(MemoryStatus.SwitchedOff));
}
