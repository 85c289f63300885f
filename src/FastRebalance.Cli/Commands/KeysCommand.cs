using System.CommandLine;
using System.Security.Cryptography;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Hosting;
using FastRebalance.Native;
using FastRebalance.Native.Machine;

namespace FastRebalance.Cli.Commands;

/// <summary><c>keys</c>: keystores. No secret is ever printed, and none is taken from the command line, where others could read it.</summary>
internal static class KeysCommand
{
    private const int MaxInput = 256;

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
            using SecretMemory key = SecretMemory.Take(PrivateKey.Length);
            Secp256k1.GenerateKey(key.Span);
            return Write(key, parse.GetValue(file)!, parse.GetValue(password)!, parse.GetValue(light));
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
            using SecretMemory key = ReadStandardInput();
            return Write(key, parse.GetValue(file)!, parse.GetValue(password)!, parse.GetValue(light));
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
            using SecretMemory key = KeyLoader.ReadKeystore(parse.GetValue(file)!, parse.GetValue(password)!);
            using Ethereum.Transactions.TransactionSigner signer = new(key, chainId: 1);
            Hash32 digest = new(RandomNumberGenerator.GetBytes(Hash32.Length));
            Signature signature = signer.SignDigest(in digest);
            bool recovers = Secp256k1.TryRecover(digest.Span, in signature, out PublicKey publicKey)
                && AccountAddress.Of(in publicKey) == signer.Address;
            return recovers ? signer.Address : throw new InvalidOperationException("a signature of this key does not lead back to its account");
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

    private static Address Write(SecretMemory key, string file, string passwordFile, bool light)
    {
        if (!System.IO.File.Exists(passwordFile))
            KeystoreFile.WriteNewPassword(passwordFile);
        using SecretMemory password = KeystoreFile.ReadPassword(passwordFile);
        KeystoreFile.Write(file, key.Span, password.Span, light ? Keystore.LightCost : Keystore.StandardCost);
        return AccountAddress.OfSecret(key.Span);
    }

    private static Address Open(string file, string passwordFile)
    {
        using SecretMemory key = KeyLoader.ReadKeystore(file, passwordFile);
        return AccountAddress.OfSecret(key.Span);
    }

    // Byte by byte into memory of its own: a reader of text would leave the digits in strings and buffers.
    private static SecretMemory ReadStandardInput()
    {
        using Stream input = Console.OpenStandardInput();
        using SecretMemory line = SecretMemory.Take(MaxInput);
        int length = 0;
        while (length < MaxInput && input.Read(line.Span.Slice(length, 1)) == 1 && line.Span[length] != (byte)'\n')
            length++;
        ReadOnlySpan<byte> digits = line.Span[..length].Trim(" \t\r"u8);
        if (digits.StartsWith("0x"u8) || digits.StartsWith("0X"u8)) digits = digits[2..];
        SecretMemory key = SecretMemory.Take(PrivateKey.Length);
        if (digits.Length == 2 * PrivateKey.Length && Convert.FromHexString(digits, key.Span, out _, out _) == System.Buffers.OperationStatus.Done)
            return key;
        key.Dispose();
        throw new FormatException("standard input holds no private key: 64 hexadecimal digits are wanted");
    }

    private static Option<string> File() => new("--keystore", "-k") { Description = "The keystore file.", Required = true };

    private static Option<string> Password() => new("--password-file", "-p") { Description = "The file that holds its password.", Required = true };

    private static Option<bool> Light() => new("--light") { Description = "A cheap key derivation, for test keys that must open at once." };
}
