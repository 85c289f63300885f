using System.Buffers.Binary;
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

        Span<ulong> state = stackalloc ulong[Lanes];
        state.Clear();
        while (data.Length >= RateBytes)
        {
            Absorb(state, data[..RateBytes]);
            Permute(state);
            data = data[RateBytes..];
        }

        Span<byte> last = stackalloc byte[RateBytes];
        data.CopyTo(last);
        last[data.Length..].Clear();
        last[data.Length] = 0x01;
        last[RateBytes - 1] |= 0x80;
        Absorb(state, last);
        Permute(state);

        for (int lane = 0; lane < HashLength / sizeof(ulong); lane++)
            BinaryPrimitives.WriteUInt64LittleEndian(destination[(lane * sizeof(ulong))..], state[lane]);
    }

    public static Hash32 Hash(ReadOnlySpan<byte> data)
    {
        Span<byte> hash = stackalloc byte[HashLength];
        Hash(data, hash);
        return new Hash32(hash);
    }

    /// <summary>Hash of a text's UTF-8 bytes: event signatures, names. For set-up.</summary>
    public static Hash32 HashOfText(string text) => Hash(System.Text.Encoding.UTF8.GetBytes(text));

    private static void Absorb(Span<ulong> state, ReadOnlySpan<byte> block)
    {
        for (int lane = 0; lane < RateBytes / sizeof(ulong); lane++)
            state[lane] ^= BinaryPrimitives.ReadUInt64LittleEndian(block[(lane * sizeof(ulong))..]);
    }
}
