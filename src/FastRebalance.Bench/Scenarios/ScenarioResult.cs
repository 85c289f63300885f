using System.Globalization;
using System.Text.Json;

namespace FastRebalance.Bench.Scenarios;

/// <summary>What came of one scenario.</summary>
/// <param name="Name">Of the scenario; those of a simulated world begin with <c>sim-</c>, those on a real node with <c>chain-</c>.</param>
public sealed record ScenarioResult(string Name)
{
    /// <summary>Times that the desk under test was liquidated, over all variants.</summary>
    public long Liquidations { get; init; }

    /// <summary>Safety orders that were mined, over all variants.</summary>
    public long Ripcords { get; init; }

    /// <summary>Value of the asset over equity at the end, negative for a short; the median over variants.</summary>
    public double FinalLeverage { get; init; }

    /// <summary>Fees, price impact and gas of its trades in basis points of its equity at the start; the median over variants.</summary>
    public double CostBps { get; init; }

    /// <summary>From the block that called for an order to the order, milliseconds, the median; NaN where there was none.</summary>
    public double ReactionMs { get; init; } = double.NaN;

    /// <summary>What was expected and did not come; null where all did.</summary>
    public string? Failure { get; init; }

    public void WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("name", Name);
        writer.WriteNumber("liquidations", Liquidations);
        writer.WriteNumber("ripcords", Ripcords);
        WriteNumber(writer, "finalLeverage", FinalLeverage, 4);
        WriteNumber(writer, "costBps", CostBps, 3);
        WriteNumber(writer, "reactionMs", ReactionMs, 4);
        if (Failure is not null)
            writer.WriteString("failure", Failure);
        writer.WriteEndObject();
    }

    /// <summary>A line of the table.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name,-34} {Liquidations,12} {Ripcords,9} {FinalLeverage,14:F4} {CostBps,9:F2} {ReactionMs,11:F4}{(Failure is null ? "" : "  FAILED: " + Failure)}");

    /// <summary>The table's head.</summary>
    public static string Head { get; } = $"{"scenario",-34} {"liquidations",12} {"ripcords",9} {"final leverage",14} {"cost bps",9} {"reaction ms",11}";

    private static void WriteNumber(Utf8JsonWriter writer, string name, double value, int digits)
    {
        if (double.IsFinite(value))
            writer.WriteNumber(name, Math.Round(value, digits));
        else
            writer.WriteNull(name);
    }
}
