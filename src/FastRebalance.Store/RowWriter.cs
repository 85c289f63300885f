using System.Globalization;
using Microsoft.Data.Sqlite;

namespace FastRebalance.Store;

/// <summary>One table's insert, prepared once.</summary>
internal sealed class RowWriter : IDisposable
{
    private readonly SqliteCommand _insert;

    public RowWriter(SqliteConnection connection, SqliteTransaction transaction, string table, params string[] columns)
    {
        _insert = connection.CreateCommand();
        _insert.Transaction = transaction;
        _insert.CommandText = $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select(static column => "$" + column))})";
        foreach (string column in columns)
            _insert.Parameters.Add(new SqliteParameter { ParameterName = "$" + column });
        _insert.Prepare();
    }

    /// <summary>Values in the order of the columns.</summary>
    public void Write(params ReadOnlySpan<object?> values)
    {
        for (int i = 0; i < values.Length; i++)
            _insert.Parameters[i].Value = values[i] switch
            {
                null => DBNull.Value,
                double number when !double.IsFinite(number) => DBNull.Value,
                bool yes => yes ? 1 : 0,
                ulong large => checked((long)large),
                var value => value,
            };
        _insert.ExecuteNonQuery();
    }

    public void Dispose() => _insert.Dispose();

    /// <summary>Such as <c>insideBand</c>.</summary>
    public static string NameOf<TEnum>(TEnum value)
        where TEnum : struct, Enum
    {
        string name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    /// <summary>The day of UTC, such as <c>2026-01-31</c>.</summary>
    public static string DayOf(long unixNs) =>
        DateTime.UnixEpoch.AddTicks(unixNs / TimeSpan.NanosecondsPerTick).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
