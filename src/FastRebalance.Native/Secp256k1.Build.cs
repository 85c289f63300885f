using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastRebalance.Native;

// What the installed library is, and what it takes by itself.
public static unsafe partial class Secp256k1
{
    /// <summary>
    /// True where the library signs by the comb that release 0.5.0 brought; before it a signature takes about a quarter longer. It is told
    /// by <c>secp256k1_ec_pubkey_sort</c>, a function that came in that same release and that no configuration leaves out (the project's
    /// changelog, 0.5.0), so no clock is asked, which on a shared machine would tell of the neighbours.
    /// </summary>
    /// <exception cref="NativeLibraryMissingException">libsecp256k1 or its recovery module is not installed.</exception>
    public static bool SignsByComb
    {
        get
        {
            Prepare();
            return NativeLibrary.TryLoad(NativeLibraries.Secp256k1, typeof(Secp256k1).Assembly, searchPath: null, out nint library)
                && NativeLibrary.TryGetExport(library, "secp256k1_ec_pubkey_sort", out _);
        }
    }

    /// <summary>The library's own time for a signature, without anything of ours inside: pinned before, put into its travelling form after.</summary>
    /// <param name="hash">Exactly 32 bytes.</param>
    /// <param name="key">A usable key, exactly 32 bytes.</param>
    /// <param name="signature">r, s and the parity of y, as <see cref="TrySign(ReadOnlySpan{byte}, ReadOnlySpan{byte}, Span{byte})"/> writes them.</param>
    /// <returns>Ticks of <see cref="Stopwatch"/>.</returns>
    [SkipLocalsInit]
    internal static long TimeSignature(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> key, Span<byte> signature)
    {
        RequireLength(hash, HashLength, nameof(hash));
        RequireLength(key, PrivateKey.Length, nameof(key));
        RequireRoom(signature, Signature.Length, nameof(signature));
        nint context = Context;
        byte* opaque = stackalloc byte[OpaqueRecoverableLength];
        int recoveryId = 0;
        fixed (byte* message = hash, secret = key, output = signature)
        {
            long start = Stopwatch.GetTimestamp();
            secp256k1_ecdsa_sign_recoverable(context, opaque, message, secret, 0, null);
            long ticks = Stopwatch.GetTimestamp() - start;
            secp256k1_ecdsa_recoverable_signature_serialize_compact(context, output, &recoveryId, opaque);
            signature[64] = (byte)(recoveryId & 1);
            return ticks;
        }
    }
}
