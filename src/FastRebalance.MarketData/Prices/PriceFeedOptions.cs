using FastRebalance.Core.Configuration;

namespace FastRebalance.MarketData.Prices;

/// <summary>What every price feed takes: which of its symbols prices which asset, and what such a price is to the engine.</summary>
public abstract class PriceFeedOptions : IRiskyOptions
{
    /// <summary>Traded on; the pool feed then leaves the asset's price to this feed.</summary>
    public const string AsPrice = "price";

    /// <summary>Held against the first source and never traded on.</summary>
    public const string AsReference = "reference";

    private const string SymbolsWanted = "the source's symbols and the assets that they price, such as { \"ETHUSDT\": \"WETH\" }";

    private static readonly string[] s_sides = ["mid", "bid", "ask"];

    /// <summary>The source's symbol, and the asset whose price it tells. Quotes are taken for numeraire, but for <see cref="ConvertBy"/>.</summary>
    public Dictionary<string, string> Symbols { get; set; } = [];

    /// <summary>
    /// The symbol that prices the numeraire in what the others are quoted in, such as <c>USDCUSDT</c> where prices are in USDT and the numeraire is
    /// USDC: every price is divided by it, and none is told before it is known. Empty to take the one for the other.
    /// </summary>
    public string ConvertBy { get; set; } = "";

    /// <summary><see cref="AsPrice"/> or <see cref="AsReference"/>.</summary>
    public string As { get; set; } = AsPrice;

    /// <summary>Which side of the quote is the price: mid, bid or ask.</summary>
    public string Side { get; set; } = "mid";

    /// <summary>Silence after which the source counts as lost.</summary>
    public TimeSpan StaleAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Assets whose prices are traded on, and which no other feed may price.</summary>
    public IEnumerable<string> PricedAssets => As == AsPrice ? Symbols.Values : [];

    /// <summary>Longest symbol that the source can name.</summary>
    protected virtual int LongestSymbol => 64;

    public virtual IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets)
    {
        if (Symbols.Count == 0)
            yield return new OptionProblem("symbols", "nothing", SymbolsWanted);
        foreach ((string symbol, string asset) in Symbols)
        {
            if (symbol.Length == 0 || symbol.Length > LongestSymbol || symbol.Any(static letter => letter is <= ' ' or > '~'))
                yield return new OptionProblem("symbols", $"\"{symbol}\"", $"symbols of 1 to {LongestSymbol} plain characters");
            if (!assets.Contains(asset))
                yield return new OptionProblem($"symbols.{symbol}", $"\"{asset}\"", $"one of {string.Join(", ", assets)}");
        }
        if (Symbols.Values.Distinct().Count() < Symbols.Count)
            yield return new OptionProblem("symbols", "one asset twice", "each asset priced by one symbol");
        if (ConvertBy.Length > 0 && Symbols.ContainsKey(ConvertBy))
            yield return new OptionProblem("convertBy", $"\"{ConvertBy}\", which prices an asset", "a symbol of its own, which prices the numeraire");
        if (As is not (AsPrice or AsReference))
            yield return new OptionProblem("as", $"\"{As}\"", $"{AsPrice} or {AsReference}");
        if (!s_sides.Contains(Side))
            yield return new OptionProblem("side", $"\"{Side}\"", string.Join(", ", s_sides));
        if (StaleAfter < TimeSpan.FromMilliseconds(10) || StaleAfter > TimeSpan.FromHours(1))
            yield return new OptionProblem("staleAfter", $"{StaleAfter}", "a time from 00:00:00.010 to 01:00:00");
    }

    public IEnumerable<OptionProblem> CashProblems(string numeraire, IReadOnlyCollection<string> assets)
    {
        foreach ((string symbol, string asset) in Symbols)
            if (asset == numeraire)
                yield return new OptionProblem($"symbols.{symbol}", $"\"{asset}\", the numeraire", "an asset that has a price; the numeraire's is convertBy's");
    }
}
