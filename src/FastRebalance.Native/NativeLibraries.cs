using System.Reflection;
using System.Runtime.InteropServices;

namespace FastRebalance.Native;

/// <summary>
/// Finds the shared libraries this room calls. The runtime allows one resolver per assembly, so every native name is answered here;
/// whoever adds an import adds its name to <see cref="CandidatesFor"/> and calls <see cref="EnsureRegistered"/> before the first call.
/// </summary>
internal static class NativeLibraries
{
    /// <summary>Import name of libsecp256k1, the operating system's package.</summary>
    public const string Secp256k1 = "secp256k1";

    /// <summary>Import name of our own C library, built from the folder <c>native</c>.</summary>
    public const string FastRebalance = "fastrebalance";

    private static readonly Lock s_gate = new();
    private static bool s_registered;

    /// <summary>Installs the resolver once; any thread may call it, as often as it likes.</summary>
    public static void EnsureRegistered()
    {
        lock (s_gate)
        {
            if (s_registered) return;
            NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Resolve);
            s_registered = true;
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        foreach (string candidate in CandidatesFor(name))
            if (NativeLibrary.TryLoad(candidate, out nint handle))
                return handle;
        return 0; // the runtime then searches its own way and throws DllNotFoundException, which the safe face translates
    }

    private static IEnumerable<string> CandidatesFor(string name) => name switch
    {
        // Sonames of the releases whose functions we use kept their meaning: 0 (0.1), 1 (0.2), 2 (0.3 to 0.6), later ones so far too.
        Secp256k1 => BesideProgram(name).Concat(SystemNames(name, ["2", "1", "0", "5", "6"])),
        FastRebalance => BesideProgram(name).Concat(InCheckout(name)),
        _ => [],
    };

    private static IEnumerable<string> BesideProgram(string name) => [Path.Combine(AppContext.BaseDirectory, FileName(name))];

    /// <summary>A program started from a checkout's build output finds the library where the build puts it.</summary>
    private static IEnumerable<string> InCheckout(string name)
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string folder = Path.Combine(at.FullName, "artifacts", "native");
            if (!Directory.Exists(folder)) continue;
            yield return Path.Combine(folder, FileName(name));
        }
    }

    private static IEnumerable<string> SystemNames(string name, string[] versions)
    {
        foreach (string version in versions)
            yield return OperatingSystem.IsWindows() ? $"lib{name}-{version}.dll"
                : OperatingSystem.IsMacOS() ? $"lib{name}.{version}.dylib"
                : $"lib{name}.so.{version}";
        yield return FileName(name);
    }

    // Where disks ignore case, fastrebalance.dll would be FastRebalance.dll, the managed assembly that lies beside it.
    private static string FileName(string name) =>
        OperatingSystem.IsWindows() ? (name == FastRebalance ? $"lib{name}.dll" : $"{name}.dll")
        : OperatingSystem.IsMacOS() ? $"lib{name}.dylib"
        : $"lib{name}.so";
}
