using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace FastRebalance.Kernels;

/// <summary>Arrays that begin on a cache line, and hints to fetch a line early.</summary>
public static class CacheLines
{
    public const int Bytes = 64;

    /// <summary>Zeroed memory that never moves and begins on a cache line. Set-up only: it allocates.</summary>
    public static Memory<T> Allocate<T>(int count) where T : unmanaged
    {
        int perLine = Bytes / Unsafe.SizeOf<T>();
        T[] array = GC.AllocateArray<T>(count + perLine, pinned: true);
        nint misplaced = Marshal.UnsafeAddrOfPinnedArrayElement(array, 0) % Bytes;
        int skipped = (int)((Bytes - misplaced) % Bytes) / Unsafe.SizeOf<T>();
        return array.AsMemory(skipped, count);
    }

    /// <summary>Asks for the line that holds this element; nothing but time depends on it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Prefetch<T>(ref readonly T element) where T : unmanaged
    {
        // A collection may move the array meanwhile: the hint then goes astray, and no more than that.
        if (Sse.IsSupported) Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.AsRef(in element)));
    }
}
