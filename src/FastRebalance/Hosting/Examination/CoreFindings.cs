namespace FastRebalance.Hosting.Examination;

/// <summary>How many cores there are, whose they are, and what disturbs them.</summary>
internal static class CoreFindings
{
    /// <summary>From here on a core can be given away to one thread alone.</summary>
    private const int CoresToSpare = 4;

    public static IEnumerable<Finding> Of(MachineFacts facts)
    {
        yield return Cores(facts);
        if (facts.Quota is { } quota) yield return Quota(quota);
        yield return Isolation(facts);
        if (facts.Siblings.Count > 0) yield return Siblings(facts);
    }

    private static Finding Cores(MachineFacts facts)
    {
        int usable = facts.Usable.Length;
        string found = usable == facts.Online.Length ? $"{usable}" : $"{usable} of {facts.Online.Length}: {ListOf(facts.Usable)}";
        return usable >= CoresToSpare
            ? new("cores", Health.Good, found, "")
            : new("cores", Health.Advice, found, "with fewer than four cores keep to the fused topology, and bind no thread");
    }

    private static Finding Quota(double quota) => new(
        "cpu quota",
        Health.Advice,
        $"{quota:0.##} cores' worth of time: once that is used up, every thread stops for the rest of the period",
        "give cores instead of time (docker run --cpuset-cpus in place of --cpus; AllowedCPUs= in place of CPUQuota=)");

    private static Finding Isolation(MachineFacts facts)
    {
        int[] isolated = facts.UsableIsolated;
        if (isolated.Length == 0)
            return facts.Room < CoresToSpare
                ? new("isolated cores", Health.Good, "none, and none to spare", "")
                : new("isolated cores", Health.Advice, "none: whatever else runs may take the engine's core", BootLine(Proposed(facts)));
        int[] ticking = [.. isolated.Except(facts.NoTick)];
        int[] calledBack = [.. isolated.Except(facts.NoCallbacks)];
        if (ticking.Length == 0 && calledBack.Length == 0)
            return new("isolated cores", Health.Good, $"{ListOf(isolated)}, without tick and call-backs", "");
        string disturbed = string.Join(" and ", [.. Disturbed(ticking, "the tick"), .. Disturbed(calledBack, "call-backs")]);
        return new("isolated cores", Health.Advice, $"{ListOf(isolated)}, still with {disturbed}", BootLine(isolated));
    }

    private static Finding Siblings(MachineFacts facts) => new(
        "hyper-threads",
        Health.Advice,
        $"{facts.Siblings.Count} cores show as two: {string.Join(", ", facts.Siblings.Select(ListOf))}",
        "leave the sibling of a core that carries a hot thread idle (echo 0 | sudo tee /sys/devices/system/cpu/cpuN/online), or switch them "
        + "all off (echo off | sudo tee /sys/devices/system/cpu/smt/control)");

    // The last two, with their siblings: interrupts and the system's own work tend to the first.
    private static int[] Proposed(MachineFacts facts) =>
    [
        .. facts.Usable
            .GroupBy(core => facts.Siblings.FirstOrDefault(group => group.Contains(core))?[0] ?? core)
            .OrderBy(group => group.Key).TakeLast(2).SelectMany(group => group).Order(),
    ];

    private static string BootLine(int[] cores) =>
        $"boot with isolcpus={ListOf(cores)} nohz_full={ListOf(cores)} rcu_nocbs={ListOf(cores)}, and name these cores in engine.threads";

    private static IEnumerable<string> Disturbed(int[] cores, string by) => cores.Length == 0 ? [] : [$"{by} on {ListOf(cores)}"];

    private static string ListOf(IEnumerable<int> cores) => string.Join(",", cores);
}
