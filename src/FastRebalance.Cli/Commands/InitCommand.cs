using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using FastRebalance.Cli.Screens;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Drafting;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Hosting;

namespace FastRebalance.Cli.Commands;

/// <summary><c>init</c>: a configuration to begin with, of a few questions or flags and of what a node tells.</summary>
internal static class InitCommand
{
    private const string OwnFlags = "init";
    private const string SharesWanted = "each token once with its share, such as WETH=0.5,USDC=0.5";

    public static Command Create()
    {
        Option<string[]> rpc = new("--rpc") { Description = "The node: http://, ws:// or ipc:FILE; several to fall back on.", Required = true };
        Option<string> file = new("--out") { Description = "The file to write.", DefaultValueFactory = static _ => "config.json" };
        Option<string?> assets = new("--assets") { Description = "Addresses of the tokens to hold, with commas between them; those that the node tells of unless given." };
        Option<string?> target = new("--target") { Description = "Shares such as WETH=0.5,USDC=0.5; equal ones unless given." };
        Option<string?> numeraire = new("--numeraire") { Description = "The symbol that values are told in." };
        Option<string?> keystore = new("--keystore") { Description = "The desk's keystore; a key in the environment unless given." };
        Option<string?> password = new("--password-file") { Description = "The file with the keystore's password." };
        Option<string?> variable = new("--key-env") { Description = "The environment variable that holds the key." };
        Option<string?> executor = new("--executor") { Description = "The desk's executor contract, where it has one." };
        Option<bool> yes = new("--yes", "-y") { Description = "Ask nothing: what no flag says is chosen." };
        Option<bool> force = new("--force") { Description = "Write over a file that is there." };
        Option<bool> json = CommonOptions.Json();
        Command command = new("init", "Write a commented configuration: tokens, decimals and pools from a node, limits to begin with, and what is still to do.")
        {
            rpc, file, assets, target, numeraire, keystore, password, variable, executor, yes, force, json,
        };
        command.SetAction((parse, _) =>
        {
            Output output = new(parse.GetValue(json));
            return output.GuardAsync(async () =>
            {
                Wishes wishes = new(
                    parse.GetValue(rpc)!, parse.GetValue(file)!, Addresses(parse.GetValue(assets)), Shares(parse.GetValue(target)), parse.GetValue(numeraire),
                    parse.GetValue(keystore), parse.GetValue(password), parse.GetValue(variable), Executor(parse.GetValue(executor)),
                    parse.GetValue(yes) || output.IsJson, parse.GetValue(force));
                return await RunAsync(output, wishes).ConfigureAwait(false);
            });
        });
        return command;
    }

    private static async Task<int> RunAsync(Output output, Wishes wishes)
    {
        if (File.Exists(wishes.File) && !wishes.Overwrites)
            throw Mistake("--out", $"{wishes.File}, which is there", "another file, or --force to write over it");
        if (!wishes.AsksNothing && Console.IsInputRedirected)
            throw Mistake("--yes", "nobody who could be asked", "--yes with flags, or a terminal");
        using Stopping stopping = new();
        await using EthereumNode node = await EthereumNode.ConnectAsync(
            new EthereumNodeOptions { Endpoints = [.. wishes.Endpoints.Select(Endpoint)] }, stopping.Token).ConfigureAwait(false);
        ChainSketch chain = await ChainScout.LookAsync(node, wishes.Tokens, stopping.Token).ConfigureAwait(false);
        if (!output.IsJson)
            Console.Error.WriteLine(ChainScout.Tell(chain));
        ConfigDraft draft = DraftOf(wishes, chain);
        if (!wishes.AsksNothing)
            draft = Asked(draft);
        string[] wrong = [.. draft.Problems()];
        if (wrong.Length > 0)
            throw new ConfigException([.. wrong.Select(static problem => new ConfigProblem(OwnFlags, problem, "flags that fit together; see fastrebalance init --help"))]);
        await File.WriteAllTextAsync(wishes.File, draft.Text(), stopping.Token).ConfigureAwait(false);
        List<Finding> toDo = [.. (await Doctor.ExamineAsync(wishes.File, approve: false, stopping.Token).ConfigureAwait(false)).Where(static finding => finding.Health == Health.Bad)];
        Tell(output, wishes.File, chain, toDo);
        return ExitCodes.Done;
    }

    private static ConfigDraft DraftOf(Wishes wishes, ChainSketch chain) => new()
    {
        Chain = chain,
        Endpoints = wishes.Endpoints,
        Numeraire = wishes.Numeraire,
        Target = wishes.Target,
        Keystore = wishes.Keystore,
        PasswordFile = wishes.PasswordFile,
        KeyVariable = wishes.KeyVariable,
        Executor = wishes.Executor,
    };

    // What no flag has said.
    private static ConfigDraft Asked(ConfigDraft draft)
    {
        string[] symbols = [.. draft.Chain.Tokens.Select(static token => token.Symbol)];
        string some = $"some of {string.Join(", ", symbols)}, with commas between them";
        if (draft.Target.Count == 0)
        {
            string[] held = Parts(Question.Ask("Which tokens does the portfolio hold?", string.Join(',', symbols), text => Parts(text) is { Length: > 0 } named && named.All(symbols.Contains) ? null : some));
            string equal = string.Join(',', held.Select(symbol => $"{symbol}={Math.Round(1.0 / held.Length, 4).ToString(CultureInfo.InvariantCulture)}"));
            Dictionary<string, double> shares = [];
            Question.Ask("In which shares?", equal, text => TryShares(text, shares, out _) && shares.Count > 0 ? null : SharesWanted);
            draft = draft with { Target = shares };
        }
        if (draft.Numeraire is null)
            draft = draft with { Numeraire = Question.Ask("What are values told in?", symbols.Contains("USDC") ? "USDC" : symbols[0], text => symbols.Contains(text) ? null : $"one of {string.Join(", ", symbols)}") };
        if (draft.Keystore is null && draft.KeyVariable is null
            && Question.Ask("The desk's keystore file (empty for a key in the environment)?", "", static _ => null) is { Length: > 0 } keystore)
            draft = draft with { Keystore = keystore, PasswordFile = Question.Ask("The file with its password?", null, static text => text.Length > 0 ? null : "a file") };
        return draft;
    }

    private static void Tell(Output output, string file, ChainSketch chain, List<Finding> toDo)
    {
        if (output.IsJson)
        {
            output.Document(writer => Write(writer, file, chain, toDo));
            return;
        }
        Console.Out.WriteLine($"{file}: {chain.Tokens.Count} assets, {chain.Pools.Count} pools");
        foreach (Finding finding in toDo)
            Console.Out.WriteLine($"to do, {finding.Subject}: {finding.Found}{(finding.ToDo.Length > 0 ? $"; {finding.ToDo}" : "")}");
        Console.Out.WriteLine(toDo.Count > 0 ? $"then: fastrebalance doctor -c {file}" : $"next: fastrebalance run -c {file} --dry-run");
    }

    private static void Write(Utf8JsonWriter writer, string file, ChainSketch chain, List<Finding> toDo)
    {
        writer.WriteStartObject();
        writer.WriteString("file", file);
        writer.WriteNumber("chainId", chain.ChainId);
        writer.WriteStartArray("assets");
        foreach (SketchedToken token in chain.Tokens)
            writer.WriteStringValue(token.Symbol);
        writer.WriteEndArray();
        writer.WriteNumber("pools", chain.Pools.Count);
        writer.WriteStartArray("toDo");
        foreach (Finding finding in toDo)
        {
            writer.WriteStartObject();
            writer.WriteString("subject", finding.Subject);
            writer.WriteString("found", finding.Found);
            writer.WriteString("toDo", finding.ToDo);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static RpcEndpoint Endpoint(string text)
    {
        try
        {
            return RpcEndpoint.Parse(text);
        }
        catch (Exception wrong) when (wrong is FormatException or ArgumentException)
        {
            throw Mistake("--rpc", $"\"{text}\"", $"a node's address: http://127.0.0.1:8545, ws://127.0.0.1:8545 or ipc:FILE ({wrong.Message})");
        }
    }

    private static List<Address> Addresses(string? text) => [.. Parts(text).Select(part =>
        Address.TryParse(part, out Address address) && !address.IsZero ? address : throw Mistake("--assets", $"\"{part}\"", "token addresses, such as 0xC02a…,0xA0b8…"))];

    private static Dictionary<string, double> Shares(string? text)
    {
        Dictionary<string, double> shares = [];
        return TryShares(text, shares, out string wrong) ? shares : throw Mistake("--target", $"\"{wrong}\"", SharesWanted);
    }

    private static bool TryShares(string? text, Dictionary<string, double> shares, out string wrong)
    {
        shares.Clear();
        wrong = "";
        foreach (string part in Parts(text))
        {
            string[] sides = part.Split('=');
            wrong = part;
            if (sides.Length != 2 || !double.TryParse(sides[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double share) || !(share is >= 0 and <= 1) || !shares.TryAdd(sides[0].Trim(), share))
                return false;
        }
        return true;
    }

    private static Address? Executor(string? text) => text is null ? null
        : Address.TryParse(text, out Address address) && !address.IsZero ? address : throw Mistake("--executor", $"\"{text}\"", "the contract's address: 0x and 40 hexadecimal digits");

    private static string[] Parts(string? text) => text?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static ConfigException Mistake(string flag, string found, string wanted) => new([new ConfigProblem(flag, found, wanted)]);

    private sealed record Wishes(
        IReadOnlyList<string> Endpoints, string File, IReadOnlyList<Address> Tokens, IReadOnlyDictionary<string, double> Target, string? Numeraire, string? Keystore,
        string? PasswordFile, string? KeyVariable, Address? Executor, bool AsksNothing, bool Overwrites);
}
