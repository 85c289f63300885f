using System.CommandLine;
using System.Globalization;
using FastRebalance.BackTesting;
using FastRebalance.Configuration;
using FastRebalance.Simulation.BackTests;
using FastRebalance.Simulation.Tapes;
using Spectre.Console;

namespace FastRebalance.Cli.Commands;

/// <summary><c>backtest</c>: the live engine over a price history, with costs, gas, latency and failures.</summary>
internal static class BackTestCommand
{
    public static Command Create()
    {
        Option<string> config = CommonOptions.Config();
        Option<string[]> prices = new("--prices")
        {
            Description = "Price history: CSV of time and one column per asset, a pool's minute CSV, or a recorded book-ticker stream (.gz); several make one.",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string?> gas = new("--gas") { Description = "Gas price history: CSV of time and gas_price (gwei)." };
        Option<TimeSpan?> latency = Durations.Option("--latency", "Decision to chain; instead of the configured one.");
        Option<string[]> sweep = new("--sweep") { Description = "key=a,b,c: also test with this field set so; several give every combination." };
        Option<string?> walk = new("--walk-forward") { Description = "train=180d,test=30d[,embargo=1d]: choose on one stretch, judge on the next." };
        Option<int> jobs = new("--jobs") { Description = "Back-tests at the same time; the cores unless told.", DefaultValueFactory = _ => Environment.ProcessorCount };
        Option<string?> report = new("--report", "--html") { Description = "Also write a page with plots to this file; one HTML file, no network." };
        Option<string?> csv = new("--csv") { Description = "Also write trades, days and path as CSV into this folder." };
        Option<bool> json = CommonOptions.Json();
        Command command = new("backtest", "Test a configuration on recorded prices, through the engine that trades live.")
        {
            config, prices, gas, latency, sweep, walk, jobs, report, csv, json,
        };
        command.SetAction((parse, _) =>
        {
            Output output = new(parse.GetValue(json));
            return output.GuardAsync(() =>
            {
                BackTestOptions options = new()
                {
                    Config = parse.GetValue(config)!,
                    Prices = parse.GetValue(prices)!,
                    Gas = parse.GetValue(gas),
                    Latency = parse.GetValue(latency),
                    Sweep = ReadSweep(parse.GetValue(sweep) ?? []),
                    WalkForward = ReadWalk(parse.GetValue(walk)),
                    Parallelism = parse.GetValue(jobs),
                };
                return Task.FromResult(Run(output, options, parse.GetValue(report), parse.GetValue(csv)));
            });
        });
        return command;
    }

    private static int Run(Output output, BackTestOptions options, string? report, string? csv)
    {
        using Stopping stopping = new();
        // Before the work, so that a place that cannot be written to is told at once.
        if (report is not null)
            File.WriteAllText(report, "");
        BackTestBook book = options.Sweep.Count > 0 || options.WalkForward is not null
            ? WithProgress(options, stopping.Token)
            : BackTester.Run(options, cancellation: stopping.Token);
        if (book.RefusedPrices > 0)
            Output.Complain($"{book.RefusedPrices} prices of zero or less were left out; the first: {book.FirstRefusal}");
        if (csv is not null)
            BackTestCsv.Write(csv, book);
        if (report is not null)
            File.WriteAllText(report, BackTestHtml.Write(book));
        if (output.IsJson)
            output.Document(writer => BackTestJson.Write(writer, book));
        else
            Show(output, book);
        return ExitCodes.Done;
    }

    private static BackTestBook WithProgress(BackTestOptions options, CancellationToken cancellation)
    {
        IAnsiConsole screen = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return screen.Progress().Start(context =>
        {
            ProgressTask task = context.AddTask("back-tests");
            return BackTester.Run(options, (done, total) => { task.MaxValue = total; task.Value = done; }, cancellation);
        });
    }

    private static void Show(Output output, BackTestBook book)
    {
        BackTestResult result = book.Runs[0].Result;
        string cash = book.Config.Symbols[book.Config.File.Numeraire.Index];
        output.Say($"{Times.Text(result.FromUnixNs)} to {Times.Text(result.ToUnixNs)}: {book.Prices} prices, read in {book.LoadTime.TotalMilliseconds:0} ms, "
            + $"tested in {book.Runs[0].EngineTime.TotalMilliseconds:0} ms");
        output.Say(Line($"value      {result.InitialValue:0.00} -> {result.FinalValue:0.00} {cash}; left alone {result.BuyAndHoldValue:0.00}, at target without costs {result.AtTargetValue:0.00}"));
        output.Say(Line($"trades     {result.ExecutedTrades} made, {result.FailedTrades} failed, turnover {result.TurnoverPerYear:0.00} a year"));
        output.Say(Line($"costs      {result.Costs.Total:0.00} {cash}: fees and spread {result.Costs.Fees:0.00}, impact {result.Costs.Impact:0.00}, gas {result.Costs.Gas:0.00}, failed {result.Costs.FailedGas:0.00}"));
        if (book.Config.Section.Lending is not null)
            output.Say(Line($"debt       {result.Liquidations} liquidations, which cost {result.Costs.Liquidations:0.00}; interest {result.Costs.Interest:0.00}; least health {result.LeastHealth:0.0000}"));
        output.Say(Line($"           moved against us during latency {result.Costs.AdverseMove:0.00}, in the price moves already"));
        output.Say(Line($"tracking   {result.TrackingError * 1e4:0.0} bp a year, left alone {result.BuyAndHoldTrackingError * 1e4:0.0} bp"));
        output.Say(Line($"loss       {result.LossBpsPerYear:0.00} bp a year, of which costs {result.CostBpsPerYear:0.00}"));
        if (result.WorstDay is { } day)
            output.Say(Line($"worst day  {Times.Text(day.UnixNs)[..10]}, {day.Return:P2}; deepest fall {result.MaxDrawdown:P2}"));
        foreach (BackTestRun run in book.Runs.Skip(1).OrderBy(r => r.Result.LossBpsPerYear))
            output.Say(Line($"  {run.Name}: loss {run.Result.LossBpsPerYear:0.00} bp, trades {run.Result.ExecutedTrades}, against configured {run.AgainstConfigured!.Value.Mean:+0.00;-0.00} bp [{run.AgainstConfigured.Value.Low:0.00}, {run.AgainstConfigured.Value.High:0.00}]"));
        foreach (BackTestFold fold in book.Folds)
            output.Say(Line($"  fold from {Times.Text(fold.TestFromUnixNs)}: chosen {Chosen(fold)}, loss {fold.TestLoss:0.00} bp; as configured {fold.ConfiguredTestLoss:0.00}, in hindsight {fold.BestTestLoss:0.00}"));
    }

    private static string Chosen(BackTestFold fold) =>
        fold.Chosen.Count == 0 ? "as configured" : string.Join(", ", fold.Chosen.Select(f => $"{f.Key}={f.Value}"));

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static List<SweepAxis> ReadSweep(string[] texts)
    {
        List<SweepAxis> axes = [];
        foreach (string text in texts)
            axes.Add(SweepAxis.TryParse(text, out SweepAxis? axis)
                ? axis!
                : throw new ConfigException([new ConfigProblem("--sweep", $"\"{text}\"", "key=a,b,c, such as triggers[0].absoluteBps=50,100,200")]));
        return axes;
    }

    private static WalkForward? ReadWalk(string? text)
    {
        if (text is null)
            return null;
        Dictionary<string, TimeSpan> times = [];
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            string[] pair = part.Split('=');
            if (pair.Length == 2 && pair[0] is "train" or "test" or "embargo" && TryDays(pair[1], out TimeSpan time))
                times[pair[0]] = time;
            else
                throw WrongWalk(text);
        }
        return times.TryGetValue("train", out TimeSpan train) && times.TryGetValue("test", out TimeSpan test)
            ? new WalkForward(train, test, times.GetValueOrDefault("embargo"))
            : throw WrongWalk(text);
    }

    private static bool TryDays(string text, out TimeSpan time)
    {
        if (!text.EndsWith('d'))
            return Durations.TryParse(text, out time);
        bool isNumber = double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double days);
        time = isNumber && days < 1e5 ? TimeSpan.FromDays(days) : TimeSpan.Zero;
        return time > TimeSpan.Zero;
    }

    private static ConfigException WrongWalk(string text) =>
        new([new ConfigProblem("--walk-forward", $"\"{text}\"", "train=180d,test=30d with embargo=1d beside it or without")]);
}
