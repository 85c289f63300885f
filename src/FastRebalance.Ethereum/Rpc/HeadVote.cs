using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>
/// Tells which head to believe when endpoints disagree: the highest that descends, parent by parent, from one believed before. A
/// height alone counts for nothing: any node may name one. Remembers a bounded number of headers. Not thread-safe.
/// </summary>
internal sealed class HeadVote
{
    private const int Kept = 512;

    private readonly Dictionary<Hash32, Entry> _known = [];
    private readonly Queue<Hash32> _order = new();

    /// <summary>The highest believed head; null before the first.</summary>
    public BlockHeader? Best { get; private set; }

    /// <summary>Takes a header.</summary>
    /// <param name="header">As an endpoint gave it.</param>
    /// <param name="isAnchor">The endpoint in use says so: what everything else follows already is believed as it is.</param>
    /// <returns>True where it is believed; false where its ancestors are missing, the first of which is <see cref="FirstMissing"/>.</returns>
    public bool Learn(BlockHeader header, bool isAnchor)
    {
        if (!_known.TryGetValue(header.Hash, out Entry? entry))
        {
            entry = new Entry(header);
            _known.Add(header.Hash, entry);
            _order.Enqueue(header.Hash);
            if (_order.Count > Kept)
                _known.Remove(_order.Dequeue());
        }
        entry.IsBelieved |= isAnchor || Best is null || Descends(entry);
        if (!entry.IsBelieved)
            return false;
        if (Best is null || header.Number > Best.Number || isAnchor && Best.Number <= header.Number)
            Best = header;
        return true;
    }

    /// <summary>The nearest ancestor that is not known; null where the line of parents was found to end, or to be no line of heights.</summary>
    public Hash32? FirstMissing(Hash32 hash)
    {
        while (_known.TryGetValue(hash, out Entry? entry))
        {
            if (entry.IsBelieved || _known.TryGetValue(entry.Header.ParentHash, out Entry? parent) && !IsParent(parent, entry))
                return null;
            hash = entry.Header.ParentHash;
        }
        return hash;
    }

    // Walks down to a believed ancestor and believes everything on the way.
    private bool Descends(Entry entry)
    {
        List<Entry> line = [];
        while (!entry.IsBelieved)
        {
            line.Add(entry);
            if (!_known.TryGetValue(entry.Header.ParentHash, out Entry? parent) || !IsParent(parent, entry))
                return false;
            entry = parent;
        }
        foreach (Entry believed in line)
            believed.IsBelieved = true;
        return true;
    }

    private static bool IsParent(Entry parent, Entry child) => parent.Header.Number + 1 == child.Header.Number;

    private sealed class Entry(BlockHeader header)
    {
        public BlockHeader Header { get; } = header;

        public bool IsBelieved { get; set; }
    }
}
