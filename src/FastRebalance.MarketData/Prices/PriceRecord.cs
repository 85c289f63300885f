namespace FastRebalance.MarketData.Prices;

/// <summary>A quote as shared memory and datagrams carry it.</summary>
/// <param name="Symbol">Of 1 to 16 plain ASCII characters.</param>
/// <param name="Bid">Above zero.</param>
/// <param name="Ask">At least the bid.</param>
/// <param name="UnixNs">When it was so at the source, nanoseconds since 1970; 0 where that is not known.</param>
public readonly record struct PriceRecord(string Symbol, double Bid, double Ask, long UnixNs = 0)
{
    /// <summary>Longest symbol.</summary>
    public const int SymbolBytes = 16;

    /// <exception cref="ArgumentException">The symbol does not fit.</exception>
    internal void WriteSymbol(Span<byte> place)
    {
        if (Symbol.Length is 0 or > SymbolBytes || Symbol.Any(static letter => letter is <= ' ' or > '~'))
            throw new ArgumentException($"the symbol \"{Symbol}\" is not 1 to {SymbolBytes} plain characters");
        place[..SymbolBytes].Clear();
        System.Text.Encoding.ASCII.GetBytes(Symbol, place);
    }

    /// <summary>Without the zeros that fill it up.</summary>
    internal static ReadOnlySpan<byte> SymbolIn(ReadOnlySpan<byte> place)
    {
        int end = place[..SymbolBytes].IndexOf((byte)0);
        return end < 0 ? place[..SymbolBytes] : place[..end];
    }
}
