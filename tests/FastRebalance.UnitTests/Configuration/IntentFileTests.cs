using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.Configuration;

public sealed class IntentFileTests : IDisposable
{
    private static readonly Address A = Address.Parse("0x00000000000000000000000000000000000000a1");
    private static readonly Address B = Address.Parse("0x00000000000000000000000000000000000000b2");

    private readonly TemporaryFolder _folder = new();

    private string File => Path.Combine(_folder.Path, "intent.json");

    [Fact]
    public void Write_ThenRead_IsTheSame()
    {
        SignedIntent written = new(new ExecutorIntent(UInt256.MaxValue, 7, ulong.MaxValue, [new ExecutorLimit(A, B, UInt256.PowerOfTen(30), 5, 6)]), new byte[] { 1, 2, 3 });

        IntentFile.Write(File, written);
        SignedIntent read = IntentFile.Read(File);

        Assert.Equal(written.Intent.Limits, read.Intent.Limits);
        Assert.Equal((written.Intent.Id, written.Intent.Epoch, written.Intent.MaxBlock), (read.Intent.Id, read.Intent.Epoch, read.Intent.MaxBlock));
        Assert.Equal(written.Signature.ToArray(), read.Signature.ToArray());
        Assert.Equal(written.Intent.Digest(1, A), read.Intent.Digest(1, A));
        Assert.NotEqual(written.Intent.Digest(1, A), read.Intent.Digest(1, B));
        Assert.NotEqual(written.Intent.Digest(1, A), read.Intent.Digest(2, A));
    }

    [Theory]
    [InlineData("[]", "not an intent")]
    [InlineData("{ }", "limits is missing")]
    [InlineData("""{ "id": "1", "epoch": "0", "maxBlock": "9", "limits": [] }""", "allows nothing")]
    [InlineData("""{ "id": "1", "epoch": "0", "maxBlock": "9", "limits": [ { } ] }""", "tokenIn is missing")]
    [InlineData("""{ "id": "1", "epoch": "-1", "maxBlock": "9", "limits": [ LIMIT ] }""", "epoch: a whole number")]
    [InlineData("""{ "id": 1, "epoch": "0", "maxBlock": "9", "limits": [ LIMIT ] }""", "not an intent")]
    [InlineData("""{ "id": "1", "epoch": "0", "maxBlock": "9", "limits": [ ZERO ] }""", "limits[0]")]
    public void Read_NotAnIntent_SaysWhichField(string json, string why)
    {
        string limit = $$"""{ "tokenIn": "{{A}}", "tokenOut": "{{B}}", "maxIn": "1", "keepBalance": "0", "limitPriceX96": "1" }""";
        System.IO.File.WriteAllText(File, json.Replace("LIMIT", limit).Replace("ZERO", limit.Replace("\"maxIn\": \"1\"", "\"maxIn\": \"0\"")));

        Assert.Contains(why, Assert.Throws<FormatException>(() => IntentFile.Read(File)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
