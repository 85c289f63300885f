using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using FastRebalance.Core.Assets;

namespace FastRebalance.Core.Hashing;

/// <summary>
/// Keccak-256 as Ethereum uses it: the original padding (0x01), not the one SHA-3 standardised later (0x06). Stateless, allocates
/// nothing, any thread.
/// </summary>
public static partial class Keccak256
{
    public const int HashLength = 32;

    private const int RateBytes = 136;
    private const int Lanes = 25;

    /// <summary>Hash of no bytes at all: the code hash of an account without code.</summary>
    public static Hash32 OfNothing => Hash([]);

    /// <param name="data">Any length.</param>
    /// <param name="destination">At least 32 bytes; it may overlap the data.</param>
    public static void Hash(ReadOnlySpan<byte> data, Span<byte> destination)
    {
        if (destination.Length < HashLength)
            throw new ArgumentException($"at least {HashLength} bytes are wanted, found {destination.Length}", nameof(destination));
        if (VectorLanes.IsSupported) Hash<Vector128<ulong>, VectorLanes>(data, destination);
        else Hash<ulong, ScalarLanes>(data, destination);
    }

    public static Hash32 Hash(ReadOnlySpan<byte> data)
    {
        Span<byte> hash = stackalloc byte[HashLength];
        Hash(data, hash);
        return new Hash32(hash);
    }

    /// <summary>Hash of a text's UTF-8 bytes: event signatures, names. For set-up.</summary>
    public static Hash32 HashOfText(string text) => Hash(System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Hashes two messages, on machines with AVX-512 in little more than the time of the longer one.</summary>
    /// <param name="first">Any length.</param>
    /// <param name="firstHash">At least 32 bytes, apart from both messages.</param>
    /// <param name="second">Any length.</param>
    /// <param name="secondHash">At least 32 bytes, apart from both messages.</param>
    public static void HashTwo(ReadOnlySpan<byte> first, Span<byte> firstHash, ReadOnlySpan<byte> second, Span<byte> secondHash)
    {
        if (Math.Min(firstHash.Length, secondHash.Length) < HashLength)
            throw new ArgumentException($"at least {HashLength} bytes are wanted, found {Math.Min(firstHash.Length, secondHash.Length)}", nameof(firstHash));
        if (!VectorLanes.IsSupported)
        {
            Hash<ulong, ScalarLanes>(first, firstHash);
            Hash<ulong, ScalarLanes>(second, secondHash);
        }
        else if (first.Length >= second.Length)
        {
            HashBeside(first, firstHash, second, secondHash);
        }
        else
        {
            HashBeside(second, secondHash, first, firstHash);
        }
    }

    internal static void Hash<TLane, L>(ReadOnlySpan<byte> data, Span<byte> destination)
        where TLane : unmanaged
        where L : IKeccakLanes<TLane>
    {
        Span<TLane> state = stackalloc TLane[Lanes];
        Span<byte> last = stackalloc byte[RateBytes];
        state.Clear();
        int whole = WholeBlocks(data);
        if (whole > 0) Absorb<TLane, L>(state, data[..whole], data[..whole]);
        Pad(data[whole..], last);
        Absorb<TLane, L>(state, last, last);
        for (int lane = 0; lane < HashLength / sizeof(ulong); lane++)
            BinaryPrimitives.WriteUInt64LittleEndian(destination[(lane * sizeof(ulong))..], L.First(state[lane]));
    }

    // The blocks that both have side by side; then the shorter's last, perhaps beside one that is not the longer's last; then the longer's rest.
    private static void HashBeside(ReadOnlySpan<byte> longer, Span<byte> longerHash, ReadOnlySpan<byte> shorter, Span<byte> shorterHash)
    {
        Span<Vector128<ulong>> state = stackalloc Vector128<ulong>[Lanes];
        Span<byte> longerLast = stackalloc byte[RateBytes];
        Span<byte> shorterLast = stackalloc byte[RateBytes];
        state.Clear();
        int whole = WholeBlocks(longer), common = WholeBlocks(shorter);
        Pad(longer[whole..], longerLast);
        Pad(shorter[common..], shorterLast);
        Absorb<Vector128<ulong>, VectorLanes>(state, longer[..common], shorter[..common]);
        bool endTogether = whole == common;
        Absorb<Vector128<ulong>, VectorLanes>(state, endTogether ? longerLast : longer.Slice(common, RateBytes), shorterLast);
        Write(state, 1, shorterHash);
        if (!endTogether)
        {
            ReadOnlySpan<byte> rest = longer[(common + RateBytes)..whole];
            Absorb<Vector128<ulong>, VectorLanes>(state, rest, rest);
            Absorb<Vector128<ulong>, VectorLanes>(state, longerLast, longerLast);
        }
        Write(state, 0, longerHash);
    }

    private static int WholeBlocks(ReadOnlySpan<byte> data) => data.Length - data.Length % RateBytes;

    private static void Pad(ReadOnlySpan<byte> rest, Span<byte> last)
    {
        rest.CopyTo(last);
        last[rest.Length..].Clear();
        last[rest.Length] = 0x01;
        last[RateBytes - 1] |= 0x80;
    }

    private static void Write(ReadOnlySpan<Vector128<ulong>> state, int message, Span<byte> hash)
    {
        for (int lane = 0; lane < HashLength / sizeof(ulong); lane++)
            BinaryPrimitives.WriteUInt64LittleEndian(hash[(lane * sizeof(ulong))..], state[lane].GetElement(message));
    }
}
