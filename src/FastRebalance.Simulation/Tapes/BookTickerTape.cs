using System.Text;

namespace FastRebalance.Simulation.Tapes;

/// <summary>
/// Reads recorded exchange streams as hftbacktest keeps them: lines <c>local-ns {json}</c>. Of each best bid and ask the middle becomes the
/// price; other messages are passed over. BTCUSDT prices BTC or WBTC where the numeraire is USDT, USDC or USD.
/// </summary>
internal static class BookTickerTape
{
    private static readonly string[] s_dollars = ["USDT", "USDC", "USD"];

    public static bool Recognises(ReadOnlySpan<byte> line)
    {
        int blank = line.IndexOf((byte)' ');
        return blank > 0 && blank + 1 < line.Length && line[blank + 1] == '{';
    }

    /// <exception cref="InvalidDataException">Names the file, the line and what is wrong there.</exception>
    public static PriceTape Read(LineReader lines, ReadOnlySpan<byte> first, TapeAssets assets, string file)
    {
        PriceTapeBuilder tape = new(assets.Count, [assets.Numeraire.Index]);
        ReadLine(first, assets, tape, file, lines.LineNumber);
        while (lines.TryRead(out ReadOnlySpan<byte> line))
            ReadLine(line, assets, tape, file, lines.LineNumber);
        if (tape.Rows == 0)
            throw new InvalidDataException($"{file} holds no best bid and ask");
        return tape.ToTape(0, null);
    }

    private static void ReadLine(ReadOnlySpan<byte> line, TapeAssets assets, PriceTapeBuilder tape, string file, long number)
    {
        if (line.IndexOf("bookTicker"u8) < 0)
            return;
        int blank = line.IndexOf((byte)' ');
        int asset = AssetOf(assets, Field(line, "\"s\":\""u8), file);
        bool isRight = TimeText.TryParse(line[..Math.Max(0, blank)], out long unixNs)
            & NumberText.TryParse(Field(line, "\"b\":\""u8), out double bid) & NumberText.TryParse(Field(line, "\"a\":\""u8), out double ask);
        if (!isRight || !(bid > 0 && ask >= bid) || unixNs < tape.LastUnixNs)
            throw new InvalidDataException($"{file}, line {number}: no best bid and ask at a time after the one before");
        if (unixNs > tape.LastUnixNs)
            tape.BeginRow(unixNs);
        tape.Set(asset, (bid + ask) / 2);
    }

    private static int AssetOf(TapeAssets assets, ReadOnlySpan<byte> pair, string file)
    {
        string text = Encoding.UTF8.GetString(pair);
        string cash = assets.NumeraireSymbol;
        foreach (string quote in s_dollars.Contains(cash) ? s_dollars : [cash])
        {
            if (!text.EndsWith(quote, StringComparison.OrdinalIgnoreCase))
                continue;
            string coin = text[..^quote.Length];
            for (int i = 0; i < assets.Count; i++)
                if (assets.List[i].Symbol.Equals(coin, StringComparison.OrdinalIgnoreCase)
                    || assets.List[i].Symbol.Equals("W" + coin, StringComparison.OrdinalIgnoreCase))
                    return i;
        }
        throw new InvalidDataException($"{file} prices {text}: that is none of the configured assets {assets.SymbolsText} in {cash}");
    }

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name)
    {
        int at = line.IndexOf(name);
        if (at < 0)
            return [];
        ReadOnlySpan<byte> rest = line[(at + name.Length)..];
        int end = rest.IndexOf((byte)'"');
        return end < 0 ? [] : rest[..end];
    }
}
