using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace FastRebalance.Cli;

/// <summary>Parses the arguments and runs the command; what the user typed wrong is told in a line and ends with exit code 2.</summary>
internal static class CommandLine
{
    public static async Task<int> InvokeAsync(RootCommand root, string[] args)
    {
        // An argument that starts with @ is the command's own, not a file of further arguments.
        ParseResult result = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Errors.Count > 0)
        {
            foreach (var error in result.Errors)
                Console.Error.WriteLine($"fastrebalance: {error.Message}");
            Console.Error.WriteLine($"try: fastrebalance {PathOf(result.CommandResult)}--help");
            return ExitCodes.BadUsage;
        }
        // Commands end themselves on Ctrl-C and SIGTERM: a drain may take longer than the library's patience.
        return await result.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }).ConfigureAwait(false);
    }

    // "bench submit ", and nothing for the program itself.
    private static string PathOf(CommandResult found) =>
        found.Command is RootCommand ? "" : $"{(found.Parent is CommandResult parent ? PathOf(parent) : "")}{found.Command.Name} ";
}
