using System.Globalization;
using System.Text.Json;

namespace FastRebalance.Bench.Routing;

/// <summary>What the routing bench found.</summary>
/// <param name="Search">Which solver was at work.</param>
/// <param name="DepthOfPools">Value of a pool's side beside the portfolio's, to a factor of ten either way.</param>
/// <param name="NativePathUs">Best path of three pools out of 200, never asked for before; NaN without the library.</param>
/// <param name="ManagedPathUs">The same by the managed twin.</param>
/// <param name="Mismatches">Plans that the native and the managed planner do not share.</param>
/// <param name="AllocatedBytes">While measuring.</param>
/// <param name="StrayBytes">Booked by fewer than one call in a hundred: the runtime's, see <see cref="AllocationTally"/>.</param>
/// <param name="Wrong">What must not be; empty where all is right.</param>
public sealed record RoutingBenchResult(
    string Processor, int Cores, string Runtime, string? Load, string Search, double DepthOfPools, IReadOnlyList<RoutingFigures> Sizes,
    double NativePathUs, double ManagedPathUs, int Mismatches, long AllocatedBytes, long StrayBytes, IReadOnlyList<string> Wrong)
{
    public bool IsRight => Wrong.Count == 0 && Mismatches == 0;

    /// <summary>One JSON document.</summary>
    public void WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("processor", Processor);
        writer.WriteNumber("cores", Cores);
        writer.WriteString("runtime", Runtime);
        writer.WriteString("load", Load);
        writer.WriteString("search", Search);
        writer.WriteString("depth", string.Create(CultureInfo.InvariantCulture, $"a pool's side is {DepthOfPools / 10:0} to {DepthOfPools * 10:0} portfolios"));
        writer.WriteStartArray("sizes");
        foreach (RoutingFigures size in Sizes)
        {
            writer.WriteStartObject();
            writer.WriteString("market", size.Market);
            writer.WriteNumber("tokens", size.Assets);
            writer.WriteNumber("pools", size.Pools);
            Number("coldP50Us", size.ColdP50Us);
            Number("warmP50Us", size.WarmP50Us);
            Number("warmP99Us", size.WarmP99Us);
            Number("coldPlanP50Us", size.ColdPlanP50Us);
            Number("warmPlanP50Us", size.WarmPlanP50Us);
            Number("gasPlanP50Us", size.GasPlanP50Us);
            if (double.IsFinite(size.MaxGap))
                writer.WriteNumber("maxGap", size.MaxGap);
            else
                writer.WriteNull("maxGap");
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartObject("path");
        writer.WriteNumber("pools", 200);
        writer.WriteNumber("hops", 3);
        if (double.IsFinite(NativePathUs))
            Number("nativeP50Us", NativePathUs);
        Number("managedP50Us", ManagedPathUs);
        writer.WriteEndObject();
        writer.WriteNumber("nativeManagedMismatches", Mismatches);
        writer.WriteNumber("allocatedBytes", AllocatedBytes);
        writer.WriteNumber("strayBytes", StrayBytes);
        writer.WriteStartArray("wrong");
        foreach (string wrong in Wrong)
            writer.WriteStringValue(wrong);
        writer.WriteEndArray();
        writer.WriteEndObject();

        void Number(string name, double value) => writer.WriteNumber(name, Math.Round(value, 2));
    }

    /// <summary>Lines for people.</summary>
    public void WriteText(TextWriter writer)
    {
        Line($"{Processor}, {Cores} cores, {Runtime}{(Load is null ? "" : $", load {Load}")}; {Search} search");
        Line($"calm: every pool within its fee of the price, a side worth {DepthOfPools / 10:0} to {DepthOfPools * 10:0} portfolios; random: pools that disagree by far; microseconds");
        writer.WriteLine("  market assets pools   prices cold  warm p50  warm p99   whole plan cold  warm p50  with gas   largest gap");
        foreach (RoutingFigures size in Sizes)
            Line($"  {size.Market,-6} {size.Assets,6} {size.Pools,5}   {size.ColdP50Us,11:0.0}  {size.WarmP50Us,8:0.0}  {size.WarmP99Us,8:0.0}   {size.ColdPlanP50Us,15:0.0}  {size.WarmPlanP50Us,8:0.0}  {size.GasPlanP50Us,8:0.0}   {size.MaxGap,11:E1}");
        Line($"best path of 3 pools out of 200, never asked before: native {NativePathUs:0.0}, managed {ManagedPathUs:0.0}");
        Line($"native and managed plans that differ: {Mismatches}; allocated while measuring: {AllocatedBytes} bytes, and {StrayBytes} booked by fewer than one call in a hundred");
        foreach (string wrong in Wrong)
            Line($"WRONG: {wrong}");

        void Line(FormattableString text) => writer.WriteLine(FormattableString.Invariant(text));
    }
}
