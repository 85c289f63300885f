using System.Globalization;
using System.Text;
using FastRebalance.Core.Assets;
using FastRebalance.Simulation.BackTests;
using FastRebalance.Simulation.Tapes;

namespace FastRebalance.BackTesting;

/// <summary>The configuration's own back-test as three CSV files: one line per leg, per day, and per recorded moment.</summary>
public static class BackTestCsv
{
    /// <param name="folder">Made where it is not there.</param>
    /// <param name="book">What was found.</param>
    public static void Write(string folder, BackTestBook book)
    {
        Directory.CreateDirectory(folder);
        BackTestResult result = book.Runs[0].Result;
        File.WriteAllText(Path.Combine(folder, "trades.csv"), Trades(book, result));
        File.WriteAllText(Path.Combine(folder, "days.csv"), Days(result));
        File.WriteAllText(Path.Combine(folder, "path.csv"), PathText(book, result));
    }

    private static string Trades(BackTestBook book, BackTestResult result)
    {
        StringBuilder csv = new("order,decided,executed,status,sell,buy,in,expected,minimum,received,order_sold,order_fees,order_impact,order_gas,order_adverse_move\n");
        foreach (SimulatedTrade trade in result.Trades)
            foreach (SimulatedLeg leg in trade.Legs)
                Line(csv, $"{trade.OrderId},{Times.Text(trade.DecidedUnixNs)},{Times.Text(trade.ExecutedUnixNs)},{trade.Status},{book.Config.Symbols[leg.Sell.Index]},{book.Config.Symbols[leg.Buy.Index]},{Tokens(book, leg.Sell, leg.AmountIn)},{Tokens(book, leg.Buy, leg.ExpectedOut)},{Tokens(book, leg.Buy, leg.MinimumOut)},{Tokens(book, leg.Buy, leg.Received)},{trade.SoldNumeraire:R},{trade.Fees:R},{trade.Impact:R},{trade.Gas:R},{trade.AdverseMove:R}");
        return csv.ToString();
    }

    private static string Days(BackTestResult result)
    {
        StringBuilder csv = new("day,value,return,gap_squared,buy_and_hold_gap_squared,cost_fraction\n");
        foreach (DayResult day in result.Days)
            Line(csv, $"{Times.Text(day.UnixNs)[..10]},{day.Value:R},{day.Return:R},{day.GapSquared:R},{day.BuyAndHoldGapSquared:R},{day.CostFraction:R}");
        return csv.ToString();
    }

    private static string PathText(BackTestBook book, BackTestResult result)
    {
        IReadOnlyList<string> symbols = book.Config.Symbols;
        StringBuilder csv = new("time,value,buy_and_hold,frictionless_target");
        foreach (string symbol in symbols)
            csv.Append(CultureInfo.InvariantCulture, $",{symbol}_weight,{symbol}_target");
        csv.Append('\n');
        for (int p = 0; p < result.Path.Count; p++)
        {
            PathPoint point = result.Path[p];
            csv.Append(CultureInfo.InvariantCulture, $"{Times.Text(point.UnixNs)},{point.Value:R},{point.BuyAndHold:R},{point.AtTarget:R}");
            for (int i = 0; i < symbols.Count; i++)
                csv.Append(CultureInfo.InvariantCulture, $",{result.PathWeights[(p * symbols.Count) + i]:R},{result.PathTargets[(p * symbols.Count) + i]:R}");
            csv.Append('\n');
        }
        return csv.ToString();
    }

    private static string Tokens(BackTestBook book, AssetId asset, UInt256 units) => TokenUnits.Format(units, book.Config.File.Assets[asset.Index].Decimals);

    private static void Line(StringBuilder csv, FormattableString line) => csv.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
