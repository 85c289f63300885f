using System.Runtime.InteropServices;

namespace FastRebalance.Native;

// The C functions by their C names (secp256k1.h, secp256k1_recovery.h). The library aborts the process on an argument its headers call
// illegal, so every precondition is checked by the safe face before the call.
public static unsafe partial class Secp256k1
{
    private const uint ContextNone = 1;
    private const uint Uncompressed = 1 << 1;

    // The library's own, opaque forms. Not the bytes that travel: those are made by the serialize functions.
    private const int OpaquePublicKeyLength = 64;
    private const int OpaqueSignatureLength = 64;
    private const int OpaqueRecoverableLength = 65;

    [LibraryImport(NativeLibraries.Secp256k1)]
    private static partial nint secp256k1_context_create(uint flags);

    [LibraryImport(NativeLibraries.Secp256k1)]
    private static partial int secp256k1_context_randomize(nint context, byte* seed32);

    [LibraryImport(NativeLibraries.Secp256k1)]
    private static partial void secp256k1_context_destroy(nint context);

    [LibraryImport(NativeLibraries.Secp256k1)]
    private static partial int secp256k1_ec_seckey_verify(nint context, byte* secretKey);

    [LibraryImport(NativeLibraries.Secp256k1)]
    private static partial int secp256k1_ec_pubkey_create(nint context, byte* publicKey, byte* secretKey);

    [LibraryImport(NativeLibraries.Secp256k1)]
    private static partial int secp256k1_ec_pubkey_parse(nint context, byte* publicKey, byte* input, nuint inputLength);

    [LibraryImport(NativeLibraries.Secp256k1)]
    private static partial int secp256k1_ec_pubkey_serialize(
        nint context, byte* output, nuint* outputLength, byte* publicKey, uint flags);

    [LibraryImport(NativeLibraries.Secp256k1)]
    private static partial int secp256k1_ecdsa_sign_recoverable(
        nint context, byte* signature, byte* messageHash32, byte* secretKey, nint nonceFunction, void* nonceData);

    [LibraryImport(NativeLibraries.Secp256k1)]
    private static partial int secp256k1_ecdsa_recoverable_signature_serialize_compact(
        nint context, byte* output64, int* recoveryId, byte* signature);

    [LibraryImport(NativeLibraries.Secp256k1)]
    private static partial int secp256k1_ecdsa_recoverable_signature_parse_compact(
        nint context, byte* signature, byte* input64, int recoveryId);

    [LibraryImport(NativeLibraries.Secp256k1)]
    private static partial int secp256k1_ecdsa_recover(nint context, byte* publicKey, byte* signature, byte* messageHash32);

    [LibraryImport(NativeLibraries.Secp256k1)]
    private static partial int secp256k1_ecdsa_signature_parse_compact(nint context, byte* signature, byte* input64);

    [LibraryImport(NativeLibraries.Secp256k1)]
    private static partial int secp256k1_ecdsa_signature_parse_der(nint context, byte* signature, byte* input, nuint inputLength);

    [LibraryImport(NativeLibraries.Secp256k1)]
    private static partial int secp256k1_ecdsa_verify(nint context, byte* signature, byte* messageHash32, byte* publicKey);
}
