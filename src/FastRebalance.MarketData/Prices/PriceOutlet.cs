using System.Text;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.MarketData.Prices;

/// <summary>
/// From quotes to price events. While the ring has no room the newest price of each asset waits, and those it overtakes are counted: a reader
/// that is behind gets the present, not the past. One thread; allocates nothing once begun.
/// </summary>
/// <remarks>
/// Events carry the time of receipt by this machine's clock: another machine's could drag the engine's clock, which never goes back, into a future
/// in which every other price is stale.
/// </remarks>
internal sealed class PriceOutlet
{
    private const long NanosecondsPerTick = 100;

    private readonly byte[][] _names;
    private readonly AssetId[] _assets; // none for the symbol that converts
    private readonly double[] _quotes;
    private readonly MarketEvent[] _waiting;
    private readonly bool[] _isWaiting;
    private readonly MarketEventKind _kind;
    private readonly string _side;
    private readonly long _staleAfterNs;
    private readonly PriceFeedCounters _counters;
    private readonly int _converter;
    private IEventSink? _sink;
    private double _numeraireQuote;
    private int _countWaiting;
    private long _unixNs;
    private bool _isLost;

    /// <param name="options">Checked.</param>
    /// <param name="symbols">The assets, in the order of their ids.</param>
    /// <param name="counters">The feed's.</param>
    public PriceOutlet(PriceFeedOptions options, IReadOnlyList<string> symbols, PriceFeedCounters counters)
    {
        List<string> names = [.. options.Symbols.Keys];
        List<AssetId> assets = [.. options.Symbols.Values.Select(asset => AssetId.FromIndex(IndexOf(symbols, asset)))];
        if (options.ConvertBy.Length > 0)
        {
            names.Add(options.ConvertBy);
            assets.Add(AssetId.None);
        }
        _converter = options.ConvertBy.Length > 0 ? names.Count - 1 : -1;
        _numeraireQuote = options.ConvertBy.Length > 0 ? 0 : 1;
        _names = [.. names.Select(Encoding.ASCII.GetBytes)];
        _assets = [.. assets];
        _quotes = new double[names.Count];
        _waiting = new MarketEvent[names.Count];
        _isWaiting = new bool[names.Count];
        _kind = options.As == PriceFeedOptions.AsReference ? MarketEventKind.ReferencePrice : MarketEventKind.Price;
        _side = options.Side;
        _staleAfterNs = (long)options.StaleAfter.TotalNanoseconds;
        _counters = counters;
    }

    /// <summary>Symbols that are listened for.</summary>
    public int Count => _names.Length;

    /// <summary>Prices wait for room.</summary>
    public bool IsBehind => _countWaiting > 0;

    /// <summary>When a usable quote came last, by the monotonic clock.</summary>
    public long LastQuoteNs { get; private set; }

    /// <summary>The source has been silent for too long, and nothing has come since.</summary>
    public bool IsLost => _isLost;

    public void Begin(IEventSink sink, long nowNs)
    {
        _sink = sink;
        LastQuoteNs = nowNs;
    }

    /// <summary>The symbol's place; -1 where nobody asked for it.</summary>
    public int Find(ReadOnlySpan<byte> symbol)
    {
        for (int i = 0; i < _names.Length; i++)
            if (symbol.SequenceEqual(_names[i]))
                return i;
        return -1;
    }

    /// <summary>Takes a quote; one that cannot be true is counted and left out.</summary>
    /// <returns>True where it was taken.</returns>
    public bool Take(int symbol, double bid, double ask, long dueNs)
    {
        if (!(bid > 0) || !(ask >= bid) || !double.IsFinite(ask))
        {
            _counters.CountUnusable();
            return false;
        }
        _counters.CountRecord();
        LastQuoteNs = dueNs;
        _isLost = false;
        double quote = _side == "bid" ? bid : _side == "ask" ? ask : bid + ((ask - bid) / 2);
        _quotes[symbol] = quote;
        if (symbol == _converter)
            Convert(quote, dueNs);
        else if (_numeraireQuote > 0)
            Tell(symbol, quote / _numeraireQuote, dueNs);
        return true;
    }

    /// <summary>Sends what waits, as far as there is room.</summary>
    public void Flush()
    {
        for (int i = 0; i < _waiting.Length && _countWaiting > 0; i++)
        {
            if (!_isWaiting[i])
                continue;
            if (!_sink!.TryPublish(new ReadOnlySpan<MarketEvent>(in _waiting[i])))
                return;
            _isWaiting[i] = false;
            _countWaiting--;
            _counters.CountPublished();
        }
    }

    /// <summary>Tells, once, that the source has been silent for too long.</summary>
    /// <returns>True where it was told now.</returns>
    public bool LoseWhenStale(long nowNs, CancellationToken cancellation)
    {
        if (_isLost || nowNs - LastQuoteNs < _staleAfterNs)
            return false;
        _isLost = true;
        Lose(nowNs, cancellation);
        return true;
    }

    /// <summary>
    /// The source cannot be relied on. Where its prices are traded on nothing is traded until the next head, and after that the prices' age stands
    /// against it.
    /// </summary>
    public void Lose(long nowNs, CancellationToken cancellation)
    {
        _counters.CountLoss();
        if (_kind != MarketEventKind.Price)
            return;
        MarketEvent lost = new() { Kind = MarketEventKind.FeedLost, DueNs = nowNs, UnixNs = Now() };
        _sink!.Publish(new ReadOnlySpan<MarketEvent>(in lost), cancellation);
    }

    private void Convert(double numeraireQuote, long dueNs)
    {
        bool moved = numeraireQuote != _numeraireQuote;
        _numeraireQuote = numeraireQuote;
        for (int i = 0; moved && i < _quotes.Length; i++)
            if (i != _converter && _quotes[i] > 0)
                Tell(i, _quotes[i] / numeraireQuote, dueNs);
    }

    private void Tell(int symbol, double price, long dueNs)
    {
        ref MarketEvent e = ref _waiting[symbol];
        if (_isWaiting[symbol])
            _counters.CountConflated();
        e.Kind = _kind;
        e.Subject = _assets[symbol].Value;
        e.DueNs = dueNs;
        e.UnixNs = Now();
        e.Price.NumerairePerToken = price;
        if (!_isWaiting[symbol])
        {
            _isWaiting[symbol] = true;
            _countWaiting++;
        }
        Flush();
    }

    private long Now() => _unixNs = Math.Max(_unixNs, (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) * NanosecondsPerTick);

    private static int IndexOf(IReadOnlyList<string> symbols, string symbol)
    {
        for (int i = 0; i < symbols.Count; i++)
            if (symbols[i] == symbol)
                return i;
        throw new ArgumentException($"no asset is called {symbol}; there are {string.Join(", ", symbols)}", nameof(symbol));
    }
}
