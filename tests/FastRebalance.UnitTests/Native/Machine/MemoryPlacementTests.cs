using System.Runtime.InteropServices;
using FastRebalance.Native.Machine;

namespace FastRebalance.UnitTests.Native.Machine;

[Collection("locked memory")] // a lock of the process is everybody's
public sealed class MemoryPlacementTests
{
    private const int Megabyte = 1 << 20;

    [Fact]
    public void TryUseHugePages_PinnedArray_IsHugeAndHoldsWhatItHeld()
    {
        byte[] pinned = GC.AllocateArray<byte>((int)(8 * MemoryPlacement.HugePageBytes), pinned: true);
        new Random(5).NextBytes(pinned);
        byte[] before = [.. pinned];

        MemoryStatus status = MemoryPlacement.TryUseHugePages<byte>(pinned);
        Assert.SkipUnless(status == MemoryStatus.Advised, $"{MemoryPlacement.Explain(status)}: {MemoryPlacement.Remedy(status)}");
        Assert.Contains("hg", FlagsAt(Marshal.UnsafeAddrOfPinnedArrayElement(pinned, pinned.Length / 2)));
        long huge = MemoryPlacement.HugeBytes<byte>(pinned);
        Assert.SkipWhen(huge == 0, "the kernel took the advice and found no huge page to give");
        Assert.InRange(huge, MemoryPlacement.HugePageBytes, pinned.Length);
        Assert.Equal(before, pinned);
    }

    [Fact]
    public void TryUseHugePages_LessThanOnePage_IsTooSmall()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "huge pages are asked for on Linux only");
        Assert.Equal(MemoryStatus.TooSmall, MemoryPlacement.TryUseHugePages<byte>(GC.AllocateArray<byte>(4096, pinned: true)));
        Assert.Equal(MemoryStatus.TooSmall, MemoryPlacement.TryUseHugePages<byte>([]));
    }

    [Theory]
    [InlineData(0x1000, 0x3000, 0x1000, 0x1000, 0x3000)]
    [InlineData(0x1001, 0x2fff, 0x1000, 0x2000, 0x2000)]
    [InlineData(0x1001, 0x1ffe, 0x1000, 0, 0)]
    [InlineData(0x1000, 0, 0x1000, 0, 0)]
    public void Inner_Range_KeepsWholePagesOnly(int address, int length, int page, int from, int kept)
    {
        nint at = address;
        nuint size = (nuint)length;
        bool any = MemoryPlacement.Inner(ref at, ref size, (nuint)page);
        Assert.Equal(kept > 0, any);
        if (any) Assert.Equal((from, kept), ((int)at, (int)size));
    }

    [Fact]
    public void TryLock_SmallRange_IsLockedUntilGivenBack()
    {
        byte[] pinned = GC.AllocateArray<byte>(Megabyte, pinned: true);
        long before = LockedKilobytes();
        MemoryStatus status = MemoryPlacement.TryLock<byte>(pinned);
        Assert.SkipUnless(status == MemoryStatus.Locked, $"{MemoryPlacement.Explain(status)}: {MemoryPlacement.Remedy(status)}");
        Assert.True(!OperatingSystem.IsLinux() || LockedKilobytes() >= before + Megabyte / 1024);
        Assert.Equal(MemoryStatus.Unlocked, MemoryPlacement.TryUnlock<byte>(pinned));
        Assert.True(LockedKilobytes() <= before);
        Assert.Equal(MemoryStatus.TooSmall, MemoryPlacement.TryLock<byte>([]));
    }

    [Fact]
    public void TryLockProcess_WholeProcess_IsLockedUntilGivenBack()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux locks a process as a whole");
        MemoryStatus status = MemoryPlacement.TryLockProcess();
        Assert.SkipUnless(status == MemoryStatus.Locked, $"{MemoryPlacement.Explain(status)}: {MemoryPlacement.Remedy(status)}");
        try
        {
            Assert.True(LockedKilobytes() > 0);
            long resident = Environment.WorkingSet;
            nint touchedLater = Marshal.AllocHGlobal(1024 * Megabyte);
            Assert.InRange(Environment.WorkingSet - resident, long.MinValue, 512 * Megabyte); // on fault: what is not touched takes no room
            Marshal.FreeHGlobal(touchedLater);
        }
        finally
        {
            Assert.Equal(MemoryStatus.Unlocked, MemoryPlacement.TryUnlockProcess());
        }
        Assert.Equal(0, LockedKilobytes());
    }

    [Fact]
    public void Remedy_EveryRefusal_SaysWhatItMeansAndWhatToDo()
    {
        foreach (MemoryStatus status in Enum.GetValues<MemoryStatus>())
        {
            bool had = status is MemoryStatus.Advised or MemoryStatus.Locked or MemoryStatus.Unlocked;
            Assert.Equal(had, MemoryPlacement.Explain(status).Length == 0);
            Assert.Equal(had, MemoryPlacement.Remedy(status).Length == 0);
        }
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the lines to type are Linux's");
        Assert.Contains("ulimit -l unlimited", MemoryPlacement.Remedy(MemoryStatus.OverLimit));
    }

    [Fact]
    public void HugeBytes_MadeUpMappings_CountsWhatReachesIntoTheRange()
    {
        string[] smaps =
        [
            "10000000-10400000 rw-p 00000000 00:00 0", "Size:               4096 kB", "AnonHugePages:      4096 kB",
            "10400000-10800000 rw-p 00000000 00:00 0 [heap]", "AnonHugePages:      2048 kB", "VmFlags: rd wr mr mw me ac sd hg",
            "20000000-20400000 rw-p 00000000 00:00 0", "AnonHugePages:      4096 kB",
        ];
        Assert.Equal(4 * Megabyte, Smaps.HugeBytes(smaps, 0x10200000, 0x10800000)); // half of the first, all the second has
        Assert.Equal(0, Smaps.HugeBytes(smaps, 0x30000000, 0x30400000));
    }

    /// <summary>What the kernel holds to have been told of the mapping at an address: "hg" for huge pages wanted.</summary>
    private static string[] FlagsAt(nint address)
    {
        bool isInside = false;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            string[] ends = words[0].Split('-');
            if (ends.Length == 2)
                isInside = Convert.ToInt64(ends[0], 16) <= address && address < Convert.ToInt64(ends[1], 16);
            else if (isInside && words[0] == "VmFlags:")
                return words[1..];
        }
        return [];
    }

    private static long LockedKilobytes()
    {
        if (!OperatingSystem.IsLinux()) return 0;
        string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmLck:", StringComparison.Ordinal));
        return long.Parse(line.AsSpan("VmLck:".Length).Trim()[..^3], System.Globalization.CultureInfo.InvariantCulture);
    }
}
