using System.Diagnostics.CodeAnalysis;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.Execution.Mempool.Decoding;

/// <summary>
/// A call's arguments as routers read them: by the place of a word, addresses without looking at the bytes above them (older contracts and
/// those that read by assembly do not), and offsets followed only inside the data.
/// </summary>
internal readonly ref struct Arguments(ReadOnlySpan<byte> data)
{
    private const int Word = AbiWord.Length;

    private readonly ReadOnlySpan<byte> _data = data;

    public int Words => _data.Length / Word;

    /// <summary>Whether so many words of head are there: asked once, so that the reads below need not fail.</summary>
    public bool Has(int words) => _data.Length / Word >= words;

    public UInt256 Number(int word) => UInt256.ReadBigEndian(_data.Slice(word * Word, Word));

    public Address Address(int word) => new(_data.Slice(word * Word + Word - Core.Assets.Address.Length, Core.Assets.Address.Length));

    public bool IsSet(int word) => !Number(word).IsZero;

    public Hash32 Hash(int word) => new(_data.Slice(word * Word, Word));

    public uint Low32(int word) => (uint)Number(word).Limb0;

    /// <summary>A signed number of 24 bits, by its low bytes.</summary>
    public int Tick(int word) => (int)((uint)Number(word).Limb0 << 8) >> 8;

    /// <summary>Bytes of dynamic length, whose offset stands at this word.</summary>
    public bool TryBytes(int word, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (!TryFollow(word, out ReadOnlySpan<byte> tail) || !TryLength(ref tail, out int length) || length > tail.Length)
            return false;
        bytes = tail[..length];
        return true;
    }

    /// <summary>A tuple or a nested array whose offset stands at this word: its own words.</summary>
    public bool TryTuple(int word, int headWords, out Arguments tuple)
    {
        tuple = default;
        if (!TryFollow(word, out ReadOnlySpan<byte> tail) || tail.Length < headWords * Word)
            return false;
        tuple = new Arguments(tail);
        return true;
    }

    /// <summary>An array whose offset stands at this word; the heads of all elements are there.</summary>
    public bool TryArray(int word, int wordsEach, out int count, out Arguments elements)
    {
        count = 0;
        elements = default;
        if (!TryFollow(word, out ReadOnlySpan<byte> tail) || !TryLength(ref tail, out int length) || length > tail.Length / Word / wordsEach)
            return false;
        count = length;
        elements = new Arguments(tail);
        return true;
    }

    [SuppressMessage("Style", "IDE0251", Justification = "the struct is read-only")]
    private bool TryFollow(int word, out ReadOnlySpan<byte> tail)
    {
        tail = default;
        if (!Has(word + 1))
            return false;
        UInt256 offset = Number(word);
        if (!offset.FitsUInt64 || offset.Limb0 > (ulong)_data.Length)
            return false;
        tail = _data[(int)offset.Limb0..];
        return true;
    }

    /// <summary>The words as bytes: what a command hands on as a call of its own.</summary>
    public ReadOnlySpan<byte> Rest() => _data;

    private static bool TryLength(ref ReadOnlySpan<byte> tail, out int length)
    {
        length = 0;
        if (tail.Length < Word)
            return false;
        UInt256 value = UInt256.ReadBigEndian(tail[..Word]);
        if (!value.FitsUInt64 || value.Limb0 > int.MaxValue)
            return false;
        length = (int)value.Limb0;
        tail = tail[Word..];
        return true;
    }
}
