using System.Runtime;
using System.Runtime.InteropServices;

namespace FastRebalance.Bench.Latency;

/// <summary>What the numbers were measured on, without which they say nothing.</summary>
internal static class Machine
{
    /// <summary>Publisher, engine and signer want a core each; with fewer the numbers tell of the scheduler.</summary>
    public const int BusyThreads = 3;

    public static int Cores => Environment.ProcessorCount;

    public static bool IsTooSmall => Cores < BusyThreads;

    public static string Processor => FirstLineOf("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();

    public static string System => $"{RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}";

    public static string Runtime => $"{RuntimeInformation.FrameworkDescription}, {(GCSettings.IsServerGC ? "server" : "workstation")} GC";

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
