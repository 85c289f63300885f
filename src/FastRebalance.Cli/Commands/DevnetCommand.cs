using System.CommandLine;
using FastRebalance.Devnet;

namespace FastRebalance.Cli.Commands;

/// <summary><c>devnet</c>: a local chain of real parts, until stopped.</summary>
internal static class DevnetCommand
{
    public static Command Create()
    {
        Option<ulong> seed = new("--seed") { Description = "Seeds accounts, prices and noise.", DefaultValueFactory = _ => 1UL };
        Option<string> folder = new("--out") { Description = "Folder for manifest.json and config.json.", DefaultValueFactory = _ => "devnet" };
        Option<TimeSpan?> blockTime = Durations.Option("--block-time", "Time between two blocks, such as 1s or 250ms (1s unless given).");
        Option<bool> noise = new("--noise") { Description = "Let a seeded trader keep the prices moving." };
        Option<bool> relay = new("--relay") { Description = "Send through a local stand-in for a builder's relay, which makes the blocks." };
        Option<string[]> with = new("--with") { Description = "What stands beside the exchanges: aave (lending, with simulated price sources)." };
        with.AcceptOnlyFromAmong("aave");
        Option<int> port = new("--port") { Description = "Port on 127.0.0.1; 0 takes a free one.", DefaultValueFactory = _ => 0 };
        Option<bool> json = CommonOptions.Json();
        Command command = new("devnet", "Start a local chain with real tokens, pools and a desk to trade for; stop it with Ctrl-C.")
        {
            seed, folder, blockTime, noise, relay, with, port, json,
        };
        command.SetAction((parse, _) =>
        {
            Output output = new(parse.GetValue(json));
            return output.GuardAsync(() => RunAsync(output, new DevnetOptions
            {
                Seed = parse.GetValue(seed),
                OutputDirectory = parse.GetValue(folder)!,
                BlockTime = parse.GetValue(blockTime) ?? TimeSpan.FromSeconds(1),
                Noise = parse.GetValue(noise),
                Relay = parse.GetValue(relay),
                WithAave = parse.GetValue(with)?.Contains("aave") == true,
                Port = parse.GetValue(port),
                Progress = line => Console.Error.WriteLine(line),
            }));
        });
        return command;
    }

    private static async Task<int> RunAsync(Output output, DevnetOptions options)
    {
        using Stopping stopping = new();
        await using LocalChain chain = await LocalChain.StartAsync(options, stopping.Token).ConfigureAwait(false);
        if (output.IsJson)
            Console.Out.WriteLine(await File.ReadAllTextAsync(chain.ManifestPath).ConfigureAwait(false));
        else
        {
            output.Say($"chain {chain.Manifest.ChainId} at {chain.Manifest.Http}, configuration in {chain.ConfigPath}");
            if (chain.Manifest.Relay is { } url)
                output.Say($"a stand-in for a relay, not a real one, at {url}");
        }
        output.Say("ready");
        Task stopped = Task.Delay(Timeout.InfiniteTimeSpan, stopping.Token);
        if (await Task.WhenAny(chain.Exited, stopped).ConfigureAwait(false) == stopped)
            return ExitCodes.Done;
        Output.Complain("the node has ended by itself");
        return ExitCodes.Failed;
    }
}
