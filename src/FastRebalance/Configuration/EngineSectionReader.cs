using FastRebalance.Messaging;
using FastRebalance.Native.Machine;

namespace FastRebalance.Configuration;

/// <summary>Reads the section <c>engine</c>. Whether this machine has the cores it names is asked at the start of a run.</summary>
internal static class EngineSectionReader
{
    private const string TopologyWanted = "\"fused\" or \"staged\"";
    private const string PriorityWanted = "\"normal\", \"high\" or \"realtime\"";
    private const string RingWanted = "a power of two from 64 to 1048576";

    // More than any kernel is built for; which of them this machine has is not the file's matter.
    private const int MaxCore = 8191;

    // The order ring's readers sleep until they are woken; those of the inbound ring wait as configured.
    private static readonly string[] s_waitAsConfigured = ["engine", "trade", "publish", "journal"];
    private static readonly string[] s_sleeping = ["spin-then-park", "blocking"];

    public static EngineSection Read(JsonSection section)
    {
        Topology topology = ReadTopology(section);
        string strategy = section.Text("waitStrategy", "a wait strategy's name", WaitStrategy.DefaultName);
        if (!WaitStrategy.Names.Contains(strategy, StringComparer.Ordinal))
            section.ReportField("waitStrategy", $"\"{strategy}\"", $"one of {string.Join(", ", WaitStrategy.Names)}");
        long ring = section.Integer("ringSize", RingWanted, 64, 1 << 20, 65536);
        if (ring > 0 && !long.IsPow2(ring))
            section.ReportField("ringSize", $"{ring}", RingWanted);
        string journal = section.Text("journal", "a folder", "journal");
        EngineSection engine = new(topology, strategy, (int)ring, journal)
        {
            Threads = ReadThreads(section.Section("threads", "{ \"engine\": { \"core\": 1 } }", required: false), topology, strategy),
            LockMemory = section.Flag("lockMemory", fallback: false),
            HugePages = section.Flag("hugePages", fallback: false),
        };
        section.RejectUnknown();
        return engine;
    }

    private static Topology ReadTopology(JsonSection section)
    {
        string topology = section.Text("topology", TopologyWanted, "fused");
        if (topology is not ("fused" or "staged" or ""))
            section.ReportField("topology", $"\"{topology}\"", TopologyWanted);
        return topology switch { "fused" => Topology.Fused, "staged" => Topology.Staged, _ => Topology.Unknown };
    }

    private static ThreadsSection ReadThreads(JsonSection section, Topology topology, string strategy)
    {
        Dictionary<string, ThreadSection?> threads = [];
        foreach (string name in ThreadsSection.Names)
            threads[name] = ReadThread(section.Section(name, "{ \"core\": 1 }", required: false));
        section.RejectUnknown();
        if (topology == Topology.Fused)
            foreach (string name in ThreadsSection.StagedOnly.Where(n => threads[n] is not null))
                section.ReportField(name, "a thread that the fused topology does not have", "\"topology\": \"staged\", or no such entry");
        if (!s_sleeping.Contains(strategy))
            RejectSharedCores(section, threads);
        return new ThreadsSection
        {
            Engine = threads["engine"],
            Trade = threads["trade"],
            Publish = threads["publish"],
            Journal = threads["journal"],
            Orders = threads["orders"],
        };
    }

    private static ThreadSection? ReadThread(JsonSection section)
    {
        if (!section.Exists)
            return null;
        long core = section.Integer("core", $"a core's number, from 0 to {MaxCore}", 0, MaxCore, -1);
        string text = section.Text("priority", PriorityWanted, "normal");
        SchedulingPriority priority = text switch
        {
            "normal" => SchedulingPriority.Normal,
            "high" => SchedulingPriority.High,
            "realtime" => SchedulingPriority.Realtime,
            _ => SchedulingPriority.Unknown,
        };
        if (priority == SchedulingPriority.Unknown && text.Length > 0)
            section.ReportField("priority", $"\"{text}\"", PriorityWanted);
        // Wherever it went, it would stop what was running there, the collector's threads included.
        if (priority == SchedulingPriority.Realtime && !section.Has("core"))
            section.ReportField("priority", "\"realtime\" without a core", "\"core\" beside it: a real-time thread gives its core to nobody else");
        section.RejectUnknown();
        return new ThreadSection(core < 0 ? null : (int)core, priority);
    }

    private static void RejectSharedCores(JsonSection section, Dictionary<string, ThreadSection?> threads)
    {
        Dictionary<int, string> owners = [];
        foreach (string name in s_waitAsConfigured)
            if (threads[name]?.Core is { } core && !owners.TryAdd(core, name))
                section.Report(
                    $"{section.PathOf(name)}.core",
                    $"{core}, where {owners[core]} waits too",
                    $"a core of its own, or a strategy that sleeps (\"waitStrategy\": \"{string.Join("\" or \"", s_sleeping)}\")");
    }
}
