using System.CommandLine;
using System.Globalization;
using FastRebalance.Simulation.LatencyValue;
using FastRebalance.Simulation.LatencyValue.Checks;
using FastRebalance.Simulation.LatencyValue.Reports;

namespace FastRebalance.Cli.Commands;

/// <summary><c>latency-value</c>: what a shorter reaction time is worth, by policy, on generated and recorded markets.</summary>
internal static class LatencyValueCommand
{
    private static readonly LatencyValueOptions Usual = new();

    public static Command Create()
    {
        Option<string?> report = new("--report") { Description = "Also write a page with plots to this file; one HTML file, no network." };
        Option<string?> tapes = new("--tapes") { Description = "A folder with recorded markets in binance/ and polygon/; without it those parts are not run." };
        Option<int> seeds = new("--seeds") { Description = "Independent paths; more make the errors smaller.", DefaultValueFactory = _ => Usual.Seeds };
        Option<bool> quick = new("--quick") { Description = "Short paths and wide tolerances, to see that it runs." };
        Option<bool> json = CommonOptions.Json();
        seeds.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out int value) && value < 2)
                result.AddError($"--seeds is {value}: wanted is a number from 2 on, since one path has no error bar");
        });
        Command command = new("latency-value", "Tell what a shorter reaction time is worth to each policy, in basis points a trade and a year.")
        {
            report, tapes, seeds, quick, json,
        };
        command.SetAction((parse, _) =>
        {
            Output output = new(parse.GetValue(json));
            LatencyValueOptions options = new()
            {
                Seeds = parse.GetValue(seeds),
                Quick = parse.GetValue(quick),
                Tapes = parse.GetValue(tapes),
                CommandLine = "fastrebalance " + string.Join(' ', parse.Tokens.Select(t => t.Value)),
            };
            return output.GuardAsync(() => Task.FromResult(Run(output, options, parse.GetValue(report))));
        });
        return command;
    }

    private static int Run(Output output, LatencyValueOptions options, string? report)
    {
        // Before the minute of computing, so that a place that cannot be written to is told at once; a report of before is left alone.
        if (report is not null)
            File.OpenWrite(report).Dispose();
        LatencyValueBook book = LatencyValueExperiment.Run(options, Console.Error.WriteLine);
        if (output.IsJson)
            output.Document(writer => LatencyValueJson.Write(writer, book));
        else
            LatencyValueText.Write(Console.Out, book);
        if (!book.IsRight)
        {
            foreach (Check check in book.Checks.Where(c => !c.Passed))
                Output.Complain($"missed a closed form: {check.Name}");
            if (report is not null && new FileInfo(report).Length == 0)
                File.Delete(report);
            return ExitCodes.Failed;
        }
        if (report is not null)
            File.WriteAllText(report, LatencyValueHtml.Write(book));
        return ExitCodes.Done;
    }
}
