using System.Text.Json.Nodes;
using FastRebalance.Composition;
using FastRebalance.Configuration;
using FastRebalance.Engine;
using FastRebalance.Hosting;

namespace FastRebalance.UnitTests.Configuration;

/// <summary>A right configuration in a folder of its own, to be broken in one place or several and read.</summary>
internal sealed class SampleConfig : IDisposable
{
    private const string Text = """
        {
          // comments are allowed
          "chain": { "id": 31337, "endpoints": ["ipc:anvil.ipc", "ws://127.0.0.1:8545"] },
          "account": { "keystore": "desk.json", "passwordFile": "desk.pass" },
          "contracts": { "swapRouter02": "0x00000000000000000000000000000000000000f1" },
          "numeraire": "USDC",
          "native": "WETH",
          "assets": [
            { "symbol": "WETH", "address": "0x00000000000000000000000000000000000000a1", "decimals": 18 },
            { "symbol": "WBTC", "address": "0x00000000000000000000000000000000000000a2", "decimals": 8 },
            { "symbol": "USDC", "address": "0x00000000000000000000000000000000000000a3", "decimals": 6 },
          ],
          "pools": [
            { "kind": "uniswap-v3", "address": "0x00000000000000000000000000000000000000b1" },
            { "kind": "uniswap-v2", "address": "0x00000000000000000000000000000000000000b2", "feePips": 2500 },
          ],
          "feeds": [ { "kind": "pool-events" } ],
          "portfolios": [ {
            "name": "core",
            "target": { "kind": "fixed-weights", "weights": { "WETH": 0.5, "WBTC": 0.2, "USDC": 0.3 } },
            "triggers": [ { "kind": "drift-band", "absoluteBps": 100 } ],
            "sizing": { "kind": "to-target" },
            "risk": {
              "maxSlippageBps": 50, "maxTradeNumeraire": 250000, "maxPriceAge": "00:00:12", "coolDown": "00:00:02",
              "maxGasNumerairePerDay": 500
            }
          } ],
          "submit": { "channels": [ { "kind": "public" } ], "maxFeePerGasGwei": 200, "deadlineSeconds": 45 },
          "engine": { "topology": "fused", "waitStrategy": "busy-spin", "ringSize": 1024, "journal": "journal/" }
        }
        """;

    public SampleConfig()
    {
        Folder = Directory.CreateTempSubdirectory("fastrebalance-config-").FullName;
        WriteSecret("desk.json");
        WriteSecret("desk.pass");
        Root = Parse(Text).AsObject();
    }

    public string Folder { get; }

    public JsonObject Root { get; }

    public JsonNode Portfolio => Root["portfolios"]![0]!;

    /// <summary>The configuration with its comments, as a person writes it.</summary>
    public static string TextWithComments => Text;

    /// <summary>Puts a value, given as JSON, at a path such as <c>assets[1].symbol</c>; null removes the field.</summary>
    public SampleConfig With(string path, string? json)
    {
        string[] steps = path.Replace("[", ".[", StringComparison.Ordinal).Split('.');
        JsonNode at = Root;
        foreach (string step in steps[..^1])
            at = step[0] == '[' ? at[int.Parse(step[1..^1])]! : at[step]!;
        string last = steps[^1];
        if (json is null)
            at.AsObject().Remove(last);
        else if (last[0] == '[')
            at[int.Parse(last[1..^1])] = Parse(json);
        else
            at[last] = Parse(json);
        return this;
    }

    public ConfigFile Read() => ConfigReader.Parse(Root.ToJsonString(), Folder);

    /// <summary>What the reader says is wrong; it must refuse.</summary>
    public IReadOnlyList<ConfigProblem> Problems() => Assert.Throws<ConfigException>(Read).Problems;

    /// <summary>What the plug-ins say is wrong; the reader must accept.</summary>
    public List<ConfigProblem> PolicyProblems()
    {
        List<ConfigProblem> problems = [];
        PortfolioPolicy? policy = PolicyFactory.Build(Read(), problems);
        Assert.Equal(problems.Count == 0, policy is not null);
        return problems;
    }

    public string WriteSecret(string name, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        string path = Path.Combine(Folder, name);
        File.WriteAllText(path, "{}");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
        return path;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static JsonNode Parse(string json) => JsonNode.Parse(json, null, new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip, AllowTrailingCommas = true })!;
}
