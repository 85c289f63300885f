using FastRebalance.Histories;
using FastRebalance.Hosting;
using FastRebalance.Journal;
using Microsoft.Data.Sqlite;

namespace FastRebalance.Store;

/// <summary>
/// Fills a store from journals, and from nothing else: the same journals give the same rows. The file is made whole beside its place and takes it
/// at the end, so that whoever reads it sees the old one or the new one.
/// </summary>
public static class StoreBuilder
{
    /// <param name="journals">Folders of runs, or single runs' folders.</param>
    /// <param name="file">The store; one that is there is replaced, a file that is no store is not.</param>
    /// <param name="cancellation">Gives up; what stood there before stays.</param>
    /// <exception cref="IOException">A journal cannot be read, the file is something else, or the disk refuses; the message says what to do.</exception>
    /// <exception cref="JournalCorruptException">A journal is damaged inside.</exception>
    public static StoreCounts Rebuild(IReadOnlyList<string> journals, string file, CancellationToken cancellation = default)
    {
        IReadOnlyList<string> runs = RunsOf(journals);
        string path = Path.GetFullPath(file);
        StoreFile.RequireReplaceable(path);
        string half = $"{path}.{Environment.ProcessId}.tmp";
        File.Delete(half);
        try
        {
            StoreCounts counts;
            using (SqliteConnection connection = StoreFile.Create(half))
                counts = Fill(connection, runs, cancellation);
            using (FileStream whole = new(half, FileMode.Open, FileAccess.ReadWrite))
                whole.Flush(flushToDisk: true);
            File.Move(half, path, overwrite: true);
            return counts;
        }
        catch (SqliteException e)
        {
            throw StoreFile.Wrong(path, e);
        }
        finally
        {
            File.Delete(half);
        }
    }

    /// <summary>A store in memory, gone with its connection: for one question about journals that no file is kept of.</summary>
    /// <exception cref="IOException">A journal cannot be read.</exception>
    /// <exception cref="JournalCorruptException">A journal is damaged inside.</exception>
    internal static SqliteConnection BuildInMemory(IReadOnlyList<string> journals, out StoreCounts counts, CancellationToken cancellation)
    {
        IReadOnlyList<string> runs = RunsOf(journals);
        SqliteConnection connection = StoreFile.Create(":memory:");
        try
        {
            counts = Fill(connection, runs, cancellation);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static IReadOnlyList<string> RunsOf(IReadOnlyList<string> journals)
    {
        List<string> runs = [];
        foreach (string journal in journals)
        {
            if (!Directory.Exists(journal))
                throw new IOException($"{journal} is no folder: give a run's journal, or the folder of all runs (engine.journal of the configuration)");
            try
            {
                runs.AddRange(JournalFolder.All(Path.GetFullPath(journal)));
            }
            catch (FileNotFoundException)
            {
                throw new IOException($"{journal} holds no journal of a run: give the folder that engine.journal of the configuration names, after a run");
            }
        }
        return [.. runs.Distinct()];
    }

    private static StoreCounts Fill(SqliteConnection connection, IReadOnlyList<string> runs, CancellationToken cancellation)
    {
        using SqliteTransaction transaction = connection.BeginTransaction();
        StoreFile.Execute(connection, StoreSchema.Tables);
        StoreCounts counts;
        using (RunRows rows = new(connection, transaction))
        {
            foreach (string run in runs)
                Take(rows, run, cancellation);
            counts = rows.Counts;
        }
        StoreFile.Execute(connection, StoreSchema.Indexes);
        transaction.Commit();
        return counts;
    }

    private static void Take(RunRows rows, string run, CancellationToken cancellation)
    {
        rows.Begin(RunHistory.SetupOf(run));
        rows.End(RunHistory.Read(run, rows, cancellation));
    }
}
