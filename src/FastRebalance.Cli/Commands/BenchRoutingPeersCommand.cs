using System.CommandLine;
using FastRebalance.Bench.Routing.Peers;

namespace FastRebalance.Cli.Commands;

/// <summary><c>bench routing-peers</c>: our routes beside those of routers written by others, which run outside and answer in files.</summary>
internal static class BenchRoutingPeersCommand
{
    private const int Seed = 1;
    private const int Repetitions = 101;

    public static Command Create() => new("routing-peers", "Compare routes and times with other routers: write the orders, let them answer, compare.")
    {
        Write(),
        Compare(),
    };

    private static Command Write()
    {
        Argument<string> file = new("FILE") { Description = "Where the instances go, as JSON." };
        Option<int> seed = new("--seed") { Description = "The instances follow from it.", DefaultValueFactory = _ => Seed };
        Command command = new("write", "Write seeded markets and orders for the peers.") { file, seed };
        command.SetAction((parse, _) =>
        {
            Output output = new(json: false);
            return output.GuardAsync(() => Task.FromResult(Write(parse.GetRequiredValue(file), parse.GetValue(seed))));
        });
        return command;
    }

    private static Command Compare()
    {
        Argument<string> file = new("FILE") { Description = "The instances, as written." };
        Argument<string[]> answers = new("ANSWERS")
        {
            Description = "One file for each peer, NAME.json; a peer whose file is not there has failed.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<bool> json = CommonOptions.Json();
        Command command = new(
            "compare",
            "Make every answer's swaps on the exact pools and lay ours beside them; exit code 1 where a peer's path or split brings more than "
            + "our path or plan, where an answer cannot be made, and where a peer has not answered.")
        {
            file, answers, json,
        };
        command.SetAction((parse, _) =>
        {
            Output output = new(parse.GetValue(json));
            return output.GuardAsync(() => Task.FromResult(Compare(output, parse.GetRequiredValue(file), parse.GetRequiredValue(answers))));
        });
        return command;
    }

    private static int Write(string file, int seed)
    {
        IReadOnlyList<PeerInstance> instances = PeerMarkets.Make(seed);
        File.WriteAllText(file, Output.Text(writer => PeerFiles.Write(writer, instances)));
        return ExitCodes.Done;
    }

    private static int Compare(Output output, string file, string[] answerFiles)
    {
        IReadOnlyList<PeerInstance> instances = PeerFiles.ReadInstances(File.ReadAllText(file));
        PeerAnswers[] peers = [.. answerFiles.Where(File.Exists).Select(answers => PeerFiles.ReadAnswers(File.ReadAllText(answers)))];
        string[] silent = [.. answerFiles.Where(answers => !File.Exists(answers)).Select(answers => Path.GetFileNameWithoutExtension(answers))];
        PeerComparisonResult result = PeerComparison.Run(instances, peers, silent, Repetitions);
        if (output.IsJson)
            output.Document(result.WriteJson);
        else
            result.WriteText(Console.Out);
        return result.IsRight ? ExitCodes.Done : ExitCodes.Failed;
    }
}
