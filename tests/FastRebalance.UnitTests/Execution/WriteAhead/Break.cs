using FastRebalance.Execution.WriteAhead;
using Microsoft.Win32.SafeHandles;

namespace FastRebalance.UnitTests.Execution.WriteAhead;

/// <summary>Puts real files that fail in the place of a log's.</summary>
internal static class Break
{
    /// <summary>Every append of the account's stream finds the disk full; fires go to pages that were taken beforehand.</summary>
    public static void Appends(SubmitterLog log) => log.ExchangeFiles(Full(), null);

    /// <summary>Every append is taken, and no sync can be had.</summary>
    public static void Syncs(SubmitterLog log) => log.ExchangeFiles(Unsyncable(), Unsyncable());

    private static SafeFileHandle Full() => File.OpenHandle("/dev/full", FileMode.Open, FileAccess.Write);

    private static SafeFileHandle Unsyncable() => File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Write);
}
