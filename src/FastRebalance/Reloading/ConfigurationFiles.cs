using System.Globalization;
using System.Text;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;

namespace FastRebalance.Reloading;

/// <summary>
/// The texts of a run's configurations, in the run's own folder: <c>configuration-000000.json</c> is what it began with, and each that was taken up
/// follows. They are on the disk before the event that names them is published, and only this user may read them.
/// </summary>
internal static class ConfigurationFiles
{
    private const string Prefix = "configuration-";
    private const string Extension = ".json";

    public static string PathOf(string folder, uint generation) =>
        Path.Combine(folder, Prefix + generation.ToString("000000", CultureInfo.InvariantCulture) + Extension);

    public static Hash32 HashOf(string text) => Keccak256.Hash(Encoding.UTF8.GetBytes(text));

    /// <summary>Whole and through to the disk, or not at all.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static void Write(string folder, uint generation, string text)
    {
        string path = PathOf(folder, generation), temporary = path + ".tmp";
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (FileStream file = new(temporary, options))
        {
            file.Write(Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Null where there is none.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static string? Read(string folder, uint generation)
    {
        string path = PathOf(folder, generation);
        return File.Exists(path) ? Encoding.UTF8.GetString(File.ReadAllBytes(path)) : null;
    }
}
