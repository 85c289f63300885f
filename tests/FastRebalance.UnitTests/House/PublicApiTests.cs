using System.Reflection;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.House;

/// <summary>
/// What the package offers stands in a file for each of its assemblies. A change of it is a decision: run with FASTREBALANCE_ACCEPT_API=1 to take
/// it, and whoever reads the commit sees what users gain or lose.
/// </summary>
public sealed class PublicApiTests
{
    private const string Accept = "FASTREBALANCE_ACCEPT_API";

    private static string Folder => Path.Combine(SharedFiles.Root, "tests", "FastRebalance.UnitTests", "House", "PublicApi");

    public static TheoryData<string> Assemblies => [.. Names()];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void PublicApi_OfAPackagedAssembly_IsAsItsBaseline(string name)
    {
        string now = PublicApiText.Of(Assembly.Load(name)), file = Path.Combine(Folder, name + ".txt");
        if (Environment.GetEnvironmentVariable(Accept) == "1")
            File.WriteAllText(file, now);

        Assert.True(File.Exists(file), $"{name} has no baseline: run this test with {Accept}=1 and look at what it writes");
        string[] before = File.ReadAllLines(file), after = now.TrimEnd('\n').Split('\n');
        Assert.True(
            before.SequenceEqual(after),
            $"what {name} offers has changed; gone:\n{string.Join('\n', before.Except(after).Take(20))}\nnew:\n{string.Join('\n', after.Except(before).Take(20))}\n"
            + $"run with {Accept}=1 where that is meant");
    }

    [Fact]
    public void PublicApi_Baselines_AreOfAssembliesThatArePackaged() =>
        Assert.Equal(Names().Order(StringComparer.Ordinal), Directory.GetFiles(Folder, "*.txt").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));

    // The face and what it references of ours: what the package holds.
    private static IEnumerable<string> Names()
    {
        HashSet<string> found = [];
        Queue<string> open = new(["FastRebalance"]);
        while (open.TryDequeue(out string? name))
            if (found.Add(name))
                foreach (AssemblyName reference in Assembly.Load(name).GetReferencedAssemblies())
                    if (reference.Name!.StartsWith("FastRebalance.", StringComparison.Ordinal))
                        open.Enqueue(reference.Name);
        return found;
    }
}
