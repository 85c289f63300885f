using System.CommandLine;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
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
        Option<string> sell = new("--sell") { Description = "Symbol of the asset that goes in.", Required = true };
        Option<string> buy = new("--buy") { Description = "Symbol of the asset that comes out.", Required = true };
        Option<string> amount = new("--amount") { Description = "Whole tokens to sell, such as 1.5.", Required = true };
        Option<bool> json = CommonOptions.Json();
        Command command = new("quote", "Show the best route for a trade, with exact amounts, at the current head. Sends nothing.") { config, sell, buy, amount, json };
        command.SetAction((parse, _) =>
        {
            Output output = new(parse.GetValue(json));
            return output.GuardAsync(() => RunAsync(
                output, parse.GetValue(config)!, parse.GetValue(sell)!, parse.GetValue(buy)!, parse.GetValue(amount)!));
        });
        return command;
    }

    private static async Task<int> RunAsync(Output output, string file, string sellSymbol, string buySymbol, string amount)
    {
        using Stopping stopping = new();
        ConfigFile config = ConfigReader.Read(file);
        List<ConfigProblem> problems = [];
        AssetId sell = AssetOf(config, "--sell", sellSymbol, problems);
        AssetId buy = AssetOf(config, "--buy", buySymbol, problems);
        int decimals = sell.IsNone ? 18 : config.Assets[sell.Index].Decimals;
        if (!TokenUnits.TryParse(amount, decimals, out UInt256 units) || units.IsZero)
            problems.Add(new ConfigProblem("--amount", $"\"{amount}\"", $"whole tokens above 0 with at most {decimals} decimals, such as 1.5"));
        if (!sell.IsNone && sell == buy)
            problems.Add(new ConfigProblem("--buy", $"\"{buySymbol}\", which is also sold", "another asset"));
        if (problems.Count > 0)
            throw new ConfigException(problems);

        await using PreparedRun run = await PreparedRun.PrepareAsync(config, stopping.Token).ConfigureAwait(false);
        QuoteAnswer answer = await Quoting.QuoteAsync(run, sell, buy, units, stopping.Token).ConfigureAwait(false);
        if (output.IsJson)
            Write(output, run, answer, sellSymbol, buySymbol, units);
        else
            Show(output, run, answer, sellSymbol, buySymbol, units, decimals);
        return answer.Status == RouteStatus.Found ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static AssetId AssetOf(ConfigFile config, string option, string symbol, List<ConfigProblem> problems)
    {
        for (int i = 0; i < config.Assets.Count; i++)
            if (config.Assets[i].Symbol == symbol)
                return AssetId.FromIndex(i);
        problems.Add(new ConfigProblem(option, $"\"{symbol}\"", $"one of {string.Join(", ", config.Assets.Select(a => a.Symbol))}"));
        return AssetId.None;
    }

    private static void Write(Output output, PreparedRun run, QuoteAnswer answer, string sell, string buy, UInt256 units) =>
        output.Document(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("status", char.ToLowerInvariant(answer.Status.ToString()[0]) + answer.Status.ToString()[1..]);
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
            writer.WriteString("search", answer.Search);
            writer.WriteEndObject();
        });

    private static void Show(Output output, PreparedRun run, QuoteAnswer answer, string sell, string buy, UInt256 units, int decimals)
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
        output.Say($"  worth {answer.WorthIn:0.00} in, {answer.WorthOut:0.00} out of {run.Setup.Numeraire}");
    }

    private static IEnumerable<PoolId> PoolsOf(OrderLeg leg) => Enumerable.Range(0, leg.HopCount).Select(hop => leg.Pool(hop));

    private static AssetId Other(PreparedRun run, ResolvedPool pool, AssetId asset)
    {
        AssetId first = run.Setup.AssetAt(Address.Parse(pool.Token0));
        return first == asset ? run.Setup.AssetAt(Address.Parse(pool.Token1)) : first;
    }
}
