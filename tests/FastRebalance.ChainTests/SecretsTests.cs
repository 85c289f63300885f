using System.Text;
using System.Text.Json.Nodes;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Hosting;
using FastRebalance.Native;
using FastRebalance.Native.Machine;
using FastRebalance.Tests;

namespace FastRebalance.ChainTests;

/// <summary>
/// A key, a password and a signer's credential that can be recognised go through everything that succeeds and fails; afterwards everything
/// written anywhere is searched for them: in hexadecimal of either case, raw, and in base64 at each of its three phases.
/// </summary>
public sealed class SecretsTests(CommandChain chain) : IClassFixture<CommandChain>
{
    private const string Password = "marked-Passw0rd/+9f27c1";
    private const string Token = "Bearer marked-T0ken.5d1e88";

    private readonly StringBuilder _told = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Secrets_ThroughEverySuccessAndFailure_AreNeverTold()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the command's chain ends by a POSIX signal");
        await chain.StartedAsync();
        using DevnetFolder folder = new();
        byte[] key = MoveKey(folder);
        string config = Path.Combine(folder.Path, "config.json"), journal = Path.Combine(folder.Path, "journal");

        await TellAsync("keys", "check", "-k", PathIn(folder, "desk.json"), "-p", PathIn(folder, "desk.pass"));
        await TellAsync("keys", "address", "-k", PathIn(folder, "desk.json"), "-p", PathIn(folder, "wrong.pass"));
        await TellAsync("keys", "check", "-k", PathIn(folder, "broken.json"), "-p", PathIn(folder, "desk.pass"));
        await TellAsync("keys", "check", "-k", PathIn(folder, "desk.pass"), "-p", PathIn(folder, "desk.pass"), "--json");
        await TellAsync("keys", "new", "-k", PathIn(folder, "desk.json"), "-p", PathIn(folder, "desk.pass"));
        await TellAsync("doctor", "-c", config);
        await TellAsync("doctor", "-c", config, "--json");
        await TellAsync("run", "-c", config, "--for", "4s", "--report", PathIn(folder, "report.json"), "--json");
        Assert.True(Directory.EnumerateFiles(journal, "*", SearchOption.AllDirectories).Any(), "the run left no journal to search");
        Assert.True(File.Exists(PathIn(folder, "report.json")), $"the run left no report to search: {_told}");

        foreach ((string name, Action<JsonNode> change) in Breakages(folder))
            await TellAsync("doctor", "-c", ConfigWith(folder, name, change));
        TellExceptions(folder);
        await TellRemoteAsync(folder, config);

        Assert.Contains("0x", _told.ToString(), StringComparison.Ordinal); // something was told
        AssertNowhere(folder, "the key", key, "desk.json");
        AssertNowhere(folder, "the password", Encoding.UTF8.GetBytes(Password), "desk.pass");
        AssertNowhere(folder, "the credential", Encoding.UTF8.GetBytes(Token[7..]), "signer.token", "credential-in-url.json");
    }

    /// <summary>The search itself: it finds each form of what it looks for.</summary>
    [Fact]
    public void FormsOf_TextsThatHoldThem_FindsEach()
    {
        byte[] secret = Encoding.UTF8.GetBytes("0123456789abcdef0123456789abcdeX");
        foreach (string text in (string[])
        [
            Convert.ToHexString(secret), Convert.ToHexStringLower(secret), Encoding.UTF8.GetString(secret), Convert.ToBase64String(secret),
            Convert.ToBase64String([1, .. secret]), Convert.ToBase64String([1, 2, .. secret, 3]),
        ])
            Assert.True(Holds(Encoding.Latin1.GetBytes($"before {text} after"), secret), text);
        Assert.False(Holds("nothing at all"u8, secret));
    }

    /// <summary>The chain's desk under a new password, in a folder of its own.</summary>
    private byte[] MoveKey(DevnetFolder folder)
    {
        JsonNode config = JsonNode.Parse(File.ReadAllText(chain.Config))!;
        config["chain"]!["endpoints"]![0] = $"ipc:{chain.PathOf("anvil.ipc")}";
        File.WriteAllText(PathIn(folder, "config.json"), config.ToJsonString());
        using SecretMemory key = KeyLoader.ReadKeystore(chain.PathOf("desk.json"), chain.PathOf("desk.pass"));
        KeystoreFile.Write(PathIn(folder, "desk.json"), key.Span, Encoding.UTF8.GetBytes(Password), Keystore.LightCost);
        WriteOwnerOnly(PathIn(folder, "desk.pass"), Password);
        WriteOwnerOnly(PathIn(folder, "wrong.pass"), "wrong");
        WriteOwnerOnly(PathIn(folder, "signer.token"), Token);
        string json = File.ReadAllText(PathIn(folder, "desk.json"));
        WriteOwnerOnly(PathIn(folder, "broken.json"), json[..^40]);
        return key.Span.ToArray();
    }

    private static IEnumerable<(string Name, Action<JsonNode> Change)> Breakages(DevnetFolder folder)
    {
        yield return ("wrong-password", root => root["account"]!["passwordFile"] = "wrong.pass");
        yield return ("broken-keystore", root => root["account"]!["keystore"] = "broken.json");
        yield return ("swapped", root => (root["account"]!["keystore"], root["account"]!["passwordFile"]) = ("desk.pass", "desk.json"));
        yield return ("no-key", root => root["account"] = new JsonObject());
        yield return ("no-variable", root => root["account"] = new JsonObject { ["privateKeyEnv"] = "NO_SUCH_VARIABLE" });
        yield return ("wrong-chain", root => root["chain"]!["id"] = 1);
        yield return ("credential-in-url", root => root["account"] = Remote($"http://{Uri.EscapeDataString(Token[7..])}@127.0.0.1:1", "signer.token"));
        yield return ("signer-is-down", root => root["account"] = Remote("http://127.0.0.1:1", "signer.token"));
    }

    private void TellExceptions(DevnetFolder folder)
    {
        foreach (string name in (string[])["wrong.pass", "broken.json", "missing"])
            _told.AppendLine(Record.Exception(() => KeyLoader.ReadKeystore(PathIn(folder, "desk.json"), PathIn(folder, name)).Dispose())?.ToString());
        using SecretMemory key = KeyLoader.ReadKeystore(PathIn(folder, "desk.json"), PathIn(folder, "desk.pass"));
        using TransactionSigner signer = new(key, 31337);
        _told.AppendLine($"{key} {signer} {Record.Exception(() => signer.Sign(new TransactionFields { ChainId = 2 }, [], out _))}");
        _told.AppendLine(Record.Exception(() => new TransactionSigner(key, 0))?.ToString());
        PrivateKey copy = new(key.Span);
        _told.AppendLine($"{copy} {Record.Exception(() => copy.Equals(null))}");
    }

    /// <summary>A door that shouts back every header it was given, in each kind of refusal.</summary>
    private async Task TellRemoteAsync(DevnetFolder folder, string config)
    {
        ConfigFile file = ConfigReader.Read(config);
        await using ScriptedSigner door = new(new TransactionSigner(KeyLoader.ReadKeystore(PathIn(folder, "desk.json"), PathIn(folder, "desk.pass")), file.Chain.Id));
        string remote = ConfigWith(folder, "remote", root => root["account"] = Remote(door.Url.ToString(), "signer.token", door.Key.Address));
        await TellAsync("doctor", "-c", remote);
        await TellAsync("run", "-c", remote, "--for", "3s", "--json");
        Assert.Contains(Token, door.Heads[0], StringComparison.Ordinal); // it was really sent
        foreach (string answer in (string[])
        [
            "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n<html>no</html>     ",
            "nonsense\r\n\r\n",
        ])
        {
            door.Instead = answer;
            await TellAsync("doctor", "-c", remote);
            using IAccountSigner client = RemoteSigners.Create(door.Options() with { AuthorizationFile = PathIn(folder, "signer.token") });
            _told.AppendLine($"{client} {await client.ProbeAsync(Cancellation)} {door.Options() with { AuthorizationFile = PathIn(folder, "signer.token") }}");
        }
    }

    private async Task TellAsync(params string[] arguments)
    {
        CommandResult result = await CommandProcess.RunAsync(arguments);
        _told.AppendLine($"$ {string.Join(' ', arguments)} -> {result.ExitCode}").AppendLine(result.Output).AppendLine(result.Error);
    }

    private void AssertNowhere(DevnetFolder folder, string what, byte[] secret, params string[] keptIn)
    {
        Assert.False(Holds(Encoding.UTF8.GetBytes(_told.ToString()), secret), $"{what} was told");
        foreach (string file in Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories))
            if (!keptIn.Contains(Path.GetFileName(file)))
                Assert.False(Holds(File.ReadAllBytes(file), secret), $"{what} stands in {file}");
    }

    private static bool Holds(ReadOnlySpan<byte> text, byte[] secret)
    {
        foreach (byte[] form in FormsOf(secret))
            if (text.IndexOf(form) >= 0)
                return true;
        return false;
    }

    private static IEnumerable<byte[]> FormsOf(byte[] secret)
    {
        yield return secret;
        yield return Encoding.ASCII.GetBytes(Convert.ToHexString(secret));
        yield return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(secret));
        for (int phase = 0; phase < 3; phase++)
        {
            // The digits that depend on the secret alone, whatever stands before and after it.
            int skip = (3 - phase) % 3, whole = (secret.Length - skip) / 3 * 3;
            yield return Encoding.ASCII.GetBytes(Convert.ToBase64String(secret, skip, whole));
        }
    }

    private static string ConfigWith(DevnetFolder folder, string name, Action<JsonNode> change)
    {
        JsonNode root = JsonNode.Parse(File.ReadAllText(PathIn(folder, "config.json")))!;
        change(root);
        root["engine"] = new JsonObject { ["journal"] = $"journal-{name}" };
        string path = PathIn(folder, $"{name}.json");
        File.WriteAllText(path, root.ToJsonString());
        return path;
    }

    private static JsonObject Remote(string url, string authorization, Address? address = null) => new()
    {
        ["remoteSigner"] = new JsonObject
        {
            ["kind"] = Web3Signer.KindName,
            ["url"] = url,
            ["address"] = (address ?? Address.Parse("0x00000000000000000000000000000000000000d1")).ToString(),
            ["authorizationFile"] = authorization,
        },
    };

    private static void WriteOwnerOnly(string path, string content)
    {
        File.WriteAllText(path, content);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static string PathIn(DevnetFolder folder, string name) => Path.Combine(folder.Path, name);
}
