using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Keys;

namespace FastRebalance.Configuration;

/// <summary>An intent as a JSON file, with its signature once it has one. Numbers of 256 bits are decimal text.</summary>
public static class IntentFile
{
    /// <exception cref="FormatException">Not an intent; the message names the field.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SignedIntent Read(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = document.RootElement;
            List<ExecutorLimit> limits = [];
            foreach (JsonElement limit in Member(root, "limits").EnumerateArray())
                limits.Add(ReadLimit(limit, limits.Count));
            if (limits.Count == 0)
                throw new FormatException("limits: an empty list allows nothing");
            ExecutorIntent intent = new(Number(root, "id", ""), Small(root, "epoch"), Small(root, "maxBlock"), limits);
            byte[] signature = root.TryGetProperty("signature", out JsonElement signed) ? Hex.Decode(signed.GetString() ?? "") : [];
            return new SignedIntent(intent, signature);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException($"not an intent: {e.Message}");
        }
    }

    /// <summary>Writes the file whole, or not at all.</summary>
    public static void Write(string path, SignedIntent signed)
    {
        string temporary = path + ".tmp";
        using (FileStream stream = File.Create(temporary))
        using (Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Indented = true }))
            Write(writer, signed);
        File.Move(temporary, path, overwrite: true);
    }

    private static void Write(Utf8JsonWriter writer, SignedIntent signed)
    {
        writer.WriteStartObject();
        writer.WriteString("id", signed.Intent.Id.ToString());
        writer.WriteString("epoch", signed.Intent.Epoch.ToString());
        writer.WriteString("maxBlock", signed.Intent.MaxBlock.ToString());
        writer.WriteStartArray("limits");
        foreach (ExecutorLimit limit in signed.Intent.Limits)
        {
            writer.WriteStartObject();
            writer.WriteString("tokenIn", Eip55.Format(limit.TokenIn));
            writer.WriteString("tokenOut", Eip55.Format(limit.TokenOut));
            writer.WriteString("maxIn", limit.MaxIn.ToString());
            writer.WriteString("keepBalance", limit.KeepBalance.ToString());
            writer.WriteString("limitPriceX96", limit.LimitPriceX96.ToString());
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteString("signature", Hex.Encode(signed.Signature.Span));
        writer.WriteEndObject();
    }

    private static ExecutorLimit ReadLimit(JsonElement limit, int index)
    {
        string path = $"limits[{index}].";
        ExecutorLimit read = new(
            Place(limit, "tokenIn", path), Place(limit, "tokenOut", path), Number(limit, "maxIn", path), Number(limit, "keepBalance", path),
            Number(limit, "limitPriceX96", path));
        return !read.MaxIn.IsZero && !read.LimitPriceX96.IsZero && read.TokenIn != read.TokenOut
            ? read
            : throw new FormatException($"{path[..^1]}: maxIn and limitPriceX96 must be above 0, and the tokens two");
    }

    private static JsonElement Member(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) ? value : throw new FormatException($"{name} is missing");

    private static Address Place(JsonElement parent, string name, string path) =>
        Address.TryParse(Member(parent, name).GetString() ?? "", out Address address)
            ? address : throw new FormatException($"{path}{name}: 0x and 40 hexadecimal digits are wanted");

    private static UInt256 Number(JsonElement parent, string name, string path) =>
        UInt256.TryParse(Member(parent, name).GetString(), out UInt256 value)
            ? value : throw new FormatException($"{path}{name}: a whole number as text is wanted");

    private static ulong Small(JsonElement parent, string name) =>
        ulong.TryParse(Member(parent, name).GetString(), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out ulong value)
            ? value : throw new FormatException($"{name}: a whole number as text is wanted");
}
