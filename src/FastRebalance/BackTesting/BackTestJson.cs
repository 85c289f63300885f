using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Simulation.BackTests;
using FastRebalance.Simulation.Evaluation;
using FastRebalance.Simulation.Tapes;

namespace FastRebalance.BackTesting;

/// <summary>The results as one JSON document. Times are ISO 8601 in UTC, money is in the numeraire, amounts are whole tokens as text.</summary>
public static class BackTestJson
{
    public static void Write(Utf8JsonWriter json, BackTestBook book)
    {
        json.WriteStartObject();
        json.WriteString("config", book.Options.Config);
        json.WriteString("portfolio", book.Config.File.Portfolio.Name);
        json.WriteString("numeraire", book.Config.Symbols[book.Config.File.Numeraire.Index]);
        WriteInput(json, book);
        json.WritePropertyName("result");
        WriteRun(json, book, book.Runs[0], withTrades: true);
        if (book.Runs.Count > 1)
        {
            json.WriteStartArray("sweep");
            foreach (BackTestRun run in book.Runs.Skip(1))
                WriteRun(json, book, run, withTrades: false);
            json.WriteEndArray();
            json.WriteString("best", book.Best.Name);
        }
        if (book.Folds.Count > 0)
            WriteFolds(json, book);
        json.WriteEndObject();
    }

    private static void WriteInput(Utf8JsonWriter json, BackTestBook book)
    {
        json.WriteStartObject("input");
        json.WriteNumber("rows", book.Rows);
        json.WriteNumber("prices", book.Prices);
        json.WriteNumber("refusedPrices", book.RefusedPrices);
        json.WriteString("firstRefusal", book.FirstRefusal);
        json.WriteNumber("loadMs", Rounded(book.LoadTime.TotalMilliseconds));
        json.WriteString("market", book.Config.Section.Market.Description);
        json.WriteNumber("latencyMs", book.Config.Section.Latency.TotalMilliseconds);
        json.WriteNumber("blockTimeMs", book.Config.Section.BlockTime.TotalMilliseconds);
        json.WriteNumber("failureRate", book.Config.Section.FailureRate);
        json.WriteNumber("seed", book.Config.Section.Seed);
        json.WriteNumber("riskAversion", book.Config.Section.RiskAversion);
        json.WriteEndObject();
    }

    private static void WriteRun(Utf8JsonWriter json, BackTestBook book, BackTestRun run, bool withTrades)
    {
        BackTestResult result = run.Result;
        json.WriteStartObject();
        json.WriteStartObject("fields");
        foreach ((string key, string value) in run.Fields)
            json.WriteString(key, value);
        json.WriteEndObject();
        json.WriteString("from", Iso(result.FromUnixNs));
        json.WriteString("to", Iso(result.ToUnixNs));
        json.WriteNumber("engineMs", Rounded(run.EngineTime.TotalMilliseconds));
        WriteValues(json, result);
        json.WriteNumber("trades", result.ExecutedTrades);
        json.WriteNumber("failedTrades", result.FailedTrades);
        json.WriteBoolean("endedInFlight", result.EndedInFlight);
        json.WriteNumber("turnoverPerYear", result.TurnoverPerYear);
        WriteCosts(json, book, result);
        WriteJudgement(json, book, result);
        Counts(json, "verdicts", result.Verdicts);
        Counts(json, "refusals", result.Refusals);
        Counts(json, "routeFailures", result.RouteFailures);
        if (run.AgainstConfigured is { } interval)
            WriteInterval(json, interval);
        if (withTrades)
            WriteTrades(json, book, result);
        json.WriteEndObject();
    }

    private static void WriteValues(Utf8JsonWriter json, BackTestResult result)
    {
        json.WriteStartObject("value");
        json.WriteNumber("initial", result.InitialValue);
        json.WriteNumber("final", result.FinalValue);
        json.WriteNumber("return", (result.FinalValue / result.InitialValue) - 1);
        json.WriteNumber("buyAndHold", result.BuyAndHoldValue);
        json.WriteNumber("frictionlessTarget", result.AtTargetValue);
        json.WriteNumber("priceMoves", result.PriceMoves);
        json.WriteNumber("mean", result.MeanValue);
        json.WriteEndObject();
    }

    private static void WriteCosts(Utf8JsonWriter json, BackTestBook book, BackTestResult result)
    {
        json.WriteStartObject("costs");
        json.WriteNumber("total", result.Costs.Total);
        json.WriteNumber("feesAndSpread", result.Costs.Fees);
        json.WriteNumber("impact", result.Costs.Impact);
        json.WriteNumber("gas", result.Costs.Gas);
        json.WriteNumber("failedTransactions", result.Costs.FailedGas);
        json.WriteNumber("adverseMoveDuringLatency", result.Costs.AdverseMove);
        if (book.Config.Section.Lending is not null)
        {
            json.WriteNumber("interest", result.Costs.Interest);
            json.WriteNumber("liquidations", result.Costs.Liquidations);
        }
        json.WriteNumber("bpsPerYear", result.CostBpsPerYear);
        json.WriteEndObject();
    }

    private static void WriteJudgement(Utf8JsonWriter json, BackTestBook book, BackTestResult result)
    {
        json.WriteNumber("trackingErrorBps", result.TrackingError * Bps.PerUnit);
        json.WriteNumber("buyAndHoldTrackingErrorBps", result.BuyAndHoldTrackingError * Bps.PerUnit);
        json.WriteNumber("lossBpsPerYear", result.LossBpsPerYear);
        if (result.CostPerTrackingErrorRemoved is { } price)
            json.WriteNumber("bpsPaidPerBpOfTrackingErrorRemoved", price);
        else
            json.WriteNull("bpsPaidPerBpOfTrackingErrorRemoved");
        json.WriteNumber("maxDrawdown", result.MaxDrawdown);
        if (book.Config.Section.Lending is not null)
        {
            json.WriteNumber("liquidations", result.Liquidations);
            json.WriteNumber("leastHealthFactor", double.IsFinite(result.LeastHealth) ? result.LeastHealth : 0);
        }
        if (result.WorstDay is { } day)
        {
            json.WriteStartObject("worstDay");
            json.WriteString("day", Iso(day.UnixNs)[..10]);
            json.WriteNumber("return", day.Return);
            json.WriteEndObject();
        }
    }

    private static void WriteTrades(Utf8JsonWriter json, BackTestBook book, BackTestResult result)
    {
        json.WriteStartArray("orders");
        foreach (SimulatedTrade trade in result.Trades)
        {
            json.WriteStartObject();
            json.WriteString("decided", Iso(trade.DecidedUnixNs));
            json.WriteString("executed", Iso(trade.ExecutedUnixNs));
            json.WriteString("status", Name(trade.Status));
            if (trade.Failure is not null)
                json.WriteString("failure", trade.Failure);
            json.WriteString("tier", Name(trade.Tier));
            json.WriteNumber("driftBps", trade.MaxDrift * Bps.PerUnit);
            json.WriteNumber("sold", trade.SoldNumeraire);
            json.WriteNumber("feesAndSpread", trade.Fees);
            json.WriteNumber("impact", trade.Impact);
            json.WriteNumber("gas", trade.Gas);
            json.WriteNumber("adverseMove", trade.AdverseMove);
            json.WriteStartArray("legs");
            foreach (SimulatedLeg leg in trade.Legs)
                WriteLeg(json, book, leg);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteLeg(Utf8JsonWriter json, BackTestBook book, SimulatedLeg leg)
    {
        json.WriteStartObject();
        json.WriteString("sell", book.Config.Symbols[leg.Sell.Index]);
        json.WriteString("buy", book.Config.Symbols[leg.Buy.Index]);
        json.WriteString("in", Tokens(book, leg.Sell, leg.AmountIn));
        json.WriteString("expected", Tokens(book, leg.Buy, leg.ExpectedOut));
        json.WriteString("minimum", Tokens(book, leg.Buy, leg.MinimumOut));
        json.WriteString("received", Tokens(book, leg.Buy, leg.Received));
        json.WriteEndObject();
    }

    private static void WriteFolds(Utf8JsonWriter json, BackTestBook book)
    {
        json.WriteStartArray("folds");
        foreach (BackTestFold fold in book.Folds)
        {
            json.WriteStartObject();
            json.WriteString("trainFrom", Iso(fold.TrainFromUnixNs));
            json.WriteString("testFrom", Iso(fold.TestFromUnixNs));
            json.WriteString("testTo", Iso(fold.TestToUnixNs));
            json.WriteStartObject("chosen");
            foreach ((string key, string value) in fold.Chosen)
                json.WriteString(key, value);
            json.WriteEndObject();
            json.WriteNumber("trainLossBpsPerYear", fold.TrainLoss);
            json.WriteNumber("testLossBpsPerYear", fold.TestLoss);
            json.WriteNumber("configuredTestLossBpsPerYear", fold.ConfiguredTestLoss);
            json.WriteNumber("hindsightTestLossBpsPerYear", fold.BestTestLoss);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteInterval(Utf8JsonWriter json, Interval interval)
    {
        json.WriteStartObject("lossAgainstConfiguredBpsPerYear");
        json.WriteNumber("mean", interval.Mean);
        json.WriteNumber("low95", interval.Low);
        json.WriteNumber("high95", interval.High);
        json.WriteEndObject();
    }

    private static void Counts<T>(Utf8JsonWriter json, string name, IReadOnlyDictionary<T, long> counts)
        where T : struct, Enum
    {
        json.WriteStartObject(name);
        foreach ((T key, long count) in counts)
            json.WriteNumber(Name(key), count);
        json.WriteEndObject();
    }

    private static string Name<T>(T value)
        where T : struct, Enum =>
        JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static string Tokens(BackTestBook book, AssetId asset, UInt256 units) => TokenUnits.Format(units, book.Config.File.Assets[asset.Index].Decimals);

    private static string Iso(long unixNs) => Times.Text(unixNs).Replace(' ', 'T') + "Z";

    private static double Rounded(double number) => Math.Round(number, 3);
}
