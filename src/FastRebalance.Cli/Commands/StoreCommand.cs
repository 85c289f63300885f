using System.CommandLine;
using FastRebalance.Store;

namespace FastRebalance.Cli.Commands;

/// <summary><c>store</c>: a database of what the journals hold, for questions in SQL.</summary>
internal static class StoreCommand
{
    public static Command Create()
    {
        Command command = new("store", "A SQLite database of decisions, orders, legs, fills, refusals and operators' actions, made from journals.");
        command.Subcommands.Add(Rebuild());
        return command;
    }

    private static Command Rebuild()
    {
        Option<string[]> journal = new("--journal")
        {
            Description = "The folder of all runs, or a single run's; several make one store.",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string> db = new("--db") { Description = "The file to make; a store that is there is replaced once the new one is whole.", Required = true };
        Option<bool> json = CommonOptions.Json();
        Command command = new("rebuild", "Make the store anew from the journals: the same journals, the same rows.") { journal, db, json };
        command.SetAction((parse, _) =>
        {
            Output output = new(parse.GetValue(json));
            return output.GuardAsync(() => Task.FromResult(Run(output, parse.GetValue(journal)!, parse.GetValue(db)!)));
        });
        return command;
    }

    private static int Run(Output output, string[] journals, string file)
    {
        using Stopping stopping = new();
        StoreCounts counts = StoreBuilder.Rebuild(journals, file, stopping.Token);
        foreach (string note in counts.Notes)
            Output.Complain(note);
        if (output.IsJson)
            output.Document(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("db", Path.GetFullPath(file));
                writer.WriteNumber("runs", counts.Runs);
                writer.WriteNumber("passes", counts.Passes);
                writer.WriteNumber("decisions", counts.Decisions);
                writer.WriteNumber("orders", counts.Orders);
                writer.WriteNumber("fills", counts.Fills);
                writer.WriteNumber("refusals", counts.Refusals);
                writer.WriteNumber("operatorActions", counts.Actions);
                writer.WriteStartArray("notes");
                foreach (string note in counts.Notes)
                    writer.WriteStringValue(note);
                writer.WriteEndArray();
                writer.WriteEndObject();
            });
        else
            output.Say($"{Path.GetFullPath(file)}: {counts.Runs} runs, {counts.Passes} passes in {counts.Decisions} rows, {counts.Orders} orders, {counts.Fills} fills, {counts.Refusals} refusals, {counts.Actions} operator actions");
        return ExitCodes.Done;
    }
}
