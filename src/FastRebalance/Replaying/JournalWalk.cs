using FastRebalance.Configuration;
using FastRebalance.Core.Events;
using FastRebalance.Hosting;
using FastRebalance.Journal;

namespace FastRebalance.Replaying;

/// <summary>A run's journal, read in the order it was lived in: each recorded decision, and the events up to it. Needs no chain.</summary>
internal sealed class JournalWalk
{
    private readonly JournalReader _inbound;
    private readonly JournalReader _orders;
    private long _lastSequence = -1;
    private long _lastOrderSequence = -1;

    private JournalWalk(string folder)
    {
        Folder = folder;
        _inbound = JournalReader.Open(folder, JournalStreams.Inbound);
        _orders = JournalReader.Open(folder, JournalStreams.Orders);
        Setup = _inbound.TryRead(out JournalRecord record) && record.Kind == JournalRecordKind.Setup
            ? ResolvedSetup.FromJson(record.Payload)
            : throw new IOException($"the journal in {folder} does not begin with its setup");
    }

    /// <summary>The run's own folder.</summary>
    public string Folder { get; }

    /// <summary>What the configuration and the chain said when the run began.</summary>
    public ResolvedSetup Setup { get; }

    /// <summary>Events applied so far.</summary>
    public long Events { get; private set; }

    /// <summary>When the last of them was due.</summary>
    public long LastDueNs { get; private set; }

    /// <summary>A crash had torn off the journal's end.</summary>
    public bool Torn => _inbound.Torn || _orders.Torn;

    /// <summary>Which record is missing; null where none is.</summary>
    public string? Gap { get; private set; }

    /// <param name="journal">A run's folder, or the folder of all runs: then the newest.</param>
    /// <exception cref="IOException">The journal cannot be read.</exception>
    public static JournalWalk Open(string journal) => new(JournalFolder.Newest(journal));

    /// <summary>
    /// The first and the last change of the configuration that the run took up, and how many there were; null where it went by one throughout. Reads the inbound
    /// stream once.
    /// </summary>
    /// <exception cref="JournalCorruptException">The journal is damaged inside.</exception>
    public (ConfigurationChange First, ConfigurationChange Last, int Count)? Changes()
    {
        JournalReader inbound = JournalReader.Open(Folder, JournalStreams.Inbound);
        ConfigurationChange first = default, last = default;
        int count = 0;
        while (inbound.TryRead(out JournalRecord record))
            if (record.Kind == JournalRecordKind.MarketEvent && record.MarketEvent is { Kind: MarketEventKind.Configuration } e)
            {
                last = e.Configuration;
                first = count++ == 0 ? last : first;
            }
        return count == 0 ? null : (first, last, count);
    }

    /// <summary>A configuration of other assets cannot be held against the journal.</summary>
    public void RequireAssets(ConfigFile config, List<ConfigProblem> problems)
    {
        if (!Setup.Symbols.SequenceEqual(config.Assets.Select(a => a.Symbol)))
            problems.Add(new ConfigProblem("assets", string.Join(", ", config.Assets.Select(a => a.Symbol)), $"the journal's: {string.Join(", ", Setup.Symbols)}"));
    }

    /// <summary>The next decision, leg or run of passes; false at the end and at a gap.</summary>
    public bool TryReadOrder(out OrderEvent order)
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

    /// <summary>Hands on the events up to this one, each with its sequence; false where they are not all there.</summary>
    public bool TryApplyThrough(long sequence, Action<MarketEvent, long> apply)
    {
        while (_lastSequence < sequence)
        {
            if (!_inbound.TryRead(out JournalRecord record))
                return false;
            if (record.Kind != JournalRecordKind.MarketEvent)
                continue;
            if (!Follows(ref _lastSequence, record.Sequence, "market event"))
                return false;
            apply(record.MarketEvent, record.Sequence);
            LastDueNs = record.MarketEvent.DueNs;
            Events++;
        }
        return true;
    }

    /// <summary>Both rings count without a hole; a journal that does not has lost whole records, which no checksum of theirs can tell.</summary>
    private bool Follows(ref long last, long sequence, string what)
    {
        if (sequence != last + 1)
            Gap ??= $"{what} {last + 1} is missing, {sequence} stands in its place: the journal was changed after the run";
        last = sequence;
        return Gap is null;
    }
}
