using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;
using FastRebalance.BackTesting;
using FastRebalance.Configuration;
using FastRebalance.Core.Results;
using FastRebalance.Simulation.BackTests;
using FastRebalance.Tests;
using FastRebalance.UnitTests.Configuration;
using FastRebalance.UnitTests.Simulation;

namespace FastRebalance.UnitTests.BackTesting;

public sealed class BackTesterTests : IDisposable
{
    private const string Simple = """
        {
          "numeraire": "USDC", "native": "WETH",
          "assets": [ { "symbol": "WETH", "decimals": 18 }, { "symbol": "WBTC", "decimals": 8 }, { "symbol": "USDC", "decimals": 6 } ],
          "portfolios": [ {
            "name": "core",
            "target": { "kind": "fixed-weights", "weights": { "WETH": 0.5, "WBTC": 0.2, "USDC": 0.3 } },
            "triggers": [ { "kind": "drift-band", "absoluteBps": 100 } ],
            "sizing": { "kind": "to-target" },
            "risk": { "maxSlippageBps": 50, "maxTradeNumeraire": 250000, "maxPriceAge": "00:02:00", "maxGasNumerairePerDay": 500 }
          } ]
        }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_Sweep_IsTheSameOnOneCoreAndOnMany()
    {
        BackTestOptions options = Options(Simple) with { Sweep = [new("triggers[0].absoluteBps", ["50", "200"]), new("backtest.costBps", ["5", "20"])] };
        BackTestBook serial = BackTester.Run(options with { Parallelism = 1 }, cancellation: TestContext.Current.CancellationToken);
        BackTestBook parallel = BackTester.Run(options with { Parallelism = 8 }, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(5, serial.Runs.Count);
        Assert.Equal(Text(serial), Text(parallel));
        Assert.Equal(5, serial.Runs.Select(r => r.Result.FinalValue).Distinct().Count());
    }

    [Fact]
    public void Run_WalkForward_ChoosesOnTrainAloneAndJudgesOnTest()
    {
        BackTestOptions options = Options(Simple) with
        {
            Sweep = [new("triggers[0].absoluteBps", ["30", "400"])],
            WalkForward = new WalkForward(TimeSpan.FromHours(20), TimeSpan.FromHours(10), TimeSpan.FromHours(1)),
        };
        BackTestBook book = BackTester.Run(options, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(2, book.Folds.Count); // 50 hours: 0..31 and 10..41
        foreach (BackTestFold fold in book.Folds)
        {
            Assert.Equal(21 * 3_600L * 1_000_000_000, fold.TestFromUnixNs - fold.TrainFromUnixNs);
            Assert.True(fold.BestTestLoss <= fold.TestLoss);
        }
    }

    [Fact]
    public void Parse_LiveConfiguration_ServesAsItIs()
    {
        using SampleConfig sample = new();
        sample.With("account.keystore", "\"not-there.json\"");
        BackTestConfig config = BackTestConfig.Parse(sample.Root.ToJsonString(), sample.Folder);
        Assert.Equal(TimeSpan.FromSeconds(45), config.File.Submit.Deadline);
        Assert.Equal(100_000, config.Section.InitialValueNumeraire);
        Assert.Equal(TimeSpan.FromMilliseconds(100), config.Section.Latency);
    }

    [Fact]
    public void Read_LiveConfigurationWithBackTestSection_IsAcceptedByTheLiveReader()
    {
        using SampleConfig sample = new();
        sample.With("backtest", """{ "costBps": 5 }""").Read();
    }

    [Theory]
    [InlineData("costBps", "-1", "backtest.costBps")]
    [InlineData("costBps", """{ "DOGE": 1 }""", "backtest.costBps.DOGE")]
    [InlineData("latency", "\"soon\"", "backtest.latency")]
    [InlineData("blockTime", "12", "backtest.blockTime")]
    [InlineData("failureRate", "1", "backtest.failureRate")]
    [InlineData("impact", "\"cubic\"", "backtest.impact")]
    [InlineData("holdings", """{ "WETH": "1.0000000000000000001" }""", "backtest.holdings.WETH")]
    [InlineData("holdings", "{ }", "backtest.holdings")]
    [InlineData("gasPerTrade", "5", "backtest.gasPerTrade")]
    [InlineData("gasNumerairePerTrade", "-5", "backtest.gasNumerairePerTrade")]
    [InlineData("initialValueNumeraire", "0", "backtest.initialValueNumeraire")]
    [InlineData("riskAversion", "-1", "backtest.riskAversion")]
    [InlineData("colour", "1", "backtest.colour")]
    [InlineData("pools", """[ { "kind": "curve", "assets": ["WETH", "USDC"], "depthNumeraire": 1 } ]""", "backtest.pools[0].kind")]
    [InlineData("pools", """[ { "kind": "uniswap-v2", "assets": ["WETH", "DOGE"], "depthNumeraire": 1 } ]""", "backtest.pools[0].assets[1]")]
    [InlineData("pools", """[ { "kind": "uniswap-v2", "assets": ["WETH", "USDC"] } ]""", "backtest.pools[0].depthNumeraire")]
    public void Parse_MistakeInTheSection_IsNamedWithItsPath(string field, string json, string path)
    {
        JsonNode root = JsonNode.Parse(Simple)!;
        root["backtest"] = new JsonObject { [field] = JsonNode.Parse(json) };
        ConfigException e = Assert.Throws<ConfigException>(() => BackTestConfig.Parse(root.ToJsonString(), _folder.Path));
        Assert.Contains(e.Problems, p => p.Path == path);
    }

    [Theory]
    [InlineData("triggers[0].absoluteBps=50,100", "triggers[0].absoluteBps")]
    [InlineData("backtest.costBps=1", "backtest.costBps")]
    public void TryParse_SweepText_IsFieldAndValues(string text, string key)
    {
        Assert.True(SweepAxis.TryParse(text, out SweepAxis? axis));
        Assert.Equal(key, axis!.Key);
    }

    [Theory]
    [InlineData("absoluteBps")]
    [InlineData("=1,2")]
    [InlineData("a=1,,2")]
    public void TryParse_NoSweep_IsRefused(string text) => Assert.False(SweepAxis.TryParse(text, out _));

    [Theory]
    [InlineData("triggers[7].absoluteBps")]
    [InlineData("sizing.deeper.still")]
    public void Apply_FieldThatLeadsNowhere_IsRefused(string key) =>
        Assert.Throws<ConfigException>(() => SweepAxis.Apply(Simple, [(key, "1")]));

    [Fact]
    public void Write_Reports_AreWellFormedAndSayTheFigures()
    {
        BackTestBook book = BackTester.Run(
            Options(Simple) with { Sweep = [new("triggers[0].absoluteBps", ["50"])] }, cancellation: TestContext.Current.CancellationToken);
        string html = BackTestHtml.Write(book);
        using XmlReader reader = XmlReader.Create(new StringReader(html), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        XDocument page = XDocument.Load(reader);
        Assert.True(page.Descendants("svg").Count() >= 5);
        Assert.All(page.Descendants("polyline"), line => Assert.InRange(line.Attribute("points")!.Value.Count(c => c == ','), 1, 2_000));
        Assert.Contains(book.Runs[0].Result.FinalValue.ToString("0.00", CultureInfo.InvariantCulture), html);

        BackTestCsv.Write(_folder.Path, book);
        Assert.Equal(1 + book.Runs[0].Result.Trades.Sum(t => t.Legs.Count), File.ReadAllLines(Path.Combine(_folder.Path, "trades.csv")).Length);
        Assert.Equal(1 + book.Runs[0].Result.Path.Count, File.ReadAllLines(Path.Combine(_folder.Path, "path.csv")).Length);
        JsonNode json = JsonNode.Parse(Text(book))!;
        Assert.Equal(book.Runs[0].Result.ExecutedTrades, (int)json["result"]!["trades"]!);
    }

    /// <summary>The recorded crash of 2023-08-17: WETH from 1807 to 1590, gas to 9 558 gwei in that minute.</summary>
    [Fact]
    public void Run_RecordedCrashWithItsGas_EndsToEnd()
    {
        string folder = SharedFiles.PathOf("market", "polygon");
        JsonObject root = JsonNode.Parse(Simple)!.AsObject();
        root["assets"] = JsonNode.Parse("""
            [ { "symbol": "WETH", "address": "0x7ceb23fd6bc0add59e62ac25578270cff1b9f619", "decimals": 18 },
              { "symbol": "USDC", "address": "0x2791bca1f2de4661ed88a30c99a7a9449aa84174", "decimals": 6 } ]
            """);
        root["portfolios"]![0]!["target"]!["weights"] = new JsonObject { ["WETH"] = 0.5, ["USDC"] = 0.5 };
        root["portfolios"]![0]!["risk"]!["maxGasNumerairePerDay"] = 1e6;
        root["backtest"] = JsonNode.Parse("""{ "costBps": 5 }""");
        BackTestOptions options = new()
        {
            Config = Write("crash.json", root.ToJsonString()),
            Prices = [.. Directory.GetFiles(folder, "polygon-0x45dda*2023-08-1*.csv")],
            Gas = Path.Combine(folder, "gas_price.csv"),
        };
        BackTestResult result = BackTester.Run(options, cancellation: TestContext.Current.CancellationToken).Runs[0].Result;
        Assert.InRange(result.Prices, 7_190, 7_200);
        Assert.True(result.ExecutedTrades >= 2);
        Assert.Equal("2023-08-17", FastRebalance.Simulation.Tapes.Times.Text(result.WorstDay!.Value.UnixNs)[..10]);
        Assert.Contains(result.Trades, t => t.Gas > 100); // in the minute of the crash
        Assert.Equal(result.InitialValue + result.PriceMoves - result.Costs.Total, result.FinalValue, 1e-9 * result.InitialValue);
        Assert.All(result.Trades, t => Assert.True(t.Status != SubmitStatus.Included || t.ExecutedUnixNs > t.DecidedUnixNs));
    }

    private BackTestOptions Options(string config) => new()
    {
        Config = Write("config.json", config),
        Prices = [Write("prices.csv", Csv())],
    };

    /// <summary>Fifty hours of two walks.</summary>
    private static string Csv()
    {
        StringBuilder csv = new("time,WETH,WBTC\n");
        List<double[]> prices = SimulationBench.Walk(31, 3_001, 2);
        for (int row = 0; row < prices.Count; row++)
            csv.Append(CultureInfo.InvariantCulture, $"{1_700_000_000 + (60 * row)},{prices[row][0]:R},{prices[row][1]:R}\n");
        return csv.ToString();
    }

    /// <summary>The document without what a clock measured.</summary>
    private static string Text(BackTestBook book)
    {
        BackTestBook timeless = book with { LoadTime = default, Runs = [.. book.Runs.Select(r => r with { EngineTime = default })] };
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
            BackTestJson.Write(writer, timeless);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder.Path, name);
        File.WriteAllText(path, text);
        return path;
    }
}
