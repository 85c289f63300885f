using FastRebalance.Configuration;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Native;

namespace FastRebalance.Hosting;

/// <summary>Opens the account's key. Nothing it says ever holds a secret.</summary>
public static class KeyLoader
{
    /// <summary>The signer of the configured account; null, with a problem added, where the key cannot be opened.</summary>
    internal static TransactionSigner? Open(ConfigFile config, List<ConfigProblem> problems)
    {
        AccountSection account = config.Account;
        PrivateKey key = default;
        try
        {
            if (account.PrivateKeyEnv is { } variable)
            {
                if (!TryReadVariable(variable, out key))
                {
                    problems.Add(new ConfigProblem("account.privateKeyEnv", $"the variable {variable} without a private key", "a variable that holds 0x and 64 hexadecimal digits"));
                    return null;
                }
            }
            else if (account.Keystore is { } keystore && account.PasswordFile is { } passwordFile)
            {
                key = ReadKeystore(config.Resolve(keystore), config.Resolve(passwordFile));
            }
            else
            {
                return null; // the reader has said what is missing
            }
            return new TransactionSigner(in key, config.Chain.Id);
        }
        catch (KeystoreException e)
        {
            problems.Add(new ConfigProblem("account.keystore", e.Message, "a version 3 keystore and the file with its password"));
            return null;
        }
        finally
        {
            key.Clear();
        }
    }

    /// <summary>Opens a keystore with the password that a file holds.</summary>
    /// <exception cref="KeystoreException">A file is missing or may be read by others, or the password is wrong.</exception>
    public static PrivateKey ReadKeystore(string keystore, string passwordFile)
    {
        byte[] password = KeystoreFile.ReadPassword(passwordFile);
        try
        {
            return KeystoreFile.Read(keystore, password);
        }
        finally
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(password);
        }
    }

    private static bool TryReadVariable(string variable, out PrivateKey key)
    {
        key = default;
        string text = Environment.GetEnvironmentVariable(variable) ?? "";
        Span<byte> bytes = stackalloc byte[PrivateKey.Length];
        bool isHex = text.Length == 2 + 2 * PrivateKey.Length && text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            && Convert.FromHexString(text.AsSpan(2), bytes, out _, out int written) == System.Buffers.OperationStatus.Done
            && written == PrivateKey.Length;
        if (isHex)
            key = new PrivateKey(bytes);
        bytes.Clear();
        return isHex;
    }
}
