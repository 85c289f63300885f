using System.Text.Json;
using FastRebalance.Bench.Latency;

namespace FastRebalance.Bench.Policies;

/// <summary>What deciding costs: one portfolio by each of its tests, and a fleet of many whose cost must follow those that fire.</summary>
public static class PolicyBench
{
    /// <summary>Measures everything on the calling thread, and checks every answer.</summary>
    /// <exception cref="ArgumentException">The options cannot be; the message says which would.</exception>
    public static PolicyBenchResult Run(PolicyBenchOptions options)
    {
        options.Validate();
        List<string> wrong = [];
        SinglePortfolio single = new();
        long allocated = 0;
        double fence = Median(single.Fence), exact = Median(single.Exact), quadratic = Median(single.Quadratic), whole = Median(single.Whole);
        if (single.Outside != 0)
            wrong.Add($"{single.Outside} ticks of one portfolio were told to be outside; wanted are none");

        FleetMarket market = new(options.Portfolios);
        FleetRun run = new(market);
        TickFigures idle = run.Idle(options.Measured);
        double fireUs = run.Fire(out int fired);
        TickFigures walk = run.Walk(options.Measured, out double testsPerTick, out long walkFired);
        wrong.AddRange(run.Wrong);
        if (fired != FleetMarket.Jumpers)
            wrong.Add($"{fired} portfolios fired on the jump; wanted are {FleetMarket.Jumpers}");
        return new PolicyBenchResult(
            Machine.Processor,
            Machine.Cores,
            Machine.Runtime,
            Machine.Load,
            fence,
            exact,
            quadratic,
            whole,
            options.Portfolios,
            idle,
            walk,
            testsPerTick,
            walkFired,
            fireUs,
            fired,
            (double)market.Fleet.Bytes / options.Portfolios,
            allocated + run.AllocatedBytes,
            wrong);

        double Median(Action block)
        {
            TickBlocks blocks = new();
            blocks.Run(options.Measured / 4, block);
            allocated += blocks.AllocatedBytes;
            return blocks.Figures.P50Ns;
        }
    }

    /// <summary>One JSON document.</summary>
    public static void WriteJson(Utf8JsonWriter writer, PolicyBenchResult result)
    {
        writer.WriteStartObject();
        writer.WriteString("processor", result.Processor);
        writer.WriteNumber("cores", result.Cores);
        writer.WriteString("runtime", result.Runtime);
        writer.WriteString("load", result.Load);
        writer.WriteString("percentilesAreOf", $"means of {TickBlocks.Size} ticks in a row");
        Number("fenceNs", result.FenceNs);
        Number("exactNs", result.ExactNs);
        Number("quadraticNs", result.QuadraticNs);
        Number("wholeNs", result.WholeNs);
        writer.WriteNumber("portfolios", result.Portfolios);
        Number("idleTickP50Ns", result.Idle.P50Ns);
        Number("idleTickP99Ns", result.Idle.P99Ns);
        Number("idleTickP999Ns", result.Idle.P999Ns);
        Number("walkTickP50Ns", result.Walk.P50Ns);
        Number("walkTickP99Ns", result.Walk.P99Ns);
        Number("walkTickP999Ns", result.Walk.P999Ns);
        Number("walkTestsPerTick", result.WalkTestsPerTick);
        writer.WriteNumber("walkFired", result.WalkFired);
        Number("fire1000Us", result.Fire1000Us);
        writer.WriteNumber("fired", result.Fire1000Count);
        Number("bytesPerPortfolio", result.BytesPerPortfolio);
        writer.WriteNumber("allocatedBytes", result.AllocatedBytes);
        writer.WriteStartArray("wrong");
        foreach (string wrong in result.Wrong)
            writer.WriteStringValue(wrong);
        writer.WriteEndArray();
        writer.WriteEndObject();

        void Number(string name, double value) => writer.WriteNumber(name, Math.Round(value, 3));
    }

    /// <summary>Lines for people.</summary>
    public static void WriteText(TextWriter writer, PolicyBenchResult result)
    {
        Line($"{result.Processor}, {result.Cores} cores, {result.Runtime}{(result.Load is null ? "" : $", load {result.Load}")}");
        Line($"one portfolio, 8 assets: fence {result.FenceNs:0.0} ns, exact test {result.ExactNs:0.0} ns, valued whole {result.WholeNs:0.0} ns; "
            + $"quadratic trigger, 16 assets: {result.QuadraticNs:0.0} ns");
        Line($"{result.Portfolios:N0} portfolios of 8 assets out of {FleetMarket.Assets} and cash, {result.BytesPerPortfolio:0} bytes each");
        Line($"  a tick that crosses no fence   p50 {result.Idle.P50Ns:0.0} ns, p99 {result.Idle.P99Ns:0.0}, p99.9 {result.Idle.P999Ns:0.0}");
        Line($"  a tick of a 0.1 % random walk  p50 {result.Walk.P50Ns:0.0} ns, p99 {result.Walk.P99Ns:0.0}, p99.9 {result.Walk.P999Ns:0.0}; "
            + $"{result.WalkTestsPerTick:0.000} portfolios looked at a tick, {result.WalkFired:N0} fired");
        Line($"  {result.Fire1000Count:N0} fire on one tick          {result.Fire1000Us:0} us, all decided");
        Line($"allocated while measuring: {result.AllocatedBytes} bytes. Percentiles are of means of {TickBlocks.Size} ticks in a row.");
        foreach (string wrong in result.Wrong)
            Line($"WRONG: {wrong}");

        void Line(string text) => writer.WriteLine(text);
    }
}
