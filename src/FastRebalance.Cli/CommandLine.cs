using System.CommandLine;
using System.CommandLine.Invocation;

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
            string command = result.CommandResult.Command is RootCommand ? "" : $"{result.CommandResult.Command.Name} ";
            Console.Error.WriteLine($"try: fastrebalance {command}--help");
            return ExitCodes.BadUsage;
        }
        // Commands end themselves on Ctrl-C and SIGTERM: a drain may take longer than the library's patience.
        return await result.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }).ConfigureAwait(false);
    }
}
