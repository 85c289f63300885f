using System.Text.RegularExpressions;
using System.Xml.Linq;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.House;

/// <summary>
/// What keeps <c>./build.sh aot</c> at no warning is looked at by every build: the analyzers are on in every room, nobody silences them, and the one part
/// of a library that the compiler warns of is not used.
/// </summary>
public sealed partial class AheadOfTimeTests
{
    private static readonly string s_source = Path.Combine(SharedFiles.Root, "src");

    [Fact]
    public void Profile_OfMachineCode_TakesEveryWarningForAnError()
    {
        XElement[] wanted = [.. XDocument.Load(Path.Combine(s_source, "FastRebalance.Cli", "Properties", "PublishProfiles", "native-aot.pubxml")).Descendants()];

        Assert.Equal("true", Assert.Single(wanted, static one => one.Name.LocalName == "PublishAot").Value);
        Assert.Equal("true", Assert.Single(wanted, static one => one.Name.LocalName == "TreatWarningsAsErrors").Value);
        Assert.DoesNotContain(wanted, static one => one.Name.LocalName is "NoWarn" or "SuppressTrimAnalysisWarnings" or "ILLinkTreatWarningsAsErrors");
    }

    [Fact]
    public void Rooms_All_AreAnalysedForItAndSilenceNothing()
    {
        string[] projects = [Path.Combine(SharedFiles.Root, "Directory.Build.props"), .. ProjectFile.Within("FastRebalance.Cli")];
        Assert.True(projects.Length > 10, "the program's rooms were not found");
        XElement[] settings = [.. projects.SelectMany(static project => XDocument.Load(project).Descendants())];

        Assert.Equal("true", Assert.Single(settings, static one => one.Name.LocalName == "IsAotCompatible").Value);
        Assert.DoesNotContain(settings, static one => one.Name.LocalName == "NoWarn" && one.Value.Contains("IL", StringComparison.Ordinal));
        string[] silencing = [.. Sources().Where(static file => Silences().IsMatch(File.ReadAllText(file)))];
        Assert.True(silencing.Length == 0, string.Join('\n', silencing));
    }

    /// <summary>Spectre.Console's questions convert their answers by reflection over types that trimming takes away.</summary>
    [Fact]
    public void Questions_ToThePerson_AreNotThoseOfTheConsoleLibrary()
    {
        string[] asking = [.. Sources().Where(static file => Prompts().IsMatch(File.ReadAllText(file)))];
        Assert.True(asking.Length == 0, string.Join('\n', asking));
    }

    private static IEnumerable<string> Sources() =>
        ProjectFile.Within("FastRebalance.Cli").SelectMany(static project => Directory.EnumerateFiles(Path.GetDirectoryName(project)!, "*.cs", SearchOption.AllDirectories));

    [GeneratedRegex(@"UnconditionalSuppressMessage|pragma warning disable IL|RequiresDynamicCode\(|RequiresUnreferencedCode\(")]
    private static partial Regex Silences();

    [GeneratedRegex(@"TextPrompt<|SelectionPrompt<|ConfirmationPrompt|AnsiConsole\.(Ask|Prompt|Confirm)")]
    private static partial Regex Prompts();
}
