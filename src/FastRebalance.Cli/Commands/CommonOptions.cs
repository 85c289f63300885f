using System.CommandLine;

namespace FastRebalance.Cli.Commands;

/// <summary>Options that several commands share, so that they read the same everywhere.</summary>
internal static class CommonOptions
{
    public static Option<string> Config(bool required = true) =>
        new("--config", "-c") { Description = "The configuration file.", Required = required };

    public static Option<bool> Json() =>
        new("--json") { Description = "Print one JSON document on standard output and nothing else there." };
}
