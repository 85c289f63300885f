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

    [Fact]
    public void Current_Sources_AreThoseOfTheCheckout()
    {
        Dictionary<string, string> now = Directory.EnumerateFiles(Folder, "*.sol").ToDictionary(
            path => Path.GetFileName(path), path => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))));

        Assert.NotEmpty(now);
        Assert.Equal(now.OrderBy(file => file.Key, StringComparer.Ordinal), ExecutorArtifact.Current.SourceSha256.OrderBy(file => file.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void Current_Code_HasTheHashThatStandsWithIt()
    {
        Assert.Equal(ExecutorArtifact.Current.CodeSha256, ExecutorArtifact.HashOf(ExecutorArtifact.Current.CreationCode));
        Assert.True(ExecutorArtifact.Current.RuntimeCode.Length <= 24_576, "no chain takes more (EIP-170)");
    }

    [Fact]
    public void Current_Compiler_IsTheOnePinnedForTheBuild()
    {
        using JsonDocument package = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "package.json")));
        string pinned = package.RootElement.GetProperty("dependencies").GetProperty("solc").GetString()!;

        Assert.StartsWith(pinned + "+commit.", ExecutorArtifact.Current.Compiler, StringComparison.Ordinal);
        Assert.All(Directory.EnumerateFiles(Folder, "*.sol"), path => Assert.Contains($"pragma solidity {pinned};", File.ReadAllText(path), StringComparison.Ordinal));
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
    }

    private static byte[] Selector(string signature) => Convert.FromHexString(AbiSelector.Of(signature).ToString().AsSpan(2));

    private static byte[] Word(byte value) => [.. new byte[31], value];
}
