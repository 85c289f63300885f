using System.Globalization;
using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Baskets;
using FastRebalance.Hosting;

namespace FastRebalance.Cli.Screens;

/// <summary>A basket plan for people and as JSON: legs in their order, the bound, the gap, the prices that prove them.</summary>
internal static class BasketScreen
{
    /// <summary>The fields <c>plan</c>, <c>bound</c>, <c>gap</c>, <c>prices</c> and <c>rates</c> of the object that is open.</summary>
    public static void Write(Utf8JsonWriter writer, ResolvedSetup setup, BasketAnswer answer)
    {
        BasketPlan plan = answer.Plan;
        writer.WriteStartObject("plan");
        writer.WriteString("status", Camel(plan.Status.ToString()));
        writer.WriteString("verified", Camel(answer.Verdict.Verdict.ToString()));
        writer.WriteStartArray("legs");
        foreach (BasketLeg leg in plan.Legs)
        {
            ResolvedPool pool = setup.Pools[leg.Pool.Index];
            writer.WriteStartObject();
            writer.WriteString("pool", pool.Address);
            writer.WriteString("kind", pool.Kind);
            writer.WriteString("sell", setup.Assets[leg.Sell.Index].Symbol);
            writer.WriteString("buy", setup.Assets[leg.Buy.Index].Symbol);
            writer.WriteString("amountIn", leg.AmountIn.ToString());
            writer.WriteString("expectedOut", leg.ExpectedOut.ToString());
            writer.WriteString("minimumOut", leg.MinimumOut.ToString());
            writer.WriteNumber("gas", leg.Gas);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartObject("final");
        for (int a = 0; a < setup.Assets.Count; a++)
            writer.WriteString(setup.Assets[a].Symbol, plan.FinalHoldings[a].ToString());
        writer.WriteEndObject();
        writer.WriteNumber("iterations", plan.Iterations);
        writer.WriteString("trace", plan.TraceHash.ToString("x16", CultureInfo.InvariantCulture));
        writer.WriteEndObject();
        Number(writer, "value", plan.Value);
        Number(writer, "bound", plan.Bound);
        Number(writer, "gap", plan.Gap);
        Number(writer, "gapOfDoingNothing", plan.GapOfDoingNothing);
        writer.WriteStartObject("prices");
        for (int a = 0; a < setup.Assets.Count; a++)
            Number(writer, setup.Assets[a].Symbol, Price(setup, plan, a));
        writer.WriteEndObject();
    }

    /// <summary>What every pool pays, before and after, beside what the plan's prices ask.</summary>
    public static void WriteRates(Utf8JsonWriter writer, ResolvedSetup setup, BasketAnswer answer)
    {
        writer.WriteStartArray("rates");
        foreach (PoolRate rate in answer.Rates)
        {
            double scale = Scale(setup, rate);
            writer.WriteStartObject();
            writer.WriteString("pool", setup.Pools[rate.Pool.Index].Address);
            writer.WriteString("sell", setup.Assets[rate.Sell.Index].Symbol);
            writer.WriteString("buy", setup.Assets[rate.Buy.Index].Symbol);
            Number(writer, "marginalNow", rate.Now * scale);
            Number(writer, "marginalAfter", rate.After * scale);
            Number(writer, "wanted", rate.Wanted * scale);
            writer.WriteBoolean("used", rate.IsUsed);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    public static void Show(Output output, ResolvedSetup setup, BasketAnswer answer)
    {
        BasketPlan plan = answer.Plan;
        output.Say($"  as a basket: {plan.Status}, {plan.LegCount} legs, {answer.Search} search, {answer.Verdict.Verdict.ToString().ToLowerInvariant()} by replay");
        foreach (BasketLeg leg in plan.Legs)
        {
            (ResolvedAsset sell, ResolvedAsset buy) = (setup.Assets[leg.Sell.Index], setup.Assets[leg.Buy.Index]);
            output.Say($"    {TokenUnits.Format(leg.AmountIn, sell.Decimals)} {sell.Symbol} -> {TokenUnits.Format(leg.ExpectedOut, buy.Decimals)} {buy.Symbol}"
                + $" through {setup.Pools[leg.Pool.Index].Kind} {setup.Pools[leg.Pool.Index].Address}");
        }
        output.Say(FormattableString.Invariant(
            $"    gap to the bound {plan.Gap:0.0e+00} of the portfolio; doing nothing would leave {plan.GapOfDoingNothing:0.0e+00}"));
    }

    public static void ShowHoldings(Output output, ResolvedSetup setup, BasketAnswer answer)
    {
        for (int a = 0; a < setup.Assets.Count; a++)
        {
            int decimals = setup.Assets[a].Decimals;
            output.Say($"    {setup.Assets[a].Symbol}: {TokenUnits.Format(answer.Request.Holdings[a], decimals)} -> {TokenUnits.Format(answer.Plan.FinalHoldings[a], decimals)}");
        }
    }

    public static void ShowRates(Output output, ResolvedSetup setup, BasketAnswer answer)
    {
        output.Say("  what the pools pay for a vanishing trade, fee taken off, now and after; a pool is used from what is wanted on");
        foreach (PoolRate rate in answer.Rates)
        {
            double scale = Scale(setup, rate);
            output.Say(FormattableString.Invariant(
                $"    {setup.Assets[rate.Sell.Index].Symbol,6} -> {setup.Assets[rate.Buy.Index].Symbol,-6} {rate.Now * scale,14:G9}  {rate.After * scale,14:G9}  wanted {rate.Wanted * scale,14:G9} {(rate.IsUsed ? "used  " : "      ")} {setup.Pools[rate.Pool.Index].Kind} {setup.Pools[rate.Pool.Index].Address}"));
        }
    }

    /// <summary>Numeraire that a whole token is worth to the plan: its dual price beside the numeraire's.</summary>
    private static double Price(ResolvedSetup setup, BasketPlan plan, int asset)
    {
        int numeraire = setup.AssetOf(setup.Numeraire).Index;
        double unit = plan.DualPrices[numeraire];
        return unit > 0 ? plan.DualPrices[asset] / unit * Math.Pow(10, setup.Assets[asset].Decimals - setup.Assets[numeraire].Decimals) : 0;
    }

    /// <summary>From base units to whole tokens.</summary>
    private static double Scale(ResolvedSetup setup, PoolRate rate) =>
        Math.Pow(10, setup.Assets[rate.Sell.Index].Decimals - setup.Assets[rate.Buy.Index].Decimals);

    private static void Number(Utf8JsonWriter writer, string name, double value)
    {
        if (double.IsFinite(value))
            writer.WriteNumber(name, value);
        else
            writer.WriteNull(name);
    }

    /// <summary>A name as the JSON has it.</summary>
    public static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
