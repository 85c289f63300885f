using System.CommandLine;
using System.Text;
using System.Text.Json;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Hosting;
using FastRebalance.Native.Machine;

namespace FastRebalance.Cli.Commands;

/// <summary><c>tx</c>: raw transactions, read and made. Nothing is sent and no node is asked.</summary>
internal static class TxCommand
{
    /// <summary>What a password file is called beside its keystore, as the local chain writes it: desk.json, desk.pass.</summary>
    private const string PasswordExtension = ".pass";

    private const string StandardInput = "-";

    public static Command Create() => new("tx", "Read and sign raw transactions (types 0, 1, 2 and 4; type 3 is read). Nothing is sent.")
    {
        Decode(), Sign(),
    };

    private static Command Decode()
    {
        Argument<string> raw = new("RAW") { Description = "The transaction: 0x and digits, - to read them from standard input, @FILE to read them from a file." };
        Option<bool> json = CommonOptions.Json();
        Command command = new("decode", "Show what a signed transaction says, who signed it, and its hash. Exit code 1 where it is not one, with the reason.") { raw, json };
        command.SetAction((parse, _) =>
        {
            Output output = new(parse.GetValue(json));
            return output.GuardAsync(() => Task.FromResult(Decode(output, parse.GetValue(raw)!)));
        });
        return command;
    }

    private static Command Sign()
    {
        Option<string> unsigned = new("--unsigned", "-u") { Description = "The transaction: a JSON object as JSON-RPC has it (type, chainId, nonce, to, value, gas, …; decimal or 0x); - for standard input.", Required = true };
        Option<string> keystore = new("--keystore", "-k") { Description = "The keystore file.", Required = true };
        Option<string?> password = new("--password-file", "-p")
        {
            Description = $"The file that holds its password. Unless told, the file beside the keystore with the extension {PasswordExtension}: KEY.json is opened by KEY{PasswordExtension}. "
                + "A password is never taken from the command line, where others could read it.",
        };
        Option<bool> json = CommonOptions.Json();
        Command command = new("sign", "Sign a transaction and print its raw bytes. Exit code 2 where FILE has mistakes; each is told with its path.") { unsigned, keystore, password, json };
        command.SetAction((parse, _) =>
        {
            Output output = new(parse.GetValue(json));
            return output.GuardAsync(() => Task.FromResult(Sign(output, parse.GetValue(unsigned)!, parse.GetValue(keystore)!, parse.GetValue(password))));
        });
        return command;
    }

    private static int Decode(Output output, string raw)
    {
        string text = raw == StandardInput ? Console.In.ReadToEnd() : raw.StartsWith('@') ? File.ReadAllText(raw[1..]) : raw;
        if (!Hex.TryDecode(text.AsSpan().Trim(), out byte[] bytes))
            throw new FormatException("RAW is not hexadecimal: 0x and an even number of digits are wanted");
        TransactionVerdict verdict = TransactionDecoder.Decode(bytes, out SignedTransaction transaction);
        Address sender = default;
        if (verdict.IsValid && !transaction.TryRecoverSender(out sender))
            verdict = new(TransactionStatus.SenderNotRecoverable);
        if (!verdict.IsValid)
            return Refuse(output, verdict);
        if (output.IsJson) output.Document(writer => TransactionJsonWriter.Write(writer, in transaction, sender));
        else Show(output, Output.Text(writer => TransactionJsonWriter.Write(writer, in transaction, sender)));
        return ExitCodes.Done;
    }

    private static int Refuse(Output output, TransactionVerdict verdict)
    {
        string message = $"not a transaction: {TransactionVerdictText.Of(verdict)}";
        Output.Complain(message);
        if (output.IsJson)
            output.Document(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("error", "refused");
                writer.WriteString("message", message);
                writer.WriteString("status", verdict.Status.ToString());
                writer.WriteString("field", verdict.Field.ToString());
                writer.WriteEndObject();
            });
        return ExitCodes.Failed;
    }

    // A line for each member: what nests stays JSON.
    private static void Show(Output output, string document)
    {
        using JsonDocument parsed = JsonDocument.Parse(document);
        foreach (JsonProperty member in parsed.RootElement.EnumerateObject())
            output.Say($"{member.Name + ":",-22} {(member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString() : OneLine(member.Value))}");
    }

    private static string OneLine(JsonElement value) =>
        value.ValueKind is JsonValueKind.Object or JsonValueKind.Array
            ? string.Join(' ', value.GetRawText().Split('\n', StringSplitOptions.TrimEntries))
            : value.GetRawText();

    private static int Sign(Output output, string unsigned, string keystore, string? passwordFile)
    {
        byte[] json = unsigned == StandardInput ? Encoding.UTF8.GetBytes(Console.In.ReadToEnd()) : File.ReadAllBytes(unsigned);
        IReadOnlyList<TransactionProblem> problems = TransactionJsonReader.Read(json, out TransactionFields fields, out Address? from);
        if (problems.Count > 0)
            return Refuse(output, unsigned, problems);
        using SecretMemory key = KeyLoader.ReadKeystore(keystore, passwordFile ?? PasswordFileBeside(keystore));
        using TransactionSigner signer = new(key, fields.ChainId.GetValueOrDefault());
        if (from is { } wanted && wanted != signer.Address)
            return Refuse(output, unsigned, [new TransactionProblem("from", Eip55.Format(wanted), $"{Eip55.Format(signer.Address)}, the keystore's account")]);
        Print(output, signer, in fields);
        return ExitCodes.Done;
    }

    private static string PasswordFileBeside(string keystore)
    {
        string path = Path.ChangeExtension(keystore, PasswordExtension);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} does not exist: name the file that holds the password with --password-file");
    }

    private static void Print(Output output, TransactionSigner signer, in TransactionFields fields)
    {
        byte[] buffer = new byte[TransactionEncoder.MaxLength(in fields)];
        int length = signer.Sign(in fields, buffer, out Hash32 hash);
        string raw = Hex.Encode(buffer.AsSpan(0, length));
        if (!output.IsJson)
        {
            output.Say(raw);
            return;
        }
        output.Document(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("raw", raw);
            writer.WriteString("hash", hash.ToString());
            writer.WriteString("from", Eip55.Format(signer.Address));
            writer.WriteEndObject();
        });
    }

    private static int Refuse(Output output, string file, IReadOnlyList<TransactionProblem> problems)
    {
        string message = $"{problems.Count} mistake(s) in {file}";
        Output.Complain(message);
        foreach (TransactionProblem problem in problems)
            Output.Complain(problem.ToString());
        output.ErrorDocument("refused", message, [.. problems.Select(problem => new ConfigProblem(problem.Path, problem.Found, problem.Wanted))]);
        return ExitCodes.BadUsage;
    }
}
