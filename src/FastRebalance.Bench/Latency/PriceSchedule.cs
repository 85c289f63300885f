using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Messaging;

namespace FastRebalance.Bench.Latency;

/// <summary>
/// Publishes prices on a fixed schedule, each stamped with the time it was due. A price that leaves late, because this thread or the
/// ring was held up, keeps its due time: what it waited here counts like any other waiting. Publisher's thread only.
/// </summary>
/// <remarks>
/// Four times a second a block moves a third of the pools. In firing mode WETH is due to cross the band every
/// <see cref="LatencyOptions.Every"/> prices. It comes home half-way to the next crossing, but not before its order is signed, with
/// the report that settles the order: so no slow order escapes the measurement. A crossing that is due while the one before lasts
/// finds the portfolio across already, and the same order answers both.
/// </remarks>
internal sealed class PriceSchedule(Clockwork times, SampleMarket market, RingBuffer<MarketEvent> ring, SigningDesk desk)
{
    private const long StartUnixNs = 1_760_000_000L * 1_000_000_000;
    private const int BlocksPerSecond = 4;
    private static readonly TimeSpan EngineIsStuck = TimeSpan.FromSeconds(10);

    private readonly LatencyOptions _options = times.Options;
    private readonly (long DueNs, int Order)[] _crossings = new (long, int)[times.Options.Crossings];
    private readonly long _slotsPerBlock = Math.Max(1, times.Options.RatePerSecond / BlocksPerSecond);
    private int _crossingCount;
    private bool _isAcross;
    private long _mayComeHomeAtSlot;
    private ulong _height = 1;
    private long _lastReadNs;
    private long _longestGapNs;

    /// <summary>Published less due, by price.</summary>
    public LatencyHistogram Lateness { get; } = new();

    /// <summary>
    /// By price: the longest time between two readings of the clock while this thread, which does nothing but read it and publish,
    /// waited for the price to be due. On an undisturbed core a fraction of a microsecond; what is longer, the machine took, or the
    /// signer where <see cref="GivesWay"/>.
    /// </summary>
    public LatencyHistogram Gaps { get; } = new();

    /// <summary>The same, second by second.</summary>
    public Timeline GapTimeline { get; } = new(times.MeasuredFromNs, times.Options.Measured);

    /// <summary>Offer the core to the signer between two readings of the clock, for it has none of its own.</summary>
    public bool GivesWay { get; init; }

    /// <summary>Bytes that this thread allocated while it was measured.</summary>
    public long AllocatedBytes { get; private set; }

    /// <summary>Times that the ring was full: the engine did not keep up.</summary>
    public long RingFull { get; private set; }

    /// <summary>Times that the price was taken across the band; each brings one order.</summary>
    public int Crossed { get; private set; }

    /// <summary>Every crossing that was due, with the place of the order that answers it.</summary>
    public ReadOnlySpan<(long DueNs, int Order)> Crossings => _crossings.AsSpan(0, _crossingCount);

    public long Published { get; private set; }

    /// <summary>Called between warm-up and measurement.</summary>
    public Action? OnMeasuring { get; init; }

    /// <summary>Publishes what the engine must know first. The engine need not run yet: the ring holds all of it.</summary>
    public void PublishOpening()
    {
        foreach (MarketEvent e in market.Opening())
        {
            MarketEvent opening = e;
            opening.UnixNs = StartUnixNs;
            opening.BlockNumber = _height;
            Publish([opening]);
        }
    }

    /// <summary>Publishes every price at its time.</summary>
    public void Run()
    {
        long bytes = 0;
        _lastReadNs = MonotonicClock.NowNs;
        for (long slot = 0; slot < _options.Slots; slot++)
        {
            if (slot == _options.WarmUpSlots)
            {
                OnMeasuring?.Invoke();
                bytes = GC.GetAllocatedBytesForCurrentThread();
                _lastReadNs = MonotonicClock.NowNs;
            }
            long due = times.DueNs(slot);
            WaitUntil(due);
            if (slot >= _options.WarmUpSlots)
                RecordWait(due);
            if (slot % _slotsPerBlock == 0)
                PublishBlock(due);
            PublishPrice(slot, due);
        }
        AllocatedBytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
    }

    private void WaitUntil(long due)
    {
        _longestGapNs = 0;
        while (Read() < due)
            if (GivesWay)
                Thread.Yield();
    }

    private void RecordWait(long due)
    {
        Lateness.Record(_lastReadNs - due);
        Gaps.Record(_longestGapNs);
        GapTimeline.Record(due, _longestGapNs);
    }

    private long Read()
    {
        long now = MonotonicClock.NowNs;
        _longestGapNs = Math.Max(_longestGapNs, now - _lastReadNs);
        return _lastReadNs = now;
    }

    private void PublishPrice(long slot, long dueNs)
    {
        long turn = slot / SampleMarket.PricedAssets;
        if (_options.Mode == Mode.Firing && slot % _options.Every == 0 && TryCross(slot, dueNs))
            return;
        if (_isAcross && slot >= _mayComeHomeAtSlot && desk.SignedCount == Crossed)
        {
            ComeHome(turn, dueNs);
            return;
        }
        // While WETH is across, the others go on alone.
        int asset = (int)(slot % SampleMarket.PricedAssets);
        if (_isAcross && asset == SampleMarket.Weth.Index)
            asset++;
        Publish([Price(asset, SampleMarket.CalmPrice(asset, turn), dueNs)]);
    }

    /// <summary>A crossing is due; false when the price is still across from the one before.</summary>
    private bool TryCross(long slot, long dueNs)
    {
        bool crosses = !_isAcross;
        if (crosses)
        {
            Publish([Price(SampleMarket.Weth.Index, SampleMarket.CrossingPrice(Crossed), dueNs)]);
            _isAcross = true;
            _mayComeHomeAtSlot = slot + _options.Every / 2;
            Crossed++;
        }
        _crossings[_crossingCount++] = (dueNs, Crossed - 1);
        return crosses;
    }

    /// <summary>Price and report together: settled while across, the order would be followed by another.</summary>
    private void ComeHome(long turn, long dueNs)
    {
        MarketEvent report = new() { Kind = MarketEventKind.OrderReport };
        report.Order.OrderId = desk[Crossed - 1].OrderId;
        report.Order.Status = SubmitStatus.NotSent;
        Stamp(ref report, dueNs);
        Publish([Price(SampleMarket.Weth.Index, SampleMarket.CalmPrice(SampleMarket.Weth.Index, turn), dueNs), report]);
        _isAcross = false;
    }

    private MarketEvent Price(int asset, double price, long dueNs)
    {
        MarketEvent e = new() { Kind = MarketEventKind.Price, Subject = AssetId.FromIndex(asset).Value };
        e.Price.NumerairePerToken = price;
        Stamp(ref e, dueNs);
        return e;
    }

    private void PublishBlock(long dueNs)
    {
        MarketEvent[] block = market.Blocks[(int)(_height++ % (ulong)market.Blocks.Length)];
        foreach (ref MarketEvent e in block.AsSpan())
            Stamp(ref e, dueNs);
        Publish(block);
    }

    private void Stamp(ref MarketEvent e, long dueNs)
    {
        e.DueNs = dueNs;
        e.UnixNs = StartUnixNs + (dueNs - times.StartNs);
        e.BlockNumber = _height;
    }

    private void Publish(ReadOnlySpan<MarketEvent> events)
    {
        if (!ring.TryNext(events.Length, out long hi))
            hi = WaitForRoom(events.Length);
        long lo = hi - events.Length + 1;
        for (int i = 0; i < events.Length; i++)
            ring[lo + i] = events[i];
        ring.Publish(lo, hi);
        Published += events.Length;
    }

    private long WaitForRoom(int count)
    {
        RingFull++;
        return ring.TryNext(count, EngineIsStuck, out long hi)
            ? hi
            : throw new InvalidOperationException($"the engine took no event for {EngineIsStuck.TotalSeconds} s");
    }
}
