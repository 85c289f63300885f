using System.Buffers.Text;
using System.Text.Json;

namespace FastRebalance.MarketData.Prices;

/// <summary>
/// A best bid and ask as Binance's <c>bookTicker</c> streams tell it, alone (<c>{"u":…,"s":"ETHUSDT","b":"…","a":"…"}</c>) or wrapped by a combined
/// stream (<c>{"stream":"…","data":{…}}</c>).
/// </summary>
internal ref struct BookTicker
{
    /// <summary>The update's number in its book.</summary>
    public long Sequence;

    /// <summary>As the message writes it; its bytes are the message's.</summary>
    public ReadOnlySpan<byte> Symbol;

    public double Bid;
    public double Ask;

    /// <summary>Allocates nothing where it is true.</summary>
    /// <returns>False for a message of another kind.</returns>
    /// <exception cref="JsonException">The message is no JSON, or a quote with a number that is none.</exception>
    public static bool TryParse(ReadOnlySpan<byte> message, out BookTicker ticker)
    {
        ticker = default;
        Utf8JsonReader json = new(message);
        while (json.Read())
        {
            if (json.TokenType != JsonTokenType.PropertyName)
                continue;
            if (json.ValueSpan.Length != 1)
            {
                if (!json.ValueTextEquals("data"u8))
                    json.Skip();
                continue;
            }
            byte name = json.ValueSpan[0];
            json.Read();
            switch (name)
            {
                case (byte)'u' when json.TokenType == JsonTokenType.Number && json.TryGetInt64(out long sequence):
                    ticker.Sequence = sequence;
                    break;
                case (byte)'s' when json.TokenType == JsonTokenType.String && !json.ValueIsEscaped:
                    ticker.Symbol = json.ValueSpan;
                    break;
                case (byte)'b' when json.TokenType == JsonTokenType.String:
                    ticker.Bid = Number(in json);
                    break;
                case (byte)'a' when json.TokenType == JsonTokenType.String:
                    ticker.Ask = Number(in json);
                    break;
                case (byte)'e' when json.TokenType == JsonTokenType.String && !json.ValueTextEquals("bookTicker"u8):
                    return false;
                default:
                    json.TrySkip();
                    break;
            }
        }
        return !ticker.Symbol.IsEmpty && ticker.Sequence != 0 && ticker.Bid != 0 && ticker.Ask != 0;
    }

    private static double Number(in Utf8JsonReader json) =>
        Utf8Parser.TryParse(json.ValueSpan, out double number, out int read) && read == json.ValueSpan.Length
            ? number
            : throw new JsonException("a price that is no number");
}
