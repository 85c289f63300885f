using System.CommandLine;
using System.Security.Cryptography;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Hosting;
using FastRebalance.Native;

namespace FastRebalance.Cli.Commands;

/// <summary><c>keys</c>: keystores. No secret is ever printed, and none is taken from the command line, where others could read it.</summary>
internal static class KeysCommand
{
    public static Command Create() => new("keys", "Make, import and check keystores (version 3).")
    {
        New(), Import(), ShowAddress(), Check(),
    };

    private static Command New()
    {
        Option<string> file = File(), password = Password();
        Option<bool> json = CommonOptions.Json(), light = Light();
        Command command = new("new", "Make a new key. The password file is made too, with a random password, where it does not exist.") { file, password, light, json };
        command.SetAction((parse, _) => Run(parse.GetValue(json), () =>
        {
            PrivateKey key = PrivateKey.Generate();
            return Write(ref key, parse.GetValue(file)!, parse.GetValue(password)!, parse.GetValue(light));
        }));
        return command;
    }

    private static Command Import()
    {
        Option<string> file = File(), password = Password();
        Option<bool> json = CommonOptions.Json(), light = Light();
        Command command = new("import", "Put a private key, read as hexadecimal from standard input, into a keystore.") { file, password, light, json };
        command.SetAction((parse, _) => Run(parse.GetValue(json), () =>
        {
            PrivateKey key = ReadStandardInput();
            return Write(ref key, parse.GetValue(file)!, parse.GetValue(password)!, parse.GetValue(light));
        }));
        return command;
    }

    private static Command ShowAddress()
    {
        Option<string> file = File(), password = Password();
        Option<bool> json = CommonOptions.Json();
        Command command = new("address", "Print the account of a keystore.") { file, password, json };
        command.SetAction((parse, _) => Run(parse.GetValue(json), () => Open(parse.GetValue(file)!, parse.GetValue(password)!)));
        return command;
    }

    private static Command Check()
    {
        Option<string> file = File(), password = Password();
        Option<bool> json = CommonOptions.Json();
        Command command = new("check", "Open a keystore and sign with it, to see that file, password and library are right.") { file, password, json };
        command.SetAction((parse, _) => Run(parse.GetValue(json), () =>
        {
            PrivateKey key = KeyLoader.ReadKeystore(parse.GetValue(file)!, parse.GetValue(password)!);
            try
            {
                using Ethereum.Transactions.TransactionSigner signer = new(in key, chainId: 1);
                Hash32 digest = new(RandomNumberGenerator.GetBytes(Hash32.Length));
                Signature signature = signer.SignDigest(in digest);
                bool recovers = Secp256k1.TryRecover(digest.Span, in signature, out PublicKey publicKey)
                    && AccountAddress.Of(in publicKey) == signer.Address;
                return recovers ? signer.Address : throw new InvalidOperationException("a signature of this key does not lead back to its account");
            }
            finally
            {
                key.Clear();
            }
        }));
        return command;
    }

    private static Task<int> Run(bool json, Func<Address> body)
    {
        Output output = new(json);
        return output.GuardAsync(() =>
        {
            string address = Eip55.Format(body());
            if (output.IsJson)
                output.Document(writer =>
                {
                    writer.WriteStartObject();
                    writer.WriteString("address", address);
                    writer.WriteEndObject();
                });
            else
                output.Say(address);
            return Task.FromResult(ExitCodes.Done);
        });
    }

    private static Address Write(ref PrivateKey key, string file, string passwordFile, bool light)
    {
        try
        {
            if (!System.IO.File.Exists(passwordFile))
                KeystoreFile.WriteNewPassword(passwordFile);
            byte[] password = KeystoreFile.ReadPassword(passwordFile);
            KeystoreFile.Write(file, in key, password, light ? Keystore.LightCost : Keystore.StandardCost);
            CryptographicOperations.ZeroMemory(password);
            return AccountAddress.Of(in key);
        }
        finally
        {
            key.Clear();
        }
    }

    private static Address Open(string file, string passwordFile)
    {
        PrivateKey key = KeyLoader.ReadKeystore(file, passwordFile);
        try
        {
            return AccountAddress.Of(in key);
        }
        finally
        {
            key.Clear();
        }
    }

    private static PrivateKey ReadStandardInput()
    {
        string text = (Console.In.ReadLine() ?? "").Trim();
        ReadOnlySpan<char> digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text.AsSpan(2) : text;
        Span<byte> bytes = stackalloc byte[PrivateKey.Length];
        bool isKey = digits.Length == 2 * PrivateKey.Length
            && Convert.FromHexString(digits, bytes, out _, out int written) == System.Buffers.OperationStatus.Done && written == PrivateKey.Length;
        if (!isKey)
            throw new FormatException("standard input holds no private key: 64 hexadecimal digits are wanted");
        PrivateKey key = new(bytes);
        bytes.Clear();
        return key;
    }

    private static Option<string> File() => new("--keystore", "-k") { Description = "The keystore file.", Required = true };

    private static Option<string> Password() => new("--password-file", "-p") { Description = "The file that holds its password.", Required = true };

    private static Option<bool> Light() => new("--light") { Description = "A cheap key derivation, for test keys that must open at once." };
}
