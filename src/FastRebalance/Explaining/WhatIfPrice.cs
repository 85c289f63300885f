using System.Globalization;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;

namespace FastRebalance.Explaining;

/// <summary>A price to decide on instead of the one that is known.</summary>
public readonly record struct WhatIfPrice(AssetId Asset, double NumerairePerToken)
{
    /// <summary>Reads <c>SYMBOL=NUMBER</c> texts; what cannot be one is added to the problems under <paramref name="option"/>.</summary>
    public static List<WhatIfPrice> Parse(IEnumerable<string> texts, ConfigFile config, string option, List<ConfigProblem> problems)
    {
        List<WhatIfPrice> prices = [];
        foreach (string text in texts)
        {
            if (!TryParse(text, config, out WhatIfPrice price))
                problems.Add(new ConfigProblem(option, $"\"{text}\"", $"SYMBOL=NUMBER, a price above 0 of one of {string.Join(", ", Priced(config))}"));
            else if (prices.Exists(p => p.Asset == price.Asset))
                problems.Add(new ConfigProblem(option, $"\"{text}\", a second price of the asset", "one price for each asset"));
            else
                prices.Add(price);
        }
        return prices;
    }

    private static bool TryParse(string text, ConfigFile config, out WhatIfPrice price)
    {
        price = default;
        int sign = text.IndexOf('=', StringComparison.Ordinal);
        if (sign < 0 || !Priced(config).Contains(text[..sign])
            || !double.TryParse(text.AsSpan(sign + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            || !new Price(number).IsUsable)
            return false;
        int asset = config.Assets.ToList().FindIndex(a => a.Symbol == text[..sign]);
        price = new WhatIfPrice(AssetId.FromIndex(asset), number);
        return true;
    }

    /// <summary>The numeraire's price is one, and stays so.</summary>
    private static IEnumerable<string> Priced(ConfigFile config) =>
        config.Assets.Where((_, i) => AssetId.FromIndex(i) != config.Numeraire).Select(a => a.Symbol);
}
