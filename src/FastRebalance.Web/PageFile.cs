using System.Reflection;

namespace FastRebalance.Web;

/// <summary>A file of the page, out of this assembly: nothing of it comes from elsewhere.</summary>
internal sealed record PageFile(string ContentType, byte[] Content)
{
    private static readonly Dictionary<string, PageFile> s_files = new(StringComparer.Ordinal)
    {
        ["/"] = Load("index.html", "text/html; charset=utf-8"),
        ["/desk.js"] = Load("desk.js", "text/javascript; charset=utf-8"),
        ["/plots.js"] = Load("plots.js", "text/javascript; charset=utf-8"),
        ["/desk.css"] = Load("desk.css", "text/css; charset=utf-8"),
    };

    public static PageFile? ByPath(string path) => s_files.GetValueOrDefault(path);

    private static PageFile Load(string name, string type)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not in the assembly: build it anew");
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return new PageFile(type, content);
    }
}
