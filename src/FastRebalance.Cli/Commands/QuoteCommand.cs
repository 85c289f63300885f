using System.CommandLine;
using FastRebalance.Cli.Screens;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Baskets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Hosting;

namespace FastRebalance.Cli.Commands;

/// <summary><c>quote</c>: the exact route and amounts at the current head.</summary>
internal static class QuoteCommand
{
    public static Command Create()
    {
        Option<string> config = CommonOptions.Config();
        Option<string?> sell = new("--sell") { Description = "Symbol of the asset that goes in." };
        Option<string?> buy = new("--buy") { Description = "Symbol of the asset that comes out." };
        Option<string?> amount = new("--amount") { Description = "Whole tokens to sell, such as 1.5." };
        Option<string?> basket = new("--basket") { Description = "Instead of one trade a whole portfolio change: target weights, such as WETH=0.5,USDC=0.5." };
        Option<string?> holdings = new("--holdings") { Description = "With --basket: a JSON file of whole tokens by symbol; the account's own unless told." };
        Option<bool> managed = new("--managed") { Description = "Take the managed searches even where the native ones are there; the answer is the same." };
        Option<bool> explain = new("--explain") { Description = "Also show what every pool pays at the margin, before and after." };
        Option<bool> json = CommonOptions.Json();
        Command command = new("quote", "Show the best route for a trade, or the plan of a whole portfolio change, with exact amounts, at the current head. Sends nothing.")
        {
            config, sell, buy, amount, basket, holdings, managed, explain, json,
        };
        command.SetAction((parse, _) =>
        {
            Output output = new(parse.GetValue(json));
            Question question = new(
                parse.GetValue(sell), parse.GetValue(buy), parse.GetValue(amount), parse.GetValue(basket), parse.GetValue(holdings),
                parse.GetValue(managed), parse.GetValue(explain));
            return output.GuardAsync(() => RunAsync(output, parse.GetValue(config)!, question));
        });
        return command;
    }

    private static async Task<int> RunAsync(Output output, string file, Question question)
    {
        using Stopping stopping = new();
        ConfigFile config = ConfigReader.Read(file);
        return question.Basket is null
            ? await TradeAsync(output, config, question, stopping.Token).ConfigureAwait(false)
            : await BasketAsync(output, config, question, stopping.Token).ConfigureAwait(false);
    }

    private static async Task<int> TradeAsync(Output output, ConfigFile config, Question question, CancellationToken cancellation)
    {
        List<ConfigProblem> problems = [];
        string sellSymbol = question.Sell ?? "", buySymbol = question.Buy ?? "", amount = question.Amount ?? "";
        AssetId sell = AssetOf(config, "--sell", sellSymbol, problems);
        AssetId buy = AssetOf(config, "--buy", buySymbol, problems);
        int decimals = sell.IsNone ? 18 : config.Assets[sell.Index].Decimals;
        if (!TokenUnits.TryParse(amount, decimals, out UInt256 units) || units.IsZero)
            problems.Add(new ConfigProblem("--amount", $"\"{amount}\"", $"whole tokens above 0 with at most {decimals} decimals, such as 1.5"));
        if (!sell.IsNone && sell == buy)
            problems.Add(new ConfigProblem("--buy", $"\"{buySymbol}\", which is also sold", "another asset"));
        if (question.Holdings is not null)
            problems.Add(new ConfigProblem("--holdings", "a trade without --basket", "--basket with its target weights, or no --holdings"));
        if (problems.Count > 0)
            throw new ConfigException(problems);

        await using PreparedRun run = await PreparedRun.PrepareAsync(config, cancellation).ConfigureAwait(false);
        QuoteAnswer answer = await Quoting.QuoteAsync(run, sell, buy, units, question.IsManaged, cancellation).ConfigureAwait(false);
        if (output.IsJson)
            Write(output, run, answer, sellSymbol, buySymbol, units, question.IsExplained);
        else
            Show(output, run, answer, sellSymbol, buySymbol, units, decimals, question.IsExplained);
        return answer.Status == RouteStatus.Found ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static async Task<int> BasketAsync(Output output, ConfigFile config, Question question, CancellationToken cancellation)
    {
        List<ConfigProblem> problems = [];
        double[] weights = BasketOptions.Weights(config, question.Basket!, problems);
        UInt256[]? holdings = question.Holdings is null ? null : BasketOptions.Holdings(config, question.Holdings, problems);
        if (question.Sell is not null || question.Buy is not null || question.Amount is not null)
            problems.Add(new ConfigProblem("--basket", "beside --sell, --buy or --amount", "either one trade or a basket"));
        if (problems.Count > 0)
            throw new ConfigException(problems);

        await using PreparedRun run = await PreparedRun.PrepareAsync(config, cancellation).ConfigureAwait(false);
        BasketAnswer answer = await Quoting.PlanAsync(run, weights, holdings, question.IsManaged, cancellation).ConfigureAwait(false);
        if (output.IsJson)
        {
            output.Document(writer =>
            {
                writer.WriteStartObject();
                writer.WriteNumber("block", answer.Block);
                BasketScreen.Write(writer, run.Setup, answer);
                if (question.IsExplained)
                    BasketScreen.WriteRates(writer, run.Setup, answer);
                writer.WriteString("search", answer.Search);
                writer.WriteEndObject();
            });
        }
        else
        {
            output.Say($"the basket {question.Basket} at block {answer.Block}");
            BasketScreen.Show(output, run.Setup, answer);
            BasketScreen.ShowHoldings(output, run.Setup, answer);
            if (question.IsExplained)
                BasketScreen.ShowRates(output, run.Setup, answer);
        }
        return answer.Plan.Status is BasketStatus.Planned or BasketStatus.NothingToDo && answer.Verdict.IsVerified ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static AssetId AssetOf(ConfigFile config, string option, string symbol, List<ConfigProblem> problems)
    {
        for (int i = 0; i < config.Assets.Count; i++)
            if (config.Assets[i].Symbol == symbol)
                return AssetId.FromIndex(i);
        problems.Add(new ConfigProblem(option, $"\"{symbol}\"", $"one of {string.Join(", ", config.Assets.Select(a => a.Symbol))}"));
        return AssetId.None;
    }

    private static void Write(Output output, PreparedRun run, QuoteAnswer answer, string sell, string buy, UInt256 units, bool isExplained) =>
        output.Document(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("status", BasketScreen.Camel(answer.Status.ToString()));
            writer.WriteNumber("block", answer.Block);
            writer.WriteString("sell", sell);
            writer.WriteString("buy", buy);
            writer.WriteString("amountIn", units.ToString());
            writer.WriteString("amountOut", answer.Leg.ExpectedOut.ToString());
            writer.WriteStartArray("route");
            AssetId at = answer.Leg.Sell;
            foreach (PoolId pool in PoolsOf(answer.Leg))
            {
                ResolvedPool facts = run.Setup.Pools[pool.Index];
                AssetId next = Other(run, facts, at);
                writer.WriteStartObject();
                writer.WriteString("pool", facts.Address);
                writer.WriteString("kind", facts.Kind);
                writer.WriteNumber("feePips", facts.FeePips);
                writer.WriteString("sell", run.Setup.Assets[at.Index].Symbol);
                writer.WriteString("buy", run.Setup.Assets[next.Index].Symbol);
                writer.WriteEndObject();
                at = next;
            }
            writer.WriteEndArray();
            writer.WriteNumber("gas", answer.Gas);
            writer.WriteString("numeraire", run.Setup.Numeraire);
            writer.WriteNumber("worthIn", answer.WorthIn);
            writer.WriteNumber("worthOut", answer.WorthOut);
            if (answer.Health is { } health)
            {
                writer.WriteStartObject("healthFactor");
                WriteHealth(writer, "now", health.Now);
                WriteHealth(writer, "after", health.After);
                writer.WriteNumber("floor", health.Floor);
                writer.WriteEndObject();
            }
            BasketScreen.Write(writer, run.Setup, answer.Basket);
            if (isExplained)
                BasketScreen.WriteRates(writer, run.Setup, answer.Basket);
            writer.WriteString("search", answer.Search);
            writer.WriteEndObject();
        });

    /// <summary>Without debt there is no number.</summary>
    private static void WriteHealth(System.Text.Json.Utf8JsonWriter writer, string name, double health)
    {
        if (double.IsFinite(health))
            writer.WriteNumber(name, health);
        else
            writer.WriteNull(name);
    }

    private static void Show(Output output, PreparedRun run, QuoteAnswer answer, string sell, string buy, UInt256 units, int decimals, bool isExplained)
    {
        if (answer.Status != RouteStatus.Found)
        {
            output.Say($"no route: {answer.Status}");
            return;
        }
        int buyDecimals = run.Setup.Assets[answer.Leg.Buy.Index].Decimals;
        output.Say($"{TokenUnits.Format(units, decimals)} {sell} -> {TokenUnits.Format(answer.Leg.ExpectedOut, buyDecimals)} {buy} at block {answer.Block}, {answer.Gas} gas");
        foreach (PoolId pool in PoolsOf(answer.Leg))
            output.Say($"  through {run.Setup.Pools[pool.Index].Kind} {run.Setup.Pools[pool.Index].Address}, fee {run.Setup.Pools[pool.Index].FeePips / 100.0} bps");
        if (answer.Health is { } health)
            output.Say($"  health factor {Health(health.Now)} -> {Health(health.After)}{(health.After < health.Floor ? $", below the floor of {health.Floor}" : "")}");
        output.Say($"  worth {answer.WorthIn:0.00} in, {answer.WorthOut:0.00} out of {run.Setup.Numeraire}");
        BasketScreen.Show(output, run.Setup, answer.Basket);
        if (isExplained)
            BasketScreen.ShowRates(output, run.Setup, answer.Basket);
    }

    private static string Health(double health) =>
        double.IsFinite(health) ? health.ToString("0.0000", System.Globalization.CultureInfo.InvariantCulture) : "without debt";

    private static IEnumerable<PoolId> PoolsOf(OrderLeg leg) => Enumerable.Range(0, leg.HopCount).Select(hop => leg.Pool(hop));

    private static AssetId Other(PreparedRun run, ResolvedPool pool, AssetId asset)
    {
        AssetId first = run.Setup.AssetAt(Address.Parse(pool.Token0));
        return first == asset ? run.Setup.AssetAt(Address.Parse(pool.Token1)) : first;
    }

    private sealed record Question(
        string? Sell, string? Buy, string? Amount, string? Basket, string? Holdings, bool IsManaged, bool IsExplained);
}
