using System.Globalization;
using FastRebalance.Native.Machine;

namespace FastRebalance.UnitTests.Native.Machine;

public sealed class SecretMemoryTests
{
    [Fact]
    public void Take_OnLinux_IsLockedInAPageOfItsOwnAndLeftOutOfDumpsAndForks()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "smaps is Linux' own");
        using SecretMemory memory = SecretMemory.Take(32);
        Assert.SkipUnless(memory.Lock == MemoryStatus.Locked, $"this machine locks nothing: {MemoryPlacement.Explain(memory.Lock)}");
        Assert.Equal(MemoryStatus.Advised, memory.Dumps);
        Dictionary<string, string> facts = MappingOf(memory);
        Assert.Equal($"{Environment.SystemPageSize >> 10} kB", facts["Size"]);
        Assert.Equal(facts["Size"], facts["Locked"]);
        string[] flags = facts["VmFlags"].Split(' ');
        Assert.Contains("lo", flags); // locked
        Assert.Contains("dd", flags); // do not dump
        Assert.Contains("dc", flags); // do not copy on fork
    }

    [Fact]
    public void Take_OnLinux_LiesBetweenPagesThatMayNotBeTouched()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "maps is Linux' own");
        using SecretMemory memory = SecretMemory.Take(32);
        long page = Environment.SystemPageSize, at = memory.DangerousGetHandle();
        string[] lines = File.ReadAllLines("/proc/self/maps");
        Assert.Contains(lines, line => RangeOf(line) is var (from, to) && from <= at - page && to >= at && line.Contains(" ---p ", StringComparison.Ordinal));
        Assert.Contains(lines, line => RangeOf(line) is var (from, to) && from <= at + page && to >= at + (2 * page) && line.Contains(" ---p ", StringComparison.Ordinal));
    }

    [Fact]
    public void Span_FreshShortenedOrDisposed_IsZeroThenWipedThenRefused()
    {
        using SecretMemory memory = SecretMemory.Take(100);
        Assert.Equal(-1, memory.Span.IndexOfAnyExcept((byte)0));
        memory.Span.Fill(7);
        memory.Shorten(10);
        Assert.Equal(10, memory.Span.Length);
        Assert.Equal("(10 secret bytes)", memory.ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Shorten(11));
        memory.Dispose();
        Assert.Throws<ObjectDisposedException>(() => memory.Span.Length);
    }

    [Fact]
    public void Dispose_ReaderHoldsAReference_KeepsTheMemoryUntilItLetsGo()
    {
        using SecretMemory memory = SecretMemory.Take(8);
        memory.Span.Fill(9);
        bool isHeld = false;
        memory.DangerousAddRef(ref isHeld);
        Span<byte> before = memory.Span;
        memory.Dispose();
        Assert.Equal(9, before[7]); // still mapped: this read would stop the process otherwise
        memory.DangerousRelease();
        Assert.Throws<ObjectDisposedException>(() => memory.DangerousAddRef(ref isHeld));
    }

    [Fact]
    public void TakeScratch_LargerThanAnyLockLimit_IsNotLockedButNeverDumped()
    {
        using SecretMemory memory = SecretMemory.TakeScratch(300 << 20);
        Assert.Equal(MemoryStatus.Unknown, memory.Lock);
        memory.Span[^1] = 1;
        if (OperatingSystem.IsLinux())
            Assert.Contains("dd", MappingOf(memory)["VmFlags"].Split(' '));
    }

    [Fact]
    public void TryForbid_ThenAllow_SaysWhatTheKernelSays()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the flag is Linux' own");
        bool before = CoreDumps.AreForbidden;
        try
        {
            Assert.Equal(MemoryStatus.Advised, CoreDumps.TryForbid());
            Assert.True(CoreDumps.AreForbidden);
            Assert.Equal(MemoryStatus.Advised, CoreDumps.TryAllow());
            Assert.False(CoreDumps.AreForbidden);
        }
        finally
        {
            if (before) CoreDumps.TryForbid();
        }
    }

    [Fact]
    public void TryOpen_FileLinkFolderOrNothing_SaysWhich()
    {
        Assert.SkipUnless(UnlinkedFile.IsSupported, "this system has no such call");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("fastrebalance-open-");
        try
        {
            string file = Path.Combine(folder.FullName, "file"), link = Path.Combine(folder.FullName, "link");
            File.WriteAllText(file, "x");
            File.CreateSymbolicLink(link, file);
            Assert.Equal(UnlinkedStatus.Opened, UnlinkedFile.TryOpen(file, out Microsoft.Win32.SafeHandles.SafeFileHandle? handle));
            using (handle) Assert.Equal(1, RandomAccess.GetLength(handle!));
            Assert.Equal(UnlinkedStatus.IsLink, UnlinkedFile.TryOpen(link, out _));
            Assert.Equal(UnlinkedStatus.NotFound, UnlinkedFile.TryOpen(file + "x", out _));
            Assert.Equal(UnlinkedStatus.NotFound, UnlinkedFile.TryOpen(file + "/x", out _));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Dictionary<string, string> MappingOf(SecretMemory memory)
    {
        long at = memory.DangerousGetHandle();
        return File.ReadLines("/proc/self/smaps")
            .SkipWhile(line => RangeOf(line) is not var (from, to) || from > at || to <= at)
            .Skip(1)
            .TakeWhile(line => RangeOf(line) is null)
            .Select(line => line.Split(':', 2))
            .ToDictionary(parts => parts[0], parts => parts[1].Trim());
    }

    private static (long From, long To)? RangeOf(string line)
    {
        string[] ends = line.Split(' ')[0].Split('-');
        return ends.Length == 2
            && long.TryParse(ends[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long from)
            && long.TryParse(ends[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long to)
            ? (from, to)
            : null;
    }
}
