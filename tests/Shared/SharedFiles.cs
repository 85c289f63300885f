namespace FastRebalance.Tests;

/// <summary>Finds the public vectors and recorded markets that lie beside the checkout, in <c>../shared</c>.</summary>
internal static class SharedFiles
{
    /// <summary>The checkout's root: the folder that holds the solution file.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Full path of a file or folder under <c>../shared</c>; the calling test is skipped where it is missing.</summary>
    public static string PathOf(params string[] parts)
    {
        string path = Path.GetFullPath(Path.Combine([Root, "..", "shared", .. parts]));
        if (!File.Exists(path) && !Directory.Exists(path))
            Assert.Skip($"public data not found at {path}: place the shared folder beside the checkout to run this test");
        return path;
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "FastRebalance.sln")))
                return at.FullName;
        throw new InvalidOperationException($"no FastRebalance.sln above {AppContext.BaseDirectory}");
    }
}
