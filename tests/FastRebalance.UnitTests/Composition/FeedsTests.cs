using FastRebalance.Composition;
using FastRebalance.Configuration;
using FastRebalance.UnitTests.Configuration;
using System.Text.Json.Nodes;

namespace FastRebalance.UnitTests.Composition;

public sealed class FeedsTests
{
    private const string Ticker = """{ "kind": "book-ticker", "url": "wss://stream.example:9443", "symbols": { "ETHUSDT": "WETH" } }""";
    private const string Memory = """{ "kind": "shared-memory", "path": "/dev/shm/prices", "symbols": { "ETH": "WETH", "BTC": "WBTC" } }""";
    private const string Multicast = """{ "kind": "udp-multicast", "group": "239.1.2.3:7400", "symbols": { "BTC": "WBTC" } }""";
    private const string Pools = """{ "kind": "pool-events" }""";

    [Fact]
    public void Check_FeedsThatFitTogether_HasNothingToSay() => Assert.Empty(Problems(Pools, Ticker, Multicast));

    [Fact]
    public void Check_TwoFeedsPriceOneAsset_NamesBoth()
    {
        ConfigProblem problem = Assert.Single(Problems(Pools, Ticker, Memory));

        Assert.Equal("feeds[2]", problem.Path);
        Assert.Contains("WETH", problem.Found);
        Assert.Contains("feeds[1]", problem.Found);
        Assert.Contains("reference", problem.Wanted);
    }

    [Fact]
    public void Check_SecondFeedIsAReference_IsRight() =>
        Assert.Empty(Problems(Pools, Ticker, Memory.Replace("\"path\"", "\"as\": \"reference\", \"path\"", StringComparison.Ordinal)));

    [Fact]
    public void Check_NoFeedOfTheChain_SaysWhatIsMissing() => Assert.Contains("pool-events", Assert.Single(Problems(Ticker)).Wanted);

    [Theory]
    [InlineData("""{ "kind": "no-such-feed" }""", "kind", "book-ticker")]
    [InlineData("""{ "kind": "pool-events", "depth": 3 }""", "", "no options")]
    [InlineData("""{ "kind": "book-ticker", "symbols": { "ETHUSDT": "WETH" } }""", "url", "wss:")]
    [InlineData("""{ "kind": "book-ticker", "url": "ws://a", "symbols": { "ETHUSDT": "DOGE" } }""", "symbols.ETHUSDT", "WETH")]
    [InlineData("""{ "kind": "book-ticker", "url": "ws://a", "symbols": { "USDCUSDT": "USDC" } }""", "symbols.USDCUSDT", "convertBy")]
    [InlineData("""{ "kind": "book-ticker", "url": "ws://a", "symbol": "ETHUSDT" }""", "symbol", "symbols (names by name)")]
    [InlineData("""{ "kind": "shared-memory", "path": "prices", "symbols": { "ETH": "WETH" } }""", "path", "absolute")]
    [InlineData("""{ "kind": "shared-memory", "path": "/p", "symbols": { "A-NAME-OF-17-CHARS": "WETH" } }""", "symbols", "16")]
    [InlineData("""{ "kind": "udp-multicast", "group": "10.0.0.1:7400", "symbols": { "ETH": "WETH" } }""", "group", "239.")]
    [InlineData("""{ "kind": "udp-multicast", "group": "239.1.2.3", "symbols": { "ETH": "WETH" } }""", "group", "port")]
    [InlineData("""{ "kind": "udp-multicast", "group": "239.1.2.3:1", "interface": "eth0", "symbols": { "ETH": "WETH" } }""", "interface", "127.0.0.1")]
    public void Check_EachMistake_IsToldWithItsField(string feed, string field, string wanted)
    {
        ConfigProblem problem = Assert.Single(Problems(Pools, feed));

        Assert.StartsWith(field.Length == 0 ? "feeds[1]" : $"feeds[1].{field}", problem.Path);
        Assert.Contains(wanted, problem.Wanted);
    }

    private static List<ConfigProblem> Problems(params string[] feeds)
    {
        using SampleConfig sample = new();
        sample.Root["feeds"] = new JsonArray([.. feeds.Select(static feed => JsonNode.Parse(feed))]);
        List<ConfigProblem> problems = [];
        Feeds.Check(sample.Read(), problems);
        return problems;
    }
}
