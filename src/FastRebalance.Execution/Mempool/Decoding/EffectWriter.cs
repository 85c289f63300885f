using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Mempool.Decoding;

/// <summary>
/// Where decoders write, and the budget that bounds their work: the caller's room for effects, a number of calls, a depth. The first reason to
/// stop is kept.
/// </summary>
internal ref struct EffectWriter(MempoolMarket market, Address sender, Span<PendingEffect> room)
{
    public const int MaxDepth = 4;
    public const int MaxCalls = 64;

    private readonly Span<PendingEffect> _room = room;
    private int _calls;

    public readonly MempoolMarket Market => market;

    public readonly Address Sender => sender;

    public int Count { get; private set; }

    public DecodeVerdict Verdict { get; private set; }

    /// <summary>The family of V2 pairs that the called router trades on.</summary>
    public int Family { get; init; }

    /// <summary>How deep calls within calls are by now.</summary>
    public int Depth { get; set; }

    /// <summary>What failures of the present call mean.</summary>
    public EffectFlags CallFlags { get; set; }

    /// <summary>The earliest time limit of the calls around; 0 for none.</summary>
    public ulong DeadlineSeconds { get; set; }

    public void Limit(in UInt256 deadline)
    {
        if (deadline.FitsUInt64 && (DeadlineSeconds == 0 || deadline.Limb0 < DeadlineSeconds))
            DeadlineSeconds = Math.Max(deadline.Limb0, 1);
    }

    public readonly Span<PendingEffect> Written => _room[..Count];

    /// <summary>Takes one call from the budget.</summary>
    public bool TryEnter()
    {
        if (Depth >= MaxDepth || _calls >= MaxCalls)
            return Fail(DecodeVerdict.TooDeep);
        _calls++;
        return true;
    }

    public bool Add(in PendingEffect effect)
    {
        if (Count == _room.Length)
            return Fail(DecodeVerdict.TooManyEffects);
        _room[Count] = effect;
        _room[Count].Sender = Sender;
        _room[Count].Flags |= CallFlags;
        _room[Count].DeadlineSeconds = DeadlineSeconds;
        Count++;
        return true;
    }

    public bool Fail(DecodeVerdict verdict)
    {
        if (Verdict == DecodeVerdict.Unread)
            Verdict = verdict;
        return false;
    }

    public bool Malformed() => Fail(DecodeVerdict.Malformed);
}
