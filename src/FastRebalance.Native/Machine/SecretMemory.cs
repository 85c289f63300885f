using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace FastRebalance.Native.Machine;

/// <summary>
/// Bytes that nobody but their owner should ever hold: whole pages of their own between two that may not be touched, never moved or
/// copied by the collector, locked in RAM, left out of core dumps and of child processes, wiped before they are given back.
/// </summary>
/// <remarks>
/// Locking and leaving out of dumps are asked for, and <see cref="Lock"/> and <see cref="Dumps"/> say what was had: a system that
/// refuses them still gives the memory. A system call may write here, and so may libsecp256k1; no string and no array ever does.
/// Where one thread may dispose while another reads, the reader holds a reference (<see cref="SafeHandle.DangerousAddRef"/>).
/// </remarks>
public sealed unsafe partial class SecretMemory : SafeHandleZeroOrMinusOneIsInvalid
{
    private static readonly nuint s_page = (nuint)Environment.SystemPageSize;

    private readonly nuint _dataBytes;

    private SecretMemory(int length)
        : base(ownsHandle: true)
    {
        Length = length;
        _dataBytes = ((nuint)length + s_page - 1) & ~(s_page - 1);
    }

    /// <summary>Bytes in use.</summary>
    public int Length { get; private set; }

    /// <summary><see cref="MemoryStatus.Locked"/>, or why not; for scratch <see cref="MemoryStatus.Unknown"/>: it was not asked.</summary>
    public MemoryStatus Lock { get; private set; }

    /// <summary><see cref="MemoryStatus.Advised"/> where core dumps leave the memory out, or why not.</summary>
    public MemoryStatus Dumps { get; private set; }

    /// <summary>The bytes, all zero at first. Valid until disposed.</summary>
    /// <exception cref="ObjectDisposedException">They are gone.</exception>
    public Span<byte> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed || IsInvalid, this);
            // Safe: the mapping holds Length bytes from here on and stays until the handle is released.
            return new Span<byte>((void*)handle, Length);
        }
    }

    /// <summary>Memory for a secret that stays: locked, where the system lets us.</summary>
    /// <param name="length">Bytes, at least 1.</param>
    /// <exception cref="OutOfMemoryException">The system has no page left.</exception>
    public static SecretMemory Take(int length)
    {
        SecretMemory memory = TakeScratch(length);
        memory.Lock = MemoryPlacement.TryLock(memory.handle, memory._dataBytes);
        return memory;
    }

    /// <summary>The same without the lock: for the large memory of a key derivation, which few limits would allow to be locked.</summary>
    /// <inheritdoc cref="Take"/>
    public static SecretMemory TakeScratch(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        SecretMemory memory = new(length);
        nint data = OperatingSystem.IsWindows() ? MapOnWindows(memory._dataBytes) : Map(memory._dataBytes);
        memory.SetHandle(data);
        memory.Dumps = LeaveOutOfDumps(data, memory._dataBytes);
        return memory;
    }

    /// <summary>Uses fewer bytes from now on; the others are wiped.</summary>
    public void Shorten(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        CryptographicOperations.ZeroMemory(Span[length..]);
        Length = length;
    }

    /// <summary>What it is, never what it holds.</summary>
    public override string ToString() => $"({Length} secret bytes)";

    protected override bool ReleaseHandle()
    {
        // Not through Span: the handle counts as closed by now.
        CryptographicOperations.ZeroMemory(new Span<byte>((void*)handle, checked((int)_dataBytes)));
        nint start = handle - (nint)s_page;
        return OperatingSystem.IsWindows() ? VirtualFree(start, 0, MEM_RELEASE) != 0 : munmap(start, _dataBytes + 2 * s_page) == 0;
    }

    // One page more at either end: reading or writing past the data stops the process instead of meeting a neighbour.
    private static nint Map(nuint dataBytes)
    {
        int flags = MAP_PRIVATE | (OperatingSystem.IsLinux() ? MAP_ANONYMOUS_Linux : MAP_ANONYMOUS_Darwin);
        nint start = mmap(0, dataBytes + 2 * s_page, PROT_NONE, flags, -1, 0);
        if (start == MAP_FAILED) throw NoMemory(dataBytes);
        nint data = start + (nint)s_page;
        if (mprotect(data, dataBytes, PROT_READ | PROT_WRITE) == 0) return data;
        munmap(start, dataBytes + 2 * s_page);
        throw NoMemory(dataBytes);
    }

    private static nint MapOnWindows(nuint dataBytes)
    {
        nint start = VirtualAlloc(0, dataBytes + 2 * s_page, MEM_COMMIT | MEM_RESERVE, PAGE_NOACCESS);
        if (start == 0) throw NoMemory(dataBytes);
        nint data = start + (nint)s_page;
        uint before;
        if (VirtualProtect(data, dataBytes, PAGE_READWRITE, &before) != 0) return data;
        VirtualFree(start, 0, MEM_RELEASE);
        throw NoMemory(dataBytes);
    }

    private static MemoryStatus LeaveOutOfDumps(nint data, nuint bytes)
    {
        if (!OperatingSystem.IsLinux()) return MemoryStatus.Unsupported;
        madvise(data, bytes, MADV_DONTFORK); // a child that is started gets a copy otherwise, until it becomes another program
        return madvise(data, bytes, MADV_DONTDUMP) == 0 ? MemoryStatus.Advised : MemoryStatus.Failed;
    }

    private static OutOfMemoryException NoMemory(nuint bytes) =>
        new($"the system gave no {bytes} bytes for a secret (error {Marshal.GetLastPInvokeError()})");
}
