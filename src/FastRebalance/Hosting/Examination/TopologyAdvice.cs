using FastRebalance.Configuration;

namespace FastRebalance.Hosting.Examination;

/// <summary>Which topology and wait strategy suit the cores, and why.</summary>
/// <param name="Topology">The topology.</param>
/// <param name="WaitStrategy">The strategy's name.</param>
/// <param name="Reason">Why.</param>
internal sealed record TopologyAdvice(Topology Topology, string WaitStrategy, string Reason)
{
    // Fused, two threads wait actively (engine and journal); staged, four. The feed, the node's answers, signing and the collector want two more.
    private const int StagedThreads = 4;
    private const int CoresForFused = 4;
    private const int CoresForStaged = StagedThreads + 2;

    public static TopologyAdvice For(MachineFacts facts)
    {
        int isolated = facts.UsableIsolated.Length;
        if (facts.Quota is not null)
            return new(Topology.Fused, "spin-then-park", "a thread that waits by spinning would use up the quota; this one sleeps when nothing comes");
        if (facts.Room < CoresForFused)
            return new(Topology.Fused, "spin-then-yield", $"{Count(facts.Room)} cannot spare one for a thread that spins all the time");
        if (isolated >= StagedThreads && facts.Room >= CoresForStaged)
            return new(Topology.Staged, "busy-spin", $"{Count(isolated)} isolated: engine, trade, publish and journal have one each");
        if (isolated > 0)
            return new(Topology.Fused, "busy-spin", $"{Count(isolated)} isolated: bind the engine there, and nobody is kept from a core while it spins");
        return facts.Room >= CoresForStaged
            ? new(Topology.Staged, "spin-then-yield", $"{Count(facts.Room)}: four threads that wait actively leave two for everything else")
            : new(Topology.Fused, "spin-then-yield", $"{Count(facts.Room)}: enough for one engine thread, too few for three");
    }

    /// <summary>Holds a configuration, or the defaults, against the advice.</summary>
    public Finding Examine(Topology topology, string waitStrategy) => topology == Topology && waitStrategy == WaitStrategy
        ? new("topology", Health.Good, $"{NameOf(topology)} and {waitStrategy} suit this machine: {Reason}", "")
        : new(
            "topology", Health.Advice, $"{NameOf(topology)} and {waitStrategy}, on a machine that suits another choice: {Reason}",
            $"\"topology\": \"{NameOf(Topology)}\", \"waitStrategy\": \"{WaitStrategy}\"");

    private static string NameOf(Topology topology) => topology.ToString().ToLowerInvariant();

    private static string Count(double cores) => cores == 1 ? "one core" : $"{cores:0.##} cores";
}
