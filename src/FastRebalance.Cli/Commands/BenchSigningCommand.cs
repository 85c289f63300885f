using System.CommandLine;
using System.Globalization;
using FastRebalance.Bench.Signing;

namespace FastRebalance.Cli.Commands;

/// <summary><c>bench signing</c>: what a pre-signed transaction costs, and how much of it is the curve's own.</summary>
internal static class BenchSigningCommand
{
    public static Command Create()
    {
        Option<int> rounds = new("--rounds")
        {
            Description = "Rounds; in each everything is done once, in turn.",
            DefaultValueFactory = _ => SigningBench.UsualRounds,
        };
        rounds.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out int value) && value is < 1 or > SigningBench.MostRounds)
                result.AddError($"--rounds is {value}: wanted is a number from 1 to {SigningBench.MostRounds}");
        });
        Option<bool> json = CommonOptions.Json();
        Command command = new("signing", "Measure signing: the library alone, through the safe face, and a whole rung with the frames of every channel.")
        {
            rounds, json,
        };
        command.SetAction((parse, _) =>
        {
            Output output = new(parse.GetValue(json));
            return output.GuardAsync(() => Task.FromResult(Run(output, parse.GetValue(rounds))));
        });
        return command;
    }

    private static int Run(Output output, int rounds)
    {
        SigningBenchResult result = SigningBench.Run(rounds);
        if (output.IsJson)
            output.Document(result.WriteJson);
        else
            result.WriteText(Console.Out);
        foreach (string wrong in result.Wrong)
            Output.Complain($"wrong: {wrong}");
        return result.IsRight ? ExitCodes.Done : ExitCodes.Failed;
    }
}
