using System.CommandLine;
using FastRebalance.Bench.Settings;

namespace FastRebalance.Cli.Commands;

/// <summary><c>bench settings</c>: the same bench under different settings of the runtime.</summary>
internal static class BenchSettingsCommand
{
    public static Command Create()
    {
        Option<string> time = new("--for") { Description = "Measured time of each child's run.", DefaultValueFactory = _ => "5s" };
        Option<string> warmUp = new("--warm-up") { Description = "Time before it, in which a child gets warm.", DefaultValueFactory = _ => "3s" };
        Option<string> rate = new("--rate") { Description = "Prices per second.", DefaultValueFactory = _ => "100000" };
        Option<bool> firing = new("--firing") { Description = "Measure orders as well; takes twice the time." };
        Option<int> rounds = new("--rounds") { Description = "How often each setting gets its turn.", DefaultValueFactory = _ => 3 };
        Option<bool> json = CommonOptions.Json();
        Command command = new("settings", "Compare settings of the runtime: collector, tiers, code from ahead; each in processes of its own, turn about.")
        {
            time, warmUp, rate, firing, rounds, json,
        };
        command.SetAction((parse, _) =>
        {
            Output output = new(parse.GetValue(json));
            string[] modes = parse.GetValue(firing) ? [] : ["--mode", "quiet"];
            string[] arguments = ["--for", parse.GetValue(time)!, "--warm-up", parse.GetValue(warmUp)!, "--rate", parse.GetValue(rate)!, .. modes];
            SettingsBench bench = new(arguments, parse.GetValue(rounds), Console.Error.WriteLine);
            return output.GuardAsync(() => Task.FromResult(Run(output, bench)));
        });
        return command;
    }

    private static int Run(Output output, SettingsBench bench)
    {
        bench.Run();
        if (output.IsJson)
            output.Document(bench.WriteJson);
        else
            bench.WriteText(Console.Out);
        return ExitCodes.Done;
    }
}
