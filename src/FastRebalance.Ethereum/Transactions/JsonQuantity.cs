using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.Ethereum.Transactions;

/// <summary>A number as people and nodes write it in JSON: an integer, its decimal digits as text, or 0x and its digits; no leading zeros.</summary>
internal static class JsonQuantity
{
    public static bool TryRead(JsonElement element, out UInt256 value)
    {
        value = default;
        return element.ValueKind switch
        {
            JsonValueKind.Number => TryReadDecimal(element.GetRawText(), out value),
            JsonValueKind.String when element.GetString() is { } text => text.StartsWith("0x", StringComparison.Ordinal)
                ? Hex.TryParseQuantity(text, out value)
                : TryReadDecimal(text, out value),
            _ => false,
        };
    }

    private static bool TryReadDecimal(string text, out UInt256 value)
    {
        value = default;
        bool isPlain = text.Length > 0 && (text == "0" || text[0] != '0') && text.All(char.IsAsciiDigit);
        return isPlain && UInt256.TryParse(text, out value);
    }
}
