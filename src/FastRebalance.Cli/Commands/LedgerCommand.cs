using System.CommandLine;
using System.Globalization;
using FastRebalance.Configuration;
using FastRebalance.Store;

namespace FastRebalance.Cli.Commands;

/// <summary><c>ledger</c>: what a day's trading was expected to cost, what it cost and what it brought.</summary>
internal static class LedgerCommand
{
    // Where a desk's own folder has it, and where `./build.sh run` leaves it.
    private static readonly string[] s_usualConfigs = ["config.json", Path.Combine("artifacts", "run", "config.json")];

    public static Command Create()
    {
        Option<string> day = new("--day") { Description = "The day of UTC, such as 2026-01-31; today or yesterday.", Required = true };
        Option<string?> config = new("--config", "-c")
        {
            Description = $"The configuration whose journal, and whose desks' journals, are read; {string.Join(" or ", s_usualConfigs)} unless told otherwise.",
        };
        Option<string[]> journal = new("--journal") { Description = "Read these journals instead.", AllowMultipleArgumentsPerToken = true };
        Option<string?> db = new("--db") { Description = "Read a store that `store rebuild` has made instead." };
        Option<string?> account = new("--account") { Description = "This account's orders alone, where there are several." };
        Option<string?> csv = new("--csv") { Description = "Also write the orders to this file, as CSV." };
        Option<string?> html = new("--html") { Description = "Also write a page to this file; one HTML file, no network." };
        Option<bool> json = CommonOptions.Json();
        Command command = new("ledger", "A day's orders: slippage expected and realised, gas, MEV loss, drift removed, and what a bp of tracking error cost.")
        {
            day, config, journal, db, account, csv, html, json,
        };
        command.SetAction((parse, _) =>
        {
            Output output = new(parse.GetValue(json));
            return output.GuardAsync(() =>
            {
                LedgerSource source = SourceOf(parse.GetValue(config), parse.GetValue(journal) ?? [], parse.GetValue(db));
                return Task.FromResult(Run(
                    output, DayOf(parse.GetValue(day)!), source, parse.GetValue(account), parse.GetValue(csv), parse.GetValue(html)));
            });
        });
        return command;
    }

    private static int Run(Output output, DateOnly day, LedgerSource source, string? account, string? csv, string? html)
    {
        using Stopping stopping = new();
        DailyLedger ledger = source.Read(day, account, stopping.Token);
        foreach (string note in ledger.Notes)
            Output.Complain(note);
        if (csv is not null)
            File.WriteAllText(csv, LedgerText.Csv(ledger));
        if (html is not null)
            File.WriteAllText(html, LedgerText.Html(ledger));
        if (output.IsJson)
            output.Document(ledger, LedgerJson.Default.DailyLedger);
        else
            Show(output, ledger);
        return ExitCodes.Done;
    }

    private static DateOnly DayOf(string text)
    {
        DateOnly today = DateOnly.FromDateTime(DateTime.UtcNow);
        return text switch
        {
            "today" => today,
            "yesterday" => today.AddDays(-1),
            _ when DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day) => day,
            _ => throw new ConfigException([new ConfigProblem("--day", $"\"{text}\"", "a day of UTC such as 2026-01-31, today or yesterday")]),
        };
    }

    private static LedgerSource SourceOf(string? config, string[] journals, string? db)
    {
        int given = (config is null ? 0 : 1) + (journals.Length == 0 ? 0 : 1) + (db is null ? 0 : 1);
        if (given > 1)
            throw new ConfigException([new ConfigProblem("--config, --journal, --db", $"{given} of them", "one: they name different things to read")]);
        if (db is not null)
            return LedgerSource.OfStore(db);
        if (journals.Length > 0)
            return LedgerSource.OfJournals(journals);
        string file = config ?? Array.Find(s_usualConfigs, File.Exists) ?? throw new ConfigException([new ConfigProblem(
            "--config", $"nothing, and neither {string.Join(" nor ", s_usualConfigs)} is here",
            "-c with the desk's configuration, --journal with the folder of its runs, or --db with a store that `fastrebalance store rebuild` made")]);
        ConfigFile read = ConfigReader.Read(file);
        return LedgerSource.OfConfig(read, read.Desks.Select(desk => ConfigReader.Read(read.Resolve(desk))));
    }

    private static void Show(Output output, DailyLedger ledger)
    {
        string cash = ledger.Numeraire;
        output.Say(Line($"{ledger.Day} UTC  {ledger.OrdersPlaced} orders, {ledger.OrdersFilled} filled, {ledger.Passes} passes; worths in {cash}"));
        if (ledger.Passes == 0 && ledger.FirstDay is not null)
            output.Say($"nothing was decided on that day: there are {ledger.FirstDay} to {ledger.LastDay}");
        output.Say(Line($"turnover         {ledger.TurnoverNumeraire:0.00}"));
        output.Say(Line($"slippage         {ledger.RealisedSlippageNumeraire:0.0000} realised, {ledger.ExpectedSlippageNumeraire:0.0000} expected"));
        output.Say(Line($"  of the rest    {ledger.MarketMoveNumeraire:0.0000} the market moved by itself, {ledger.MevLossNumeraire:0.0000} lost inside the block (MEV){(ledger.OrdersWithoutMevLoss > 0 ? $"; unknown for {ledger.OrdersWithoutMevLoss}" : "")}"));
        output.Say(Line($"gas              {ledger.GasNumeraire:0.0000} ({ledger.GasWei} wei)"));
        output.Say(Line($"cost             {ledger.CostNumeraire:0.0000}, {ledger.CostBps:0.0000} bp"));
        output.Say(Line($"drift removed    {ledger.DriftRemovedBps:0.00} bp{(ledger.CostBpsPerBpOfTrackingError is { } ratio ? Line($"; {ratio:0.000000} bp for each") : "")}"));
        foreach ((string why, long passes) in ledger.Refusals)
            output.Say($"refused          {why}: {passes} passes");
        foreach (LedgerOrder order in ledger.Orders)
            output.Say(Line($"{order.Time:HH:mm:ss}  {order.Order} {order.Status}  {string.Join("; ", order.Legs.Select(static leg => $"{leg.Sell} to {leg.Buy}"))}  slippage {order.RealisedSlippageNumeraire:0.0000} of {order.ExpectedSlippageNumeraire:0.0000}, gas {order.GasNumeraire:0.0000}, drift {order.DriftBeforeBps:0.0} to {order.DriftAfterBps:0.0} bp"));
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
