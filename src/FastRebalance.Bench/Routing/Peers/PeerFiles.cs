using System.Text.Json;
using FastRebalance.Core.Assets;

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
    /// <param name="peer">Its name and version.</param>
    /// <exception cref="InvalidDataException">The text is something else.</exception>
    public static IReadOnlyList<PeerAnswer> ReadAnswers(string json, out string peer)
    {
        (peer, IReadOnlyList<PeerAnswer> answers) = Read(json, "answers", root =>
            (TextOf(root, "peer"), (IReadOnlyList<PeerAnswer>)[.. root.GetProperty("results").EnumerateArray().Select(AnswerOf)]));
        return answers;
    }

    private static void Write(Utf8JsonWriter writer, PeerInstance instance)
    {
        writer.WriteStartObject();
        writer.WriteString("name", instance.Name);
        writer.WriteStartArray("prices");
        foreach (double price in instance.Prices)
            writer.WriteNumberValue(price);
        writer.WriteEndArray();
        writer.WriteStartArray("pools");
        foreach (PeerPool pool in instance.Pools)
        {
            writer.WriteStartObject();
            writer.WriteNumber("asset0", pool.Asset0);
            writer.WriteNumber("asset1", pool.Asset1);
            writer.WriteString("reserve0", pool.Reserve0.ToString());
            writer.WriteString("reserve1", pool.Reserve1.ToString());
            writer.WriteEndObject();
        }
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

    private static PeerInstance InstanceOf(JsonElement of) => new(
        TextOf(of, "name"),
        [.. of.GetProperty("prices").EnumerateArray().Select(price => price.GetDouble())],
        [.. of.GetProperty("pools").EnumerateArray().Select(pool => new PeerPool(
            pool.GetProperty("asset0").GetInt32(), pool.GetProperty("asset1").GetInt32(), AmountOf(pool, "reserve0"), AmountOf(pool, "reserve1")))],
        [.. of.GetProperty("orders").EnumerateArray().Select(order => new PeerOrder(
            order.GetProperty("sell").GetInt32(), order.GetProperty("buy").GetInt32(), AmountOf(order, "amountIn")))]);

    private static PeerAnswer AnswerOf(JsonElement of) => new(
        TextOf(of, "instance"), of.GetProperty("order").GetInt32(), AmountOf(of, "amountOut"),
        [.. of.GetProperty("pools").EnumerateArray().Select(pool => pool.GetInt32())], of.GetProperty("medianUs").GetDouble());

    private static string TextOf(JsonElement of, string name) =>
        of.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null");

    private static UInt256 AmountOf(JsonElement of, string name) => UInt256.Parse(TextOf(of, name));

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
