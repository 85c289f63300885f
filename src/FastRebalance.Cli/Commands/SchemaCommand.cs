using System.CommandLine;
using FastRebalance.Configuration;

namespace FastRebalance.Cli.Commands;

/// <summary><c>schema</c>: the configuration as a JSON Schema, for editors.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        Option<string?> file = new("--out") { Description = "Write it to this file instead of standard output." };
        Command command = new("schema", "The configuration as a JSON Schema: every field with what may stand there and its default. A configuration names it by \"$schema\".")
        {
            file,
        };
        command.SetAction((parse, _) =>
        {
            Output output = new(json: false);
            return output.GuardAsync(() => WriteAsync(output, parse.GetValue(file)));
        });
        return command;
    }

    private static async Task<int> WriteAsync(Output output, string? file)
    {
        ConfigSchema schema = new(new OptionDocs().Of);
        if (file is null)
            output.Document(schema.Write);
        else
            await File.WriteAllTextAsync(file, Output.Text(schema.Write) + Environment.NewLine).ConfigureAwait(false);
        return ExitCodes.Done;
    }
}
