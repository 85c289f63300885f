using FastRebalance.Bench.Latency;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;

namespace FastRebalance.Bench;

/// <summary>
/// A made-up but eventful stream, the same for the same seed: prices that wander and jump, blocks with pools in them, orders that settle
/// in every way, a feed that is lost, operators, and events that must be refused. Recorded against the fused engine, since an order's
/// report can only come after the order; whatever else hosts the stages must give the same decisions on it.
/// </summary>
internal sealed class SeededStream : IDecisionSink
{
    private const long StartUnixNs = 1_760_000_000L * 1_000_000_000;
    private const int LongestBatch = 12;

    private static readonly SubmitStatus[] s_ends =
        [SubmitStatus.NotSent, SubmitStatus.Dropped, SubmitStatus.Included, SubmitStatus.Reverted, SubmitStatus.Included];

    private readonly Random _random;
    private readonly SampleMarket _market = new();
    private readonly RebalancePipeline _pipeline;
    private readonly List<MarketEvent> _events;
    private readonly List<long> _batchEnds = [];
    private readonly double[] _off = new double[SampleMarket.PricedAssets];
    private ulong _liveOrder;
    private ulong _height = 1;
    private long _unixNs = StartUnixNs;
    private bool _isPaused;

    private SeededStream(int seed, int count)
    {
        _random = new Random(seed);
        _events = new List<MarketEvent>(count + 1_000);
        _pipeline = _market.Pipeline(this, out _);
    }

    /// <summary>Every event, in order.</summary>
    public IReadOnlyList<MarketEvent> Events => _events;

    /// <summary>Places of the events that end a batch.</summary>
    public IReadOnlyList<long> BatchEnds => _batchEnds;

    /// <summary>All that the fused engine published on it.</summary>
    public List<OrderEvent> Published { get; } = [];

    /// <summary>Passes that the fused engine made on it.</summary>
    public long Decisions => _pipeline.Decisions;

    /// <summary>Passes of them that the fence answered.</summary>
    public long FencedPasses => _pipeline.Evaluation.FencedPasses;

    /// <summary>So many events and the opening before them.</summary>
    public static SeededStream Record(int seed, int count)
    {
        SeededStream stream = new(seed, count);
        foreach (MarketEvent e in stream._market.Opening())
            stream.Send(e, endOfBatch: e.Kind == MarketEventKind.Head);
        while (stream._events.Count < count)
            stream.Batch();
        stream._pipeline.Flush();
        return stream;
    }

    void IDecisionSink.Publish(ReadOnlySpan<OrderEvent> decisionAndLegs)
    {
        Published.AddRange(decisionAndLegs);
        if (decisionAndLegs[0].OrderId != 0)
            _liveOrder = decisionAndLegs[0].OrderId;
    }

    private void Batch()
    {
        _unixNs += _random.Next(2_000_000);
        int kind = _random.Next(1_000);
        if (kind < 30)
            Block();
        else if (kind < 40)
            Send(Rare(), endOfBatch: true);
        else if (kind < 80 && _liveOrder != 0)
            Settle();
        else
            Prices();
    }

    private void Prices()
    {
        int count = 1 + _random.Next(LongestBatch);
        bool jumps = _random.Next(400) == 0;
        for (int i = 0; i < count; i++)
        {
            int asset = _random.Next(SampleMarket.PricedAssets);
            double step = (_random.NextDouble() - 0.5) * (jumps ? 2e-2 : 4e-5);
            _off[asset] = (_off[asset] * 0.999) + step;
            Send(Price(asset), endOfBatch: i == count - 1);
        }
    }

    private void Block()
    {
        _height++;
        MarketEvent[] block = _market.Blocks[(int)(_height % (ulong)_market.Blocks.Length)];
        for (int i = 0; i < block.Length; i++)
        {
            // Some batches end inside the block: nothing may be decided there.
            bool isLast = i == block.Length - 1;
            Send(block[i], endOfBatch: isLast || _random.Next(8) == 0);
        }
    }

    private void Settle()
    {
        MarketEvent report = new() { Kind = MarketEventKind.OrderReport };
        report.Order.OrderId = _liveOrder;
        report.Order.Status = s_ends[_random.Next(s_ends.Length)];
        report.Order.IncludedBlock = _height + 1;
        report.Order.GasUsed = 200_000;
        report.Order.EffectiveGasPriceWei = 1_000_000;
        _liveOrder = 0;
        Send(report, endOfBatch: _random.Next(2) == 0);
        Prices();
    }

    private MarketEvent Rare()
    {
        MarketEvent e = Price(0);
        switch (_random.Next(6))
        {
            case 0:
                e.Kind = MarketEventKind.Timer;
                break;
            case 1:
                e.Kind = MarketEventKind.FeedLost;
                break;
            case 2:
                e.Price.NumerairePerToken = double.NaN;
                break;
            case 3:
                e.Subject = 999;
                break;
            case 4:
                e.Kind = MarketEventKind.None;
                break;
            default:
                _isPaused = !_isPaused;
                e.Kind = MarketEventKind.Operator;
                e.Command = _isPaused ? OperatorCommand.Pause : OperatorCommand.Resume;
                break;
        }
        return e;
    }

    private MarketEvent Price(int asset)
    {
        MarketEvent e = new() { Kind = MarketEventKind.Price, Subject = AssetId.FromIndex(asset).Value };
        e.Price.NumerairePerToken = SampleMarket.CalmPrice(asset, 0) * (1 + _off[asset]);
        return e;
    }

    private void Send(MarketEvent e, bool endOfBatch)
    {
        e.UnixNs = _unixNs;
        e.BlockNumber = _height;
        long sequence = _events.Count;
        _events.Add(e);
        if (endOfBatch)
            _batchEnds.Add(sequence);
        _pipeline.OnEvent(in e, sequence, endOfBatch);
    }
}
