using FastRebalance.Configuration;
using Microsoft.Data.Sqlite;

namespace FastRebalance.Store;

/// <summary>Where a ledger is read from: a store that was made, or journals as they are now.</summary>
public sealed class LedgerSource
{
    private readonly string? _store;
    private readonly IReadOnlyList<string> _journals;

    private LedgerSource(string? store, IReadOnlyList<string> journals)
    {
        _store = store;
        _journals = journals;
    }

    /// <summary>The files and folders, as given.</summary>
    public IReadOnlyList<string> Names => _store is null ? _journals : [_store];

    public static LedgerSource OfStore(string file) => new(file, []);

    public static LedgerSource OfJournals(IReadOnlyList<string> folders) => new(null, folders);

    /// <summary>The journals of a configuration and of the desks that it names; those of desks that never ran are left out.</summary>
    public static LedgerSource OfConfig(ConfigFile config, IEnumerable<ConfigFile> desks)
    {
        string own = config.Resolve(config.Engine.Journal);
        return OfJournals([own, .. desks.Select(static desk => desk.Resolve(desk.Engine.Journal)).Where(folder => folder != own && Directory.Exists(folder))]);
    }

    /// <summary>The ledger of one day.</summary>
    /// <param name="day">Of UTC.</param>
    /// <param name="account">Its orders alone; null for all.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="IOException">The store or a journal cannot be read; the message says what to do.</exception>
    /// <exception cref="ConfigException">The accounts reckon in different numeraires, or none is called so.</exception>
    public DailyLedger Read(DateOnly day, string? account, CancellationToken cancellation)
    {
        try
        {
            IReadOnlyList<string> notes = [];
            using SqliteConnection connection = _store is null ? Build(out notes, cancellation) : StoreFile.Open(_store);
            return new LedgerQuery(connection, day, account).Read() with { Sources = Names, Notes = notes };
        }
        catch (SqliteException e)
        {
            throw StoreFile.Wrong(_store ?? "the store in memory", e);
        }
    }

    private SqliteConnection Build(out IReadOnlyList<string> notes, CancellationToken cancellation)
    {
        SqliteConnection connection = StoreBuilder.BuildInMemory(_journals, out StoreCounts counts, cancellation);
        notes = counts.Notes;
        return connection;
    }
}
