using System.Runtime.InteropServices;
using FastRebalance.Configuration;
using FastRebalance.Messaging;
using FastRebalance.Native.Machine;

namespace FastRebalance.Hosting.Placement;

/// <summary>Puts a run's memory where the configuration wants it, before its threads start. Does nothing that was not asked for.</summary>
public sealed class MemoryPlan(EngineSection engine)
{
    private readonly List<MemoryResult> _results = [];

    /// <summary>What was really had.</summary>
    public IReadOnlyList<MemoryResult> Results => _results;

    /// <summary>Asks for huge pages under a ring; to be called before anything is published to it.</summary>
    /// <remarks>The kernel may find none free at the moment: that is told in the result, and stops nothing.</remarks>
    /// <exception cref="ConfigException">This machine or a ring so small cannot have any; what to do is told.</exception>
    public void UseHugePages<T>(string name, RingBuffer<T> ring) where T : unmanaged
    {
        if (!engine.HugePages)
            return;
        ReadOnlySpan<T> slots = MemoryMarshal.CreateReadOnlySpan(ref ring[0], (int)ring.Size);
        MemoryStatus status = MemoryPlacement.TryUseHugePages(slots);
        if (status != MemoryStatus.Advised)
            throw Refused("engine.hugePages", status);
        _results.Add(new MemoryResult(name, status, MemoryPlacement.HugeBytes(slots)));
    }

    /// <summary>Keeps the whole process in RAM; to be called once the rings are there.</summary>
    /// <exception cref="ConfigException">This process may not; what to do is told.</exception>
    public void LockProcess()
    {
        if (!engine.LockMemory)
            return;
        MemoryStatus status = MemoryPlacement.TryLockProcess();
        if (status != MemoryStatus.Locked)
            throw Refused("engine.lockMemory", status);
        _results.Add(new MemoryResult("process", status, HugeBytes: 0));
    }

    private static ConfigException Refused(string path, MemoryStatus status) =>
        new([new ConfigProblem(path, MemoryPlacement.Explain(status), MemoryPlacement.Remedy(status))]);
}
