using System.Collections.Concurrent;
using FastRebalance.Configuration;
using FastRebalance.Native.Machine;

namespace FastRebalance.Hosting.Placement;

/// <summary>
/// Puts a run's threads where the configuration wants them. <see cref="Require"/> first, before anything starts: a desk that asked for a
/// core of its own must not silently run without. Then each thread calls its own action when it starts.
/// </summary>
public sealed class ThreadPlan
{
    private readonly List<(string Name, ThreadSection Thread)> _asked;
    private readonly PlacementTrials _trials;
    private readonly ConcurrentQueue<PlacementResult> _results = new();

    public ThreadPlan(EngineSection engine) : this(engine, PlacementTrials.Real)
    {
    }

    internal ThreadPlan(EngineSection engine, PlacementTrials trials)
    {
        _asked = [.. engine.Threads.Asked];
        _trials = trials;
    }

    /// <summary>What the placed threads that have started really got, read back from the system.</summary>
    public IReadOnlyList<PlacementResult> Results => [.. _results];

    /// <summary>Tries everything that was asked for on threads of its own, and leaves nothing changed.</summary>
    /// <exception cref="ConfigException">Something cannot be had on this machine; each with the line that allows it.</exception>
    public void Require()
    {
        List<ConfigProblem> problems = [];
        foreach ((string name, ThreadSection thread) in _asked)
            Try(name, thread, problems);
        if (problems.Count > 0)
            throw new ConfigException(problems);
    }

    /// <summary>What a thread has to do first; null where nothing was asked of it.</summary>
    /// <param name="thread">Its name; journal-inbound and journal-orders are both the configuration's journal.</param>
    /// <remarks>The action throws where the machine refuses what it granted to <see cref="Require"/>.</remarks>
    public Action? For(string thread)
    {
        string name = thread.StartsWith("journal-", StringComparison.Ordinal) ? "journal" : thread;
        int index = _asked.FindIndex(a => a.Name == name);
        return index < 0 ? null : () => Place(thread, _asked[index].Thread);
    }

    private void Try(string name, ThreadSection thread, List<ConfigProblem> problems)
    {
        string path = $"engine.threads.{name}";
        if (thread.Core is { } core && _trials.Pin(core) is var pin and not PlacementStatus.Pinned)
            problems.Add(new ConfigProblem($"{path}.core", ThreadPlacement.Explain(pin, core), ThreadPlacement.Remedy(pin, core)));
        if (IsRaised(thread) && _trials.SetPriority(thread.Priority) is var raised and not PlacementStatus.PrioritySet)
            problems.Add(new ConfigProblem(
                $"{path}.priority", ThreadPlacement.Explain(raised, thread.Priority), ThreadPlacement.Remedy(raised, thread.Priority)));
    }

    private void Place(string name, ThreadSection thread)
    {
        PlacementStatus pin = thread.Core is { } core ? ThreadPlacement.TryPin(core) : PlacementStatus.Pinned;
        if (pin != PlacementStatus.Pinned)
            throw new InvalidOperationException($"the thread {name}: {ThreadPlacement.Explain(pin, thread.Core!.Value)}");
        PlacementStatus raised = IsRaised(thread) ? ThreadPlacement.TrySetPriority(thread.Priority) : PlacementStatus.PrioritySet;
        if (raised != PlacementStatus.PrioritySet)
            throw new InvalidOperationException($"the thread {name}: {ThreadPlacement.Explain(raised, thread.Priority)}");
        _results.Enqueue(new PlacementResult(name, CoreHeldTo(thread), ThreadPlacement.Priority()));
    }

    private static bool IsRaised(ThreadSection thread) => thread.Priority > SchedulingPriority.Normal;

    // Windows tells a process's cores, not a thread's: there the answer to the pin has to do.
    private static int? CoreHeldTo(ThreadSection thread) =>
        OperatingSystem.IsWindows() ? thread.Core : ThreadPlacement.Cores() is [var only] ? only : null;
}
