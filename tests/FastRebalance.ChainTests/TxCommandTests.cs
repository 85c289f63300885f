using System.Text.Json;
using FastRebalance.Tests;

namespace FastRebalance.ChainTests;

/// <summary><c>fastrebalance tx</c> and <c>bench signing</c>, as a user types them.</summary>
public sealed class TxCommandTests : IDisposable
{
    // The known answer of a key that everybody has: 0x46, 32 times.
    private const string Account = "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F";

    private const string Signed =
        "0x02f8a901078459682f008506fc23ac008303d0909435353535353535353535353535353535353535358084deadbeeff838f79435353535353535353535353535353535353"
        + "53535e1a0000000000000000000000000000000000000000000000000000000000000000801a0e7dee9398275fc6723df036a5880fecd8fa8d3a06f714f649be7df082925a"
        + "b13a040b0dc3d2b4e3adfa6752d9f96d37eeec6292e729d00467983662e34755bbf90";

    private const string Unsigned =
        """
        { "type": "0x2", "chainId": "0x1", "nonce": 7, "maxPriorityFeePerGas": "1500000000", "maxFeePerGas": "30000000000", "gas": 250000,
          "to": "0x3535353535353535353535353535353535353535", "value": "0x0", "data": "0xdeadbeef",
          "accessList": [ { "address": "0x3535353535353535353535353535353535353535",
                            "storageKeys": [ "0x0000000000000000000000000000000000000000000000000000000000000008" ] } ] }
        """;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Decode_SignedTransaction_TellsEveryField()
    {
        CommandResult result = await CommandProcess.RunAsync("tx", "decode", Signed, "--json");

        Assert.True(result.ExitCode == 0, result.Error);
        JsonElement root = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal("0x3e39c077c1a9b7e13e49eb57c7105daf382683e02ed6231821fd383fc1774dc2", root.GetProperty("hash").GetString());
        Assert.Equal(Account, root.GetProperty("from").GetString());
        foreach (string field in new[] { "type", "chainId", "nonce", "maxPriorityFeePerGas", "maxFeePerGas", "gas", "to", "value", "accessList" })
            Assert.True(root.EnumerateObject().Any(member => member.Name.StartsWith(field, StringComparison.Ordinal)), $"{field} is missing in {result.Output}");
    }

    [Theory]
    [InlineData("0x02f8", "Truncated")]
    [InlineData("0x05c0", "UnknownType")]
    [InlineData("0x", "Truncated")]
    public async Task Decode_Malformed_ExitsWithOneAndSaysWhy(string raw, string status)
    {
        CommandResult result = await CommandProcess.RunAsync("tx", "decode", raw, "--json");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(status, JsonDocument.Parse(result.Output).RootElement.GetProperty("status").GetString());
        Assert.Contains("not a transaction", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decode_NotHexadecimal_ExitsWithOne()
    {
        CommandResult result = await CommandProcess.RunAsync("tx", "decode", "hello");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("hexadecimal", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sign_WithAKeystore_PrintsTheKnownAnswer()
    {
        string keystore = _folder.File("desk.json"), unsigned = _folder.File("unsigned.json");
        await File.WriteAllTextAsync(unsigned, Unsigned, TestContext.Current.CancellationToken);
        await ImportAsync(keystore);

        CommandResult result = await CommandProcess.RunAsync("tx", "sign", "--unsigned", unsigned, "--keystore", keystore);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(Signed, result.Output.Trim());
    }

    [Fact]
    public async Task Sign_MistakesInTheFile_AreToldByPath()
    {
        string keystore = _folder.File("desk.json"), unsigned = _folder.File("unsigned.json");
        await File.WriteAllTextAsync(unsigned, Unsigned.Replace("\"nonce\": 7", "\"nonce\": \"seven\""), TestContext.Current.CancellationToken);
        await ImportAsync(keystore);

        CommandResult result = await CommandProcess.RunAsync("tx", "sign", "--unsigned", unsigned, "--keystore", keystore, "--json");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("nonce", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BenchSigning_Json_HasItsFiguresAndAllocatesNothing()
    {
        CommandResult result = await CommandProcess.RunAsync("bench", "signing", "--rounds", "200", "--json");

        Assert.True(result.ExitCode == 0, result.Error);
        JsonElement root = JsonDocument.Parse(result.Output).RootElement;
        foreach (string figure in new[] { "libraryP50Ns", "signP50Ns", "rungP50Ns", "keccakBlockNs" })
            Assert.True(root.GetProperty(figure).GetDouble() > 0, figure);
        Assert.Equal(0, root.GetProperty("allocatedBytes").GetInt64());
    }

    public void Dispose() => _folder.Dispose();

    private static async Task ImportAsync(string keystore)
    {
        await using CommandProcess import = CommandProcess.Start(
            "keys", "import", "--keystore", keystore, "--password-file", Path.ChangeExtension(keystore, ".pass"), "--light");
        await import.WriteAsync(string.Concat(Enumerable.Repeat("46", 32)) + "\n");
        Assert.Equal(0, (await import.EndAsync()).ExitCode);
    }
}
