using System.Globalization;
using Microsoft.Data.Sqlite;

namespace FastRebalance.Store;

/// <summary>A store's file: making one, opening one, and telling one from another program's.</summary>
internal static class StoreFile
{
    private const string Remedy = "`fastrebalance store rebuild --journal DIR --db FILE` makes one";

    /// <exception cref="SqliteException">The disk refuses.</exception>
    public static SqliteConnection Create(string path)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        // It is moved to its place when it is whole: until then nothing need be saved from a crash.
        Execute(connection, $"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA application_id = {StoreSchema.ApplicationId}; PRAGMA user_version = {StoreSchema.Version};");
        return connection;
    }

    /// <summary>To read only.</summary>
    /// <exception cref="IOException">There is none, it is something else, or of another release.</exception>
    public static SqliteConnection Open(string path)
    {
        if (!File.Exists(path))
            throw new IOException($"{path} is not there: {Remedy}");
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        try
        {
            connection.Open();
            if (Number(connection, "PRAGMA application_id") != StoreSchema.ApplicationId)
                throw new IOException($"{path} is a database of another program: {Remedy}");
            if (Number(connection, "PRAGMA user_version") is var version && version != StoreSchema.Version)
                throw new IOException($"{path} is a store of version {version}, this release has version {StoreSchema.Version}: {Remedy} anew, nothing is lost");
            return connection;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw Wrong(path, e);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>What is no store of ours must not be written over.</summary>
    /// <exception cref="IOException">It is something else, or its folder is missing.</exception>
    public static void RequireReplaceable(string path)
    {
        if (Directory.Exists(path))
            throw new IOException($"{path} is a folder: give --db the name of a file");
        if (!Directory.Exists(Path.GetDirectoryName(path)))
            throw new IOException($"{Path.GetDirectoryName(path)} is not there: make the folder first, or give --db another place");
        if (!File.Exists(path) || new FileInfo(path).Length == 0)
            return;
        Span<byte> id = stackalloc byte[4];
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Seek(ApplicationIdOffset, SeekOrigin.Begin);
        if (file.ReadAtLeast(id, id.Length, throwOnEndOfStream: false) < id.Length
            || System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(id) != StoreSchema.ApplicationId)
            throw new IOException($"{path} is not a store of ours and stays as it is: give --db another name, or move the file away");
    }

    public static IOException Wrong(string path, SqliteException e) => e.SqliteErrorCode switch
    {
        NotADatabase or Corrupt => new IOException($"{path} is no database, or a damaged one ({e.Message}): {Remedy}", e),
        _ => new IOException($"{path}: {e.Message}", e),
    };

    public static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private const int ApplicationIdOffset = 68; // in the header of every SQLite file
    private const int Corrupt = 11;
    private const int NotADatabase = 26;

    private static long Number(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
