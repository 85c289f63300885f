using System.Runtime;
using System.Runtime.InteropServices;
using FastRebalance.Native.Machine;

namespace FastRebalance.Bench.Latency;

/// <summary>What the numbers were measured on, without which they say nothing.</summary>
internal static class Machine
{
    /// <summary>Cores that this process may use.</summary>
    public static int Cores => Environment.ProcessorCount;

    /// <summary>Their numbers; empty where the system cannot be asked.</summary>
    public static int[] AllowedCores => ThreadPlacement.Cores();

    public static string Processor => FirstLineOf("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();

    public static string System => $"{RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}";

    public static string Runtime => $"{RuntimeInformation.FrameworkDescription}, {(GCSettings.IsServerGC ? "server" : "workstation")} GC, "
        + (GCSettings.LatencyMode == GCLatencyMode.Batch ? "not concurrent" : "concurrent");

    /// <summary>Runnable threads of the whole machine over one, five and fifteen minutes; null where the system does not tell.</summary>
    public static string? Load => TryRead("/proc/loadavg") is { } text ? string.Join(' ', text.Split(' ').Take(3)) : null;

    private static string? FirstLineOf(string file, string field) =>
        TryRead(file)?.Split('\n').FirstOrDefault(l => l.StartsWith(field, StringComparison.Ordinal))?.Split(':', 2)[1].Trim();

    private static string? TryRead(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return null; // not this kind of system
        }
    }
}
