using System.Globalization;
using FastRebalance.Reports;

namespace FastRebalance.Cli.Screens;

/// <summary>A position with debt in words: how healthy it is, and at which prices what happens.</summary>
internal static class PositionWords
{
    /// <summary>For a line of a log.</summary>
    public static string Short(PositionReport position) =>
        (position.Leverage is { } leverage ? $"leverage {Number(leverage)}, " : "")
        + $"health {(position.HealthFactor is { } health ? Number(health) : "without debt")}"
        + (position.LiquidationPrice is { } price ? $", liquidated at {Price(price)} {position.Quote}" : "");

    /// <summary>For a table: a name and what it is.</summary>
    public static IEnumerable<(string Name, string Text)> Rows(PositionReport position)
    {
        string unit = $"{position.Quote} for a {position.Asset}";
        yield return ("position", $"{position.Kind} in {position.Asset}, {Price(position.Price)} {unit}");
        if (position.Leverage is { } leverage)
            yield return ("leverage", Number(leverage));
        yield return ("health", position.HealthFactor is { } health
            ? $"{Number(health)} by the market's prices, {Number(position.HealthAtOurPrices ?? health)} by ours" : "no debt");
        if (position.LiquidationPrice is { } liquidation)
            yield return ("liquidated at", $"{Price(liquidation)} {unit} ({Percent(liquidation, position.Price)})");
        if (position.RipcordPrice is { } ripcord)
            yield return ("ripcord at", $"{Price(ripcord)} {unit} ({Percent(ripcord, position.Price)})");
        yield return ("acts next at", $"{Side(position.NextDown, position.Price)} below, {Side(position.NextUp, position.Price)} above");
        foreach (LiquidityLine pool in position.Liquidity)
        {
            yield return (pool.Name, Liquidity(pool, position));
            if (pool.Advice is { } advice)
                yield return ("advice", Advice(advice, position));
        }
        foreach (PositionLine line in position.Lines)
            if (line.Supplied > 0 || line.Borrowed > 0)
                yield return (line.Symbol, $"{Price(line.Supplied)} supplied, {Price(line.Borrowed)} owed at {(line.BorrowRatePerYear * 100).ToString("0.##", CultureInfo.InvariantCulture)} % a year");
    }

    private static string Liquidity(LiquidityLine pool, PositionReport position)
    {
        if (pool.IsClosed)
            return "closed: it counts as nothing";
        string range = pool is { Low: { } low, High: { } high } ? $"{Price(low)} to {Price(high)} {position.Quote}, {(pool.IsInRange ? "in range" : "out of range")}, " : "";
        return $"{range}worth {Price(pool.Value)} {position.Quote}, delta {Price(pool.Delta)} {position.Asset}, "
            + $"uncollected {Price(pool.UncollectedAsset)} {position.Asset} and {Price(pool.UncollectedQuote)} {position.Quote}";
    }

    private static string Advice(RangeAdvice advice, PositionReport position) =>
        (advice.Action == "stay" ? "leave the range" : $"re-centre to {Price(advice.Low)} to {Price(advice.High)}, which no order does")
        + $": worth {Price(advice.Worth)} against {Price(advice.Cost)} {position.Quote}, "
        + $"by {Price(advice.DailyFees)} {position.Quote} of fees a day in range, seen over {advice.HoursSeen.ToString("0.#", CultureInfo.InvariantCulture)} h";

    private static string Side(double? price, double now) => price is { } at ? $"{Price(at)} ({Percent(at, now)})" : "nowhere";

    private static string Percent(double price, double now) => $"{(((price / now) - 1) * 100).ToString("+0.00;-0.00", CultureInfo.InvariantCulture)} %";

    private static string Number(double number) => number.ToString("0.0000", CultureInfo.InvariantCulture);

    private static string Price(double price) => price.ToString("G8", CultureInfo.InvariantCulture);
}
