namespace FastRebalance.UnitTests.Quant;

/// <summary>
/// Finds data files of public repositories that are too large, or not ours, to keep here. The environment variable
/// <c>FASTREBALANCE_OUTSIDE_DATA</c> names a folder with one checkout per repository, such as <c>universal-portfolios</c>.
/// </summary>
internal static class OutsideFiles
{
    private const string Variable = "FASTREBALANCE_OUTSIDE_DATA";

    /// <summary>Lines of a file; the calling test is skipped where the variable or the file is missing.</summary>
    public static string[] Lines(string repository, string commit, string path)
    {
        string? root = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(root))
            Assert.Skip($"set {Variable} to a folder with a checkout of {repository} ({commit}) to run this test");
        string file = Path.Combine(root!, repository, path);
        if (!File.Exists(file))
            Assert.Skip($"{file} is missing: check out {repository} at {commit} there to run this test");
        return File.ReadAllLines(file);
    }

    /// <summary>Columns of numbers under their headings; an empty field is NaN. The first column may be a date and is left out by
    /// name.</summary>
    public static Dictionary<string, double[]> Columns(string[] lines, string? dateColumn = null)
    {
        string[] names = lines[0].Split(',');
        string[][] rows = [.. lines.Skip(1).Where(l => l.Length > 0).Select(l => l.Split(','))];
        return names.Select((name, i) => (name, i)).Where(c => c.name != dateColumn).ToDictionary(
            c => c.name,
            c => rows.Select(r => Number(r[c.i])).ToArray());

        static double Number(string field) =>
            field.Length == 0 ? double.NaN : double.Parse(field, System.Globalization.CultureInfo.InvariantCulture);
    }
}
