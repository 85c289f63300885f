using System.Diagnostics;
using System.Globalization;

namespace FastRebalance.Execution.WriteAhead;

/// <summary>
/// Ends this process at a chosen point, as SIGKILL would: nothing is flushed, nobody is told. Only for tests: it is armed before the
/// process starts, by a variable whose value has to say what it does, and costs a constant that the compiler folds where it is not.
/// </summary>
public static class FaultPoints
{
    /// <summary>The variable; its value is <c>kill-this-process-at:NAME:COUNT</c>, the COUNTth passing of the point named.</summary>
    public const string Variable = "FASTREBALANCE_TEST_FAULT_POINT";

    private const string Prefix = "kill-this-process-at:";

    private static readonly bool s_isArmed = TryParse(Environment.GetEnvironmentVariable(Variable), out s_point, out s_passes);
    private static readonly FaultPoint s_point;
    private static int s_passes;

    /// <summary>Returns, unless this very point is armed and it is its turn.</summary>
    public static void Reach(FaultPoint point)
    {
        if (s_isArmed) Pass(point);
    }

    /// <summary>The value for <see cref="Variable"/>.</summary>
    internal static string Value(FaultPoint point, int count) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{point}:{count}");

    internal static bool TryParse(string? value, out FaultPoint point, out int passes)
    {
        point = FaultPoint.None;
        passes = 0;
        if (value is null || !value.StartsWith(Prefix, StringComparison.Ordinal))
            return false;
        string[] parts = value[Prefix.Length..].Split(':');
        return parts.Length == 2
            && Enum.TryParse(parts[0], out point) && Enum.IsDefined(point) && point != FaultPoint.None
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out passes) && passes > 0;
    }

    private static void Pass(FaultPoint point)
    {
        if (point != s_point || Interlocked.Decrement(ref s_passes) != 0)
            return;
        using Process self = Process.GetCurrentProcess();
        self.Kill();
        Thread.Sleep(Timeout.Infinite); // until the signal is here
    }
}
