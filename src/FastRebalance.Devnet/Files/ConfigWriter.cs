using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Lending;
using FastRebalance.Devnet.Market;
using FastRebalance.Devnet.Node;
using FastRebalance.Ethereum.Keys;

namespace FastRebalance.Devnet.Files;

/// <summary>Writes a configuration that trades on the chain as it stands. Relative paths in it count from the file's own folder.</summary>
internal static class ConfigWriter
{
    public const string RelayKeyFile = "relay.key";

    /// <param name="writer">Takes it.</param>
    /// <param name="manifest">The chain.</param>
    /// <param name="directory">Full path of the folder that the file will stand in.</param>
    /// <param name="desks">Configurations beside it that are run along with it.</param>
    public static void Write(Utf8JsonWriter writer, DevnetManifest manifest, string directory, IReadOnlyList<string> desks)
    {
        writer.WriteStartObject();
        if (desks.Count > 0)
        {
            writer.WriteStartArray("desks");
            foreach (string desk in desks)
                writer.WriteStringValue(desk);
            writer.WriteEndArray();
        }
        Write(writer, manifest, directory, DeskFiles.Main, manifest.Contract(LocalChain.ExecutorName), WritePortfolio);
        writer.WriteEndObject();
    }

    /// <summary>The configuration of a desk with a position in the lending market.</summary>
    public static void WriteDesk(Utf8JsonWriter writer, DevnetManifest manifest, string directory, LendingDesk desk)
    {
        writer.WriteStartObject();
        WriteKey(writer, "safetyAccount", DeskFiles.SafetyOf(desk.Name));
        Write(writer, manifest, directory, desk.Files, desk.Executor, to => LendingPortfolioWriter.Write(to, manifest, desk), hasLiquidity: desk.Liquidity is not null);
        writer.WriteEndObject();
    }

    private static void Write(
        Utf8JsonWriter writer, DevnetManifest manifest, string directory, DeskFiles files, Address executor, Action<Utf8JsonWriter> writePortfolio,
        bool hasLiquidity = false)
    {
        WriteChain(writer, manifest, directory);
        WriteAccount(writer, manifest, files, executor, hasLiquidity);
        WriteMarket(writer, manifest);
        writer.WriteStartArray("portfolios");
        writer.WriteStartObject();
        writePortfolio(writer);
        writer.WriteEndObject();
        writer.WriteEndArray();
        WriteSubmit(writer, manifest);
        WriteEngine(writer, files);
    }

    private static void WriteChain(Utf8JsonWriter writer, DevnetManifest manifest, string directory)
    {
        writer.WriteStartObject("chain");
        writer.WriteNumber("id", manifest.ChainId);
        writer.WriteStartArray("endpoints");
        if (manifest.Ipc is { } ipc)
            writer.WriteStringValue("ipc:" + (Path.GetDirectoryName(ipc) == directory ? NodeSocket.FileName : ipc));
        writer.WriteStringValue(manifest.WebSocket);
        writer.WriteStringValue(manifest.Http);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteAccount(Utf8JsonWriter writer, DevnetManifest manifest, DeskFiles files, Address executor, bool hasLiquidity)
    {
        WriteKey(writer, "account", files);
        writer.WriteStartObject("contracts");
        writer.WriteString(LocalChain.ExecutorName, Eip55.Format(executor));
        writer.WriteString("swapRouter02", Eip55.Format(manifest.Contract("swapRouter02")));
        if (hasLiquidity)
            writer.WriteString("positionManager", Eip55.Format(manifest.Contract("uniswapV3PositionManager")));
        writer.WriteEndObject();
    }

    private static void WriteKey(Utf8JsonWriter writer, string section, DeskFiles files)
    {
        writer.WriteStartObject(section);
        writer.WriteString("keystore", files.Keystore);
        writer.WriteString("passwordFile", files.Password);
        writer.WriteEndObject();
    }

    private static void WriteMarket(Utf8JsonWriter writer, DevnetManifest manifest)
    {
        writer.WriteString("numeraire", MarketPlan.Numeraire);
        writer.WriteString("native", MarketPlan.Native);
        writer.WriteStartArray("assets");
        foreach (DevnetToken token in manifest.Tokens)
        {
            writer.WriteStartObject();
            writer.WriteString("symbol", token.Symbol);
            writer.WriteString("address", Eip55.Format(token.Address));
            writer.WriteNumber("decimals", token.Decimals);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartArray("pools");
        foreach (DevnetPool pool in manifest.Pools)
        {
            writer.WriteStartObject();
            writer.WriteString("kind", pool.Kind);
            writer.WriteString("address", Eip55.Format(pool.Address));
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        WriteKinds(writer, "feeds", "pool-events");
    }

    private static void WritePortfolio(Utf8JsonWriter writer)
    {
        writer.WriteString("name", "core");

        writer.WriteStartObject("target");
        writer.WriteString("kind", "fixed-weights");
        writer.WriteStartObject("weights");
        foreach ((string symbol, double weight) in MarketPlan.TargetWeights)
            writer.WriteNumber(symbol, weight);
        writer.WriteEndObject();
        writer.WriteEndObject();

        writer.WriteStartArray("triggers");
        writer.WriteStartObject();
        writer.WriteString("kind", "drift-band");
        writer.WriteNumber("absoluteBps", 100);
        writer.WriteEndObject();
        writer.WriteEndArray();

        writer.WriteStartObject("sizing");
        writer.WriteString("kind", "to-target");
        writer.WriteEndObject();

        WriteRisk(writer);
    }

    /// <summary>The limits of every desk here.</summary>
    internal static void WriteRisk(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("risk");
        writer.WriteNumber("maxSlippageBps", 100);
        writer.WriteNumber("maxTradeNumeraire", 250_000);
        writer.WriteString("maxPriceAge", "00:00:12");
        writer.WriteString("coolDown", "00:00:02");
        writer.WriteNumber("maxGasNumerairePerDay", 500);
        writer.WriteEndObject();
    }

    private static void WriteSubmit(Utf8JsonWriter writer, DevnetManifest manifest)
    {
        writer.WriteStartObject("submit");
        if (manifest.Relay is { } relay)
            WriteRelay(writer, relay);
        else
            WriteKinds(writer, "channels", "public");
        writer.WriteNumber("maxFeePerGasGwei", 200);
        writer.WriteNumber("deadlineSeconds", 30);
        writer.WriteEndObject();
    }

    // Alone: what is public at the same time is not private.
    private static void WriteRelay(Utf8JsonWriter writer, string relay)
    {
        writer.WriteStartArray("channels");
        writer.WriteStartObject();
        writer.WriteString("kind", "relay");
        writer.WriteString("url", relay);
        writer.WriteString("keyFile", RelayKeyFile);
        writer.WriteNumber("blocks", 5);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteEngine(Utf8JsonWriter writer, DeskFiles files)
    {
        writer.WriteStartObject("engine");
        writer.WriteString("topology", "fused");
        writer.WriteString("waitStrategy", "spin-then-yield");
        writer.WriteNumber("ringSize", 65_536);
        writer.WriteString("journal", files.Journal);
        writer.WriteEndObject();
    }

    private static void WriteKinds(Utf8JsonWriter writer, string name, string kind)
    {
        writer.WriteStartArray(name);
        writer.WriteStartObject();
        writer.WriteString("kind", kind);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }
}
