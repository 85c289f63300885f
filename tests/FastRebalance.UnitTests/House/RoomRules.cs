using System.Text.RegularExpressions;

namespace FastRebalance.UnitTests.House;

/// <summary>Which room may reference which, and where unsafe code may stand. A new room gets a row here and a line in the README's map.</summary>
internal static class RoomRules
{
    private static readonly string[] s_libraries =
    [
        "FastRebalance.Core", "FastRebalance.Messaging", "FastRebalance.Native", "FastRebalance.Quant", "FastRebalance.Charts", "FastRebalance.Kernels", "FastRebalance.Amm", "FastRebalance.Lending", "FastRebalance.Routing", "FastRebalance.Ethereum",
        "FastRebalance.Journal", "FastRebalance.MarketData", "FastRebalance.Engine", "FastRebalance.Execution",
        "FastRebalance.Simulation", "FastRebalance.Verification",
    ];

    // Engine, MarketData and Execution never see each other: they meet on the rings.
    private static readonly Dictionary<string, string[]> s_mayReference = new()
    {
        ["FastRebalance.Core"] = [],
        ["FastRebalance.Messaging"] = [],
        ["FastRebalance.Native"] = [],
        ["FastRebalance.Quant"] = [],
        ["FastRebalance.Charts"] = [],
        ["FastRebalance.Kernels"] = ["FastRebalance.Core"],
        ["FastRebalance.Amm"] = ["FastRebalance.Core"],
        ["FastRebalance.Lending"] = ["FastRebalance.Core"],
        ["FastRebalance.Routing"] = ["FastRebalance.Core", "FastRebalance.Native", "FastRebalance.Amm"],
        ["FastRebalance.Verification"] = ["FastRebalance.Core", "FastRebalance.Amm"],
        ["FastRebalance.Ethereum"] = ["FastRebalance.Core", "FastRebalance.Native"],
        ["FastRebalance.Journal"] = ["FastRebalance.Core", "FastRebalance.Messaging"],
        ["FastRebalance.MarketData"] =
            ["FastRebalance.Core", "FastRebalance.Messaging", "FastRebalance.Amm", "FastRebalance.Lending", "FastRebalance.Ethereum"],
        ["FastRebalance.Engine"] =
            ["FastRebalance.Core", "FastRebalance.Messaging", "FastRebalance.Quant", "FastRebalance.Kernels", "FastRebalance.Native", "FastRebalance.Amm", "FastRebalance.Routing", "FastRebalance.Verification"],
        ["FastRebalance.Execution"] =
            ["FastRebalance.Core", "FastRebalance.Messaging", "FastRebalance.Native", "FastRebalance.Amm", "FastRebalance.Ethereum"],
        ["FastRebalance.Simulation"] =
            ["FastRebalance.Core", "FastRebalance.Messaging", "FastRebalance.Quant", "FastRebalance.Charts", "FastRebalance.Amm", "FastRebalance.Engine"],
        ["FastRebalance.Nethereum"] = ["FastRebalance.Core", "FastRebalance.Native", "FastRebalance.Ethereum", "FastRebalance.Execution"],
        ["FastRebalance"] = s_libraries,
        ["FastRebalance.Web"] = ["FastRebalance"],
        ["FastRebalance.Store"] = ["FastRebalance"],
        ["FastRebalance.Bench"] = [.. s_libraries, "FastRebalance", "FastRebalance.Devnet"],
        ["FastRebalance.Devnet"] = ["FastRebalance", "FastRebalance.Ethereum"],
        ["FastRebalance.Cli"] = ["FastRebalance", "FastRebalance.Bench", "FastRebalance.Simulation", "FastRebalance.Ethereum", "FastRebalance.Devnet", "FastRebalance.Web", "FastRebalance.Store"],
    };

    private static readonly HashSet<string> s_mayBeUnsafe = ["FastRebalance.Messaging", "FastRebalance.Kernels", "FastRebalance.Native"];

    public static IEnumerable<string> ForbiddenReferences(IEnumerable<ProjectFile> rooms)
    {
        foreach (ProjectFile room in rooms)
        {
            if (!s_mayReference.TryGetValue(room.Name, out string[]? allowed))
                yield return $"{room.Name} has no row in the table of rooms";
            else
                foreach (string reference in room.References.Except(allowed))
                    yield return $"{room.Name} must not reference {reference}; it may reference: {string.Join(", ", allowed)}";
        }
    }

    public static IEnumerable<string> ForbiddenUnsafe(IEnumerable<ProjectFile> rooms) =>
        rooms.Where(r => r.AllowsUnsafe && !s_mayBeUnsafe.Contains(r.Name)).Select(r => $"{r.Name} must not allow unsafe code");

    public static IEnumerable<string> ScatteredVersions(IEnumerable<ProjectFile> projects) =>
        projects.SelectMany(p => p.PackagesWithVersion.Select(v => $"{p.Name} states a version of {v}; versions stand in Directory.Packages.props"));

    public static IEnumerable<string> MissingFromMap(IEnumerable<string> folders, string readme) =>
        folders.Where(f => !Regex.IsMatch(readme, $@"(?<![\w.]){Regex.Escape(f)}/")).Select(f => $"README.md does not say what src/{f}/ is for");

    /// <summary>The commands that a source file makes.</summary>
    public static IEnumerable<string> CommandsOf(string source) =>
        Regex.Matches(source, @"\bCommand \w+ = new\(""([a-z-]+)""").Select(static match => match.Groups[1].Value);

    public static IEnumerable<string> MissingCommands(IEnumerable<string> commands, string readme) =>
        commands.Where(c => !Regex.IsMatch(readme, $@"`[^`\n]*(?<![\w-]){Regex.Escape(c)}(?![\w-])[^`\n]*`")).Select(c => $"README.md does not say what the command {c} is for");
}
