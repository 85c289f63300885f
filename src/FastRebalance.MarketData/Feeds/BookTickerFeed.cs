using System.Net.WebSockets;
using System.Text.Json;
using FastRebalance.Core.Configuration;
using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.MarketData.Prices;

namespace FastRebalance.MarketData.Feeds;

/// <summary>
/// Prices from an exchange's best bids and asks: Binance's <c>bookTicker</c> streams over WebSocket, single or combined. A connection that breaks
/// is made anew, after pauses that grow; one that is silent for longer than allowed is told as lost, and made anew too.
/// </summary>
public sealed class BookTickerFeed : IPriceFeed
{
    public const string FeedName = "book-ticker";

    private const int LargestMessage = 64 * 1024;

    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_keepAlive = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_whileBehind = TimeSpan.FromMilliseconds(1);

    private readonly Uri _url;
    private readonly PriceOutlet _outlet;
    private readonly TimeSpan _staleAfter;
    private readonly long[] _lastSequences;
    private readonly byte[] _message = new byte[LargestMessage];
    private string? _lastTrouble;
    private long _armedNs;

    /// <param name="options">Checked: an unusable one throws.</param>
    /// <param name="symbols">The assets, in the order of their ids.</param>
    /// <exception cref="ArgumentException">The options do not fit the assets.</exception>
    public BookTickerFeed(Options options, IReadOnlyList<string> symbols)
    {
        _outlet = new PriceOutlet(options, symbols, Counters);
        _url = options.Address();
        _staleAfter = options.StaleAfter;
        _lastSequences = new long[_outlet.Count];
    }

    public string Name => FeedName;

    public PriceFeedCounters Counters { get; } = new();

    public string? LastTrouble => Volatile.Read(ref _lastTrouble);

    public async Task RunAsync(IEventSink sink, CancellationToken cancellation)
    {
        TimeSpan pause = s_firstPause;
        _outlet.Begin(sink, MonotonicClock.NowNs);
        try
        {
            while (!cancellation.IsCancellationRequested)
            {
                long before = Counters.Records;
                await ListenAsync(cancellation).ConfigureAwait(false);
                pause = Counters.Records > before ? s_firstPause : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, s_longestPause.Ticks));
                _outlet.LoseWhenStale(MonotonicClock.NowNs, cancellation);
                await Task.Delay(pause, cancellation).ConfigureAwait(false);
                _outlet.LoseWhenStale(MonotonicClock.NowNs, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The host asked us to end.
        }
    }

    /// <summary>One connection from its beginning to its end; the one place where its failures are caught.</summary>
    private async Task ListenAsync(CancellationToken cancellation)
    {
        using ClientWebSocket socket = new();
        socket.Options.KeepAliveInterval = s_keepAlive;
        using CancellationTokenSource silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            silence.CancelAfter(_staleAfter);
            await socket.ConnectAsync(_url, silence.Token).ConfigureAwait(false);
            Counters.CountConnection();
            Array.Clear(_lastSequences); // another machine of the exchange may count from elsewhere
            while (await ReceiveAsync(socket, silence).ConfigureAwait(false) is var length && length >= 0)
                Take(_message.AsSpan(0, length), MonotonicClock.NowNs);
            Trouble("the exchange closed the connection");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            Trouble($"the exchange was silent for {_staleAfter}");
        }
        catch (Exception error) when (error is WebSocketException or HttpRequestException or IOException)
        {
            Trouble(error.Message);
        }
    }

    /// <summary>The next whole message's length; -1 where there is none any more.</summary>
    private async ValueTask<int> ReceiveAsync(ClientWebSocket socket, CancellationTokenSource silence)
    {
        int length = 0;
        while (true)
        {
            ValueTask<ValueWebSocketReceiveResult> receiving = socket.ReceiveAsync(_message.AsMemory(length), silence.Token);
            ValueWebSocketReceiveResult part = receiving.IsCompleted || !_outlet.IsBehind
                ? await receiving.ConfigureAwait(false)
                : await FlushWhileAsync(receiving.AsTask()).ConfigureAwait(false);
            if (part.MessageType == WebSocketMessageType.Close)
                return -1;
            length += part.Count;
            if (part.EndOfMessage)
            {
                Rearm(silence);
                return length;
            }
            if (length < _message.Length)
                continue;
            Counters.CountUnusable();
            throw new IOException($"a message of more than {LargestMessage} bytes");
        }
    }

    private async Task<ValueWebSocketReceiveResult> FlushWhileAsync(Task<ValueWebSocketReceiveResult> receiving)
    {
        while (!receiving.IsCompleted && _outlet.IsBehind)
        {
            await Task.WhenAny(receiving, Task.Delay(s_whileBehind)).ConfigureAwait(false);
            _outlet.Flush();
        }
        return await receiving.ConfigureAwait(false);
    }

    /// <summary>Silence counts from the last message, to a tenth of what is allowed: the timer is not set for each.</summary>
    private void Rearm(CancellationTokenSource silence)
    {
        long now = MonotonicClock.NowNs;
        if (now - _armedNs < _staleAfter.TotalNanoseconds / 10)
            return;
        _armedNs = now;
        silence.CancelAfter(_staleAfter);
    }

    internal void Take(ReadOnlySpan<byte> message, long dueNs)
    {
        try
        {
            if (!BookTicker.TryParse(message, out BookTicker ticker) || _outlet.Find(ticker.Symbol) is var symbol && symbol < 0)
                Counters.CountPassedOver();
            else if (ticker.Sequence <= _lastSequences[symbol])
                Counters.CountOlder();
            else if (_outlet.Take(symbol, ticker.Bid, ticker.Ask, dueNs))
                _lastSequences[symbol] = ticker.Sequence;
        }
        catch (JsonException)
        {
            Counters.CountUnusable();
        }
    }

    internal void Begin(IEventSink sink) => _outlet.Begin(sink, MonotonicClock.NowNs);

    private void Trouble(string what) => Volatile.Write(ref _lastTrouble, what);

    /// <summary>Where the stream is, and what its symbols price.</summary>
    public sealed class Options : PriceFeedOptions
    {
        /// <summary>
        /// ws: or wss:. With a path it is taken as it stands (<c>/ws/ethusdt@bookTicker</c>, <c>/stream?streams=…</c>); without one the combined stream
        /// of all symbols is asked for.
        /// </summary>
        public string Url { get; set; } = "";

        public override IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets)
        {
            if (!Uri.TryCreate(Url, UriKind.Absolute, out Uri? url) || url.Scheme is not ("ws" or "wss") || url.Host.Length == 0)
                yield return new OptionProblem("url", Url.Length == 0 ? "nothing" : "what is no address of a WebSocket", "ws: or wss:, such as wss://stream.binance.com:9443");
            foreach (OptionProblem problem in base.Problems(assets))
                yield return problem;
        }

        internal Uri Address()
        {
            Uri url = new(Url);
            IEnumerable<string> symbols = ConvertBy.Length > 0 ? Symbols.Keys.Append(ConvertBy) : Symbols.Keys;
            return url.PathAndQuery is "/" or ""
                ? new Uri(url, $"/stream?streams={string.Join('/', symbols.Select(static symbol => symbol.ToLowerInvariant() + "@bookTicker"))}")
                : url;
        }
    }
}
