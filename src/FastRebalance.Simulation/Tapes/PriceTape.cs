namespace FastRebalance.Simulation.Tapes;

/// <summary>
/// A price history in columns: one time per row, strictly growing, and one price per asset and row, or none. Never changed once made, so
/// any number of back-tests may read it at once.
/// </summary>
public sealed class PriceTape
{
    private readonly long[] _times;
    private readonly double[][] _columns;

    /// <param name="times">Nanoseconds since 1970, strictly growing; taken over.</param>
    /// <param name="columns">By asset: numeraire per whole token, NaN where there is none; empty for the numeraire; taken over.</param>
    /// <param name="rows">Rows that count; the arrays may be longer.</param>
    public PriceTape(long[] times, double[][] columns, int rows)
    {
        _times = times;
        _columns = columns;
        Rows = rows;
    }

    public int Rows { get; }

    public int AssetCount => _columns.Length;

    public ReadOnlySpan<long> UnixNs => _times.AsSpan(0, Rows);

    /// <summary>Cells of the files that held a price of zero or less: they are no price, and were left out.</summary>
    public long RefusedPrices { get; init; }

    /// <summary>Where the first of them stood; null where there was none.</summary>
    public string? FirstRefusal { get; init; }

    /// <summary>One asset's prices, NaN where there is none; empty for the numeraire.</summary>
    public ReadOnlySpan<double> Of(int asset) => _columns[asset].Length == 0 ? [] : _columns[asset].AsSpan(0, Rows);

    /// <summary>Prices that there are.</summary>
    public long CountPrices()
    {
        long count = 0;
        for (int i = 0; i < AssetCount; i++)
            foreach (double price in Of(i))
                if (!double.IsNaN(price))
                    count++;
        return count;
    }

    /// <summary>The first row at or after a time; <see cref="Rows"/> when there is none.</summary>
    public int RowAt(long unixNs)
    {
        int at = UnixNs.BinarySearch(unixNs);
        return at >= 0 ? at : ~at;
    }

    /// <summary>One tape of several, in the order of their times; rows of the same time become one.</summary>
    /// <exception cref="InvalidDataException">Two tapes have a price for the same asset at the same time.</exception>
    public static PriceTape Merge(IReadOnlyList<PriceTape> tapes)
    {
        if (tapes.Count == 1)
            return tapes[0];
        PriceTapeBuilder merged = new(tapes[0].AssetCount, [.. Enumerable.Range(0, tapes[0].AssetCount).Where(i => tapes.All(t => t.Of(i).IsEmpty))]);
        int[] at = new int[tapes.Count];
        while (EarliestOf(tapes, at) is var first and not long.MaxValue)
        {
            merged.BeginRow(first);
            for (int t = 0; t < tapes.Count; t++)
                if (at[t] < tapes[t].Rows && tapes[t]._times[at[t]] == first)
                    CopyRow(tapes[t], at[t]++, merged);
        }
        return merged.ToTape(tapes.Sum(t => t.RefusedPrices), tapes.FirstOrDefault(t => t.FirstRefusal is not null)?.FirstRefusal);
    }

    private static long EarliestOf(IReadOnlyList<PriceTape> tapes, int[] at)
    {
        long earliest = long.MaxValue;
        for (int t = 0; t < tapes.Count; t++)
            if (at[t] < tapes[t].Rows)
                earliest = Math.Min(earliest, tapes[t]._times[at[t]]);
        return earliest;
    }

    private static void CopyRow(PriceTape tape, int row, PriceTapeBuilder merged)
    {
        for (int i = 0; i < tape.AssetCount; i++)
        {
            if (tape._columns[i].Length == 0 || double.IsNaN(tape._columns[i][row]))
                continue;
            if (!double.IsNaN(merged.Last(i)))
                throw new InvalidDataException($"two price files have a price of asset {i} at {Times.Text(tape._times[row])}: each moment may stand in one file only");
            merged.Set(i, tape._columns[i][row]);
        }
    }
}
