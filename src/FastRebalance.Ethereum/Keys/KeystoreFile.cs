using System.Security.Cryptography;
using FastRebalance.Native.Machine;

namespace FastRebalance.Ethereum.Keys;

/// <summary>
/// Key files on disk. Reading refuses links and files that others than the owner can reach; writing makes a new file of mode 0600,
/// whole or not at all.
/// </summary>
public static class KeystoreFile
{
    /// <summary>Opens a key file. The caller disposes of what it gets, and of the password.</summary>
    /// <param name="path">A version 3 key file.</param>
    /// <param name="password">UTF-8, not empty; see <see cref="ReadPassword"/>.</param>
    /// <exception cref="KeystoreException">The file, the password or the key inside is refused; the message names the fix.</exception>
    public static SecretMemory Read(string path, ReadOnlySpan<byte> password)
    {
        byte[] json = SecretFile.Read(path); // a cipher text: it may lie where it likes
        try
        {
            return Keystore.Decrypt(json, password);
        }
        catch (KeystoreException refused)
        {
            throw new KeystoreException(refused.Problem, $"{path}: {refused.Message}", refused);
        }
    }

    /// <summary>Writes a new key file.</summary>
    /// <param name="path">Must not exist; its folder must.</param>
    /// <param name="key">A usable key, 32 bytes.</param>
    /// <param name="password">UTF-8, not empty.</param>
    /// <param name="cost">scrypt's n.</param>
    /// <exception cref="KeystoreException">The file exists, the password is empty or the cost is out of bounds.</exception>
    public static void Write(string path, ReadOnlySpan<byte> key, ReadOnlySpan<byte> password, int cost = Keystore.StandardCost) =>
        SecretFile.WriteNew(path, Keystore.Encrypt(key, password, cost));

    /// <summary>Makes a password file with a random password of 48 hexadecimal digits.</summary>
    /// <exception cref="KeystoreException">The file exists already.</exception>
    public static void WriteNewPassword(string path)
    {
        using SecretMemory password = SecretMemory.Take(48);
        foreach (ref byte digit in password.Span)
            digit = (byte)"0123456789abcdef"[RandomNumberGenerator.GetInt32(16)];
        SecretFile.WriteNew(path, password.Span);
    }

    /// <summary>Reads a password file: its first line, without the line end. The caller disposes of it.</summary>
    /// <exception cref="KeystoreException">Missing, a link, open to others, or empty.</exception>
    public static SecretMemory ReadPassword(string path)
    {
        SecretMemory? password = SecretFile.ReadFirstLine(path);
        return password ?? throw new KeystoreException(KeystoreProblem.PasswordEmpty, $"{path}: the first line is empty and should be the password");
    }
}
