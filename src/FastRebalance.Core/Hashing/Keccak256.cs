using System.Runtime.InteropServices;
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

    internal static void Hash<TLane, L>(ReadOnlySpan<byte> data, Span<byte> destination)
        where L : IKeccakLanes<TLane>
    {
        Span<ulong> state = stackalloc ulong[Lanes];
        state.Clear();
        int whole = data.Length - data.Length % RateBytes;
        if (whole > 0) Absorb<TLane, L>(state, data[..whole]);

        Span<byte> last = stackalloc byte[RateBytes];
        data[whole..].CopyTo(last);
        last[(data.Length - whole)..].Clear();
        last[data.Length - whole] = 0x01;
        last[RateBytes - 1] |= 0x80;
        Absorb<TLane, L>(state, last);

        MemoryMarshal.AsBytes(state)[..HashLength].CopyTo(destination);
    }
}
