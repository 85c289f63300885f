using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace FastRebalance.Native;

/// <summary>
/// ECDSA over secp256k1 by libsecp256k1: constant-time, nonces by RFC 6979, s always in the lower half. One context is made and
/// blinded on first use and then only read, so every thread may call every method at once. Nothing here allocates after that.
/// </summary>
public static unsafe partial class Secp256k1
{
    public const int HashLength = 32;

    private static readonly Lock s_gate = new();
    private static nint s_context;

    /// <summary>Loads the library and prepares the shared context now instead of at the first signature.</summary>
    /// <exception cref="NativeLibraryMissingException">libsecp256k1 or its recovery module is not installed.</exception>
    public static void Prepare() => _ = Context;

    /// <summary>True for a number from 1 to the curve's order less one.</summary>
    public static bool IsValidKey(in PrivateKey key) => IsValidKey(key.Span);

    /// <summary>The same for a secret in memory of the caller's own choosing, exactly 32 bytes.</summary>
    public static bool IsValidKey(ReadOnlySpan<byte> key)
    {
        RequireLength(key, PrivateKey.Length, nameof(key));
        fixed (byte* secret = key)
            return secp256k1_ec_seckey_verify(Context, secret) == 1;
    }

    /// <summary>Fills 32 bytes with a key from the operating system's generator.</summary>
    public static void GenerateKey(Span<byte> key)
    {
        RequireLength(key, PrivateKey.Length, nameof(key));
        do RandomNumberGenerator.Fill(key);
        while (!IsValidKey(key));
    }

    /// <summary>Signs a 32-byte hash.</summary>
    /// <param name="hash">The hash of the message, exactly 32 bytes.</param>
    /// <param name="key">A key <see cref="IsValidKey(in PrivateKey)"/> accepts.</param>
    /// <param name="signature">r, s and the parity of y.</param>
    /// <returns>False where the key is not usable.</returns>
    public static bool TrySign(ReadOnlySpan<byte> hash, in PrivateKey key, out Signature signature) =>
        TrySign(hash, key.Span, out signature);

    /// <summary>The same for a secret kept in memory of the caller's own choosing, exactly 32 bytes.</summary>
    public static bool TrySign(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> key, out Signature signature)
    {
        signature = default;
        return TrySign(hash, key, signature.MutableSpan());
    }

    /// <summary>Signs a 32-byte hash into the caller's memory: r, s, parity of y.</summary>
    /// <param name="hash">The hash of the message, exactly 32 bytes.</param>
    /// <param name="key">The secret, exactly 32 bytes.</param>
    /// <param name="signature">At least 65 bytes.</param>
    /// <returns>False where the key is not usable; the signature is then all zeros.</returns>
    [SkipLocalsInit]
    public static bool TrySign(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> key, Span<byte> signature)
    {
        RequireLength(hash, HashLength, nameof(hash));
        RequireLength(key, PrivateKey.Length, nameof(key));
        RequireRoom(signature, Signature.Length, nameof(signature));
        nint context = Context;
        byte* opaque = stackalloc byte[OpaqueRecoverableLength];
        int recoveryId = 0;
        // Safe: the spans stay pinned for the calls and the library keeps no pointer after it returns.
        fixed (byte* message = hash, secret = key, output = signature)
        {
            if (secp256k1_ecdsa_sign_recoverable(context, opaque, message, secret, 0, null) != 1)
            {
                signature[..Signature.Length].Clear();
                return false;
            }
            secp256k1_ecdsa_recoverable_signature_serialize_compact(context, output, &recoveryId, opaque);
        }
        signature[64] = (byte)(recoveryId & 1);
        // Ids 2 and 3 mean r overflowed the order: about one signature in 2^127, and one that no chain accepts.
        return recoveryId < 2;
    }

    /// <summary>Finds the key that signed.</summary>
    /// <param name="hash">The hash of the message, exactly 32 bytes.</param>
    /// <param name="signature">Any r, s and parity; a high s is accepted here, as the chain's own recovery does.</param>
    /// <param name="key">The signer's public key.</param>
    /// <returns>False where r or s is out of range or no point fits.</returns>
    [SkipLocalsInit]
    public static bool TryRecover(ReadOnlySpan<byte> hash, in Signature signature, out PublicKey key)
    {
        RequireLength(hash, HashLength, nameof(hash));
        key = default;
        if (signature.YParity > 1) return false;
        nint context = Context;
        byte* opaqueSignature = stackalloc byte[OpaqueRecoverableLength];
        byte* opaqueKey = stackalloc byte[OpaquePublicKeyLength];
        fixed (byte* message = hash, compact = signature.Span)
        {
            if (secp256k1_ecdsa_recoverable_signature_parse_compact(context, opaqueSignature, compact, signature.YParity) != 1
                || secp256k1_ecdsa_recover(context, opaqueKey, opaqueSignature, message) != 1)
                return false;
        }
        key = Serialize(context, opaqueKey);
        return true;
    }

    /// <summary>Computes the public key of a secret.</summary>
    /// <returns>False where the secret is not usable.</returns>
    public static bool TryGetPublicKey(in PrivateKey key, out PublicKey publicKey) => TryGetPublicKey(key.Span, out publicKey);

    /// <summary>The same for a secret in memory of the caller's own choosing, exactly 32 bytes.</summary>
    [SkipLocalsInit]
    public static bool TryGetPublicKey(ReadOnlySpan<byte> key, out PublicKey publicKey)
    {
        RequireLength(key, PrivateKey.Length, nameof(key));
        publicKey = default;
        nint context = Context;
        byte* opaqueKey = stackalloc byte[OpaquePublicKeyLength];
        fixed (byte* secret = key)
            if (secp256k1_ec_pubkey_create(context, opaqueKey, secret) != 1)
                return false;
        publicKey = Serialize(context, opaqueKey);
        return true;
    }

    /// <summary>True where r and s verify under the key and s is in the lower half.</summary>
    [SkipLocalsInit]
    public static bool Verify(ReadOnlySpan<byte> hash, in Signature signature, in PublicKey key)
    {
        RequireLength(hash, HashLength, nameof(hash));
        nint context = Context;
        byte* opaqueSignature = stackalloc byte[OpaqueSignatureLength];
        fixed (byte* compact = signature.Span)
            return secp256k1_ecdsa_signature_parse_compact(context, opaqueSignature, compact) == 1
                && VerifyParsed(context, hash, opaqueSignature, in key);
    }

    /// <summary>The same for a signature in strict DER, as key-management services return it.</summary>
    [SkipLocalsInit]
    public static bool VerifyDer(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> derSignature, in PublicKey key)
    {
        RequireLength(hash, HashLength, nameof(hash));
        if (derSignature.IsEmpty) return false;
        nint context = Context;
        byte* opaqueSignature = stackalloc byte[OpaqueSignatureLength];
        fixed (byte* der = derSignature)
            return secp256k1_ecdsa_signature_parse_der(context, opaqueSignature, der, (nuint)derSignature.Length) == 1
                && VerifyParsed(context, hash, opaqueSignature, in key);
    }

    private static nint Context
    {
        get
        {
            nint context = Volatile.Read(ref s_context);
            return context != 0 ? context : CreateContext();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static nint CreateContext()
    {
        lock (s_gate)
        {
            if (s_context != 0) return s_context;
            NativeLibraries.EnsureRegistered();
            nint context = CreateBlindedContext();
            Volatile.Write(ref s_context, context); // published whole: from here on it is only read
            return context;
        }
    }

    private static nint CreateBlindedContext()
    {
        byte* seed = stackalloc byte[32];
        Span<byte> seedSpan = new(seed, 32);
        try
        {
            nint context = secp256k1_context_create(ContextNone);
            if (context == 0) throw new InvalidOperationException("libsecp256k1 could not create a context: out of memory");
            RandomNumberGenerator.Fill(seedSpan);
            if (secp256k1_context_randomize(context, seed) != 1)
            {
                secp256k1_context_destroy(context);
                throw new InvalidOperationException("libsecp256k1 could not blind its context");
            }
            ProbeRecoveryModule(context);
            return context;
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            throw NativeLibraryMissingException.Secp256k1(missing);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seedSpan);
        }
    }

    // A build without the recovery module loads well and fails at the first signature; ask now, while the error can name the package.
    private static void ProbeRecoveryModule(nint context)
    {
        byte* opaque = stackalloc byte[OpaqueRecoverableLength];
        byte* zeros = stackalloc byte[64];
        new Span<byte>(zeros, 64).Clear();
        secp256k1_ecdsa_recoverable_signature_parse_compact(context, opaque, zeros, 0);
    }

    private static bool VerifyParsed(nint context, ReadOnlySpan<byte> hash, byte* opaqueSignature, in PublicKey key)
    {
        byte* opaqueKey = stackalloc byte[OpaquePublicKeyLength];
        byte* prefixed = stackalloc byte[1 + PublicKey.Length];
        prefixed[0] = 0x04;
        key.Span.CopyTo(new Span<byte>(prefixed + 1, PublicKey.Length));
        if (secp256k1_ec_pubkey_parse(context, opaqueKey, prefixed, 1 + PublicKey.Length) != 1) return false;
        fixed (byte* message = hash)
            return secp256k1_ecdsa_verify(context, opaqueSignature, message, opaqueKey) == 1;
    }

    private static PublicKey Serialize(nint context, byte* opaqueKey)
    {
        byte* prefixed = stackalloc byte[1 + PublicKey.Length];
        nuint length = 1 + PublicKey.Length;
        secp256k1_ec_pubkey_serialize(context, prefixed, &length, opaqueKey, Uncompressed);
        return new PublicKey(new ReadOnlySpan<byte>(prefixed + 1, PublicKey.Length));
    }

    private static void RequireLength(ReadOnlySpan<byte> span, int length, string name)
    {
        if (span.Length != length) throw new ArgumentException($"exactly {length} bytes are wanted, found {span.Length}", name);
    }

    private static void RequireRoom(Span<byte> span, int length, string name)
    {
        if (span.Length < length) throw new ArgumentException($"at least {length} bytes are wanted, found {span.Length}", name);
    }
}
