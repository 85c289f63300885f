using System.CommandLine;
using System.Globalization;
using FastRebalance.Bench.Routing;

namespace FastRebalance.Cli.Commands;

/// <summary><c>bench routing</c>: what planning a basket costs and how near to its bound it comes.</summary>
internal static class BenchRoutingCommand
{
    private const int UsualMarkets = 10;
    private const int UsualChanges = 300;

    public static Command Create()
    {
        Option<int> markets = Count("--markets", "Seeded markets of each size.", UsualMarkets);
        Option<int> changes = Count("--changes", "Pools that move, one after the other, in each.", UsualChanges);
        Option<bool> json = CommonOptions.Json();
        Command command = new("routing", "Measure planning a basket: prices and whole plans, from the start and after a change, with the gap of every plan.")
        {
            markets, changes, json,
        };
        command.SetAction((parse, _) =>
        {
            Output output = new(parse.GetValue(json));
            return output.GuardAsync(() => Task.FromResult(Run(output, parse.GetValue(markets), parse.GetValue(changes))));
        });
        return command;
    }

    private static int Run(Output output, int markets, int changes)
    {
        RoutingBenchResult result = RoutingBench.Run(markets, changes);
        if (output.IsJson)
            output.Document(result.WriteJson);
        else
            result.WriteText(Console.Out);
        return result.IsRight ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static Option<int> Count(string name, string description, int usual)
    {
        Option<int> option = new(name) { Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out int value) && value < 1)
                result.AddError($"{name} is {value}: wanted is a number from 1 on");
        });
        return option;
    }
}
