using FastRebalance.Core.Assets;
using FastRebalance.Execution.Submission;

namespace FastRebalance.Execution.Presigning;

/// <summary>
/// One arming of one nonce: its rungs on one pinned page, found through a flat table [fee][size][route][limit]. The account thread adds rungs,
/// each by one volatile store once it is durable and framed; the trigger thread reads without lock or allocation. A rung is never taken off:
/// the gate is withdrawn, and what is left goes on as another arming.
/// </summary>
public sealed class SlotLadder
{
    private const int Absent = -1;

    private readonly int[] _table;
    private readonly Rung[] _rungs;
    private readonly (int Start, int Length)[] _frames;
    private readonly int _channels;
    private int _count;
    private uint _feeLevels;

    /// <param name="plan">What it holds rungs of.</param>
    /// <param name="slot">Which of the plan's slots.</param>
    /// <param name="page">Pinned memory for the signed bytes and frames.</param>
    /// <param name="capacity">Rungs at most.</param>
    /// <param name="channels">Frames of each.</param>
    internal SlotLadder(LadderPlan plan, SlotPlan slot, LadderPage page, int capacity, int channels)
        : this(plan, slot, page, new Rung[capacity], new (int, int)[capacity * channels], channels)
    {
    }

    private SlotLadder(LadderPlan plan, SlotPlan slot, LadderPage page, Rung[] rungs, (int, int)[] frames, int channels)
    {
        Plan = plan;
        Slot = slot;
        Page = page;
        _rungs = rungs;
        _frames = frames;
        _channels = channels;
        _table = new int[plan.Shape.Count];
        Array.Fill(_table, Absent);
    }

    public ulong Nonce => Slot.Nonce;

    /// <summary>The one decision that any of its rungs stands for.</summary>
    public DecisionId Decision => Slot.Decision;

    public SlotPlan Slot { get; }

    public LadderPlan Plan { get; }

    public SlotGate Gate { get; } = new();

    /// <summary>Rungs that may be fired.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Every rung of the plan that was not killed is there: set once the last is added.</summary>
    public bool IsWhole { get; internal set; }

    public FeeLevels FeeLevels
    {
        get => FeeLevels.FromWord(Volatile.Read(ref _feeLevels));
        set => Volatile.Write(ref _feeLevels, value.Word);
    }

    internal LadderPage Page { get; }

    /// <summary>The rung's number; negative where there is none.</summary>
    public int Find(int fee, int size, int route, int limit) => Volatile.Read(ref _table[Plan.Shape.IndexOf(fee, size, route, limit)]);

    public ref readonly Rung this[int rung] => ref _rungs[rung];

    /// <summary>The signed bytes. Good for ever once the slot has fired; otherwise until it is withdrawn.</summary>
    public ReadOnlyMemory<byte> RawOf(int rung) => Page.Bytes.AsMemory(_rungs[rung].Start, _rungs[rung].Length);

    /// <summary>The request that goes into a channel's socket as it is.</summary>
    public ReadOnlySpan<byte> FrameOf(int rung, int channel)
    {
        (int start, int length) = _frames[(rung * _channels) + channel];
        return Page.Bytes.AsSpan(start, length);
    }

    /// <summary>The next rung with the same legs that offers more: what may replace a fired one.</summary>
    public bool TryRaise(int rung, out int higher)
    {
        RungKey key = _rungs[rung].Key;
        for (int fee = key.Fee + 1; fee < Plan.Shape.Fees; fee++)
            if ((higher = Find(fee, key.Size, key.Route, key.Limit)) >= 0)
                return true;
        higher = Absent;
        return false;
    }

    /// <summary>Every rung that may be fired.</summary>
    internal IEnumerable<int> Armed()
    {
        for (int i = 0; i < _table.Length; i++)
            if (_table[i] >= 0)
                yield return _table[i];
    }

    /// <summary>Account thread: writes a rung's place, before anyone may see it.</summary>
    internal void Place(int rung, in Rung what) => _rungs[rung] = what;

    internal void PlaceFrame(int rung, int channel, int start, int length) => _frames[(rung * _channels) + channel] = (start, length);

    /// <summary>Account thread: from now on it may be fired, if the gate is armed.</summary>
    internal void Publish(int rung)
    {
        RungKey key = _rungs[rung].Key;
        Volatile.Write(ref _table[Plan.Shape.IndexOf(key.Fee, key.Size, key.Route, key.Limit)], rung);
        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>The same rungs on the same page less some, under a gate of its own that is not armed yet.</summary>
    internal SlotLadder Without(IReadOnlySet<Hash32> dead)
    {
        SlotLadder left = new(Plan, Slot, Page, _rungs, _frames, _channels) { FeeLevels = FeeLevels };
        foreach (int rung in Armed())
            if (!dead.Contains(_rungs[rung].Hash))
                left.Publish(rung);
        return left;
    }
}
