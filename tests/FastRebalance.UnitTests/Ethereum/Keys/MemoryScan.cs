using System.Globalization;
using System.Runtime.InteropServices;
using FastRebalance.Native.Machine;

namespace FastRebalance.UnitTests.Ethereum.Keys;

/// <summary>Reads this process's own memory through /proc, as a debugger or a dump would, and looks for bytes in it.</summary>
internal static class MemoryScan
{
    private const int BlockBytes = 1 << 20;

    /// <summary>Every address where the bytes stand, or where they stand backwards (as numbers lie in a small-endian machine).</summary>
    /// <param name="needle">What is looked for; its own pages and the scan's are left out.</param>
    public static List<nint> Find(SecretMemory needle)
    {
        using SecretMemory reversed = SecretMemory.Take(needle.Length);
        using SecretMemory block = SecretMemory.TakeScratch(BlockBytes);
        needle.Span.CopyTo(reversed.Span);
        reversed.Span.Reverse();
        nint[] own = [needle.DangerousGetHandle(), reversed.DangerousGetHandle(), block.DangerousGetHandle()];
        List<nint> found = [];
        using Microsoft.Win32.SafeHandles.SafeFileHandle memory = File.OpenHandle("/proc/self/mem");
        foreach ((long from, long to) in ReadableRanges())
            if (!own.Any(page => page >= from && page < to))
                Search(memory, from, to, block.Span, needle.Span, reversed.Span, found);
        return found;
    }

    private static void Search(
        Microsoft.Win32.SafeHandles.SafeFileHandle memory, long from, long to, Span<byte> block, ReadOnlySpan<byte> needle, ReadOnlySpan<byte> reversed, List<nint> found)
    {
        int overlap = needle.Length - 1;
        for (long at = from; at < to; at += block.Length - overlap)
        {
            int length = TryRead(memory, block[..(int)Math.Min(block.Length, to - at)], at);
            Collect(block[..length], needle, at, found);
            Collect(block[..length], reversed, at, found);
            block[..length].Clear();
        }
    }

    private static void Collect(ReadOnlySpan<byte> block, ReadOnlySpan<byte> needle, long at, List<nint> found)
    {
        for (int start = 0; block[start..].IndexOf(needle) is >= 0 and int next; start += next + 1)
            if (!found.Contains((nint)(at + start + next)))
                found.Add((nint)(at + start + next));
    }

    // A page may be gone, or be one that nobody may read (the kernel's own), since the list was made.
    private static int TryRead(Microsoft.Win32.SafeHandles.SafeFileHandle memory, Span<byte> block, long at)
    {
        try
        {
            return RandomAccess.Read(memory, block, at);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private static List<(long From, long To)> ReadableRanges()
    {
        List<(long, long)> ranges = [];
        foreach (string line in File.ReadAllLines("/proc/self/maps"))
        {
            string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            string[] ends = parts[0].Split('-');
            if (!parts[1].StartsWith("rw", StringComparison.Ordinal) || !long.TryParse(ends[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long from))
                continue;
            long to = long.Parse(ends[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            ranges.Add((from, to));
        }
        return ranges;
    }
}
