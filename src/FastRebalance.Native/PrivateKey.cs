using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace FastRebalance.Native;

/// <summary>
/// A 32-byte secp256k1 secret. It never shows itself: no text form, no equality, no hash code of the content. Being a value it is
/// copied when assigned; pass it by reference and call <see cref="Clear"/> on every copy when done. A key that stays belongs in
/// <see cref="Machine.SecretMemory"/>.
/// </summary>
[InlineArray(Length)]
[SuppressMessage("Usage", "CA2231", Justification = "secrets are not compared")]
public struct PrivateKey
{
    public const int Length = 32;

    private byte _first;

    /// <param name="bytes">Exactly 32 bytes, big-endian; whether they are a usable key is <see cref="Secp256k1.IsValidKey(in PrivateKey)"/>'s answer.</param>
    /// <exception cref="ArgumentException">The span is not 32 bytes long.</exception>
    public PrivateKey(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
            throw new ArgumentException($"a private key has {Length} bytes, found {bytes.Length}", nameof(bytes));
        bytes.CopyTo(MutableSpan());
    }

    /// <summary>The secret itself; do not copy it anywhere that outlives the call.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Span => MemoryMarshal.CreateReadOnlySpan(in _first, Length);

    /// <summary>A key from the operating system's generator.</summary>
    public static PrivateKey Generate()
    {
        PrivateKey key = default;
        Secp256k1.GenerateKey(key.MutableSpan());
        return key;
    }

    /// <summary>Overwrites this copy with zeros; the write is not optimised away.</summary>
    public void Clear() => CryptographicOperations.ZeroMemory(MutableSpan());

    /// <summary>A fixed word, so that no log line or exception text can carry a secret.</summary>
    public override readonly string ToString() => "(private key)";

    public override readonly bool Equals(object? obj) => throw new NotSupportedException("private keys are not compared");

    public override readonly int GetHashCode() => throw new NotSupportedException("private keys are not hashed");

    [UnscopedRef]
    private Span<byte> MutableSpan() => MemoryMarshal.CreateSpan(ref _first, Length);
}
