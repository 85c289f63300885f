using FastRebalance.Configuration;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Native;
using FastRebalance.Native.Machine;

namespace FastRebalance.Hosting;

/// <summary>Opens the account's key, or finds the program that holds it. Nothing it says ever holds a secret.</summary>
public static class KeyLoader
{
    /// <summary>The signer of the configured account, asked whether it is there; null, with a problem added, where there is none.</summary>
    internal static Task<IAccountSigner?> OpenAsync(ConfigFile config, List<ConfigProblem> problems, CancellationToken cancellation) =>
        OpenAsync(config, config.Account, "account", problems, cancellation);

    /// <summary>As <see cref="OpenAsync(ConfigFile, List{ConfigProblem}, CancellationToken)"/>, of an account that stands at this place.</summary>
    internal static async Task<IAccountSigner?> OpenAsync(
        ConfigFile config, AccountSection account, string path, List<ConfigProblem> problems, CancellationToken cancellation)
    {
        if (account.RemoteSigner is { } remote)
            return await OpenRemoteAsync(config, remote, path, problems, cancellation).ConfigureAwait(false);
        SecretMemory? key = account switch
        {
            { PrivateKeyEnv: { } variable } => OpenVariable(variable, path, problems),
            { Keystore: { } keystore, PasswordFile: { } passwordFile } => OpenKeystore(config.Resolve(keystore), config.Resolve(passwordFile), path, problems),
            _ => null, // the reader has said what is missing
        };
        return key is null ? null : SignerOf(key, config, PathOf(account, path), problems);
    }

    /// <summary>Opens a keystore with the password that a file holds. The caller disposes of the key.</summary>
    /// <exception cref="KeystoreException">A file is missing or may be read by others, or the password is wrong.</exception>
    public static SecretMemory ReadKeystore(string keystore, string passwordFile)
    {
        using SecretMemory password = KeystoreFile.ReadPassword(passwordFile);
        return KeystoreFile.Read(keystore, password.Span);
    }

    private static TransactionSigner? SignerOf(SecretMemory key, ConfigFile config, string path, List<ConfigProblem> problems)
    {
        try
        {
            return new TransactionSigner(key, config.Chain.Id);
        }
        catch (ArgumentException)
        {
            key.Dispose();
            // The reader has told of a chain without a number.
            if (config.Chain.Id != 0)
                problems.Add(new ConfigProblem(path, "a number that is no secp256k1 key", "a key from 1 to the curve's order less one"));
            return null;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private static SecretMemory? OpenKeystore(string keystore, string passwordFile, string path, List<ConfigProblem> problems)
    {
        try
        {
            return ReadKeystore(keystore, passwordFile);
        }
        catch (KeystoreException e)
        {
            problems.Add(new ConfigProblem($"{path}.keystore", e.Message, "a version 3 keystore and the file with its password"));
            return null;
        }
    }

    // For tests: the variable's text stays in this process, and whoever may read its environment can read the key.
    private static SecretMemory? OpenVariable(string variable, string path, List<ConfigProblem> problems)
    {
        string text = Environment.GetEnvironmentVariable(variable) ?? "";
        SecretMemory key = SecretMemory.Take(PrivateKey.Length);
        bool isHex = text.Length == 2 + 2 * PrivateKey.Length && text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            && Convert.FromHexString(text.AsSpan(2), key.Span, out _, out int written) == System.Buffers.OperationStatus.Done
            && written == PrivateKey.Length;
        if (isHex)
            return key;
        key.Dispose();
        problems.Add(new ConfigProblem($"{path}.privateKeyEnv", $"the variable {variable} without a private key", "a variable that holds 0x and 64 hexadecimal digits"));
        return null;
    }

    private static async Task<IAccountSigner?> OpenRemoteAsync(
        ConfigFile config, RemoteSignerSection remote, string path, List<ConfigProblem> problems, CancellationToken cancellation)
    {
        IAccountSigner? signer = null;
        try
        {
            signer = RemoteSigners.Create(new RemoteSignerOptions
            {
                Kind = remote.Kind,
                Url = remote.Url,
                Address = remote.Address,
                ChainId = config.Chain.Id,
                Timeout = remote.Timeout,
                AuthorizationFile = remote.AuthorizationFile is { } file ? config.Resolve(file) : null,
            });
            SigningOutcome probe = await signer.ProbeAsync(cancellation).ConfigureAwait(false);
            if (probe.IsReady)
                return signer;
            problems.Add(new ConfigProblem($"{path}.remoteSigner", probe.ToString(), $"a {remote.Kind} at {remote.Url.Authority} that holds the key of {Eip55.Format(remote.Address)}"));
        }
        catch (KeystoreException e)
        {
            problems.Add(new ConfigProblem($"{path}.remoteSigner.authorizationFile", e.Message, "a file for its owner alone with the value of the Authorization header"));
        }
        catch (ArgumentException e) when (config.Chain.Id != 0 && RemoteSigners.Names.Contains(remote.Kind))
        {
            problems.Add(new ConfigProblem($"{path}.remoteSigner", "a signer that cannot be asked", e.Message));
        }
        catch (ArgumentException)
        {
            // The reader has told of the chain's number or the kind.
        }
        signer?.Dispose();
        return null;
    }

    private static string PathOf(AccountSection account, string path) => account.PrivateKeyEnv is null ? $"{path}.keystore" : $"{path}.privateKeyEnv";
}
