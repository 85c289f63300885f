using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Native;
using FastRebalance.Native.Machine;

namespace FastRebalance.Ethereum.Keys;

/// <summary>
/// The Web3 secret storage format, version 3: a key under a password. scrypt and PBKDF2 are read, scrypt is written; the cipher is
/// AES-128-CTR. A key comes into <see cref="SecretMemory"/> and nowhere else; derived keys are wiped; no message holds a secret.
/// <see cref="KeystoreFile"/> adds the file around it.
/// </summary>
public static class Keystore
{
    /// <summary>The usual cost for a desk's key: 256 MiB of memory, about a second.</summary>
    public const int StandardCost = 1 << 18;

    /// <summary>For tests and short-lived keys: 4 MiB.</summary>
    public const int LightCost = 1 << 12;

    private const int BlockSize = 8;
    private const int SaltLength = 32;
    private const int CounterLength = 16;

    /// <summary>Opens a key. The caller disposes of what it gets, and of the password.</summary>
    /// <param name="json">The whole text.</param>
    /// <param name="password">UTF-8, not empty.</param>
    /// <exception cref="KeystoreException">The text, the password or the key inside is refused; the message says why.</exception>
    public static SecretMemory Decrypt(ReadOnlyMemory<byte> json, ReadOnlySpan<byte> password)
    {
        RequirePassword(password);
        KeystoreJson content = KeystoreJson.Parse(json);
        Span<byte> derived = stackalloc byte[KeyDerivation.DerivedLength];
        Span<byte> mac = stackalloc byte[Keccak256.HashLength];
        SecretMemory key = SecretMemory.Take(PrivateKey.Length);
        try
        {
            content.Derivation.Derive(password, derived);
            ComputeMac(derived, content.CipherText, mac);
            if (!CryptographicOperations.FixedTimeEquals(mac, content.Mac))
                throw new KeystoreException(KeystoreProblem.MacMismatch, "the password is wrong, or the key file was changed");
            Aes128Ctr.Transform(derived[..16], content.InitialCounter, content.CipherText, key.Span);
            RequireAddress(key.Span, content.Address);
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
        }
    }

    /// <summary>Writes a key under a password, with scrypt, a fresh salt and a fresh counter.</summary>
    /// <param name="key">A usable key, 32 bytes.</param>
    /// <param name="password">UTF-8, not empty.</param>
    /// <param name="cost">scrypt's n; <see cref="StandardCost"/> or <see cref="LightCost"/>.</param>
    /// <exception cref="KeystoreException">The password is empty or the cost out of bounds.</exception>
    /// <exception cref="ArgumentException">The key is not usable.</exception>
    public static byte[] Encrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> password, int cost = StandardCost)
    {
        RequirePassword(password);
        Address address = AccountAddress.OfSecret(key);
        KeyDerivation derivation = KeyDerivation.Scrypt(RandomNumberGenerator.GetBytes(SaltLength), cost, BlockSize, 1);
        byte[] counter = RandomNumberGenerator.GetBytes(CounterLength);
        byte[] cipherText = new byte[PrivateKey.Length];
        byte[] mac = new byte[Keccak256.HashLength];
        Span<byte> derived = stackalloc byte[KeyDerivation.DerivedLength];
        try
        {
            derivation.Derive(password, derived);
            Aes128Ctr.Transform(derived[..16], counter, key, cipherText);
            ComputeMac(derived, cipherText, mac);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
        }
        return Compose(in address, in derivation, counter, cipherText, mac);
    }

    private static void RequirePassword(ReadOnlySpan<byte> password)
    {
        if (password.IsEmpty)
            throw new KeystoreException(KeystoreProblem.PasswordEmpty, "the password is empty: a key file without a password protects nothing");
    }

    private static void RequireAddress(ReadOnlySpan<byte> key, Address? expected)
    {
        if (!Secp256k1.TryGetPublicKey(key, out PublicKey publicKey))
            throw new KeystoreException(KeystoreProblem.KeyNotUsable, "the key file holds a number that is no secp256k1 key");
        if (expected is { } address && AccountAddress.Of(in publicKey) != address)
            throw new KeystoreException(
                KeystoreProblem.AddressMismatch,
                $"the key file says address {Eip55.Format(address)} but its key is that of {Eip55.Format(AccountAddress.Of(in publicKey))}");
    }

    private static void ComputeMac(ReadOnlySpan<byte> derived, ReadOnlySpan<byte> cipherText, Span<byte> mac)
    {
        Span<byte> message = stackalloc byte[16 + PrivateKey.Length];
        derived[16..].CopyTo(message);
        cipherText.CopyTo(message[16..]);
        Keccak256.Hash(message, mac);
        CryptographicOperations.ZeroMemory(message);
    }

    private static byte[] Compose(in Address address, in KeyDerivation derivation, byte[] counter, byte[] cipherText, byte[] mac)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 3);
            json.WriteString("id", Guid.NewGuid());
            json.WriteString("address", Convert.ToHexStringLower(address.Span));
            json.WriteStartObject("crypto");
            json.WriteString("cipher", "aes-128-ctr");
            json.WriteString("ciphertext", Convert.ToHexStringLower(cipherText));
            json.WriteStartObject("cipherparams");
            json.WriteString("iv", Convert.ToHexStringLower(counter));
            json.WriteEndObject();
            json.WriteString("kdf", "scrypt");
            json.WriteStartObject("kdfparams");
            json.WriteNumber("dklen", KeyDerivation.DerivedLength);
            json.WriteNumber("n", derivation.Cost);
            json.WriteNumber("r", derivation.BlockSize);
            json.WriteNumber("p", derivation.Parallelism);
            json.WriteString("salt", Convert.ToHexStringLower(derivation.Salt));
            json.WriteEndObject();
            json.WriteString("mac", Convert.ToHexStringLower(mac));
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}
