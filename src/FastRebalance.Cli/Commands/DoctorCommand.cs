using System.CommandLine;
using FastRebalance.Hosting;
using Spectre.Console;

namespace FastRebalance.Cli.Commands;

/// <summary><c>doctor</c>: looks the machine and a configuration over and says what to do.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        Option<string> config = CommonOptions.Config(required: false);
        Option<bool> approve = new("--approve") { Description = "Let the contract that runs the orders take the assets that it may not take yet; sends transactions." };
        Option<bool> json = CommonOptions.Json();
        Command command = new("doctor", "Check the machine and, with a configuration, the node, the key, the balances and the allowances.") { config, approve, json };
        command.SetAction((parse, _) =>
        {
            Output output = new(parse.GetValue(json));
            return output.GuardAsync(() => RunAsync(output, parse.GetValue(config), parse.GetValue(approve)));
        });
        return command;
    }

    private static async Task<int> RunAsync(Output output, string? config, bool approve)
    {
        using Stopping stopping = new();
        List<Finding> findings = config is null
            ? Doctor.ExamineMachine()
            : await Doctor.ExamineAsync(config, approve, stopping.Token).ConfigureAwait(false);
        if (output.IsJson)
            Write(output, findings);
        else
            Show(findings);
        return findings.Exists(f => f.Health == Health.Bad) ? ExitCodes.Failed : ExitCodes.Done;
    }

    private static void Write(Output output, List<Finding> findings) => output.Document(writer =>
    {
        writer.WriteStartObject();
        writer.WriteBoolean("healthy", !findings.Exists(f => f.Health == Health.Bad));
        writer.WriteStartArray("findings");
        foreach (Finding finding in findings)
        {
            writer.WriteStartObject();
            writer.WriteString("subject", finding.Subject);
            writer.WriteString("health", finding.Health.ToString().ToLowerInvariant());
            writer.WriteString("found", finding.Found);
            writer.WriteString("toDo", finding.ToDo);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static void Show(List<Finding> findings)
    {
        foreach (Finding finding in findings)
        {
            string mark = finding.Health switch
            {
                Health.Good => "[green]good  [/]",
                Health.Advice => "[yellow]advice[/]",
                _ => "[red]bad   [/]",
            };
            AnsiConsole.MarkupLine($"{mark} {Markup.Escape(finding.Subject)}: {Markup.Escape(finding.Found)}");
            if (finding.ToDo.Length > 0)
                AnsiConsole.MarkupLine($"       [grey]→ {Markup.Escape(finding.ToDo)}[/]");
        }
    }
}
