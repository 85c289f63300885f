using System.CommandLine;
using FastRebalance.Cli.Screens;
using FastRebalance.Configuration;
using FastRebalance.Explaining;
using FastRebalance.Hosting;

namespace FastRebalance.Cli.Commands;

/// <summary><c>explain</c>: what would fire, and why nothing is traded where nothing is.</summary>
internal static class ExplainCommand
{
    private const int DefaultLast = 20;

    public static Command Create()
    {
        Option<string> config = CommonOptions.Config();
        Option<string[]> price = new("--price")
        {
            Description = "Decide at this price instead, such as WETH=1590; may be given once for each asset.",
            AllowMultipleArgumentsPerToken = false,
        };
        Option<string?> journal = new("--journal") { Description = "Where a run's journal ends (or the newest of a folder of runs), instead of the chain's head." };
        Option<int> last = new("--last") { Description = "How many of the journal's decisions to tell.", DefaultValueFactory = _ => DefaultLast };
        Argument<string?> decision = new("DECISION")
        {
            Description = "Tell the life of this order or decision instead: its number, as reports show it, or the hash of one of its transactions.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<bool> json = CommonOptions.Json();
        Command command = new("explain", "Tell which triggers fire, at which prices the next would, what each risk check says, and why it did not trade. Sends nothing.")
        {
            decision, config, price, journal, last, json,
        };
        command.SetAction((parse, _) =>
        {
            Output output = new(parse.GetValue(json));
            if (parse.GetValue(decision) is { } wanted)
                return output.GuardAsync(() => Task.FromResult(TellStory(output, parse.GetValue(config)!, wanted)));
            return output.GuardAsync(() => RunAsync(
                output, parse.GetValue(config)!, parse.GetValue(price) ?? [], parse.GetValue(journal), parse.GetValue(last)));
        });
        return command;
    }

    private static async Task<int> RunAsync(Output output, string file, string[] priceTexts, string? journal, int last)
    {
        using Stopping stopping = new();
        ConfigFile config = ConfigReader.Read(file);
        List<ConfigProblem> problems = [];
        List<WhatIfPrice> prices = WhatIfPrice.Parse(priceTexts, config, "--price", problems);
        if (last < 0)
            problems.Add(new ConfigProblem("--last", $"{last}", "a whole number of 0 or more"));
        if (problems.Count > 0)
            throw new ConfigException(problems);

        Explanation explanation = journal is null
            ? await AtHeadAsync(config, prices, stopping.Token).ConfigureAwait(false)
            : Explainer.FromJournal(config, journal, prices, last);
        if (output.IsJson)
            output.Document(explanation, ExplanationJson.Default.Explanation);
        else
            ExplanationScreen.Show(explanation, config);
        return ExitCodes.Done;
    }

    private static int TellStory(Output output, string file, string decision)
    {
        IReadOnlyList<StoryLine> story = new DeskControl(ConfigReader.Read(file)).StoryOf(decision);
        if (output.IsJson)
            output.Document(story, DeskStatusJson.Default.IReadOnlyListStoryLine);
        else
            foreach (StoryLine line in story)
                Console.Out.WriteLine($"{(line.Nonce is { } nonce ? $"nonce {nonce}" : "decision")} {line.Text}{(line.Hash.Length > 0 ? $" ({line.Hash})" : "")}");
        if (story.Count > 0)
            return ExitCodes.Done;
        Output.Complain($"the accounts' logs hold nothing of {decision}: give an order's number as a report shows it, or a transaction's hash");
        return ExitCodes.Failed;
    }

    private static async Task<Explanation> AtHeadAsync(ConfigFile config, List<WhatIfPrice> prices, CancellationToken cancellation)
    {
        await using PreparedRun run = await PreparedRun.PrepareAsync(config, cancellation).ConfigureAwait(false);
        return await Explainer.AtHeadAsync(run, prices, cancellation).ConfigureAwait(false);
    }
}
