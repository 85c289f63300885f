using System.Net;
using System.Net.Sockets;
using FastRebalance.Core.Configuration;
using FastRebalance.Core.Measures;
using FastRebalance.MarketData.Prices;

namespace FastRebalance.MarketData.Feeds;

/// <summary>
/// Prices from a multicast group on the desk's network; the layout stands at <c>PriceDatagram</c>, <see cref="UdpPriceSender"/> writes it. Packets
/// are numbered: what came before, or twice, is dropped and counted; what is missing is counted, and every price known until then is due for
/// a refresh: where one does not come within the time of silence, the feed counts as lost.
/// </summary>
public sealed class UdpMulticastFeed : IPriceFeed
{
    public const string FeedName = "udp-multicast";

    private readonly Options _options;
    private readonly PriceOutlet _outlet;
    private readonly byte[] _packet = new byte[PriceDatagram.MostBytes + 1]; // one more, so that a longer packet is seen to be one
    private readonly bool[] _isKnown;
    private readonly bool[] _isDue;
    private long _session;
    private long _sequence;
    private long _dueSinceNs;
    private int _countDue;
    private string? _lastTrouble;

    /// <param name="options">Checked: an unusable one throws.</param>
    /// <param name="symbols">The assets, in the order of their ids.</param>
    /// <exception cref="ArgumentException">The options do not fit the assets.</exception>
    public UdpMulticastFeed(Options options, IReadOnlyList<string> symbols)
    {
        _options = options;
        _outlet = new PriceOutlet(options, symbols, Counters);
        _isKnown = new bool[_outlet.Count];
        _isDue = new bool[_outlet.Count];
    }

    public string Name => FeedName;

    public PriceFeedCounters Counters { get; } = new();

    public string? LastTrouble => Volatile.Read(ref _lastTrouble);

    /// <summary>Prices that something missing may have changed, and that were not told anew since.</summary>
    public int DueForRefresh => Volatile.Read(ref _countDue);

    public async Task RunAsync(IEventSink sink, CancellationToken cancellation)
    {
        _outlet.Begin(sink, MonotonicClock.NowNs);
        try
        {
            while (!cancellation.IsCancellationRequested)
            {
                await ListenAsync(cancellation).ConfigureAwait(false);
                _outlet.LoseWhenStale(MonotonicClock.NowNs, cancellation);
                await Task.Delay(TimeSpan.FromSeconds(1), cancellation).ConfigureAwait(false);
                _outlet.LoseWhenStale(MonotonicClock.NowNs, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The host asked us to end.
        }
    }

    /// <summary>Listens until the socket fails; the one place where that is caught.</summary>
    private async Task ListenAsync(CancellationToken cancellation)
    {
        try
        {
            using Socket socket = Join();
            Counters.CountConnection();
            using PeriodicTimer look = new(LookInterval);
            Task<bool> looking = look.WaitForNextTickAsync(cancellation).AsTask();
            Task<int> receiving = socket.ReceiveAsync(_packet.AsMemory(), SocketFlags.None, cancellation).AsTask();
            while (true)
            {
                await Task.WhenAny(receiving, looking).ConfigureAwait(false);
                if (receiving.IsCompleted)
                {
                    Take(_packet.AsSpan(0, await receiving.ConfigureAwait(false)), MonotonicClock.NowNs);
                    while (socket.Available > 0)
                        Take(_packet.AsSpan(0, socket.Receive(_packet)), MonotonicClock.NowNs);
                    receiving = socket.ReceiveAsync(_packet.AsMemory(), SocketFlags.None, cancellation).AsTask();
                }
                if (!looking.IsCompleted)
                    continue;
                await looking.ConfigureAwait(false);
                Look(MonotonicClock.NowNs, cancellation);
                looking = look.WaitForNextTickAsync(cancellation).AsTask();
            }
        }
        catch (SocketException error)
        {
            Volatile.Write(ref _lastTrouble, $"{_options.Group}: {error.Message}");
        }
    }

    private TimeSpan LookInterval => TimeSpan.FromTicks(Math.Clamp(_options.StaleAfter.Ticks / 4, TimeSpan.TicksPerMillisecond, TimeSpan.TicksPerSecond));

    private Socket Join()
    {
        IPEndPoint group = IPEndPoint.Parse(_options.Group);
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            // Several readers of one group on one machine is what multicast is for.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.ReceiveBufferSize = _options.BufferBytes;
            socket.Bind(OperatingSystem.IsWindows() ? new IPEndPoint(IPAddress.Any, group.Port) : group); // bound to the group, nothing else of the port comes in
            socket.SetSocketOption(
                SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(group.Address, IPAddress.Parse(_options.Interface)));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    internal void Begin(IEventSink sink) => _outlet.Begin(sink, MonotonicClock.NowNs);

    internal void Take(ReadOnlySpan<byte> packet, long dueNs)
    {
        _outlet.Flush();
        if (!PriceDatagram.TryReadHeader(packet, out int count, out long session, out long sequence))
        {
            Counters.CountUnusable();
            return;
        }
        if (session < _session || (session == _session && sequence <= _sequence))
        {
            Counters.CountOlder();
            return;
        }
        if (session != _session)
            BeginSession(session, sequence, dueNs);
        else if (sequence != _sequence + 1)
            Miss(sequence - _sequence - 1, dueNs);
        _sequence = sequence;
        for (int i = 0; i < count; i++)
            TakeRecord(packet, i, dueNs);
    }

    /// <summary>What time alone can tell: silence, and prices that were due and never came.</summary>
    internal void Look(long nowNs, CancellationToken cancellation)
    {
        _outlet.Flush();
        bool neverCame = _countDue > 0 && nowNs - _dueSinceNs > (long)_options.StaleAfter.TotalNanoseconds;
        if (neverCame)
        {
            Volatile.Write(ref _lastTrouble, $"{_countDue} prices were not told anew within {_options.StaleAfter} of a gap");
            _dueSinceNs = nowNs;
            _outlet.Lose(nowNs, cancellation);
        }
        else if (_outlet.LoseWhenStale(nowNs, cancellation))
        {
            Volatile.Write(ref _lastTrouble, $"{_options.Group} was silent for {_options.StaleAfter}");
        }
    }

    /// <summary>Another sender, or the same one started anew: what the old one said last may be over.</summary>
    private void BeginSession(long session, long sequence, long nowNs)
    {
        if (_session != 0)
        {
            Counters.CountConnection();
            MarkDue(nowNs);
        }
        (_session, _sequence) = (session, sequence - 1);
    }

    private void Miss(long packets, long nowNs)
    {
        Counters.CountGap(packets);
        MarkDue(nowNs);
    }

    private void MarkDue(long nowNs)
    {
        if (_countDue == 0)
            _dueSinceNs = nowNs;
        _isKnown.CopyTo(_isDue, 0);
        Volatile.Write(ref _countDue, _isDue.Count(static due => due));
    }

    private void TakeRecord(ReadOnlySpan<byte> packet, int place, long dueNs)
    {
        PriceDatagram.ReadRecord(packet, place, out ReadOnlySpan<byte> name, out double bid, out double ask);
        int symbol = _outlet.Find(name);
        if (symbol < 0)
        {
            Counters.CountPassedOver();
            return;
        }
        if (!_outlet.Take(symbol, bid, ask, dueNs))
            return;
        _isKnown[symbol] = true;
        if (!_isDue[symbol])
            return;
        _isDue[symbol] = false;
        Volatile.Write(ref _countDue, _countDue - 1);
    }

    /// <summary>Where the group is, and what its symbols price.</summary>
    public sealed class Options : PriceFeedOptions
    {
        /// <summary>Address and port, such as <c>239.1.2.3:7400</c>.</summary>
        public string Group { get; set; } = "";

        /// <summary>Address of the interface to listen on; loopback unless told.</summary>
        public string Interface { get; set; } = "127.0.0.1";

        /// <summary>What the system keeps of packets while the feed is behind.</summary>
        public int BufferBytes { get; set; } = 1 << 20;

        protected override int LongestSymbol => PriceRecord.SymbolBytes;

        public override IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets)
        {
            if (!IPEndPoint.TryParse(Group, out IPEndPoint? group) || group.AddressFamily != AddressFamily.InterNetwork || group.Port == 0
                || group.Address.GetAddressBytes()[0] is < 224 or > 239)
                yield return new OptionProblem("group", Group.Length == 0 ? "nothing" : $"\"{Group}\"", "a multicast address and a port, from 224.0.0.0 to 239.255.255.255, such as 239.1.2.3:7400");
            if (!IPAddress.TryParse(Interface, out IPAddress? local) || local.AddressFamily != AddressFamily.InterNetwork)
                yield return new OptionProblem("interface", $"\"{Interface}\"", "the IPv4 address of an interface, such as 127.0.0.1");
            if (BufferBytes is < 4096 or > 1 << 30)
                yield return new OptionProblem("bufferBytes", $"{BufferBytes}", "bytes from 4096 to 1073741824");
            foreach (OptionProblem problem in base.Problems(assets))
                yield return problem;
        }
    }
}
