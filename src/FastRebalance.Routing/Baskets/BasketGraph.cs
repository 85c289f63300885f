using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Native;
using FastRebalance.Routing.Duals;

namespace FastRebalance.Routing.Baskets;

/// <summary>
/// The pools as the dual solver wants them: one edge for each pair of assets that a pool trades, two chains of segments an edge. A pool's
/// change touches that pool's edges alone. Assets and pools that cannot matter to the basket are left out. Owned by one thread; allocates
/// only where a pool has more segments than there is room for.
/// </summary>
internal sealed class BasketGraph
{
    // Room for a chain to grow before everything must move.
    private const int SpareSegments = 4;

    private readonly Pool[] _pools;
    private readonly ulong[] _seenVersions;
    private readonly int[] _firstLink; // by pool, and one more
    private readonly Link[] _links;
    private readonly double[] _reference; // by asset
    private readonly bool[] _isEnd; // by asset: held, wanted or owed
    private readonly bool[] _isLive; // by link
    private readonly int[] _degree; // by asset: links that matter
    private readonly int[] _onlyPool; // by asset: the one pool that trades it, -1 for none, -2 for several
    private readonly int[] _order;
    private readonly int[] _tokenOf; // by asset
    private readonly int[] _assetOf; // by token
    private readonly int[] _linkOf; // by edge
    private readonly int[] _edgeOf; // by link
    private readonly DualEdge[] _edges;
    private CurveSegment[] _curves = [];
    private DualSegment[] _segments = [];
    private bool _structureIsStale = true;

    public BasketGraph(IReadOnlyList<Pool> pools, int assetCount)
    {
        _pools = [.. pools];
        _seenVersions = new ulong[_pools.Length];
        Array.Fill(_seenVersions, ulong.MaxValue);
        _firstLink = new int[_pools.Length + 1];
        List<Link> links = [];
        for (int p = 0; p < _pools.Length; p++)
        {
            _firstLink[p] = links.Count;
            ReadOnlySpan<AssetId> assets = _pools[p].Assets;
            for (int i = 0; i < assets.Length; i++)
                for (int j = i + 1; j < assets.Length; j++)
                    links.Add(new Link { Pool = p, A = assets[i], B = assets[j] });
        }
        _firstLink[^1] = links.Count;
        _links = [.. links];
        _reference = new double[assetCount];
        _isEnd = new bool[assetCount];
        _isLive = new bool[_links.Length];
        _degree = new int[assetCount];
        _onlyPool = new int[assetCount];
        _order = new int[assetCount];
        _tokenOf = new int[assetCount];
        _assetOf = new int[assetCount];
        _linkOf = new int[_links.Length];
        _edgeOf = new int[_links.Length];
        _edges = new DualEdge[_links.Length];
    }

    /// <summary>Most edges there can be.</summary>
    public int EdgeCapacity => _edges.Length;

    public int SegmentCapacity => _segments.Length;

    public int TokenCount { get; private set; }

    public int EdgeCount { get; private set; }

    public ReadOnlySpan<DualEdge> Edges => _edges.AsSpan(0, EdgeCount);

    public ReadOnlySpan<DualSegment> Segments => _segments;

    /// <summary>Grows whenever tokens or edges are numbered anew: what was found by number before means nothing then.</summary>
    public ulong Structure { get; private set; }

    /// <summary>Sum of the versions of all pools, as of the last refresh.</summary>
    public ulong StateVersion { get; private set; }

    public int PoolCount => _pools.Length;

    public int TokenOf(int asset) => _tokenOf[asset];

    /// <summary>A pool that matters trades the asset.</summary>
    public bool Touches(int asset) => _degree[asset] > 0;

    public int AssetOf(int token) => _assetOf[token];

    public double ReferenceOf(int token) => _reference[_assetOf[token]];

    public Pool PoolOf(int edge) => _pools[_links[_linkOf[edge]].Pool];

    public int PoolIndexOf(int edge) => _links[_linkOf[edge]].Pool;

    /// <summary>A copy of each pool of more than two assets, by the pool's position; of others none.</summary>
    public Pool?[] CopyPoolsOfMany()
    {
        Pool?[] copies = new Pool?[_pools.Length];
        for (int p = 0; p < copies.Length; p++)
            if (_pools[p].Assets.Length > 2 && _pools[p].Copy() is { } copy && copy.TryFollow(_pools[p]))
                copies[p] = copy;
        return copies;
    }

    public CurveSegment CurveAt(int segment) => _curves[segment];

    /// <summary>Sum of the pools' versions now; unlike <see cref="StateVersion"/> when one has changed since the last refresh.</summary>
    public ulong CurrentVersion()
    {
        ulong sum = 0;
        foreach (Pool pool in _pools)
            sum += pool.Version;
        return sum;
    }

    /// <summary>Takes other reference prices: every segment is written anew.</summary>
    public void SetReference(ReadOnlySpan<double> prices)
    {
        prices.CopyTo(_reference);
        for (int i = 0; i < _links.Length; i++)
        {
            Describe(ref _links[i]);
            WriteEdge(i);
        }
    }

    public ReadOnlySpan<double> Reference => _reference;

    /// <summary>Says which assets a basket begins or ends with; what lies off every way between them is left out.</summary>
    public void SetEnds(ReadOnlySpan<bool> ends)
    {
        if (ends.SequenceEqual(_isEnd))
            return;
        ends.CopyTo(_isEnd);
        _structureIsStale = true;
    }

    /// <summary>Takes up what has changed in the pools.</summary>
    /// <returns>True when there is room for more segments than before, so that solvers made for less must be made anew.</returns>
    public bool Refresh()
    {
        bool grew = false;
        ulong sum = 0;
        for (int p = 0; p < _pools.Length; p++)
        {
            ulong version = _pools[p].Version;
            sum += version;
            if (version == _seenVersions[p])
                continue;
            _seenVersions[p] = version;
            for (int i = _firstLink[p]; i < _firstLink[p + 1]; i++)
                grew |= !TryRead(i);
        }
        StateVersion = sum;
        if (grew)
            MakeRoom();
        if (_structureIsStale)
            Renumber();
        return grew;
    }

    /// <summary>
    /// Dual prices of all assets: those of tokens as they were found, and for assets that were left out prices at which the pools
    /// that lead to them have nothing to give, so that the bound holds for every pool.
    /// </summary>
    public void SpreadPrices(BasketNumbers numbers, Span<double> prices)
    {
        prices.Clear();
        for (int t = 0; t < TokenCount; t++)
            prices[_assetOf[t]] = numbers.PriceOf(t) * numbers.Stretch;
        for (bool changed = true; changed;)
        {
            changed = false;
            foreach (ref readonly Link link in _links.AsSpan())
            {
                int a = link.A.Index, b = link.B.Index;
                if (!link.IsUsable || prices[a] > 0 == prices[b] > 0)
                    continue;
                double aPerB = MiddleRate(in link);
                if (prices[a] > 0)
                    prices[b] = prices[a] * aPerB;
                else
                    prices[a] = prices[b] / aPerB;
                changed = true;
            }
        }
        for (int asset = 0; asset < prices.Length; asset++)
            if (!(prices[asset] > 0))
                prices[asset] = _reference[asset] / numbers.Value * numbers.Stretch;
    }

    /// <summary>Units of A that one of B is worth in the middle of the pool's fee band; on its safe side where it trades one way only.</summary>
    private double MiddleRate(in Link link)
    {
        double aForB = link.CountAB > 0 ? 1.0 / _curves[link.FirstAB].Rate : 0.0;
        double bForA = link.CountBA > 0 ? _curves[link.FirstBA].Rate : 0.0;
        return aForB > 0 && bForA > 0 ? Math.Sqrt(aForB * bForA) : aForB > 0 ? 0.5 * aForB : 2.0 * bForA;
    }

    // ---- one link ----

    /// <summary>False where the chains do not fit.</summary>
    private bool TryRead(int index)
    {
        ref Link link = ref _links[index];
        Pool pool = _pools[link.Pool];
        bool wasUsable = link.IsUsable;
        link.WrittenAB = pool.WriteSegments(link.A, link.B, _curves.AsSpan(link.FirstAB, link.RoomAB));
        link.WrittenBA = pool.WriteSegments(link.B, link.A, _curves.AsSpan(link.FirstBA, link.RoomBA));
        if (link.WrittenAB > link.RoomAB || link.WrittenBA > link.RoomBA)
            return false;
        Describe(ref link);
        if (link.IsUsable != wasUsable)
            _structureIsStale = true;
        WriteEdge(index);
        return true;
    }

    private void Describe(ref Link link)
    {
        link.CountAB = Describe(link.A, link.B, link.FirstAB, link.WrittenAB);
        link.CountBA = Describe(link.B, link.A, link.FirstBA, link.WrittenBA);
    }

    /// <summary>Writes the segments of one way; returns how many are sound, from the first on.</summary>
    private int Describe(AssetId sell, AssetId buy, int first, int count)
    {
        double priceIn = _reference[sell.Index], priceOut = _reference[buy.Index];
        if (!SoundNumbers.IsSound(priceIn) || !SoundNumbers.IsSound(priceOut))
            return 0;
        for (int i = 0; i < count; i++)
        {
            CurveSegment curve = _curves[first + i];
            double ratio = curve.Rate * (priceOut / priceIn);
            if (!SoundNumbers.IsSound(curve.Rate) || !SoundNumbers.IsSound(curve.Depth) || !SoundNumbers.IsSound(ratio) || !(curve.MaxGrowth > 1.0))
                return i;
            double excess = ratio - 1.0;
            bool isEndless = !(curve.MaxGrowth < SoundNumbers.Largest);
            _segments[first + i] = new DualSegment
            {
                Kappa = excess / (1.0 + Math.Sqrt(ratio)),
                LogKappa = 0.5 * DualMath.Log1p(excess),
                Root = curve.Depth * priceIn * Math.Sqrt(ratio),
                Cap = isEndless ? double.MaxValue : curve.MaxGrowth - 1.0,
                LogCap = isEndless ? double.MaxValue : DualMath.Log1p(curve.MaxGrowth - 1.0),
            };
        }
        return count;
    }

    private void WriteEdge(int index)
    {
        int edge = _edgeOf[index];
        if (edge < 0 || edge >= EdgeCount || _linkOf[edge] != index)
            return;
        ref readonly Link link = ref _links[index];
        ref DualEdge to = ref _edges[edge];
        to.A = _tokenOf[link.A.Index];
        to.B = _tokenOf[link.B.Index];
        to.FirstAB = link.FirstAB;
        to.CountAB = link.CountAB;
        to.FirstBA = link.FirstBA;
        to.CountBA = link.CountBA;
        to.KappaAB = link.CountAB > 0 ? _segments[link.FirstAB].Kappa : -1.0;
        to.KappaBA = link.CountBA > 0 ? _segments[link.FirstBA].Kappa : -1.0;
    }

    // ---- the whole ----

    private void MakeRoom()
    {
        int total = 0;
        foreach (ref Link link in _links.AsSpan())
        {
            link.FirstAB = total;
            link.RoomAB = RoomFor(link.WrittenAB, link.RoomAB);
            total += link.RoomAB;
            link.FirstBA = total;
            link.RoomBA = RoomFor(link.WrittenBA, link.RoomBA);
            total += link.RoomBA;
        }
        _curves = new CurveSegment[total];
        _segments = new DualSegment[total];
        for (int i = 0; i < _links.Length; i++)
            TryRead(i);
        _structureIsStale = true;
    }

    private static int RoomFor(int count, int room) => count <= 1 && room <= 1 ? 1 : count > room ? count + count / 4 + SpareSegments : room;

    private void Renumber()
    {
        _structureIsStale = false;
        Structure++;
        KeepWhatLeadsSomewhere();
        int tokens = NumberTokens();
        EdgeCount = 0;
        for (int i = 0; i < _links.Length; i++)
        {
            _edgeOf[i] = -1;
            if (!_isLive[i])
                continue;
            _edgeOf[i] = EdgeCount;
            _linkOf[EdgeCount++] = i;
            WriteEdge(i);
        }
        TokenCount = tokens;
    }

    /// <summary>
    /// An asset that is neither begun nor ended with and that one pool alone trades leads nowhere; taking it out may leave another so.
    /// </summary>
    private void KeepWhatLeadsSomewhere()
    {
        for (int i = 0; i < _links.Length; i++)
            _isLive[i] = _links[i].IsUsable;
        for (bool changed = true; changed;)
        {
            changed = false;
            CountPools();
            for (int i = 0; i < _links.Length; i++)
            {
                if (!_isLive[i] || (!IsDeadEnd(_links[i].A.Index) && !IsDeadEnd(_links[i].B.Index)))
                    continue;
                _isLive[i] = false;
                changed = true;
            }
        }
    }

    private void CountPools()
    {
        Array.Clear(_degree);
        Array.Fill(_onlyPool, -1);
        for (int i = 0; i < _links.Length; i++)
        {
            if (!_isLive[i])
                continue;
            Count(_links[i].A.Index, _links[i].Pool);
            Count(_links[i].B.Index, _links[i].Pool);
        }
    }

    private void Count(int asset, int pool)
    {
        _degree[asset]++;
        _onlyPool[asset] = _onlyPool[asset] == -1 || _onlyPool[asset] == pool ? pool : -2;
    }

    private bool IsDeadEnd(int asset) => !_isEnd[asset] && _onlyPool[asset] >= 0;

    /// <summary>Tokens by rising degree: eliminating the hubs last keeps the matrix sparse.</summary>
    private int NumberTokens()
    {
        int count = 0;
        for (int asset = 0; asset < _degree.Length; asset++)
        {
            _tokenOf[asset] = -1;
            if (_isEnd[asset] || _degree[asset] > 0)
                _order[count++] = asset;
        }
        for (int i = 1; i < count; i++)
        {
            int asset = _order[i];
            int at = i;
            for (; at > 0 && _degree[_order[at - 1]] > _degree[asset]; at--)
                _order[at] = _order[at - 1];
            _order[at] = asset;
        }
        for (int token = 0; token < count; token++)
        {
            _assetOf[token] = _order[token];
            _tokenOf[_order[token]] = token;
        }
        return count;
    }

    private struct Link
    {
        public int Pool;
        public AssetId A;
        public AssetId B;
        public int FirstAB;
        public int RoomAB;
        public int WrittenAB;
        public int CountAB; // of those written, sound from the first on
        public int FirstBA;
        public int RoomBA;
        public int WrittenBA;
        public int CountBA;

        public readonly bool IsUsable => CountAB > 0 || CountBA > 0;
    }
}
