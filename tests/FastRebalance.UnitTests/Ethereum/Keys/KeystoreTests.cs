using System.Text.Json;
using System.Text.Json.Nodes;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Native;
using FastRebalance.Native.Machine;

namespace FastRebalance.UnitTests.Ethereum.Keys;

public sealed class KeystoreTests(ITestOutputHelper output)
{
    private static readonly byte[] s_password = "testpassword"u8.ToArray();

    // A small file of our own making; its members are changed one by one below.
    private static readonly byte[] s_json = Keystore.Encrypt(KeyOf(7).Span, s_password, cost: 2);

    [Fact]
    public void Decrypt_OfficialFile_OpensEveryKey()
    {
        using JsonDocument file = Vectors.Open("ethereum", "KeyStoreTests", "basic_tests.json");
        int count = 0;
        foreach (JsonProperty test in file.RootElement.EnumerateObject())
        {
            byte[] json = Utf8(test.Value.GetProperty("json").GetRawText());
            using SecretMemory key = Keystore.Decrypt(json, Utf8(test.Value.Text("password")));
            Assert.Equal(test.Value.Bytes("priv"), key.Span.ToArray());
            count++;
        }
        output.WriteLine($"{count} keystores");
        Assert.Equal(5, count);
    }

    // The member "Crypto" of some of these files is refused in upper case, as is an empty password; both are put right or left out here.
    [Fact]
    public void Decrypt_EthersWallets_OpensEveryVersion3Key()
    {
        using JsonDocument file = Vectors.Open("ethers", "wallets.json.gz");
        int opened = 0, withoutPassword = 0;
        foreach (JsonElement test in file.RootElement.EnumerateArray().Where(static test => test.Text("type") == "secret-storage"))
        {
            byte[] json = Utf8(test.Text("json").Replace("\"Crypto\"", "\"crypto\"", StringComparison.Ordinal));
            byte[] password = Utf8(test.Text("password"));
            if (password.Length == 0)
            {
                Assert.Equal(KeystoreProblem.PasswordEmpty, Assert.Throws<KeystoreException>(() => Keystore.Decrypt(json, password)).Problem);
                withoutPassword++;
                continue;
            }
            using SecretMemory key = Keystore.Decrypt(json, password);
            Assert.Equal(test.Bytes("privateKey"), key.Span.ToArray());
            opened++;
        }
        output.WriteLine($"{opened} opened, {withoutPassword} refused for their empty password");
        Assert.Equal((5, 2), (opened, withoutPassword));
    }

    [Fact]
    public void Derive_WycheproofPbkdf2_GivesEveryKey()
    {
        using JsonDocument file = Vectors.Open("wycheproof", "testvectors_v1", "pbkdf2_hmacsha256_test.json");
        int derived = 0, refused = 0;
        foreach (JsonElement test in file.RootElement.GetProperty("testGroups").EnumerateArray().SelectMany(group => group.GetProperty("tests").EnumerateArray()))
        {
            byte[] salt = test.Bytes("salt"), key = new byte[test.GetProperty("dkLen").GetInt32()];
            if (salt.Length == 0)
            {
                Assert.Throws<KeystoreException>(() => KeyDerivation.Pbkdf2(salt, 1)); // a key file without salt protects nothing
                refused++;
                continue;
            }
            KeyDerivation.Pbkdf2(salt, test.GetProperty("iterationCount").GetInt32()).Derive(test.Bytes("password"), key);
            Assert.Equal(test.Text("dk"), Convert.ToHexStringLower(key));
            derived++;
        }
        output.WriteLine($"{derived} derived, {refused} refused for their empty salt");
        Assert.True(derived >= 50);
    }

    /// <summary>What a file may make this process allocate before it is refused: not a share of what scrypt would take.</summary>
    [Theory]
    [InlineData(1L << 30, 8, 1)]
    [InlineData(1L << 21, 8, 1)]
    [InlineData(2, 1 << 20, 1 << 20)]
    [InlineData(2, 8, 1 << 20)]
    public void Decrypt_CostOutOfBounds_TakesNoMemory(long n, int r, int p)
    {
        JsonNode root = JsonNode.Parse(s_json)!;
        (root["crypto"]!["kdfparams"]!["n"], root["crypto"]!["kdfparams"]!["r"], root["crypto"]!["kdfparams"]!["p"]) = (n, r, p);
        byte[] json = Utf8(root.ToJsonString());
        long before = Environment.WorkingSet;
        Assert.Equal(KeystoreProblem.DerivationOutOfBounds, Assert.Throws<KeystoreException>(() => Keystore.Decrypt(json, s_password)).Problem);
        Assert.True(Environment.WorkingSet - before < 64 << 20);
    }

    // The first version had its password's bytes truncated by aes-128-cbc and other members; some wallets still export it.
    [Fact]
    public void Decrypt_Version1File_SaysWhichVersionIsWanted()
    {
        const string version1 = """{"crypto":{"cipher":"aes-128-cbc","ciphertext":"cb","cipherparams":{"iv":"35"},"kdf":"scrypt","kdfparams":{"dklen":32,"n":262144,"p":1,"r":8,"salt":"62"},"mac":"d9"},"id":"e2","version":"1"}""";
        KeystoreException refused = Assert.Throws<KeystoreException>(() => Keystore.Decrypt(Utf8(version1), s_password));
        Assert.Equal(KeystoreProblem.VersionNotSupported, refused.Problem);
        Assert.Contains("3", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encrypt_ThenDecrypt_GivesTheKeyBackAndNeverTheSameText()
    {
        PrivateKey key = KeyOf(9);
        byte[] first = Keystore.Encrypt(key.Span, s_password, Keystore.LightCost);
        byte[] second = Keystore.Encrypt(key.Span, s_password, Keystore.LightCost);
        Assert.NotEqual(first, second);
        using SecretMemory opened = Keystore.Decrypt(first, s_password);
        Assert.Equal(key.Span.ToArray(), opened.Span.ToArray());
        Assert.DoesNotContain(Convert.ToHexStringLower(key.Span), System.Text.Encoding.UTF8.GetString(first), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Decrypt_WrongPassword_SaysMacMismatchWithoutAnySecret()
    {
        KeystoreException refused = Assert.Throws<KeystoreException>(() => Keystore.Decrypt(s_json, "wrong-word"u8));
        Assert.Equal(KeystoreProblem.MacMismatch, refused.Problem);
        Assert.DoesNotContain("wrong-word", refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("0707", refused.ToString(), StringComparison.Ordinal);
    }

    public static TheoryData<string, string, KeystoreProblem> Faults => new()
    {
        { "version", "1", KeystoreProblem.VersionNotSupported },
        { "version", "\"3\"", KeystoreProblem.VersionNotSupported },
        { "version", "4", KeystoreProblem.VersionNotSupported },
        { "crypto", "\"\"", KeystoreProblem.MemberMissingOrWrong },
        { "address", "\"0000000000000000000000000000000000000001\"", KeystoreProblem.AddressMismatch },
        { "address", "\"12\"", KeystoreProblem.MemberMissingOrWrong },
        { "crypto.cipher", "\"aes-128-cbc\"", KeystoreProblem.CipherNotSupported },
        { "crypto.kdf", "\"argon2id\"", KeystoreProblem.DerivationNotSupported },
        { "crypto.ciphertext", "\"00\"", KeystoreProblem.MemberMissingOrWrong },
        { "crypto.ciphertext", "\"zz\"", KeystoreProblem.MemberMissingOrWrong },
        { "crypto.mac", "\"0000000000000000000000000000000000000000000000000000000000000000\"", KeystoreProblem.MacMismatch },
        { "crypto.mac", "\"\"", KeystoreProblem.MemberMissingOrWrong },
        { "crypto.cipherparams.iv", "\"00\"", KeystoreProblem.MemberMissingOrWrong },
        { "crypto.kdfparams.n", "1073741824", KeystoreProblem.DerivationOutOfBounds },
        { "crypto.kdfparams.n", "1048576", KeystoreProblem.DerivationOutOfBounds },
        { "crypto.kdfparams.n", "1000", KeystoreProblem.DerivationOutOfBounds },
        { "crypto.kdfparams.n", "1", KeystoreProblem.DerivationOutOfBounds },
        { "crypto.kdfparams.n", "-2", KeystoreProblem.DerivationOutOfBounds },
        { "crypto.kdfparams.n", "9223372036854775807", KeystoreProblem.DerivationOutOfBounds },
        { "crypto.kdfparams.n", "2.5", KeystoreProblem.MemberMissingOrWrong },
        { "crypto.kdfparams.r", "0", KeystoreProblem.DerivationOutOfBounds },
        { "crypto.kdfparams.r", "9223372036854775807", KeystoreProblem.DerivationOutOfBounds },
        { "crypto.kdfparams.p", "0", KeystoreProblem.DerivationOutOfBounds },
        { "crypto.kdfparams.p", "1048576", KeystoreProblem.DerivationOutOfBounds },
        { "crypto.kdfparams.dklen", "16", KeystoreProblem.DerivationOutOfBounds },
        { "crypto.kdfparams.salt", "\"\"", KeystoreProblem.DerivationOutOfBounds },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Decrypt_MemberAtFault_NamesTheProblemBeforeAnyWork(string path, string value, KeystoreProblem expected)
    {
        JsonNode root = JsonNode.Parse(s_json)!;
        string[] names = path.Split('.');
        JsonNode parent = names[..^1].Aggregate(root, static (node, name) => node[name]!);
        parent[names[^1]] = JsonNode.Parse(value);
        Assert.Equal(expected, ProblemOf(root.ToJsonString()));
        if (names[^1] is "address") return;
        parent.AsObject().Remove(names[^1]);
        Assert.Equal(KeystoreProblem.MemberMissingOrWrong, ProblemOf(root.ToJsonString()));
    }

    [Fact]
    public void Decrypt_UpperCaseCryptoTwiceNamedOrNoJson_NamesTheProblem()
    {
        string text = System.Text.Encoding.UTF8.GetString(s_json);
        KeystoreException refused = Assert.Throws<KeystoreException>(
            () => Keystore.Decrypt(Utf8(text.Replace("\"crypto\"", "\"Crypto\"", StringComparison.Ordinal)), s_password));
        Assert.Equal(KeystoreProblem.MemberMissingOrWrong, refused.Problem);
        Assert.Contains("rename", refused.Message, StringComparison.Ordinal);
        Assert.Equal(KeystoreProblem.NotJson, ProblemOf(text.Replace("\"id\"", "\"version\"", StringComparison.Ordinal)));
        Assert.Equal(KeystoreProblem.NotJson, ProblemOf(text[..100]));
        Assert.Equal(KeystoreProblem.NotJson, ProblemOf(""));
        Assert.Equal(KeystoreProblem.MemberMissingOrWrong, ProblemOf("[]"));
        Assert.Equal(KeystoreProblem.MemberMissingOrWrong, ProblemOf("{}"));
    }

    [Fact]
    public void Decrypt_Pbkdf2OutOfBounds_NamesTheProblem()
    {
        JsonNode root = JsonNode.Parse(s_json)!;
        root["crypto"]!["kdf"] = "pbkdf2";
        JsonObject parameters = root["crypto"]!["kdfparams"]!.AsObject();
        Assert.Equal(KeystoreProblem.MemberMissingOrWrong, ProblemOf(root.ToJsonString()));
        parameters["prf"] = "hmac-sha1";
        parameters["c"] = 2_000_000_000;
        Assert.Equal(KeystoreProblem.DerivationNotSupported, ProblemOf(root.ToJsonString()));
        parameters["prf"] = "hmac-sha256";
        Assert.Equal(KeystoreProblem.DerivationOutOfBounds, ProblemOf(root.ToJsonString()));
        parameters["c"] = 1;
        Assert.Equal(KeystoreProblem.MacMismatch, ProblemOf(root.ToJsonString()));
    }

    private static KeystoreProblem ProblemOf(string json) =>
        Assert.Throws<KeystoreException>(() => Keystore.Decrypt(Utf8(json), s_password)).Problem;

    private static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static PrivateKey KeyOf(byte value)
    {
        Span<byte> bytes = stackalloc byte[32];
        bytes.Fill(value);
        return new PrivateKey(bytes);
    }
}
