using System.Globalization;
using System.Text;
using FastRebalance.Core.Hashing;
using FastRebalance.Devnet.Files;

namespace FastRebalance.Devnet.Relay;

/// <summary>The key by which a local relay knows the desk: made from the seed, for its owner alone, and of no worth.</summary>
internal static class RelayKeyFile
{
    /// <summary>Writes it anew into a chain's folder.</summary>
    public static void Write(string directory, ulong seed)
    {
        string path = Path.Combine(directory, ConfigWriter.RelayKeyFile);
        File.Delete(path);
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        string text = string.Create(CultureInfo.InvariantCulture, $"relay of the local chain {seed}");
        using StreamWriter writer = new(path, Encoding.ASCII, options);
        writer.WriteLine(Keccak256.Hash(Encoding.ASCII.GetBytes(text)).ToString());
    }
}
