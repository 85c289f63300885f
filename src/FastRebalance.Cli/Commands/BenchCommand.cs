using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using FastRebalance.Bench.Latency;
using FastRebalance.Configuration;
using FastRebalance.Messaging;

namespace FastRebalance.Cli.Commands;

/// <summary><c>bench</c>: from the time a price was due to the decision on it, the signed bytes and the socket, on this machine.</summary>
internal static class BenchCommand
{
    private const int MostRate = 64_000_000;

    private static readonly LatencyBenchOptions Usual = new();

    public static Command Create()
    {
        Option<int[]> rates = new("--rate", "--rates")
        {
            Description = "Prices per second, such as 100000, 100k or 1M; several to compare, the first for the headline.",
            DefaultValueFactory = _ => [.. Usual.Rates],
            CustomParser = ParseRates,
            AllowMultipleArgumentsPerToken = true,
        };
        Option<Mode[]> modes = new("--mode")
        {
            Description = "quiet (nothing fires) or firing (orders are signed and written); both unless told.",
            DefaultValueFactory = _ => [.. Usual.Modes],
        };
        Option<TimeSpan?> time = Durations.Option("--for", "Measured time of each run; 60s unless told.");
        Option<TimeSpan?> warmUp = Durations.Option("--warm-up", "Time before it that does not count; 3s unless told.");
        Option<TimeSpan?> every = Durations.Option("--every", "Firing: time from one crossing of the band to the next; 2ms unless told.");
        Option<int> runs = new("--runs") { Description = "Equal runs, to see how far equal things differ.", DefaultValueFactory = _ => Usual.Runs };
        Option<Topology> topology = new("--topology")
        {
            Description = "fused (all stages on the engine thread) or staged.",
            DefaultValueFactory = _ => Usual.Topology,
        };
        modes.AcceptOnlyFromAmong("quiet", "firing");
        runs.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out int value) && value < 1)
                result.AddError($"--runs is {value}: wanted is a number from 1 on");
        });
        topology.AcceptOnlyFromAmong("fused", "staged");
        Option<string?> wait = Strategy("--wait", "How the engine thread waits; busy-spin where there is a core for it.");
        Option<string?> orderWait = Strategy("--order-wait", "How the signing thread waits; blocking unless told, as in a live run.");
        Option<bool> noPin = new("--no-pin") { Description = "Leave it to the system on which cores the threads run." };
        Option<bool?> sweep = new("--sweep") { Description = "Also look for the rate that saturates; usual with --report." };
        Option<string?> report = new("--report", "--html") { Description = "Also write a page with plots to this file; one HTML file, no network." };
        Option<string?> hgrm = new("--hgrm") { Description = "Also write each histogram to this folder, as HdrHistogram's text." };
        Option<bool> json = CommonOptions.Json();
        Command command = new("bench", "Measure this machine: from due prices to decisions, signed transactions and socket writes.")
        {
            rates, modes, time, warmUp, every, runs, topology, wait, orderWait, noPin, sweep, report, hgrm, json,
        };
        command.Subcommands.Add(BenchRingCommand.Create());
        command.Subcommands.Add(BenchSettingsCommand.Create());
        command.Subcommands.Add(BenchPoliciesCommand.Create());
        command.Subcommands.Add(BenchRoutingCommand.Create());
        command.Subcommands.Add(BenchRoutingPeersCommand.Create());
        command.Subcommands.Add(BenchSigningCommand.Create());
        command.Subcommands.Add(BenchSubmitCommand.Create());
        command.Subcommands.Add(BenchChaosCommand.Create());
        command.Subcommands.Add(BenchScenariosCommand.Create());
        command.SetAction((parse, _) =>
        {
            Output output = new(parse.GetValue(json));
            LatencyBenchOptions options = new()
            {
                Rates = parse.GetValue(rates)!,
                Modes = parse.GetValue(modes)!,
                Measured = parse.GetValue(time) ?? Usual.Measured,
                WarmUp = parse.GetValue(warmUp) ?? Usual.WarmUp,
                Every = parse.GetValue(every) ?? Usual.Every,
                Runs = parse.GetValue(runs),
                Topology = parse.GetValue(topology),
                Wait = parse.GetValue(wait),
                OrderWait = parse.GetValue(orderWait) ?? Usual.OrderWait,
                Pin = !parse.GetValue(noPin),
                Sweep = parse.GetValue(sweep) ?? parse.GetValue(report) is not null,
                CommandLine = "fastrebalance " + string.Join(' ', parse.Tokens.Select(t => t.Value)),
            };
            return output.GuardAsync(() => Task.FromResult(Run(output, options, parse.GetValue(report), parse.GetValue(hgrm))));
        });
        return command;
    }

    private static int Run(Output output, LatencyBenchOptions options, string? report, string? hgrm)
    {
        // Before the minutes of measuring, so that a place that cannot be written to is told at once.
        if (report is not null)
            File.WriteAllText(report, "");
        if (hgrm is not null)
            Directory.CreateDirectory(hgrm);
        LatencyBook book = LatencyBench.Run(options, Console.Error.WriteLine);
        if (output.IsJson)
            output.Document(writer => LatencyJson.Write(writer, book));
        else
            LatencyText.Write(Console.Out, book);
        if (report is not null)
            File.WriteAllText(report, LatencyHtml.Write(book));
        if (hgrm is not null)
            HgrmFolder.Write(hgrm, book);
        foreach (string failure in book.Failures)
            Output.Complain($"wrong: {failure}");
        return book.IsRight ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static int[]? ParseRates(ArgumentResult result)
    {
        List<int> rates = [];
        foreach (string text in result.Tokens.SelectMany(t => t.Value.Split(',', StringSplitOptions.TrimEntries)))
        {
            if (TryParseRate(text, out int rate))
                rates.Add(rate);
            else
                result.AddError($"'{text}' is not a rate: wanted are prices per second from 1 to {MostRate}, such as 100000, 100k or 1M");
        }
        return [.. rates];
    }

    private static bool TryParseRate(string text, out int rate)
    {
        double unit = text.EndsWith('k') ? 1e3 : text.EndsWith('M') ? 1e6 : 1;
        string digits = unit > 1 ? text[..^1] : text;
        bool isNumber = double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number);
        double wanted = number * unit;
        rate = isNumber && wanted is >= 1 and <= MostRate ? (int)wanted : 0;
        return rate > 0;
    }

    private static Option<string?> Strategy(string name, string description)
    {
        Option<string?> option = new(name) { Description = description };
        option.AcceptOnlyFromAmong([.. WaitStrategy.Names]);
        return option;
    }
}
