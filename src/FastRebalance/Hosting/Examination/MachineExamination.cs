using FastRebalance.Configuration;
using FastRebalance.Hosting.Placement;
using FastRebalance.Messaging;

namespace FastRebalance.Hosting.Examination;

/// <summary>Every finding about a machine, in the order in which a person sets one up.</summary>
internal static class MachineExamination
{
    public static IEnumerable<Finding> Of(MachineFacts facts, PlacementTrials trials) =>
    [
        .. CoreFindings.Of(facts),
        .. ClockFindings.Of(facts),
        .. MemoryFindings.Of(facts),
        .. RightsFindings.Of(facts, trials),
    ];

    /// <param name="facts">The machine.</param>
    /// <param name="trials">What it grants.</param>
    /// <param name="engine">What is asked of it; null to advise on the defaults.</param>
    public static IEnumerable<Finding> OfConfiguration(MachineFacts facts, PlacementTrials trials, EngineSection? engine)
    {
        yield return TopologyAdvice.For(facts).Examine(engine?.Topology ?? Topology.Fused, engine?.WaitStrategy ?? WaitStrategy.DefaultName);
        if (engine is null)
            yield break;
        foreach (Finding finding in ThreadFindings.Of(engine, facts, trials))
            yield return finding;
    }
}
