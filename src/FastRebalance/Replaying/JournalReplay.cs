using System.Runtime.InteropServices;
using FastRebalance.Configuration;
using FastRebalance.Core.Events;
using FastRebalance.Engine;
using FastRebalance.Hosting;
using FastRebalance.Journal;
using FastRebalance.Reloading;

namespace FastRebalance.Replaying;

/// <summary>
/// Feeds a run's recorded events through the same engine and holds every decision and leg against the recorded one, byte for byte.
/// Needs no chain: what the chain said stands in the journal.
/// </summary>
public sealed class JournalReplay : IDecisionSink
{
    private readonly JournalWalk _journal;
    private readonly RebalancePipeline _pipeline;
    private readonly List<OrderEvent> _published = [];
    private readonly int _changes;
    private long _decisions;

    private JournalReplay(JournalWalk journal, PortfolioPolicy policy, IPolicySource? later, int changes)
    {
        _journal = journal;
        _changes = changes;
        EngineSetup engine = journal.Setup.ToEngineSetup();
        _pipeline = PolicyFactory.Pipeline(engine, policy, PolicyFactory.Search(engine, out _), this, later);
    }

    /// <param name="config">
    /// What the portfolio is held to; with another policy than the run's the decisions may differ, and that is told. A run that took up other
    /// configurations while it went on is replayed by its own, from the journal's folder: the one that is given is then held against its assets alone.
    /// </param>
    /// <param name="journal">A run's folder, or the folder of all runs: then the newest.</param>
    /// <exception cref="ConfigException">The policy cannot be built, or the journal is of other assets.</exception>
    /// <exception cref="IOException">The journal cannot be read, or one of its configurations is missing or is another.</exception>
    /// <exception cref="JournalCorruptException">The journal is damaged inside.</exception>
    public static ReplayResult Run(ConfigFile config, string journal)
    {
        JournalWalk walk = JournalWalk.Open(journal);
        List<ConfigProblem> problems = [];
        walk.RequireAssets(config, problems);
        RecordedConfigurations recorded = new(walk.Folder);
        if (walk.Changes() is var changes && changes is { } known)
            config = recorded.First(in known.First);
        PortfolioPolicy? policy = PolicyFactory.Build(config, problems);
        if (policy is null || problems.Count > 0)
            throw new ConfigException(problems);
        return new JournalReplay(walk, policy, changes is null ? null : new PolicyLine(recorded, config, policy), changes?.Count ?? 0).Compare();
    }

    void IDecisionSink.Publish(ReadOnlySpan<OrderEvent> decisionAndLegs) => _published.AddRange(decisionAndLegs);

    private ReplayResult Compare()
    {
        while (_journal.TryReadOrder(out OrderEvent recorded))
        {
            if (!TryDecideAgain(in recorded, out string? wrong))
                break; // the crash that tore the journal took the decision's own events along, or there is a gap
            if ((wrong ?? Difference(in recorded)) is { } difference)
                return Result(difference);
            _decisions += recorded.Kind == OrderEventKind.Passes ? recorded.Passes.Count : 1;
        }
        return Result(_journal.Gap);
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
        if (!_journal.TryApplyThrough(sequence, Apply))
            return false;
        if (_pipeline.Market.IsConsistent)
            _pipeline.Decide(sequence, _journal.LastDueNs);
        else
            wrong = $"decision {_decisions} was made at event {sequence}, in the middle of a block";
        return true;
    }

    private void Apply(MarketEvent e, long sequence) => _pipeline.OnEvent(in e, sequence, endOfBatch: false);

    /// <summary>Null when this decision and its legs are the recorded bytes.</summary>
    private string? Difference(in OrderEvent recorded)
    {
        OrderEvent expected = recorded;
        for (int slot = 0; slot < _published.Count; slot++)
        {
            if (slot > 0 && !_journal.TryReadOrder(out expected))
                return _journal.Gap ?? (slot <= recorded.LegCount ? null : $"decision {_decisions} has {_published.Count - 1} legs, recorded were {recorded.LegCount}");
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

    private ReplayResult Result(string? difference) => new(_journal.Folder, _journal.Events, _decisions, _journal.Torn, difference) { ConfigurationChanges = _changes };
}

/// <param name="Journal">The folder that was read.</param>
/// <param name="Events">Events applied.</param>
/// <param name="Decisions">Decisions that were the recorded ones.</param>
/// <param name="Torn">A crash had torn off the journal's end; everything before it was compared.</param>
/// <param name="FirstDifference">What differs first; null where nothing does.</param>
public sealed record ReplayResult(string Journal, long Events, long Decisions, bool Torn, string? FirstDifference)
{
    public bool IsIdentical => FirstDifference is null;

    /// <summary>Times that the run took up another configuration; with any it was replayed by those in the journal's folder.</summary>
    public int ConfigurationChanges { get; init; }
}
