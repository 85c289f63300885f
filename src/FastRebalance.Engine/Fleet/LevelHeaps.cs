using System.Runtime.CompilerServices;
using FastRebalance.Kernels;

namespace FastRebalance.Engine.Fleet;

/// <summary>
/// For each asset two heaps of price levels, upward and downward: whose level the price passes next stands on top. An entry is one
/// holding of one portfolio and never leaves its heap; it only moves. Eight children to a node, which share one cache line.
/// </summary>
/// <remarks>
/// Downward levels are kept with their sign turned, so one comparison serves: an entry is crossed when the signed price is above its
/// key. Keys are single precision and rounded towards the price: a level may be met 6e-8 early, never late.
/// </remarks>
internal sealed class LevelHeaps
{
    private const int Arity = 8;
    private const int LongsPerLine = CacheLines.Bytes / sizeof(long);

    private readonly Memory<Level> _memory;
    private readonly int[] _places; // of entry * 2 + side, from its heap's root
    private readonly int[] _roots;
    private readonly int[] _counts;
    private readonly double[] _tops;

    /// <param name="holders">Portfolios that hold each asset.</param>
    /// <param name="entries">Above the greatest entry.</param>
    public LevelHeaps(ReadOnlySpan<int> holders, int entries)
    {
        _roots = new int[2 * holders.Length];
        _counts = new int[2 * holders.Length];
        _tops = new double[2 * holders.Length];
        Array.Fill(_tops, double.PositiveInfinity);
        int end = 0;
        for (int heap = 0; heap < _roots.Length; heap++)
        {
            _roots[heap] = end + LongsPerLine - 1; // children of a node then begin on a line
            end = (_roots[heap] + holders[heap >> 1] + LongsPerLine) / LongsPerLine * LongsPerLine;
        }
        _memory = CacheLines.Allocate<Level>(end);
        _places = new int[2 * entries];
    }

    /// <summary>Of all levels and their places.</summary>
    public long Bytes => (long)_memory.Length * Unsafe.SizeOf<Level>() + (long)_places.Length * sizeof(int);

    /// <summary>True while this price of the asset crosses no level: two compares.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsInside(int asset, double price) => price <= _tops[2 * asset] && -price <= _tops[2 * asset + 1];

    /// <summary>The nearest levels of an asset, where a price is still inside.</summary>
    public (double Down, double Up) Nearest(int asset) => (-_tops[2 * asset + 1], _tops[2 * asset]);

    /// <summary>Set-up: one more entry, in no order yet.</summary>
    public void Append(int heap, int entry, double level)
    {
        int place = _counts[heap]++;
        Put(_memory.Span, heap, place, new Level(RoundDown(level), entry));
    }

    /// <summary>Set-up: brings what was appended into order.</summary>
    public void Build()
    {
        Span<Level> levels = _memory.Span;
        for (int heap = 0; heap < _roots.Length; heap++)
            for (int place = (_counts[heap] - 2) / Arity; place >= 0 && _counts[heap] > 0; place--)
                SiftDown(levels, heap, place, levels[_roots[heap] + place]);
    }

    /// <summary>Writes the entries whose level the signed price has crossed; returns how many. They stay where they are.</summary>
    public int Crossed(int heap, double signedPrice, Span<int> entries)
    {
        if (!(signedPrice > _tops[heap]))
            return 0;
        // They hang together below the root; the span serves as the queue of the search by breadth.
        ReadOnlySpan<Level> levels = _memory.Span.Slice(_roots[heap], _counts[heap]);
        int found = 1;
        entries[0] = 0;
        for (int i = 0; i < found; i++)
        {
            int child = Arity * entries[i] + 1;
            int end = Math.Min(child + Arity, levels.Length);
            for (; child < end; child++)
                if (signedPrice > levels[child].Key)
                    entries[found++] = child;
        }
        for (int i = 0; i < found; i++)
            entries[i] = levels[entries[i]].Entry;
        return found;
    }

    /// <summary>Fetches an entry's line early.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int heap, int entry) => CacheLines.Prefetch(in _memory.Span[_roots[heap] + _places[2 * entry + (heap & 1)]]);

    /// <summary>Fetches the line that holds an entry's places early.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchPlaces(int entry) => CacheLines.Prefetch(in _places[2 * entry]);

    /// <summary>
    /// Files an entry's new level. A nearer one at once; one farther away only when the old one is crossed: left where it is, it costs
    /// one look when the price gets there, and most never are.
    /// </summary>
    public void File(int heap, int entry, double level, double signedPrice)
    {
        Span<Level> levels = _memory.Span;
        int place = _places[2 * entry + (heap & 1)];
        float old = levels[_roots[heap] + place].Key;
        float key = RoundDown(level);
        if (key < old)
            SiftUp(levels, heap, place, new Level(key, entry));
        else if (signedPrice > old)
            SiftDown(levels, heap, place, new Level(key, entry));
    }

    private static float RoundDown(double level)
    {
        float key = (float)level;
        return key > level ? MathF.BitDecrement(key) : key;
    }

    private void SiftUp(Span<Level> levels, int heap, int place, Level level)
    {
        Span<Level> all = levels[_roots[heap]..];
        while (place > 0)
        {
            int parent = (place - 1) / Arity;
            if (all[parent].Key <= level.Key)
                break;
            Put(levels, heap, place, all[parent]);
            place = parent;
        }
        Put(levels, heap, place, level);
    }

    private void SiftDown(Span<Level> levels, int heap, int place, Level level)
    {
        Span<Level> all = levels.Slice(_roots[heap], _counts[heap]);
        while (true)
        {
            int child = Arity * place + 1;
            int end = Math.Min(child + Arity, all.Length);
            int least = -1;
            float key = level.Key;
            for (; child < end; child++)
                if (all[child].Key < key)
                {
                    least = child;
                    key = all[child].Key;
                }
            if (least < 0)
                break;
            Put(levels, heap, place, all[least]);
            place = least;
        }
        Put(levels, heap, place, level);
    }

    private void Put(Span<Level> levels, int heap, int place, Level level)
    {
        levels[_roots[heap] + place] = level;
        _places[2 * level.Entry + (heap & 1)] = place;
        if (place == 0)
            _tops[heap] = level.Key;
    }

    private readonly record struct Level(float Key, int Entry);
}
