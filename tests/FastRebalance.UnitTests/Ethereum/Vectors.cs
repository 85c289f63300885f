using System.IO.Compression;
using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.Ethereum;

/// <summary>Opens the public vector files and reads their hexadecimal dialects, which are laxer than what the product accepts.</summary>
internal static class Vectors
{
    public static JsonDocument Open(params string[] parts)
    {
        string path = SharedFiles.PathOf(["vectors", .. parts]);
        using FileStream file = File.OpenRead(path);
        if (!path.EndsWith(".gz", StringComparison.Ordinal)) return JsonDocument.Parse(file);
        using GZipStream unzipped = new(file, CompressionMode.Decompress);
        return JsonDocument.Parse(unzipped);
    }

    /// <summary>Bytes of a text with or without 0x, of even or odd length.</summary>
    public static byte[] Bytes(string text)
    {
        string digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        return Convert.FromHexString(digits.Length % 2 == 0 ? digits : "0" + digits);
    }

    public static byte[] Bytes(this JsonElement parent, string name) => Bytes(parent.Text(name));

    public static string Text(this JsonElement parent, string name) => parent.GetProperty(name).GetString()!;

    /// <summary>A number given as text in hexadecimal or as a JSON number; zero where the member is missing.</summary>
    public static UInt256 Number(this JsonElement parent, string name)
    {
        if (!parent.TryGetProperty(name, out JsonElement member)) return default;
        return member.ValueKind == JsonValueKind.Number ? member.GetUInt64() : UInt256.ReadBigEndian(Bytes(member.GetString()!));
    }
}
