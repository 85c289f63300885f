namespace FastRebalance.Native;

/// <summary>A shared library is not on this machine; the message names what to install.</summary>
public sealed class NativeLibraryMissingException : Exception
{
    public NativeLibraryMissingException(string message, Exception? inner = null) : base(message, inner)
    {
    }

    internal static NativeLibraryMissingException Secp256k1(Exception inner) => new(
        "libsecp256k1 with its recovery module was not found: install the package libsecp256k1-dev "
        + "(Debian and Ubuntu: apt-get install libsecp256k1-dev; macOS: brew install secp256k1)",
        inner);
}
