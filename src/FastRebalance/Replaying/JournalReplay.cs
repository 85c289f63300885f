using System.Runtime.InteropServices;
using FastRebalance.Configuration;
using FastRebalance.Core.Events;
using FastRebalance.Engine;
using FastRebalance.Hosting;
using FastRebalance.Journal;

namespace FastRebalance.Replaying;

/// <summary>
/// Feeds a run's recorded events through the same engine and holds every decision and leg against the recorded one, byte for byte.
/// Needs no chain: what the chain said stands in the journal.
/// </summary>
public sealed class JournalReplay : IDecisionSink
{
    private readonly JournalReader _inbound;
    private readonly JournalReader _orders;
    private readonly RebalancePipeline _pipeline;
    private readonly List<OrderEvent> _published = [];
    private long _lastSequence = -1;
    private long _lastOrderSequence = -1;
    private long _lastDueNs;
    private string? _gap;
    private long _events;
    private long _decisions;

    private JournalReplay(JournalReader inbound, JournalReader orders, ResolvedSetup setup, PortfolioPolicy policy)
    {
        _inbound = inbound;
        _orders = orders;
        EngineSetup engine = setup.ToEngineSetup();
        _pipeline = PolicyFactory.Pipeline(engine, policy, PolicyFactory.Search(engine, out _), this);
    }

    /// <param name="config">What the portfolio is held to; with another policy than the run's the decisions may differ, and that is told.</param>
    /// <param name="journal">A run's folder, or the folder of all runs: then the newest.</param>
    /// <exception cref="ConfigException">The policy cannot be built, or the journal is of other assets.</exception>
    /// <exception cref="IOException">The journal cannot be read.</exception>
    /// <exception cref="JournalCorruptException">The journal is damaged inside.</exception>
    public static ReplayResult Run(ConfigFile config, string journal)
    {
        string folder = JournalFolder.Newest(journal);
        JournalReader inbound = JournalReader.Open(folder, JournalStreams.Inbound);
        JournalReader orders = JournalReader.Open(folder, JournalStreams.Orders);
        ResolvedSetup setup = ReadSetup(inbound, folder);
        List<ConfigProblem> problems = [];
        if (!setup.Symbols.SequenceEqual(config.Assets.Select(a => a.Symbol)))
            problems.Add(new ConfigProblem("assets", string.Join(", ", config.Assets.Select(a => a.Symbol)), $"the journal's: {string.Join(", ", setup.Symbols)}"));
        PortfolioPolicy? policy = PolicyFactory.Build(config, problems);
        if (policy is null || problems.Count > 0)
            throw new ConfigException(problems);
        return new JournalReplay(inbound, orders, setup, policy).Compare(folder);
    }

    void IDecisionSink.Publish(ReadOnlySpan<OrderEvent> decisionAndLegs) => _published.AddRange(decisionAndLegs);

    private static ResolvedSetup ReadSetup(JournalReader inbound, string folder) =>
        inbound.TryRead(out JournalRecord record) && record.Kind == JournalRecordKind.Setup
            ? ResolvedSetup.FromJson(record.Payload)
            : throw new IOException($"the journal in {folder} does not begin with its setup");

    private ReplayResult Compare(string folder)
    {
        while (TryReadOrder(out OrderEvent recorded))
        {
            if (!TryDecideAgain(in recorded, out string? wrong))
                break; // the crash that tore the journal took the decision's own events along, or there is a gap
            if ((wrong ?? Difference(in recorded)) is { } difference)
                return Result(folder, difference);
            _decisions += recorded.Kind == OrderEventKind.Passes ? recorded.Passes.Count : 1;
        }
        return Result(folder, _gap);
    }

    /// <summary>Makes the recorded pass again, or all passes of a recorded run.</summary>
    private bool TryDecideAgain(in OrderEvent recorded, out string? wrong)
    {
        _published.Clear();
        if (recorded.Kind != OrderEventKind.Passes)
            return TryDecideAt(recorded.InputSequence, out wrong);

        wrong = null;
        long sequence = recorded.Passes.FirstSequence;
        for (int pass = 0; pass < recorded.Passes.Count && wrong is null; pass++)
        {
            if (pass > 0)
                sequence += recorded.Passes.Steps[pass - 1];
            if (!TryDecideAt(sequence, out wrong))
                return false;
        }
        _pipeline.Flush();
        return true;
    }

    private bool TryDecideAt(long sequence, out string? wrong)
    {
        wrong = null;
        if (!TryApplyThrough(sequence))
            return false;
        if (_pipeline.Market.IsConsistent)
            _pipeline.Decide(sequence, _lastDueNs);
        else
            wrong = $"decision {_decisions} was made at event {sequence}, in the middle of a block";
        return true;
    }

    /// <summary>Null when this decision and its legs are the recorded bytes.</summary>
    private string? Difference(in OrderEvent recorded)
    {
        OrderEvent expected = recorded;
        for (int slot = 0; slot < _published.Count; slot++)
        {
            if (slot > 0 && !TryReadOrder(out expected))
                return _gap ?? (slot <= recorded.LegCount ? null : $"decision {_decisions} has {_published.Count - 1} legs, recorded were {recorded.LegCount}");
            if (!SameBytes(expected, _published[slot]))
                return $"decision {_decisions} at event {recorded.InputSequence}, slot {slot}: recorded {Describe(expected)}, replayed {Describe(_published[slot])}";
        }
        return _published.Count == 1 + recorded.LegCount
            ? null
            : $"decision {_decisions} at event {recorded.InputSequence}: recorded {recorded.LegCount} legs, replayed {_published.Count - 1}";
    }

    private static bool SameBytes(OrderEvent a, OrderEvent b) =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<OrderEvent>(in a)).SequenceEqual(MemoryMarshal.AsBytes(new ReadOnlySpan<OrderEvent>(in b)));

    private static string Describe(in OrderEvent e) => e.Kind switch
    {
        OrderEventKind.Leg => $"leg {e.LegIndex}: {e.Leg.AmountIn} of {e.Leg.Sell} for {e.Leg.ExpectedOut} of {e.Leg.Buy} through {e.Leg.Pool0}",
        OrderEventKind.Passes => $"{e.Passes.Count} passes that ended {e.Passes.Verdict}",
        _ => $"{e.Decision.Verdict} ({e.LegCount} legs, drift {e.Decision.MaxDrift:R}, risk {e.Decision.Risk}, route {e.Decision.Route})",
    };

    private bool TryReadOrder(out OrderEvent order)
    {
        while (_orders.TryRead(out JournalRecord record))
        {
            if (record.Kind != JournalRecordKind.Order)
                continue;
            order = record.Order;
            return Follows(ref _lastOrderSequence, record.Sequence, "order event");
        }
        order = default;
        return false;
    }

    private bool TryApplyThrough(long sequence)
    {
        while (_lastSequence < sequence)
        {
            if (!_inbound.TryRead(out JournalRecord record))
                return false;
            if (record.Kind != JournalRecordKind.MarketEvent)
                continue;
            if (!Follows(ref _lastSequence, record.Sequence, "market event"))
                return false;
            _pipeline.OnEvent(record.MarketEvent, record.Sequence, endOfBatch: false);
            _lastDueNs = record.MarketEvent.DueNs;
            _events++;
        }
        return true;
    }

    /// <summary>Both rings count without a hole; a journal that does not has lost whole records, which no checksum of theirs can tell.</summary>
    private bool Follows(ref long last, long sequence, string what)
    {
        if (sequence != last + 1)
            _gap ??= $"{what} {last + 1} is missing, {sequence} stands in its place: the journal was changed after the run";
        last = sequence;
        return _gap is null;
    }

    private ReplayResult Result(string folder, string? difference) =>
        new(folder, _events, _decisions, _inbound.Torn || _orders.Torn, difference);
}

/// <param name="Journal">The folder that was read.</param>
/// <param name="Events">Events applied.</param>
/// <param name="Decisions">Decisions that were the recorded ones.</param>
/// <param name="Torn">A crash had torn off the journal's end; everything before it was compared.</param>
/// <param name="FirstDifference">What differs first; null where nothing does.</param>
public sealed record ReplayResult(string Journal, long Events, long Decisions, bool Torn, string? FirstDifference)
{
    public bool IsIdentical => FirstDifference is null;
}
