using System.Reflection;
using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Devnet.Install;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Lending.Calls;
using FastRebalance.Lending.Logs;

namespace FastRebalance.ChainTests;

/// <summary>Every selector and first topic of the lending room stands in the ABI that the market's makers published.</summary>
public sealed class LendingAbiTests
{
    private const string Published = "@aave/core-v3/artifacts/contracts/";
    private static readonly string[] s_contracts =
    [
        "protocol/pool/Pool.sol/Pool", "protocol/pool/PoolConfigurator.sol/PoolConfigurator", "protocol/tokenization/AToken.sol/AToken",
        "protocol/tokenization/VariableDebtToken.sol/VariableDebtToken", "misc/AaveOracle.sol/AaveOracle",
    ];

    [Fact]
    public async Task Topics_PublishedEvents_HoldEachOfThem()
    {
        HashSet<Hash32> published = [.. (await SignaturesAsync("event")).Select(Keccak256.HashOfText)];
        (string Name, Hash32 Topic)[] ours =
        [
            .. typeof(LendingTopics).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.FieldType == typeof(Hash32))
                .Select(field => (field.Name, (Hash32)field.GetValue(null)!)),
            .. LendingTopics.Settings.Select(setting => (setting.Setting.ToString(), setting.Topic)),
            .. LendingTopics.BeyondLogs.Select((topic, index) => ($"beyond logs {index}", topic)),
        ];
        Assert.True(ours.Length > 40);
        Assert.Empty(ours.Where(one => !published.Contains(one.Topic)).Select(one => one.Name));
    }

    [Fact]
    public async Task Selectors_PublishedFunctions_HoldEachOfThem()
    {
        HashSet<uint> published = [.. (await SignaturesAsync("function")).Select(signature => AbiSelector.Of(signature).Value)];
        (string Name, uint Selector)[] ours =
        [
            .. typeof(PoolCalls).GetFields(BindingFlags.NonPublic | BindingFlags.Static)
                .Where(field => field.Name.EndsWith("Selector", StringComparison.Ordinal)).Select(field => (field.Name, (uint)field.GetValue(null)!)),
        ];
        Assert.Equal(9, ours.Length);
        Assert.Empty(ours.Where(one => !published.Contains(one.Selector)).Select(one => one.Name));
    }

    private static async Task<List<string>> SignaturesAsync(string kind)
    {
        DevnetParts parts = await new AaveInstaller().EnsureAsync();
        List<string> signatures = [];
        foreach (string file in s_contracts.Select(contract => parts.PackageFile(Published + contract + ".json")).Append(AaveInstaller.PriceSourceArtifact(parts)))
        {
            using JsonDocument artifact = JsonDocument.Parse(await File.ReadAllBytesAsync(file));
            foreach (JsonElement entry in artifact.RootElement.GetProperty("abi").EnumerateArray())
                if (entry.GetProperty("type").GetString() == kind)
                    signatures.Add($"{entry.GetProperty("name").GetString()}({Types(entry.GetProperty("inputs"))})");
        }
        return signatures;
    }

    private static string Types(JsonElement inputs) => string.Join(',', inputs.EnumerateArray().Select(input =>
    {
        string type = input.GetProperty("type").GetString()!;
        return type.StartsWith("tuple", StringComparison.Ordinal) ? $"({Types(input.GetProperty("components"))}){type[5..]}" : type;
    }));
}
