using System.CommandLine;
using FastRebalance.Bench.Rings;
using FastRebalance.Configuration;
using FastRebalance.Messaging;

namespace FastRebalance.Cli.Commands;

/// <summary><c>bench ring</c>: the ring between threads, beside the runtime's own queues.</summary>
internal static class BenchRingCommand
{
    private static readonly RingBenchOptions Usual = new();

    public static Command Create()
    {
        Option<int> windows = new("--windows") { Description = "Measured windows of each arm, turn about.", DefaultValueFactory = _ => Usual.Windows };
        Option<int> ringSize = new("--ring-size") { Description = "Slots of each ring and queue; a power of two.", DefaultValueFactory = _ => Usual.RingSize };
        Option<string[]> waits = new("--wait") { Description = "Wait strategies; all unless told.", DefaultValueFactory = _ => [.. Usual.Strategies] };
        Option<bool> noGraphs = new("--no-graphs") { Description = "One to one and hops only." };
        Option<bool> noPin = new("--no-pin") { Description = "Leave it to the system on which cores the threads run." };
        Option<bool> json = CommonOptions.Json();
        waits.AcceptOnlyFromAmong([.. WaitStrategy.Names]);
        Command command = new("ring", "Measure the ring: events a second and hops for each wait strategy, beside Channels and BlockingCollection.")
        {
            windows, ringSize, waits, noGraphs, noPin, json,
        };
        command.SetAction((parse, _) =>
        {
            Output output = new(parse.GetValue(json));
            RingBenchOptions options = new()
            {
                Windows = parse.GetValue(windows),
                RingSize = parse.GetValue(ringSize),
                Strategies = parse.GetValue(waits)!,
                Graphs = !parse.GetValue(noGraphs),
                Pin = !parse.GetValue(noPin),
            };
            return output.GuardAsync(() => Task.FromResult(Run(output, options)));
        });
        return command;
    }

    private static int Run(Output output, RingBenchOptions options)
    {
        RingBenchResult result = Measure(options);
        if (output.IsJson)
            RingBench.WriteJson(Console.OpenStandardOutput(), result);
        else
            RingBench.WriteText(Console.Out, result);
        return ExitCodes.Done;
    }

    private static RingBenchResult Measure(RingBenchOptions options)
    {
        try
        {
            return RingBench.Run(options);
        }
        catch (ArgumentException e)
        {
            throw new ConfigException([new ConfigProblem("bench ring", e.Message, "see bench ring --help")]);
        }
    }
}
