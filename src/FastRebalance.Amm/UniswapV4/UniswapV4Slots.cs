using System.Buffers.Binary;
using FastRebalance.Amm.Abi;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;

namespace FastRebalance.Amm.UniswapV4;

/// <summary>
/// Where the manager keeps one pool in its storage (<c>v4-core/src/libraries/StateLibrary.sol</c>), which anybody may read word by word.
/// </summary>
internal sealed class UniswapV4Slots
{
    private const ulong PoolsMapping = 6;
    private const ulong LiquidityOffset = 3;
    private const ulong TicksOffset = 4;
    private const ulong BitmapOffset = 5;

    private readonly UInt256 _pool;

    public UniswapV4Slots(Hash32 poolId) => _pool = MappingSlot(poolId.Span, PoolsMapping);

    /// <summary>Price, tick and fees, the price lowest.</summary>
    public UInt256 Slot0 => _pool;

    public UInt256 Liquidity => UInt256.WrappingAdd(_pool, LiquidityOffset);

    /// <summary>Gross below, net above.</summary>
    public UInt256 Tick(int index) => SignedSlot(index, TicksOffset);

    public UInt256 BitmapWord(int word) => SignedSlot(word, BitmapOffset);

    private UInt256 SignedSlot(int key, ulong offset)
    {
        Span<byte> word = stackalloc byte[AbiWords.WordLength];
        word.Fill(key < 0 ? (byte)0xff : (byte)0);
        BinaryPrimitives.WriteInt32BigEndian(word[^sizeof(int)..], key);
        return MappingSlot(word, UInt256.WrappingAdd(_pool, offset));
    }

    private static UInt256 MappingSlot(ReadOnlySpan<byte> key, in UInt256 mapping)
    {
        Span<byte> words = stackalloc byte[2 * AbiWords.WordLength];
        key.CopyTo(words);
        mapping.WriteBigEndian(words[AbiWords.WordLength..]);
        return UInt256.ReadBigEndian(Keccak256.Hash(words).Span);
    }
}
