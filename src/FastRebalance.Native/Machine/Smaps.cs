using System.Globalization;

namespace FastRebalance.Native.Machine;

/// <summary>The kernel's account of this process's mappings, as text.</summary>
internal static class Smaps
{
    /// <summary>Bytes in huge pages over the mappings that reach into [from, to), each counted for no more than it has in there.</summary>
    public static long HugeBytes(IEnumerable<string> lines, ulong from, ulong to)
    {
        long total = 0;
        ulong inside = 0;
        foreach (string line in lines)
        {
            if (TryReadRange(line, out ulong start, out ulong end))
                inside = Overlap(start, end, from, to);
            else if (inside > 0 && TryReadHuge(line, out long bytes))
                total += Math.Min(bytes, (long)inside);
        }
        return total;
    }

    private static ulong Overlap(ulong start, ulong end, ulong from, ulong to)
    {
        ulong lo = Math.Max(start, from), hi = Math.Min(end, to);
        return hi > lo ? hi - lo : 0;
    }

    // 7f2c14000000-7f2c14200000 rw-p 00000000 00:00 0
    private static bool TryReadRange(ReadOnlySpan<char> line, out ulong start, out ulong end)
    {
        start = end = 0;
        int space = line.IndexOf(' ');
        if (space < 0) return false;
        int dash = line[..space].IndexOf('-');
        return dash > 0
            && ulong.TryParse(line[..dash], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out start)
            && ulong.TryParse(line[(dash + 1)..space], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out end);
    }

    // AnonHugePages:      2048 kB
    private static bool TryReadHuge(ReadOnlySpan<char> line, out long bytes)
    {
        bytes = 0;
        const string label = "AnonHugePages:";
        if (!line.StartsWith(label, StringComparison.Ordinal)) return false;
        ReadOnlySpan<char> rest = line[label.Length..].Trim();
        if (!rest.EndsWith(" kB", StringComparison.Ordinal) || !long.TryParse(rest[..^3], CultureInfo.InvariantCulture, out long kilobytes)) return false;
        bytes = kilobytes << 10;
        return true;
    }
}
