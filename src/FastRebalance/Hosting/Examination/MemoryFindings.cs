using FastRebalance.Native.Machine;

namespace FastRebalance.Hosting.Examination;

/// <summary>Huge pages, locked memory and swap.</summary>
internal static class MemoryFindings
{
    public static IEnumerable<Finding> Of(MachineFacts facts)
    {
        if (facts.HugePageMode.Length > 0) yield return HugePages(facts);
        if (facts.LockLimit is { } limit) yield return LockLimit(facts, limit);
        yield return Swap(facts);
    }

    private static Finding HugePages(MachineFacts facts)
    {
        // The kernel's reserve is apart from ours: memory set aside there is lost to everything that does not ask for it by name.
        string reserve = facts.ReservedHugePages > 0 ? $"; {facts.ReservedHugePages} reserved, which nothing here uses" : "";
        return facts.HugePageMode switch
        {
            "never" => new("huge pages", Health.Advice, $"off{reserve}", MemoryPlacement.Remedy(MemoryStatus.SwitchedOff)),
            "always" => new(
                "huge pages", Health.Advice, $"always{reserve}: the kernel may stop a thread to make room for one",
                "echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled, and \"hugePages\": true"),
            _ => new("huge pages", Health.Good, $"{facts.HugePageMode}{reserve}", ""),
        };
    }

    private static Finding LockLimit(MachineFacts facts, long limit) => MayLockAll(facts)
        ? new("locked memory", Health.Good, limit == long.MaxValue ? "no limit" : "no limit for this user", "")
        : new(
            "locked memory", Health.Advice, $"{limit >> 10} kB, and the runtime's addresses alone are 256 GB: the process cannot be locked",
            $"for \"lockMemory\": {MemoryPlacement.Remedy(MemoryStatus.OverLimit)}");

    private static Finding Swap(MachineFacts facts) => facts.Swap == 0 || facts.Swappiness <= 1
        ? new("swap", Health.Good, facts.Swap == 0 ? "none" : $"{facts.Swap >> 20} MB, hardly used (swappiness {facts.Swappiness})", "")
        : new(
            "swap", Health.Advice, $"{facts.Swap >> 20} MB, swappiness {facts.Swappiness?.ToString() ?? "unknown"}: quiet pages leave RAM",
            "\"lockMemory\": true, or sudo swapoff -a");

    public static bool MayLockAll(MachineFacts facts) => facts.MayLock || facts.LockLimit is null or long.MaxValue;
}
