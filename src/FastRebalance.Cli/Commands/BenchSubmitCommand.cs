using System.CommandLine;
using FastRebalance.Bench.Submitting;
using FastRebalance.Configuration;

namespace FastRebalance.Cli.Commands;

/// <summary><c>bench submit</c>: from a trigger to the first byte of a transaction that was signed before, and what keeping it ready costs.</summary>
internal static class BenchSubmitCommand
{
    private static readonly SubmitBenchOptions Usual = new();
    private static readonly TimeSpan s_everyDelever = TimeSpan.FromMilliseconds(12); // 162 rungs are signed anew after each shot

    public static Command Create()
    {
        Option<int> shots = new("--shots") { Description = "Triggers of each run.", DefaultValueFactory = _ => Usual.Shots };
        Option<TimeSpan?> every = Durations.Option("--every", "Time from one trigger to the next; 3ms unless told.");
        Option<int> rearms = new("--rearms") { Description = "Armings of each run.", DefaultValueFactory = _ => Usual.Rearms };
        Option<int> runs = new("--runs") { Description = "Equal runs, to see how far equal things differ.", DefaultValueFactory = _ => Usual.Runs };
        Option<string> log = new("--log") { Description = "Below which folder the write-ahead log lies for the time; the system's temporary folder unless told.", DefaultValueFactory = _ => Usual.LogFolder };
        Option<bool> delever = new("--delever") { Description = "Of a position with debt: one pair by three pools through a lending market, signed ahead at nine prices; 12ms from one trigger to the next unless told." };
        Option<bool> noRehearsal = new("--no-rehearsal") { Description = "Let the trigger thread wait without going the way of a shot now and then." };
        Option<bool> noWarmUp = new("--no-warm-up") { Description = "Let the first shot meet code that was never run." };
        Option<bool> noPin = new("--no-pin") { Description = "Leave it to the system on which cores the threads run." };
        Option<bool> json = CommonOptions.Json();
        Command command = new("submit", "Measure pre-signing: trigger to first byte, the write-ahead log's append, arming a ladder anew, pending transactions; reads every frame and the log back.")
        {
            shots, every, rearms, runs, log, delever, noRehearsal, noWarmUp, noPin, json,
        };
        command.SetAction((parse, _) =>
        {
            Output output = new(parse.GetValue(json));
            SubmitBenchOptions options = new()
            {
                Shots = parse.GetValue(shots),
                Every = parse.GetValue(every) ?? (parse.GetValue(delever) ? s_everyDelever : Usual.Every),
                Delever = parse.GetValue(delever),
                Rearms = parse.GetValue(rearms),
                Runs = parse.GetValue(runs),
                LogFolder = parse.GetValue(log)!,
                Rehearse = !parse.GetValue(noRehearsal),
                WarmUp = !parse.GetValue(noWarmUp),
                Pin = !parse.GetValue(noPin),
            };
            return output.GuardAsync(() => Task.FromResult(Run(output, options)));
        });
        return command;
    }

    private static int Run(Output output, SubmitBenchOptions options)
    {
        SubmitBenchResult result = Measure(options);
        if (output.IsJson)
            output.Document(result.WriteJson);
        else
            result.WriteText(Console.Out);
        foreach (string wrong in result.Wrong)
            Output.Complain($"wrong: {wrong}");
        return result.IsRight ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static SubmitBenchResult Measure(SubmitBenchOptions options)
    {
        try
        {
            return SubmitBench.Run(options);
        }
        catch (ArgumentException e)
        {
            throw new ConfigException([new ConfigProblem("bench submit", e.Message, "see bench submit --help")]);
        }
    }
}
