using System.Globalization;

namespace FastRebalance.Hosting.Examination;

/// <summary>The kernel's small text files under a root, which tests make up. What is missing or may not be read is empty.</summary>
internal sealed class SystemFiles(string root)
{
    public string Text(string path)
    {
        try
        {
            string full = Path.Combine(root, path.TrimStart('/'));
            return File.Exists(full) ? File.ReadAllText(full).Trim() : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    public string[] Lines(string path) => Text(path).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public long? Number(string path) => ToNumber(Text(path));

    /// <summary>A core list such as "0-3,8".</summary>
    public int[] Cores(string path) => ToCores(Text(path));

    /// <summary>What stands behind a label at the start of a line, such as "Cap:"; empty where no line has it.</summary>
    public string Field(string path, string label) =>
        Lines(path).FirstOrDefault(line => line.StartsWith(label, StringComparison.Ordinal))?[label.Length..].Trim() ?? "";

    /// <summary>The kernel's marks the chosen of several: "always [madvise] never".</summary>
    public string Chosen(string path)
    {
        string text = Text(path);
        int from = text.IndexOf('['), to = text.IndexOf(']');
        return from >= 0 && to > from ? text[(from + 1)..to] : "";
    }

    public static long? ToNumber(string text) => long.TryParse(text, CultureInfo.InvariantCulture, out long number) ? number : null;

    public static int[] ToCores(string text)
    {
        SortedSet<int> cores = [];
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] ends = part.Split('-');
            if (int.TryParse(ends[0], out int from) && int.TryParse(ends[^1], out int to))
                for (int core = from; core <= to; core++)
                    cores.Add(core);
        }
        return [.. cores];
    }
}
