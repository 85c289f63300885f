using System.Text.Json;
using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Keys;

/// <summary>The members of a version 3 key file, read and checked one by one so that a refusal can name the one at fault.</summary>
internal sealed class KeystoreJson
{
    private const int BlockLength = 16;

    public required KeyDerivation Derivation { get; init; }

    public required byte[] CipherText { get; init; }

    public required byte[] InitialCounter { get; init; }

    public required byte[] Mac { get; init; }

    /// <summary>Absent in some files.</summary>
    public Address? Address { get; init; }

    /// <exception cref="KeystoreException">Not a version 3 key file that can be opened here.</exception>
    public static KeystoreJson Parse(ReadOnlyMemory<byte> utf8)
    {
        using JsonDocument document = ParseDocument(utf8);
        JsonElement root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object) throw Wrong("the file", "one JSON object");
        RequireVersion(root);
        JsonElement crypto = Crypto(root);
        string cipher = Text(crypto, "cipher");
        if (cipher != "aes-128-ctr")
            throw new KeystoreException(KeystoreProblem.CipherNotSupported, $"the cipher is '{Shorten(cipher)}': only aes-128-ctr is supported");
        return new KeystoreJson
        {
            Derivation = ReadDerivation(crypto),
            CipherText = Bytes(crypto, "ciphertext", 32),
            InitialCounter = Bytes(Member(crypto, "cipherparams"), "iv", BlockLength),
            Mac = Bytes(crypto, "mac", 32),
            Address = ReadAddress(root),
        };
    }

    private static JsonDocument ParseDocument(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            return JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
        }
        catch (JsonException flaw)
        {
            // The parser's own message may quote the text; only the place is passed on.
            throw new KeystoreException(
                KeystoreProblem.NotJson, $"the key file is not well-formed JSON (line {flaw.LineNumber + 1}): export the key again as a version 3 keystore");
        }
    }

    private static void RequireVersion(JsonElement root)
    {
        if (!root.TryGetProperty("version", out JsonElement version)) throw Wrong("version", "3");
        if (version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out int number) || number != 3)
            throw new KeystoreException(
                KeystoreProblem.VersionNotSupported, $"the key file's version is {Shorten(version.GetRawText())}: only 3 is supported, export the key again");
    }

    private static JsonElement Crypto(JsonElement root)
    {
        if (root.TryGetProperty("crypto", out JsonElement crypto) && crypto.ValueKind == JsonValueKind.Object) return crypto;
        throw root.TryGetProperty("Crypto", out _)
            ? new KeystoreException(KeystoreProblem.MemberMissingOrWrong, "the member 'Crypto' is in upper case: rename it to 'crypto'")
            : Wrong("crypto", "an object");
    }

    private static KeyDerivation ReadDerivation(JsonElement crypto)
    {
        string function = Text(crypto, "kdf");
        JsonElement parameters = Member(crypto, "kdfparams");
        long length = Number(parameters, "dklen");
        if (length != KeyDerivation.DerivedLength)
            throw new KeystoreException(KeystoreProblem.DerivationOutOfBounds, $"kdfparams.dklen is {length}: {KeyDerivation.DerivedLength} is wanted");
        byte[] salt = Bytes(parameters, "salt", length: null);
        switch (function)
        {
            case "scrypt":
                return KeyDerivation.Scrypt(salt, Number(parameters, "n"), Number(parameters, "r"), Number(parameters, "p"));
            case "pbkdf2":
                string prf = Text(parameters, "prf");
                return prf == "hmac-sha256"
                    ? KeyDerivation.Pbkdf2(salt, Number(parameters, "c"))
                    : throw new KeystoreException(
                        KeystoreProblem.DerivationNotSupported, $"kdfparams.prf is '{Shorten(prf)}': only hmac-sha256 is supported");
            default:
                throw new KeystoreException(
                    KeystoreProblem.DerivationNotSupported, $"kdf is '{Shorten(function)}': scrypt and pbkdf2 are supported");
        }
    }

    private static Address? ReadAddress(JsonElement root)
    {
        if (!root.TryGetProperty("address", out JsonElement member)) return null;
        string text = member.ValueKind == JsonValueKind.String ? member.GetString()! : throw Wrong("address", "text");
        string prefixed = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text : "0x" + text;
        return Core.Assets.Address.TryParse(prefixed, out Address address) ? address : throw Wrong("address", "40 hexadecimal digits");
    }

    private static JsonElement Member(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement member) && member.ValueKind == JsonValueKind.Object ? member : throw Wrong(name, "an object");

    private static string Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement member) && member.ValueKind == JsonValueKind.String
            ? member.GetString()!
            : throw Wrong(name, "text");

    private static long Number(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement member) && member.ValueKind == JsonValueKind.Number && member.TryGetInt64(out long value)
            ? value
            : throw Wrong(name, "a whole number");

    private static byte[] Bytes(JsonElement parent, string name, int? length)
    {
        string text = Text(parent, name);
        byte[] bytes;
        try
        {
            bytes = Convert.FromHexString(text);
        }
        catch (FormatException)
        {
            throw Wrong(name, "hexadecimal digits");
        }
        return length is null || bytes.Length == length ? bytes : throw Wrong(name, $"{length} bytes in hexadecimal digits");
    }

    private static KeystoreException Wrong(string name, string wanted) =>
        new(KeystoreProblem.MemberMissingOrWrong, $"'{name}' in the key file is missing or wrong: {wanted} is wanted");

    private static string Shorten(string text) => text.Length <= 32 ? text : text[..32] + "...";
}
