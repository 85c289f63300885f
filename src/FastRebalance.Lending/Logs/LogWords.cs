using FastRebalance.Core.Assets;

namespace FastRebalance.Lending.Logs;

/// <summary>
/// Reads a log's topics and words in order. Strict: a word that is missing, or holds more bits than its type, makes the whole log malformed, and
/// <see cref="IsWhole"/> tells at the end.
/// </summary>
internal ref struct LogWords(ReadOnlySpan<Hash32> topics, ReadOnlySpan<byte> data)
{
    private const int WordLength = 32;

    private readonly ReadOnlySpan<Hash32> _topics = topics;
    private readonly ReadOnlySpan<byte> _data = data;
    private int _topic = 1;
    private int _word;
    private bool _malformed;

    /// <summary>Whether all that was asked for was there and nothing is left.</summary>
    public readonly bool IsWhole => !_malformed && _topic == _topics.Length && _word * WordLength == _data.Length;

    /// <summary>As <see cref="IsWhole"/>, but with dynamic data behind.</summary>
    public readonly bool IsWholeBefore => !_malformed && _topic == _topics.Length;

    public Address TopicAddress() => ToAddress(NextTopic());

    public UInt256 Topic(int bits = 256) => Fit(UInt256.ReadBigEndian(NextTopic()), bits);

    public Address Address() => ToAddress(NextWord());

    public UInt256 Number(int bits = 256) => Fit(UInt256.ReadBigEndian(NextWord()), bits);

    private ReadOnlySpan<byte> NextTopic()
    {
        if (_topic < _topics.Length)
            return _topics[_topic++].Span;
        return Missing();
    }

    private ReadOnlySpan<byte> NextWord()
    {
        int at = _word * WordLength;
        if (at + WordLength > _data.Length)
            return Missing();
        _word++;
        return _data.Slice(at, WordLength);
    }

    private ReadOnlySpan<byte> Missing()
    {
        _malformed = true;
        return Hash32.Zero.Span;
    }

    private UInt256 Fit(in UInt256 value, int bits)
    {
        _malformed |= value.BitLength > bits;
        return value;
    }

    private Address ToAddress(ReadOnlySpan<byte> word)
    {
        const int padding = WordLength - Core.Assets.Address.Length;
        _malformed |= word[..padding].ContainsAnyExcept((byte)0);
        return new Address(word[padding..]);
    }
}
