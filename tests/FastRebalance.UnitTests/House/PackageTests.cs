using System.Xml.Linq;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.House;

/// <summary>What the library's package asks for is what it is built against: the rooms' references, in the versions that are pinned.</summary>
public sealed class PackageTests
{
    [Fact]
    public void Nuspec_Dependencies_AreThoseOfTheRoomsInTheirPinnedVersions()
    {
        Dictionary<string, string> pinned = XDocument.Load(Path.Combine(SharedFiles.Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(element => element.Attribute("Include")!.Value, element => element.Attribute("Version")!.Value);

        IEnumerable<string> referenced = ProjectFile.Within("FastRebalance").SelectMany(static project => XDocument.Load(project).Descendants("PackageReference"))
            .Select(element => element.Attribute("Include")!.Value).Distinct().Select(name => $"{name} {pinned[name]}");

        XDocument nuspec = XDocument.Load(Path.Combine(SharedFiles.Root, "src", "FastRebalance", "FastRebalance.nuspec"));
        IEnumerable<string> declared = nuspec.Descendants().Where(element => element.Name.LocalName == "dependency")
            .Select(element => $"{element.Attribute("id")!.Value} {element.Attribute("version")!.Value}");
        Assert.Equal(referenced.Order(StringComparer.Ordinal), declared.Order(StringComparer.Ordinal));
    }
}
