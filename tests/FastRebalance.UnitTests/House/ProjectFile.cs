using System.Xml.Linq;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.House;

/// <summary>What a .csproj says, as far as the house's rules ask.</summary>
internal sealed record ProjectFile(string Name, string[] References, bool AllowsUnsafe, string[] PackagesWithVersion)
{
    /// <summary>The projects under a folder of the checkout, such as "src"; none where the folder is missing.</summary>
    public static ProjectFile[] AllUnder(string folder)
    {
        string path = Path.Combine(SharedFiles.Root, folder);
        return Directory.Exists(path)
            ? [.. Directory.EnumerateFiles(path, "*.csproj", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(Read)]
            : [];
    }

    /// <summary>The project files of a room under src and of every room that it references, each once.</summary>
    public static string[] Within(string room) => [.. PathsWithin(room).Distinct()];

    public static ProjectFile Parse(string name, XDocument project) => new(
        name,
        [.. project.Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')))],
        project.Descendants("AllowUnsafeBlocks").Any(e => e.Value.Trim().Equals("true", StringComparison.OrdinalIgnoreCase)),
        [.. project.Descendants("PackageReference").Where(HasVersion).Select(p => p.Attribute("Include")?.Value ?? p.Attribute("Update")!.Value)]);

    private static IEnumerable<string> PathsWithin(string room)
    {
        string path = Path.Combine(SharedFiles.Root, "src", room, room + ".csproj");
        return Read(path).References.SelectMany(PathsWithin).Prepend(path);
    }

    private static ProjectFile Read(string path) => Parse(Path.GetFileNameWithoutExtension(path), XDocument.Load(path));

    private static bool HasVersion(XElement package) =>
        package.Attribute("Version") is not null || package.Attribute("VersionOverride") is not null
        || package.Element("Version") is not null || package.Element("VersionOverride") is not null;
}
