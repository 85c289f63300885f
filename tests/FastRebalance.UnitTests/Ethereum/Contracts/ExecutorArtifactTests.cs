using System.Security.Cryptography;
using System.Text.Json;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.Ethereum.Contracts;

/// <summary>The code that travels in the program is what its sources compile to; the sources themselves are compiled anew by the build's own verb.</summary>
public sealed class ExecutorArtifactTests
{
    private static readonly string Folder = Path.Combine(SharedFiles.Root, "src", "contracts");

    public static TheoryData<string> Contracts => ["RebalanceExecutor", "LeveragedExecutor"];

    [Fact]
    public void Sources_OfTheContractsTogether_AreThoseOfTheCheckout()
    {
        Dictionary<string, string> now = Directory.EnumerateFiles(Folder, "*.sol").ToDictionary(
            path => Path.GetFileName(path), path => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))));

        Assert.NotEmpty(now);
        Assert.Equal(now.OrderBy(file => file.Key, StringComparer.Ordinal), Contracts.SelectMany(contract => Of(contract.Data).SourceSha256).Distinct()
            .OrderBy(file => file.Key, StringComparer.Ordinal));
        Assert.All(Contracts, contract => Assert.Contains(contract.Data + ".sol", Of(contract.Data).SourceSha256.Keys));
    }

    [Theory]
    [MemberData(nameof(Contracts))]
    public void Code_OfAContract_HasTheHashThatStandsWithIt(string contract)
    {
        Assert.Equal(Of(contract).CodeSha256, ExecutorArtifact.HashOf(Of(contract).CreationCode));
        Assert.True(Of(contract).RuntimeCode.Length <= 24_576, "no chain takes more (EIP-170)");
    }

    [Theory]
    [MemberData(nameof(Contracts))]
    public void Compiler_OfAContract_IsTheOnePinnedForTheBuild(string contract)
    {
        using JsonDocument package = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "package.json")));
        string pinned = package.RootElement.GetProperty("dependencies").GetProperty("solc").GetString()!;

        Assert.StartsWith(pinned + "+commit.", Of(contract).Compiler, StringComparison.Ordinal);
        Assert.All(Directory.EnumerateFiles(Folder, "*.sol"), path => Assert.Contains($"pragma solidity {pinned};", File.ReadAllText(path), StringComparison.Ordinal));
    }

    [Fact]
    public void IsCodeOf_TheOtherContract_IsNot()
    {
        Assert.False(ExecutorArtifact.Current.IsCodeOf(ExecutorArtifact.Leveraged.RuntimeCode));
        Assert.False(ExecutorArtifact.Leveraged.IsCodeOf(ExecutorArtifact.Current.RuntimeCode));
    }

    [Fact]
    public void IsCodeOf_AnotherLengthOrAnotherByte_IsNot()
    {
        byte[] code = [.. ExecutorArtifact.Current.RuntimeCode];
        Assert.True(ExecutorArtifact.Current.IsCodeOf(code));
        Assert.False(ExecutorArtifact.Current.IsCodeOf(code.AsSpan(1)));
        Assert.False(ExecutorArtifact.Current.IsCodeOf([]));
        code[0] ^= 1;
        Assert.False(ExecutorArtifact.Current.IsCodeOf(code));
    }

    [Fact]
    public void DescribeError_OwnErrors_AreToldByNameAndField()
    {
        byte[] revert = [.. Selector("LimitNotMet(uint256,uint256,uint256)"), .. Word(3), .. Word(12), .. Word(5)];

        Assert.Equal("LimitNotMet(leg: 3, spent: 12, received: 5)", ExecutorArtifact.Current.DescribeError(revert));
        Assert.Equal("Paused()", ExecutorArtifact.Current.DescribeError(Selector("Paused()")));
        Assert.Null(ExecutorArtifact.Current.DescribeError(revert.AsSpan(0, revert.Length - 1)));
        Assert.Null(ExecutorArtifact.Current.DescribeError(Selector("Error(string)")));
        Assert.Null(ExecutorArtifact.Current.DescribeError([]));
        Assert.Equal("LimitNotMet(leg: 3, spent: 12, received: 5)", ExecutorArtifact.Leveraged.DescribeError(revert));
        Assert.Equal("HealthLimitMissing()", ExecutorArtifact.Leveraged.DescribeError(Selector("HealthLimitMissing()")));
    }

    private static ExecutorArtifact Of(string contract) => contract == "LeveragedExecutor" ? ExecutorArtifact.Leveraged : ExecutorArtifact.Current;

    private static byte[] Selector(string signature) => Convert.FromHexString(AbiSelector.Of(signature).ToString().AsSpan(2));

    private static byte[] Word(byte value) => [.. new byte[31], value];
}
