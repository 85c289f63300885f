using System.CommandLine;
using FastRebalance.Bench.Chaos;
using FastRebalance.Configuration;

namespace FastRebalance.Cli.Commands;

/// <summary><c>bench chaos</c>: kills the submitter over and over on a real node, and holds what it promised against the chain.</summary>
internal static class BenchChaosCommand
{
    private static readonly ChaosOptions Usual = new();

    public static Command Create()
    {
        Option<int> crashes = new("--crashes") { Description = "Deaths wanted.", DefaultValueFactory = _ => Usual.Crashes };
        Option<ulong> seed = new("--seed") { Description = "Chooses the chains' tempers and the moments of death.", DefaultValueFactory = _ => Usual.Seed };
        Option<int> desks = new("--desks") { Description = "Chains side by side, each with a desk of its own.", DefaultValueFactory = _ => Usual.Desks };
        Option<int> check = new("--check-every") { Description = "Deaths after which a desk is held against its chain.", DefaultValueFactory = _ => Usual.CheckEvery };
        Option<string?> folder = new("--out") { Description = "Keep the folder of a desk that failed here." };
        Option<ChaosBug> bug = new("--bug") { Description = "Break the submitter on purpose, to see that it is noticed.", Hidden = true };
        Option<bool> json = CommonOptions.Json();
        Command command = new("chaos", "Kill the submitter at every step and anywhere, restart it, and count double fills and lost intents on a real chain.")
        {
            crashes, seed, desks, check, folder, bug, json,
        };
        command.SetAction((parse, cancellation) =>
        {
            Output output = new(parse.GetValue(json));
            ChaosOptions options = new()
            {
                Crashes = parse.GetValue(crashes),
                Seed = parse.GetValue(seed),
                Desks = parse.GetValue(desks),
                CheckEvery = parse.GetValue(check),
                Out = parse.GetValue(folder),
                Bug = parse.GetValue(bug),
                Progress = Console.Error.WriteLine,
            };
            return output.GuardAsync(() => RunAsync(output, options, cancellation));
        });
        return command;
    }

    private static async Task<int> RunAsync(Output output, ChaosOptions options, CancellationToken cancellation)
    {
        ChaosResult result;
        try
        {
            result = await ChaosRun.RunAsync(options, cancellation).ConfigureAwait(false);
        }
        catch (ArgumentException e)
        {
            throw new ConfigException([new ConfigProblem("bench chaos", e.Message, "see bench chaos --help")]);
        }
        if (output.IsJson)
            output.Document(result.WriteJson);
        output.Say(result.ToString());
        foreach (ChaosFinding finding in result.Findings)
            Output.Complain($"{finding.Fault}: {finding.Words}");
        return result.IsRight ? ExitCodes.Done : ExitCodes.Failed;
    }
}
