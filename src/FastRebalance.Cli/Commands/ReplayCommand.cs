using System.CommandLine;
using FastRebalance.Configuration;
using FastRebalance.Replaying;

namespace FastRebalance.Cli.Commands;

/// <summary><c>replay</c>: a journal through the same engine, decision by decision.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        Option<string> config = CommonOptions.Config();
        Option<string> journal = new("--journal") { Description = "A run's journal, or the folder of all runs: then the newest.", Required = true };
        Option<bool> json = CommonOptions.Json();
        Command command = new("replay", "Decide again on a journal's events; tell whether every decision is the recorded one.") { config, journal, json };
        command.SetAction((parse, _) =>
        {
            Output output = new(parse.GetValue(json));
            return output.GuardAsync(() => Task.FromResult(Run(output, parse.GetValue(config)!, parse.GetValue(journal)!)));
        });
        return command;
    }

    private static int Run(Output output, string config, string journal)
    {
        ReplayResult result = JournalReplay.Run(ConfigReader.Read(config), journal);
        if (output.IsJson)
            output.Document(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("result", result.IsIdentical ? "identical" : "different");
                writer.WriteString("journal", result.Journal);
                writer.WriteNumber("events", result.Events);
                writer.WriteNumber("decisions", result.Decisions);
                writer.WriteNumber("configurationChanges", result.ConfigurationChanges);
                writer.WriteBoolean("torn", result.Torn);
                writer.WriteString("firstDifference", result.FirstDifference);
                writer.WriteEndObject();
            });
        else if (result.IsIdentical)
            output.Say($"identical: {result.Decisions} decisions over {result.Events} events of {result.Journal}"
                + (result.ConfigurationChanges > 0 ? $", by the {result.ConfigurationChanges + 1} configurations of the run" : "")
                + (result.Torn ? " (its end was torn off by a crash)" : ""));
        else
            output.Say($"different after {result.Decisions} identical decisions: {result.FirstDifference}");
        return result.IsIdentical ? ExitCodes.Done : ExitCodes.Failed;
    }
}
