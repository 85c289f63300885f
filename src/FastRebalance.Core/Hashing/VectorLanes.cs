using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastRebalance.Core.Hashing;

/// <summary>
/// Lanes in vector registers of AVX-512: thirty-two registers hold nearly the whole state, and one instruction does three exclusive ors or
/// the whole non-linear step. A register has room for the same lane of two messages, so a second one costs nothing.
/// </summary>
internal readonly struct VectorLanes : IKeccakLanes<Vector128<ulong>>
{
    // Truth tables for a = 0xf0, b = 0xcc, c = 0xaa.
    private const byte AXorBXorC = 0x96;
    private const byte AXorNotBAndC = 0xd2;

    public static bool IsSupported => Avx512F.VL.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Of(ulong word) => Vector128.Create(word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> TakeIn(Vector128<ulong> lane, ulong word, ulong twin) => lane ^ Vector128.Create(word, twin);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong First(Vector128<ulong> lane) => lane.ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Xor(Vector128<ulong> a, Vector128<ulong> b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Xor(Vector128<ulong> a, Vector128<ulong> b, Vector128<ulong> c) => Avx512F.VL.TernaryLogic(a, b, c, AXorBXorC);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> RotateLeft(Vector128<ulong> lane, [ConstantExpected] byte bits) => Avx512F.VL.RotateLeft(lane, bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Spread(Vector128<ulong> lane, Vector128<ulong> left, Vector128<ulong> turned, Vector128<ulong> both) =>
        Avx512F.VL.TernaryLogic(lane, left, turned, AXorBXorC);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Chi(Vector128<ulong> a, Vector128<ulong> b, Vector128<ulong> c) => Avx512F.VL.TernaryLogic(a, b, c, AXorNotBAndC);
}
