using System.Globalization;
using System.Text.Json;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.Bench.Routing.Peers;

/// <summary>The files that go to the peers and come from them. Amounts are decimal text: JSON's numbers are doubles to most readers.</summary>
public static class PeerFiles
{
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<PeerInstance> instances)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("instances");
        foreach (PeerInstance instance in instances)
            Write(writer, instance);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <exception cref="InvalidDataException">The text is something else.</exception>
    public static IReadOnlyList<PeerInstance> ReadInstances(string json) => Read(json, "instances", root =>
        (IReadOnlyList<PeerInstance>)[.. root.GetProperty("instances").EnumerateArray().Select(InstanceOf)]);

    /// <param name="json">What a peer's program wrote.</param>
    /// <exception cref="InvalidDataException">The text is something else.</exception>
    public static PeerAnswers ReadAnswers(string json) => Read(json, "answers", root => new PeerAnswers(
        TextOf(root, "peer"), TextOf(root, "market"), root.GetProperty("exactClaims").GetBoolean(), TextOf(root, "counted"),
        [.. root.GetProperty("results").EnumerateArray().Select(AnswerOf)]));

    private static void Write(Utf8JsonWriter writer, PeerInstance instance)
    {
        writer.WriteStartObject();
        writer.WriteString("name", instance.Name);
        writer.WriteString("market", instance.Market);
        writer.WriteStartArray("prices");
        foreach (double price in instance.Prices)
            writer.WriteNumberValue(price);
        writer.WriteEndArray();
        writer.WriteStartArray("pools");
        foreach (PeerPool pool in instance.Pools)
            Write(writer, pool);
        writer.WriteEndArray();
        writer.WriteStartArray("orders");
        foreach (PeerOrder order in instance.Orders)
        {
            writer.WriteStartObject();
            writer.WriteNumber("sell", order.Sell);
            writer.WriteNumber("buy", order.Buy);
            writer.WriteString("amountIn", order.AmountIn.ToString());
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, PeerPool pool)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", pool.Kind);
        writer.WriteStartArray("assets");
        foreach (int asset in pool.Assets)
            writer.WriteNumberValue(asset);
        writer.WriteEndArray();
        writer.WriteNumber("feePips", pool.FeePips);
        pool.WriteState(writer);
        writer.WriteEndObject();
    }

    private static PeerInstance InstanceOf(JsonElement of) => new(
        TextOf(of, "name"),
        TextOf(of, "market"),
        [.. of.GetProperty("prices").EnumerateArray().Select(price => price.GetDouble())],
        [.. of.GetProperty("pools").EnumerateArray().Select(PoolOf)],
        [.. of.GetProperty("orders").EnumerateArray().Select(order => new PeerOrder(
            order.GetProperty("sell").GetInt32(), order.GetProperty("buy").GetInt32(), AmountOf(order, "amountIn")))]);

    private static PeerPool PoolOf(JsonElement of)
    {
        int[] assets = [.. of.GetProperty("assets").EnumerateArray().Select(asset => asset.GetInt32())];
        if (assets.Length < 2)
            throw new FormatException($"a pool of {assets.Length} assets");
        uint fee = of.GetProperty("feePips").GetUInt32();
        return TextOf(of, "kind") switch
        {
            UniswapV2Pool.KindName when assets.Length == 2 && fee == UniswapV2Kind.DefaultFeePips =>
                new PeerPair(assets[0], assets[1], AmountOf(of, "reserve0"), AmountOf(of, "reserve1")),
            UniswapV3Pool.KindName when assets.Length == 2 => new PeerConcentratedPool(assets[0], assets[1], fee, StateOf(of), TicksOf(of)),
            BalancerWeightedPool.KindName => new PeerWeightedPool(assets, fee, AmountsOf(of, "balances"), AmountsOf(of, "weights")),
            BalancerStablePool.KindName =>
                new PeerStablePool(assets, fee, AmountsOf(of, "balances"), of.GetProperty("amplification").GetUInt32()),
            string kind => throw new FormatException($"a pool of kind '{kind}' with {assets.Length} assets and a fee of {fee} millionths"),
        };
    }

    private static ConcentratedState StateOf(JsonElement of) => new()
    {
        SqrtPriceX96 = AmountOf(of, "sqrtPriceX96"),
        Liquidity = UInt128.Parse(TextOf(of, "liquidity"), CultureInfo.InvariantCulture),
        Tick = of.GetProperty("tick").GetInt32(),
    };

    private static TickLiquidity[] TicksOf(JsonElement of) =>
    [
        .. of.GetProperty("ticks").EnumerateArray().Select(tick => new TickLiquidity
        {
            Index = tick.GetProperty("index").GetInt32(),
            Gross = UInt128.Parse(TextOf(tick, "gross"), CultureInfo.InvariantCulture),
            Net = Int128.Parse(TextOf(tick, "net"), CultureInfo.InvariantCulture),
        }),
    ];

    private static PeerAnswer AnswerOf(JsonElement of) => new(
        TextOf(of, "instance"), of.GetProperty("order").GetInt32(), RouteOf(of.GetProperty("path")),
        of.TryGetProperty("split", out JsonElement split) ? RouteOf(split) : null);

    private static PeerRoute RouteOf(JsonElement of) => new(
        AmountOf(of, "amountOut"), [.. of.GetProperty("swaps").EnumerateArray().Select(SwapOf)], of.GetProperty("medianUs").GetDouble());

    private static PeerSwap SwapOf(JsonElement of) => new(
        of.GetProperty("pool").GetInt32(), of.GetProperty("sell").GetInt32(), of.GetProperty("buy").GetInt32(),
        of.TryGetProperty("amountIn", out _) ? AmountOf(of, "amountIn") : null);

    private static string TextOf(JsonElement of, string name) =>
        of.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null");

    private static UInt256 AmountOf(JsonElement of, string name) => UInt256.Parse(TextOf(of, name));

    private static UInt256[] AmountsOf(JsonElement of, string name) =>
        [.. of.GetProperty(name).EnumerateArray().Select(amount => UInt256.Parse(amount.GetString()))];

    private static T Read<T>(string json, string what, Func<JsonElement, T> read)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException or OverflowException)
        {
            throw new InvalidDataException($"this is no file of {what}: {e.Message}", e);
        }
    }
}
