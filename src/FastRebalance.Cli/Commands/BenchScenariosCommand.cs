using System.CommandLine;
using FastRebalance.Bench.Scenarios;
using FastRebalance.Configuration;

namespace FastRebalance.Cli.Commands;

/// <summary><c>bench scenarios</c>: crashes and troubles on desks with debt, simulated and on a real node.</summary>
internal static class BenchScenariosCommand
{
    private static readonly ScenarioOptions Usual = new();

    public static Command Create()
    {
        Option<int> variants = new("--variants") { Description = "Seeded variants of the recorded crash.", DefaultValueFactory = _ => Usual.Variants };
        Option<ulong> seed = new("--seed") { Description = "Chooses them.", DefaultValueFactory = _ => Usual.Seed };
        Option<string?> only = new("--only") { Description = "One scenario, or all whose names begin so (sim-, chain-)." };
        Option<string> tape = new("--tape") { Description = "Folder of the recorded minutes.", DefaultValueFactory = _ => Usual.Tape };
        Option<bool> json = CommonOptions.Json();
        Command command = new("scenarios", "Play crashes and troubles on desks with debt, and hold what came of it against what must.")
        {
            variants, seed, only, tape, json,
        };
        command.SetAction((parse, _) =>
        {
            Output output = new(parse.GetValue(json));
            ScenarioOptions options = new()
            {
                Variants = parse.GetValue(variants),
                Seed = parse.GetValue(seed),
                Only = parse.GetValue(only),
                Tape = parse.GetValue(tape)!,
                Progress = Console.Error.WriteLine,
            };
            return output.GuardAsync(() => RunAsync(output, options));
        });
        return command;
    }

    private static async Task<int> RunAsync(Output output, ScenarioOptions options)
    {
        IReadOnlyList<ScenarioResult> results;
        using Stopping stopping = new();
        try
        {
            results = await ScenarioRun.RunAsync(options, stopping.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ArgumentException or FileNotFoundException)
        {
            throw new ConfigException([new ConfigProblem("bench scenarios", e.Message, "see bench scenarios --help")]);
        }
        if (output.IsJson)
            output.Document(writer =>
            {
                writer.WriteStartArray();
                foreach (ScenarioResult result in results)
                    result.WriteJson(writer);
                writer.WriteEndArray();
            });
        output.Say(ScenarioResult.Head);
        foreach (ScenarioResult result in results)
            output.Say(result.ToString());
        return results.Any(result => result.Failure is not null) ? ExitCodes.Failed : ExitCodes.Done;
    }
}
