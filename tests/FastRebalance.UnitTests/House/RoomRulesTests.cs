using System.Xml.Linq;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.House;

/// <summary>Holds the project files to the rules of the house; each rule is first shown a breach and must name it.</summary>
public sealed class RoomRulesTests
{
    private static readonly ProjectFile s_breach = ProjectFile.Parse("FastRebalance.Engine", XDocument.Parse("""
        <Project>
          <PropertyGroup><AllowUnsafeBlocks>true</AllowUnsafeBlocks></PropertyGroup>
          <ItemGroup>
            <ProjectReference Include="..\FastRebalance.Core\FastRebalance.Core.csproj" />
            <ProjectReference Include="../FastRebalance.Execution/FastRebalance.Execution.csproj" />
            <PackageReference Include="Central" />
            <PackageReference Include="Scattered" Version="1.0.0" />
          </ItemGroup>
        </Project>
        """));

    private static ProjectFile[] Rooms => ProjectFile.AllUnder("src");

    private static ProjectFile[] Everything => [.. Rooms, .. ProjectFile.AllUnder("tests"), .. ProjectFile.AllUnder("bench")];

    [Fact]
    public void ForbiddenReferences_EngineSeesExecution_NamesIt()
    {
        string found = Assert.Single(RoomRules.ForbiddenReferences([s_breach]));
        Assert.StartsWith("FastRebalance.Engine must not reference FastRebalance.Execution", found);
        Assert.Single(RoomRules.ForbiddenReferences([s_breach with { Name = "FastRebalance.Attic" }]));
    }

    [Fact]
    public void ForbiddenReferences_OurRooms_None()
    {
        Assert.True(Rooms.Length > 10, "the rooms were not found");
        Assert.Empty(RoomRules.ForbiddenReferences(Rooms));
    }

    [Fact]
    public void ForbiddenUnsafe_EngineAllowsIt_NamesIt() => Assert.Single(RoomRules.ForbiddenUnsafe([s_breach]));

    [Fact]
    public void ForbiddenUnsafe_OurRooms_None()
    {
        Assert.Contains(Rooms, r => r.AllowsUnsafe);
        Assert.Empty(RoomRules.ForbiddenUnsafe(Rooms));
    }

    [Fact]
    public void ForbiddenUnsafe_CommonSettings_SwitchItOff()
    {
        XDocument common = XDocument.Load(Path.Combine(SharedFiles.Root, "Directory.Build.props"));
        Assert.False(ProjectFile.Parse("common", common).AllowsUnsafe);
        Assert.NotEmpty(common.Descendants("AllowUnsafeBlocks"));
    }

    [Fact]
    public void ScatteredVersions_VersionInAProject_NamesIt() =>
        Assert.Contains("Scattered", Assert.Single(RoomRules.ScatteredVersions([s_breach])));

    [Fact]
    public void ScatteredVersions_OurProjects_None() => Assert.Empty(RoomRules.ScatteredVersions(Everything));

    [Fact]
    public void MissingFromMap_FolderNotMentioned_NamesIt() =>
        Assert.Contains("src/B/", Assert.Single(RoomRules.MissingFromMap(["A", "B"], "src/\n  A/  the first")));

    [Fact]
    public void MissingFromMap_OurReadme_NamesEveryFolder()
    {
        string readme = Path.Combine(SharedFiles.Root, "README.md");
        Assert.SkipUnless(File.Exists(readme), "README.md is not written yet");
        IEnumerable<string> folders = Directory.EnumerateDirectories(Path.Combine(SharedFiles.Root, "src")).Select(f => Path.GetFileName(f)!);
        Assert.Empty(RoomRules.MissingFromMap(folders, File.ReadAllText(readme)));
    }

    [Fact]
    public void MissingCommands_CommandNotMentioned_NamesIt()
    {
        string[] commands = [.. RoomRules.CommandsOf("Command command = new(\"stop\", \"\"); Command other = new(\"go-on\", \"\");")];
        Assert.Contains("stop", Assert.Single(RoomRules.MissingCommands(commands, "stop is a word, `go-on -c FILE` a command")));
    }

    [Fact]
    public void MissingCommands_OurReadme_NamesEveryCommand()
    {
        string folder = Path.Combine(SharedFiles.Root, "src", "FastRebalance.Cli", "Commands");
        string[] commands = [.. Directory.EnumerateFiles(folder, "*.cs").SelectMany(static file => RoomRules.CommandsOf(File.ReadAllText(file)))];
        Assert.Contains("kill", commands);
        Assert.Empty(RoomRules.MissingCommands(commands, File.ReadAllText(Path.Combine(SharedFiles.Root, "README.md"))));
    }

    [Fact]
    public void Solution_OurProjects_HoldsThemAll()
    {
        // What the solution does not hold is neither built nor tested by the build scripts.
        string solution = File.ReadAllText(Path.Combine(SharedFiles.Root, "FastRebalance.sln"));
        // The exceptions need packages that are not to be had everywhere; their READMEs say how to build them.
        string[] outside = ["FastRebalance.Nethereum", "FastRebalance.NethereumTests", "FastRebalance.Peers"];
        Assert.Equal(outside, Everything.Where(p => !solution.Contains(p.Name + ".csproj", StringComparison.Ordinal)).Select(p => p.Name));
    }
}
