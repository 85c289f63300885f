using System.CommandLine;
using FastRebalance.Bench.Policies;
using FastRebalance.Configuration;

namespace FastRebalance.Cli.Commands;

/// <summary><c>bench policies</c>: what deciding costs, for one portfolio and for a million.</summary>
internal static class BenchPoliciesCommand
{
    private static readonly PolicyBenchOptions Usual = new();

    public static Command Create()
    {
        Option<int> portfolios = new("--portfolios") { Description = "Portfolios of the fleet.", DefaultValueFactory = _ => Usual.Portfolios };
        Option<TimeSpan?> time = Durations.Option("--for", "Measured time of each figure; 2s unless told.");
        Option<bool> json = CommonOptions.Json();
        Command command = new("policies", "Measure deciding: fence, exact test and quadratic trigger of one portfolio; ticks over a fleet of many.")
        {
            portfolios, time, json,
        };
        command.SetAction((parse, _) =>
        {
            Output output = new(parse.GetValue(json));
            PolicyBenchOptions options = new() { Portfolios = parse.GetValue(portfolios), Measured = parse.GetValue(time) ?? Usual.Measured };
            return output.GuardAsync(() => Task.FromResult(Run(output, options)));
        });
        return command;
    }

    private static int Run(Output output, PolicyBenchOptions options)
    {
        PolicyBenchResult result = Measure(options);
        if (output.IsJson)
            output.Document(writer => PolicyBench.WriteJson(writer, result));
        else
            PolicyBench.WriteText(Console.Out, result);
        foreach (string wrong in result.Wrong)
            Output.Complain($"wrong: {wrong}");
        return result.Wrong.Count == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static PolicyBenchResult Measure(PolicyBenchOptions options)
    {
        try
        {
            return PolicyBench.Run(options);
        }
        catch (ArgumentException e)
        {
            throw new ConfigException([new ConfigProblem("bench policies", e.Message, "see bench policies --help")]);
        }
    }
}
