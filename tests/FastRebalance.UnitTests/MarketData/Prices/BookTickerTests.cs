using System.Text;
using System.Text.Json;
using FastRebalance.MarketData.Prices;

namespace FastRebalance.UnitTests.MarketData.Prices;

public sealed class BookTickerTests
{
    private const string Combined =
        """{"stream":"btcusdt@bookTicker","data":{"u":50093239212,"s":"BTCUSDT","b":"61837.63000000","B":"3.78826000","a":"61837.64000000","A":"1.54698000"}}""";

    private const string Single = """{"u":400900217,"s":"BNBUSDT","b":"25.35190000","B":"31.21000000","a":"25.36520000","A":"40.66000000"}""";

    private const string Futures =
        """{"stream":"x","data":{"e":"bookTicker","u":5123107839020,"s":"BTCUSDT","b":"61800.20","B":"2.507","a":"61800.30","A":"2.510","T":1723161256313,"E":1723161256313}}""";

    [Theory]
    [InlineData(Combined, 50093239212, "BTCUSDT", 61837.63, 61837.64)]
    [InlineData(Single, 400900217, "BNBUSDT", 25.3519, 25.3652)]
    [InlineData(Futures, 5123107839020, "BTCUSDT", 61800.2, 61800.3)]
    public void TryParse_EachForm_TellsTheQuote(string message, long sequence, string symbol, double bid, double ask)
    {
        Assert.True(BookTicker.TryParse(Encoding.UTF8.GetBytes(message), out BookTicker ticker));
        Assert.Equal(sequence, ticker.Sequence);
        Assert.Equal(symbol, Encoding.UTF8.GetString(ticker.Symbol));
        Assert.Equal(bid, ticker.Bid);
        Assert.Equal(ask, ticker.Ask);
    }

    [Theory]
    [InlineData("""{"result":null,"id":1}""")]
    [InlineData("""{"stream":"btcusdt@depth","data":{"e":"depthUpdate","u":7,"s":"BTCUSDT","b":[["1","2"]],"a":[]}}""")]
    [InlineData("""{"stream":"btcusdt@trade","data":{"e":"trade","s":"BTCUSDT","p":"1"}}""")]
    [InlineData("""{"u":1,"s":"BTCUSDT","b":"1"}""")]
    [InlineData("""{"other":{"u":1,"s":"BTCUSDT","b":"1","a":"2"}}""")]
    [InlineData("""[1,2]""")]
    public void TryParse_AnotherMessage_IsNone(string message) => Assert.False(BookTicker.TryParse(Encoding.UTF8.GetBytes(message), out _));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("hello")]
    [InlineData("""{"u":1,"s":"BTCUSDT","b":"one","a":"2"}""")]
    [InlineData("""{"u":1,"s":"BTCUSDT","b":"1.5x","a":"2"}""")]
    public void TryParse_Nonsense_Throws(string message) =>
        Assert.ThrowsAny<JsonException>(() => BookTicker.TryParse(Encoding.UTF8.GetBytes(message), out _));

    [Fact]
    public void TryParse_Quote_AllocatesNothing()
    {
        byte[] message = Encoding.UTF8.GetBytes(Futures);
        AllocationWatch watch = new();
        while (watch.Next())
            for (int i = 0; i < 1_000; i++)
                BookTicker.TryParse(message, out _);
        Assert.Equal(0, watch.LeastBytes);
    }
}
