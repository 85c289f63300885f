using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using FastRebalance.Native.Machine;

namespace FastRebalance.Ethereum.Keys;

/// <summary>
/// scrypt (RFC 7914). The framework has its outer shell, PBKDF2, but not its heart. A 64-byte block lives in four vectors along the
/// diagonals of its 4 x 4 matrix, so that one vector operation does a quarter round on all four columns, or rows, at once.
/// </summary>
internal static class Scrypt
{
    private const int BlockBytes = 64;
    private const int VectorsPerBlock = 4;

    // Word of the plain block that stands at each place of the diagonal order.
    private static ReadOnlySpan<byte> Diagonal => [0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11];

    /// <summary>Derives key bytes. The caller has bounded the parameters; memory taken is 128 * r * (n + p + 2) bytes, apart from the collector's, and is wiped.</summary>
    /// <param name="password">Any bytes.</param>
    /// <param name="salt">Any bytes.</param>
    /// <param name="n">Cost: a power of two above 1.</param>
    /// <param name="r">Block size in units of 128 bytes.</param>
    /// <param name="p">Independent mixings, done one after the other.</param>
    /// <param name="derived">Filled.</param>
    public static void DeriveKey(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int n, int r, int p, Span<byte> derived)
    {
        int laneBytes = 2 * BlockBytes * r;
        int laneVectors = 2 * VectorsPerBlock * r;
        using SecretMemory scratch = SecretMemory.TakeScratch(checked(laneBytes * (n + p + 2)));
        Span<byte> lanes = scratch.Span[..(laneBytes * p)];
        Span<Vector128<uint>> vectors = MemoryMarshal.Cast<byte, Vector128<uint>>(scratch.Span[lanes.Length..]);
        Span<Vector128<uint>> state = vectors[..laneVectors], other = vectors.Slice(laneVectors, laneVectors);
        Rfc2898DeriveBytes.Pbkdf2(password, salt, lanes, 1, HashAlgorithmName.SHA256);
        for (int lane = 0; lane < p; lane++)
            MixLane(lanes.Slice(lane * laneBytes, laneBytes), state, other, vectors[(2 * laneVectors)..], n);
        Rfc2898DeriveBytes.Pbkdf2(password, lanes, derived, 1, HashAlgorithmName.SHA256);
    }

    // scryptROMix: fill the memory with n successive states, then visit it n times in an order the states themselves choose.
    private static void MixLane(
        Span<byte> lane, Span<Vector128<uint>> state, Span<Vector128<uint>> other, Span<Vector128<uint>> memory, int n)
    {
        Load(lane, state);
        int length = state.Length;
        for (int i = 0; i < n; i++)
        {
            state.CopyTo(memory[(i * length)..]);
            MixBlocks(state, other);
            Swap(ref state, ref other);
        }
        for (int i = 0; i < n; i++)
        {
            int chosen = (int)(state[length - VectorsPerBlock].ToScalar() & (uint)(n - 1));
            ReadOnlySpan<Vector128<uint>> seen = memory.Slice(chosen * length, length);
            for (int k = 0; k < state.Length; k++) state[k] ^= seen[k];
            MixBlocks(state, other);
            Swap(ref state, ref other);
        }
        Store(state, lane);
    }

    // scryptBlockMix: chain all blocks through Salsa20/8; results of even blocks go to the front half, of odd blocks to the back half.
    private static void MixBlocks(ReadOnlySpan<Vector128<uint>> input, Span<Vector128<uint>> output)
    {
        ReadOnlySpan<Vector128<uint>> last = input[^VectorsPerBlock..];
        Vector128<uint> a = last[0], b = last[1], c = last[2], d = last[3];
        int half = input.Length / 2;
        for (int at = 0, even = 0, odd = half; at < input.Length; at += 2 * VectorsPerBlock, even += VectorsPerBlock, odd += VectorsPerBlock)
        {
            MixBlock(input.Slice(at, VectorsPerBlock), output.Slice(even, VectorsPerBlock), ref a, ref b, ref c, ref d);
            MixBlock(input.Slice(at + VectorsPerBlock, VectorsPerBlock), output.Slice(odd, VectorsPerBlock), ref a, ref b, ref c, ref d);
        }
    }

    private static void MixBlock(
        ReadOnlySpan<Vector128<uint>> input, Span<Vector128<uint>> output,
        ref Vector128<uint> a, ref Vector128<uint> b, ref Vector128<uint> c, ref Vector128<uint> d)
    {
        Vector128<uint> a0 = a ^ input[0], b0 = b ^ input[1], c0 = c ^ input[2], d0 = d ^ input[3];
        Vector128<uint> w = a0, x = b0, y = c0, z = d0;
        for (int rounds = 0; rounds < 8; rounds += 2)
        {
            x ^= Rotate(w + z, 7);
            y ^= Rotate(x + w, 9);
            z ^= Rotate(y + x, 13);
            w ^= Rotate(z + y, 18);
            TurnToRows(ref x, ref y, ref z);
            z ^= Rotate(w + x, 7);
            y ^= Rotate(z + w, 9);
            x ^= Rotate(y + z, 13);
            w ^= Rotate(x + y, 18);
            TurnToColumns(ref x, ref y, ref z);
        }
        output[0] = a = w + a0;
        output[1] = b = x + b0;
        output[2] = c = y + c0;
        output[3] = d = z + d0;
    }

    private static Vector128<uint> Rotate(Vector128<uint> value, int bits) => (value << bits) | (value >>> (32 - bits));

    private static void TurnToRows(ref Vector128<uint> x, ref Vector128<uint> y, ref Vector128<uint> z)
    {
        x = Vector128.Shuffle(x, Vector128.Create(3u, 0, 1, 2));
        y = Vector128.Shuffle(y, Vector128.Create(2u, 3, 0, 1));
        z = Vector128.Shuffle(z, Vector128.Create(1u, 2, 3, 0));
    }

    private static void TurnToColumns(ref Vector128<uint> x, ref Vector128<uint> y, ref Vector128<uint> z)
    {
        x = Vector128.Shuffle(x, Vector128.Create(1u, 2, 3, 0));
        y = Vector128.Shuffle(y, Vector128.Create(2u, 3, 0, 1));
        z = Vector128.Shuffle(z, Vector128.Create(3u, 0, 1, 2));
    }

    private static void Swap(ref Span<Vector128<uint>> left, ref Span<Vector128<uint>> right)
    {
        Span<Vector128<uint>> kept = left;
        left = right;
        right = kept;
    }

    private static void Load(ReadOnlySpan<byte> bytes, Span<Vector128<uint>> vectors)
    {
        Span<uint> words = MemoryMarshal.Cast<Vector128<uint>, uint>(vectors);
        for (int i = 0; i < words.Length; i++)
            words[i] = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes[PlainOffset(i)..]);
    }

    private static void Store(ReadOnlySpan<Vector128<uint>> vectors, Span<byte> bytes)
    {
        ReadOnlySpan<uint> words = MemoryMarshal.Cast<Vector128<uint>, uint>(vectors);
        for (int i = 0; i < words.Length; i++)
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(bytes[PlainOffset(i)..], words[i]);
    }

    private static int PlainOffset(int diagonalIndex) => (diagonalIndex & ~15) * sizeof(uint) + Diagonal[diagonalIndex & 15] * sizeof(uint);
}
