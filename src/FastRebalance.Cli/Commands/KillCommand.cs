using System.CommandLine;
using System.Text.Json;
using FastRebalance.Configuration;
using FastRebalance.Execution.Submission;
using FastRebalance.Hosting;

namespace FastRebalance.Cli.Commands;

/// <summary><c>kill</c>: the kill switch, whether an engine runs or not.</summary>
internal static class KillCommand
{
    public static Command Create()
    {
        Option<string> config = CommonOptions.Config();
        Option<string?> mode = new("--mode")
        {
            Description = "soft: no new order, those out are followed to their end; hard: those out are cancelled too; cold: not one byte more.",
        };
        Option<bool> lift = new("--lift") { Description = "Take the switch back, once the cause is gone; no engine may run." };
        Option<bool> json = CommonOptions.Json();
        Command command = new("kill", "Stop trading, on the disk before it acts; it holds for later runs too until it is lifted.") { config, mode, lift, json };
        command.SetAction((parse, _) =>
        {
            Output output = new(parse.GetValue(json));
            return output.GuardAsync(() => RunAsync(output, parse.GetValue(config)!, parse.GetValue(mode), parse.GetValue(lift)));
        });
        return command;
    }

    private static async Task<int> RunAsync(Output output, string file, string? modeText, bool lift)
    {
        using Stopping stopping = new();
        DeskControl desk = new(ConfigReader.Read(file));
        if (lift == modeText is not null)
            throw new ConfigException([new ConfigProblem("--mode", lift ? "both --mode and --lift" : "nothing", "--mode soft, hard or cold; or --lift")]);
        string done = lift ? desk.Lift() : await desk.KillAsync(ModeOf(modeText!), stopping.Token).ConfigureAwait(false);
        if (output.IsJson)
            Console.Out.WriteLine(Output.Text(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("kill", lift ? "off" : modeText!.ToLowerInvariant());
                writer.WriteString("done", done);
                writer.WriteEndObject();
            }));
        else
            Console.Out.WriteLine(lift ? $"lifted: {done}" : $"killed, {modeText!.ToLowerInvariant()}: {done}");
        return ExitCodes.Done;
    }

    private static KillMode ModeOf(string text) =>
        Enum.TryParse(text, ignoreCase: true, out KillMode mode) && mode is KillMode.Soft or KillMode.Hard or KillMode.Cold && !char.IsDigit(text[0])
            ? mode
            : throw new ConfigException([new ConfigProblem("--mode", $"\"{text}\"", "soft, hard or cold")]);
}
