using System.CommandLine;
using FastRebalance.Cli.Screens;
using FastRebalance.Configuration;
using FastRebalance.Watching;
using Spectre.Console;

namespace FastRebalance.Cli.Commands;

/// <summary><c>watch</c>: the live view of a run in another process, with the operator's keys.</summary>
internal static class WatchCommand
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan KeyInterval = TimeSpan.FromMilliseconds(30);

    public static Command Create()
    {
        Option<string> http = new("--http") { Description = "Where the run's --http serves, such as 127.0.0.1:8080.", Required = true };
        Option<string?> token = new("--http-token") { Description = "The environment variable that holds the run's token." };
        Option<string?> name = new("--desk") { Description = "Which portfolio, where the run has several; the first unless given." };
        Option<bool> once = new("--once") { Description = "Print the state once and end; so too where standard output is no terminal." };
        Option<bool> json = CommonOptions.Json();
        Command command = new("watch", "Look at a run in another process: weights, bands, firing prices, transactions, nonces, latency, feed; pause, resume and kill it.")
        {
            http, token, name, once, json,
        };
        command.SetAction((parse, _) =>
        {
            Output output = new(parse.GetValue(json));
            return output.GuardAsync(() => RunAsync(output, parse.GetValue(http)!, parse.GetValue(token), parse.GetValue(name), parse.GetValue(once)));
        });
        return command;
    }

    private static async Task<int> RunAsync(Output output, string address, string? tokenVariable, string? name, bool once)
    {
        using Stopping stopping = new();
        using WatchClient client = WatchClient.Create(address, tokenVariable);
        DesksState state = await client.StateAsync(stopping.Token).ConfigureAwait(false);
        DeskState desk = DeskOf(state, name);
        if (output.IsJson)
            output.Document(name is null ? state : state with { Desks = [desk] }, WatchJson.Default.DesksState);
        else if (once || Console.IsOutputRedirected)
            AnsiConsole.Write(DeskScreen.Picture(desk));
        else
            await LiveAsync(client, desk, stopping.Token).ConfigureAwait(false);
        return ExitCodes.Done;
    }

    private static DeskState DeskOf(DesksState state, string? name) =>
        name is null ? state.Desks[0] : state.Desks.FirstOrDefault(desk => desk.Portfolio == name)
            ?? throw new ConfigException([new ConfigProblem("--desk", $"\"{name}\"", $"one of {string.Join(", ", state.Desks.Select(static desk => desk.Portfolio))}")]);

    private static async Task LiveAsync(WatchClient client, DeskState first, CancellationToken cancellation)
    {
        DeskState desk = first;
        OperatorPrompt prompt = new();
        string said = "";
        long lookAt = 0;
        await AnsiConsole.Live(DeskScreen.Picture(desk, prompt.Line)).StartAsync(async live =>
        {
            while (!cancellation.IsCancellationRequested)
            {
                while (!Console.IsInputRedirected && Console.KeyAvailable)
                {
                    char key = Console.ReadKey(intercept: true).KeyChar;
                    if (prompt.IsIdle && key is 'q' or 'Q')
                        return;
                    if (prompt.Take(key) is var action && action != OperatorAction.None)
                        said = await TryAsync(() => client.ActAsync(action, desk.Portfolio, cancellation)).ConfigureAwait(false);
                    live.UpdateTarget(DeskScreen.Picture(desk, prompt.Line, said));
                }
                if (Environment.TickCount64 >= lookAt)
                {
                    lookAt = Environment.TickCount64 + (long)LookInterval.TotalMilliseconds;
                    string trouble = await TryAsync(async () =>
                    {
                        desk = DeskOf(await client.StateAsync(cancellation).ConfigureAwait(false), first.Portfolio);
                        return "";
                    }).ConfigureAwait(false);
                    live.UpdateTarget(DeskScreen.Picture(desk, prompt.Line, trouble.Length > 0 ? trouble : said));
                }
                await Task.Delay(KeyInterval, CancellationToken.None).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
    }

    /// <summary>A run that ends or hangs is told on the screen; the view stays, for it may come back.</summary>
    private static async Task<string> TryAsync(Func<Task<string>> ask)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ConfigException or OperationCanceledException)
        {
            return e.Message;
        }
    }
}
