using System.Text;
using FastRebalance.Core.Assets;

namespace FastRebalance.Simulation.Tapes;

/// <summary>
/// Reads the minute tapes of one Uniswap V3 pool as demeter (zelos-alpha) writes them: the price is that of the column <c>closeTick</c>,
/// 1.0001^tick units of token 1 per unit of token 0.
/// </summary>
internal static class PoolTickCsv
{
    private static readonly byte[] s_closeTick = "closeTick"u8.ToArray();

    public static bool Recognises(ReadOnlySpan<byte> header) => header.IndexOf(s_closeTick) >= 0;

    /// <exception cref="InvalidDataException">Names the file, the line and what is wrong there.</exception>
    public static PriceTape Read(LineReader lines, ReadOnlySpan<byte> header, TapeAssets assets, string file)
    {
        int column = ColumnOf(header);
        (int asset, Func<double, double> priceOf) = Orientation(assets, file);
        PriceTapeBuilder tape = new(assets.Count, [assets.Numeraire.Index]);
        while (lines.TryRead(out ReadOnlySpan<byte> line))
        {
            if (line.IsEmpty)
                continue;
            if (!TimeText.TryParse(Cell(line, 0), out long unixNs) || unixNs <= tape.LastUnixNs)
                throw new InvalidDataException($"{file}, line {lines.LineNumber}: '{Encoding.UTF8.GetString(Cell(line, 0))}' is no time after the one before");
            tape.BeginRow(unixNs);
            ReadOnlySpan<byte> cell = Cell(line, column);
            if (cell.IsEmpty)
                continue;
            if (!NumberText.TryParse(cell, out double tick))
                throw new InvalidDataException($"{file}, line {lines.LineNumber}: '{Encoding.UTF8.GetString(cell)}' is no tick");
            tape.Set(asset, priceOf(tick));
        }
        return tape.ToTape(0, null);
    }

    private static int ColumnOf(ReadOnlySpan<byte> header)
    {
        int column = 0;
        while (!Cell(header, column).SequenceEqual(s_closeTick))
            column++;
        return column;
    }

    private static (int Asset, Func<double, double> PriceOf) Orientation(TapeAssets assets, string file)
    {
        if (assets.Count != 2)
            throw new InvalidDataException($"{file} prices one asset in another: wanted are two configured assets, found {assets.Count}");
        int cash = assets.Numeraire.Index, asset = 1 - cash;
        Address cashToken = assets.List[cash].Address, token = assets.List[asset].Address;
        if (cashToken.IsZero || token.IsZero)
            throw new InvalidDataException($"{file} holds ticks: the assets' addresses must be configured, since they tell which token is the first");
        double scale = Math.Pow(10, assets.List[asset].Decimals - assets.List[cash].Decimals);
        bool cashIsToken0 = cashToken.Span.SequenceCompareTo(token.Span) < 0;
        return (asset, cashIsToken0 ? tick => scale / Math.Pow(1.0001, tick) : tick => scale * Math.Pow(1.0001, tick));
    }

    private static ReadOnlySpan<byte> Cell(ReadOnlySpan<byte> line, int column)
    {
        for (; column > 0; column--)
        {
            int comma = line.IndexOf((byte)',');
            if (comma < 0)
                return [];
            line = line[(comma + 1)..];
        }
        int end = line.IndexOf((byte)',');
        return end < 0 ? line : line[..end];
    }
}
