using System.Text;
using FastRebalance.Core.Assets;

namespace FastRebalance.Simulation.Tapes;

/// <summary>
/// Reads prices from text with a column <c>time</c> and one column per asset, named by its symbol. An empty cell is no price at that
/// time, and nothing is filled in. Reads bytes as they are: a year of minutes of ten assets is a matter of a fraction of a second.
/// </summary>
internal sealed class PriceCsv
{
    internal static readonly string[] TimeNames = ["time", "timestamp", "block_timestamp", "datetime", "date", ""];

    private const int Numeraire = -2;
    private const double NumeraireTolerance = 1e-9;

    private readonly LineReader _lines;
    private readonly TapeAssets _assets;
    private readonly string _file;
    private readonly int[] _columns;
    private readonly PriceTapeBuilder _tape;
    private long _refused;
    private string? _firstRefusal;

    private PriceCsv(LineReader lines, ReadOnlySpan<byte> header, TapeAssets assets, string file, int expectedRows)
    {
        _lines = lines;
        _assets = assets;
        _file = file;
        _columns = ReadHeader(header);
        _tape = new PriceTapeBuilder(assets.Count, [assets.Numeraire.Index], expectedRows);
    }

    /// <exception cref="InvalidDataException">Names the file, the line and what is wrong there.</exception>
    public static PriceTape Read(LineReader lines, ReadOnlySpan<byte> header, TapeAssets assets, string file, long bytes)
    {
        int expectedRows = (int)Math.Min(bytes / Math.Max(16, header.Length), 1 << 24);
        return new PriceCsv(lines, header, assets, file, expectedRows).ReadRows();
    }

    private PriceTape ReadRows()
    {
        while (_lines.TryRead(out ReadOnlySpan<byte> line))
            if (!line.IsEmpty)
                ReadRow(line);
        if (_tape.Rows == 0)
            throw Wrong("has no prices");
        return _tape.ToTape(_refused, _firstRefusal);
    }

    private void ReadRow(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> time = NextCell(ref line, out bool more);
        if (!TimeText.TryParse(time, out long unixNs))
            throw WrongHere($"'{Encoding.UTF8.GetString(time)}' is no time: wanted is 2024-01-31 23:59:00, or a count since 1970 in s, ms, us or ns");
        if (unixNs <= _tape.LastUnixNs)
            throw WrongHere($"the time {Times.Text(unixNs)} {(unixNs == _tape.LastUnixNs ? "stands there twice" : "goes back")}: wanted are growing times");
        _tape.BeginRow(unixNs);
        for (int column = 1; column < _columns.Length; column++)
        {
            if (!more)
                throw WrongHere($"{column} cells: wanted are {_columns.Length}, as in the first line");
            ReadOnlySpan<byte> cell = NextCell(ref line, out more);
            if (!cell.IsEmpty)
                ReadCell(column, cell);
        }
        if (more)
            throw WrongHere($"more than {_columns.Length} cells: wanted are as many as in the first line");
    }

    private void ReadCell(int column, ReadOnlySpan<byte> cell)
    {
        int asset = _columns[column];
        if (!NumberText.TryParse(cell, out double price))
            throw WrongHere($"'{Encoding.UTF8.GetString(cell)}' in column {column + 1} is no number");
        if (asset == Numeraire)
            RequireOne(price);
        else if (price > 0)
            _tape.Set(asset, price);
        else
            Refuse(asset, price);
    }

    private void RequireOne(double price)
    {
        if (!(Math.Abs(price - 1) <= NumeraireTolerance))
            throw WrongHere($"{_assets.NumeraireSymbol} costs {price}: prices must be in {_assets.NumeraireSymbol} itself, where it costs 1");
    }

    private void Refuse(int asset, double price)
    {
        _refused++;
        _firstRefusal ??= $"{_file}, line {_lines.LineNumber}: {_assets.List[asset].Symbol} at {price}";
    }

    private static ReadOnlySpan<byte> NextCell(ref ReadOnlySpan<byte> rest, out bool more)
    {
        int comma = rest.IndexOf((byte)',');
        more = comma >= 0;
        ReadOnlySpan<byte> cell = more ? rest[..comma] : rest;
        rest = more ? rest[(comma + 1)..] : [];
        return cell;
    }

    private int[] ReadHeader(ReadOnlySpan<byte> header)
    {
        List<int> columns = [];
        List<string> unknown = [];
        bool more = true;
        while (more)
        {
            ReadOnlySpan<byte> name = Unquoted(NextCell(ref header, out more));
            int asset = columns.Count == 0 ? -1 : _assets.IndexOf(name);
            if (columns.Count == 0 && !IsTime(name))
                throw WrongHere($"the first column is '{Encoding.UTF8.GetString(name)}': wanted is time, then one column per asset");
            if (columns.Count > 0 && asset < 0)
                unknown.Add(Encoding.UTF8.GetString(name));
            if (asset >= 0 && columns.Contains(Slot(asset)))
                throw WrongHere($"column {_assets.List[asset].Symbol} stands there twice");
            columns.Add(asset < 0 ? -1 : Slot(asset));
        }
        if (unknown.Count > 0)
            throw WrongHere($"unknown columns {string.Join(", ", unknown)}: wanted are the configured assets {_assets.SymbolsText}");
        for (int i = 0; i < _assets.Count; i++)
            if (i != _assets.Numeraire.Index && !columns.Contains(i))
                throw WrongHere($"no column {_assets.List[i].Symbol}: every asset but the numeraire needs prices");
        return [.. columns];
    }

    private int Slot(int asset) => asset == _assets.Numeraire.Index ? Numeraire : asset;

    private static ReadOnlySpan<byte> Unquoted(ReadOnlySpan<byte> name) => name.Trim((byte)'"').Trim((byte)' ');

    internal static bool IsTime(ReadOnlySpan<byte> name) =>
        Array.Exists(TimeNames, Encoding.UTF8.GetString(name).ToLowerInvariant().Equals);

    private InvalidDataException WrongHere(string what) => new($"{_file}, line {_lines.LineNumber}: {what}");

    private InvalidDataException Wrong(string what) => new($"{_file} {what}");
}
