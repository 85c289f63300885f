using System.CommandLine;
using FastRebalance.Cli.Screens;
using FastRebalance.Configuration;
using FastRebalance.Hosting;

namespace FastRebalance.Cli.Commands;

/// <summary><c>status</c>: what the desk's senders are doing, by the running engine or by their logs.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        Option<string> config = CommonOptions.Config();
        Option<bool> json = CommonOptions.Json();
        Command command = new("status", "Tell each sender's mode, kill switch, next nonce and what is out; changes nothing.") { config, json };
        command.SetAction((parse, cancellation) =>
        {
            Output output = new(parse.GetValue(json));
            return output.GuardAsync(() => RunAsync(output, parse.GetValue(config)!, cancellation));
        });
        return command;
    }

    private static async Task<int> RunAsync(Output output, string file, CancellationToken cancellation)
    {
        DeskStatus status = await new DeskControl(ConfigReader.Read(file)).StatusAsync(cancellation).ConfigureAwait(false);
        if (output.IsJson)
        {
            output.Document(status, DeskStatusJson.Default.DeskStatus);
            return ExitCodes.Done;
        }
        Console.Out.WriteLine(status.Process != 0 ? $"an engine runs, process {status.Process}" : status.IsRunning ? "an engine holds the journals and tells nothing" : "no engine runs");
        foreach (AccountStatus account in status.Accounts)
        {
            Console.Out.WriteLine($"{account.Account}: {account.Mode}, kill switch {account.Kill}, next nonce {account.NextNonce}");
            foreach (SlotStatus slot in account.Open)
                Console.Out.WriteLine($"  nonce {slot.Nonce} {slot.State} {slot.Hash}");
            if (account.StopReason is { } reason)
                Console.Out.WriteLine($"  {reason}");
        }
        if (status.Position is { } position)
            foreach ((string name, string text) in PositionWords.Rows(position))
                Console.Out.WriteLine($"  {name}: {text}");
        if (status.Accounts.Count == 0)
            Console.Out.WriteLine("nothing has traded from here yet");
        return ExitCodes.Done;
    }
}
