using FastRebalance.Core.Configuration;
using FastRebalance.Core.Measures;
using FastRebalance.MarketData.Prices;

namespace FastRebalance.MarketData.Feeds;

/// <summary>
/// Prices from another process of this machine, through a ring in a memory-mapped file; the layout stands at <c>SharedPriceRing</c>,
/// <see cref="SharedMemoryWriter"/> writes it. Records that were written over before they were read are counted: the newest are what matters.
/// A writer that ended or was started anew is waited for, and told as lost where that takes too long.
/// </summary>
public sealed class SharedMemoryFeed : IPriceFeed
{
    public const string FeedName = "shared-memory";

    private const int SpinsBeforeSleep = 64;

    private static readonly TimeSpan s_reopen = TimeSpan.FromMilliseconds(20);

    private readonly Options _options;
    private readonly PriceOutlet _outlet;
    private long _session;
    private string? _lastTrouble;

    /// <param name="options">Checked: an unusable one throws.</param>
    /// <param name="symbols">The assets, in the order of their ids.</param>
    /// <exception cref="ArgumentException">The options do not fit the assets.</exception>
    public SharedMemoryFeed(Options options, IReadOnlyList<string> symbols)
    {
        _options = options;
        _outlet = new PriceOutlet(options, symbols, Counters);
    }

    public string Name => FeedName;

    public PriceFeedCounters Counters { get; } = new();

    public string? LastTrouble => Volatile.Read(ref _lastTrouble);

    /// <summary>On a thread of its own: it looks at memory, and no system call would wake it.</summary>
    public Task RunAsync(IEventSink sink, CancellationToken cancellation) => cancellation.IsCancellationRequested
        ? Task.CompletedTask
        : Task.Factory.StartNew(() => Run(sink, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Run(IEventSink sink, CancellationToken cancellation)
    {
        _outlet.Begin(sink, MonotonicClock.NowNs);
        try
        {
            while (!cancellation.IsCancellationRequested)
            {
                using (SharedMemoryReader? ring = TryOpen())
                {
                    if (ring is not null)
                        Follow(ring, cancellation);
                }
                Look(cancellation);
                cancellation.WaitHandle.WaitOne(s_reopen);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The host asked us to end.
        }
    }

    /// <summary>Null while there is none, or only the one that was read to its end.</summary>
    private SharedMemoryReader? TryOpen()
    {
        try
        {
            SharedMemoryReader ring = SharedMemoryReader.Open(_options.Path);
            if (ring.Session == _session)
            {
                ring.Dispose();
                return null;
            }
            _session = ring.Session;
            Counters.CountConnection();
            return ring;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            if (error is InvalidDataException && error.Message != LastTrouble)
                Counters.CountUnusable();
            Trouble(error.Message);
            return null;
        }
    }

    /// <summary>Reads until the writer has ended, or has been silent for so long that another may have taken its place.</summary>
    private void Follow(SharedMemoryReader ring, CancellationToken cancellation)
    {
        SpinWait idle = default;
        while (!cancellation.IsCancellationRequested)
        {
            if (Drain(ring))
            {
                idle = default;
                continue;
            }
            _outlet.Flush();
            if (ring.IsOver)
            {
                Trouble($"the writer of {_options.Path} has ended");
                return;
            }
            if (idle.Count > SpinsBeforeSleep && Look(cancellation))
            {
                if (IsReplaced(ring))
                    return;
                cancellation.WaitHandle.WaitOne(s_reopen);
            }
            idle.SpinOnce(_options.Spin ? -1 : SpinsBeforeSleep);
        }
    }

    private bool Drain(SharedMemoryReader ring)
    {
        bool any = false;
        while (ring.TryRead(out long missed))
        {
            any = true;
            if (missed > 0)
                Counters.CountGap(missed);
            int symbol = _outlet.Find(ring.Symbol);
            if (symbol < 0)
                Counters.CountPassedOver();
            else
                _outlet.Take(symbol, ring.Bid, ring.Ask, MonotonicClock.NowNs);
        }
        return any;
    }

    /// <summary>Another file stands in the ring's place: its writer was killed and started anew.</summary>
    private bool IsReplaced(SharedMemoryReader ring)
    {
        try
        {
            using SharedMemoryReader now = SharedMemoryReader.Open(_options.Path);
            return now.Session != ring.Session;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Trouble(error.Message);
            return false;
        }
    }

    /// <summary>True while the source has been silent for too long.</summary>
    private bool Look(CancellationToken cancellation)
    {
        long now = MonotonicClock.NowNs;
        if (_outlet.LoseWhenStale(now, cancellation) && LastTrouble is null)
            Trouble($"the writer of {_options.Path} was silent for {_options.StaleAfter}");
        return _outlet.IsLost;
    }

    private void Trouble(string what) => Volatile.Write(ref _lastTrouble, what);

    /// <summary>Where the ring is, and what its symbols price.</summary>
    public sealed class Options : PriceFeedOptions
    {
        /// <summary>The file, absolute; best on a file system in memory, such as <c>/dev/shm/prices</c>.</summary>
        public string Path { get; set; } = "";

        /// <summary>Never sleep between two looks: quicker by up to a millisecond, for a whole core.</summary>
        public bool Spin { get; set; }

        protected override int LongestSymbol => PriceRecord.SymbolBytes;

        public override IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets)
        {
            if (!System.IO.Path.IsPathFullyQualified(Path))
                yield return new OptionProblem("path", Path.Length == 0 ? "nothing" : $"\"{Path}\"", "the absolute path of the writer's file, such as /dev/shm/prices");
            foreach (OptionProblem problem in base.Problems(assets))
                yield return problem;
        }
    }
}
