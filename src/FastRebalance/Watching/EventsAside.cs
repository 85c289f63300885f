using FastRebalance.Core.Events;

namespace FastRebalance.Watching;

/// <summary>
/// Where a reader of the inbound ring puts events for somebody slower: prices folded to the newest of each asset, and the whole heap handed over once
/// the other has done with the one before. One puts, one takes; neither waits for the other.
/// </summary>
internal sealed class EventsAside
{
    private readonly Dictionary<ushort, int> _newestPrice = [];
    private List<MarketEvent> _aside = [];
    private List<MarketEvent> _given = [];
    private bool _isTaken;

    /// <summary>Keeps an event. The putting thread's.</summary>
    public void Put(in MarketEvent e)
    {
        if (e.Kind == MarketEventKind.Price && _newestPrice.TryGetValue(e.Subject, out int at))
        {
            _aside[at] = e;
            return;
        }
        if (e.Kind == MarketEventKind.Price)
            _newestPrice[e.Subject] = _aside.Count;
        else if (e.Kind == MarketEventKind.Head)
            _newestPrice.Clear(); // a price behind a head is not folded into one before it
        _aside.Add(e);
    }

    /// <summary>Gives the other what has come together; false while it is not done with the last, or there is nothing. The putting thread's.</summary>
    public bool TryHandOver()
    {
        if (_aside.Count == 0 || Volatile.Read(ref _isTaken))
            return false;
        (_aside, _given) = (_given, _aside);
        _aside.Clear();
        _newestPrice.Clear();
        Volatile.Write(ref _isTaken, true);
        return true;
    }

    /// <summary>What was handed over, until <see cref="Done"/>. The taking thread's.</summary>
    public IReadOnlyList<MarketEvent> Given => _given;

    /// <summary>The next may be handed over. The taking thread's.</summary>
    public void Done() => Volatile.Write(ref _isTaken, false);
}
