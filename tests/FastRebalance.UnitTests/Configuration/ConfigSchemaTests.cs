using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FastRebalance.Composition;
using FastRebalance.Configuration;

namespace FastRebalance.UnitTests.Configuration;

/// <summary>The schema says what the reader reads: what fits one fits the other, and what does not is found by both.</summary>
public sealed class ConfigSchemaTests
{
    private static readonly JsonObject s_schema = Made();

    [Fact]
    public void Write_ConfigurationsThatAreRead_FitIt()
    {
        using SampleConfig plain = new();
        using SampleConfig leveraged = PositionSectionTests.Leveraged();

        Assert.NotNull(plain.Read());
        Assert.Empty(SchemaCheck.Misfits(s_schema, plain.Root));
        Assert.NotNull(leveraged.Read());
        Assert.Empty(SchemaCheck.Misfits(s_schema, leveraged.Root));
    }

    [Fact]
    public void Read_AFileThatNamesItsSchema_IsTakenAndOneThatNamesANumberIsNot()
    {
        using SampleConfig sample = new();
        sample.Root["$schema"] = "fastrebalance.schema.json";
        Assert.NotNull(sample.Read());
        Assert.Empty(SchemaCheck.Misfits(s_schema, sample.Root));

        sample.Root["$schema"] = 7;
        ConfigException refused = Assert.Throws<ConfigException>(() => sample.Read());
        Assert.Equal("$schema", Assert.Single(refused.Problems).Path);
    }

    [Theory]
    [InlineData("submit.maxFeePerGasGwie", "1")]
    [InlineData("chain.id", "\"one\"")]
    [InlineData("engine.ringSize", "[]")]
    [InlineData("portfolios[0].triggers[0].absoluteBsp", "100")]
    [InlineData("portfolios[0].sizing.kind", "\"to-traget\"")]
    [InlineData("portfolios[0].risk.maxPriceAge", "\"soon\"")]
    [InlineData("assets[0].decimals", "37")]
    [InlineData("numeraire", null)]
    public void Write_AMistake_IsFoundByItAndByTheReader(string path, string? json)
    {
        using SampleConfig sample = new SampleConfig().With(path, json);

        Assert.NotEmpty(SchemaCheck.Misfits(s_schema, sample.Root));
        Assert.True(IsRefused(sample));
    }

    [Fact]
    public void Write_EveryPlugInThatIsRegistered_IsThereWithItsOptionsAndWords()
    {
        AssertKinds(Targets.Registry.Names, "portfolios", "target");
        AssertKinds(Sizers.Registry.Names, "portfolios", "sizing");
        AssertKinds(Positions.Registry.Names, "portfolios", "position");
        JsonArray feeds = s_schema["properties"]!["feeds"]!["items"]!["oneOf"]!.AsArray();
        Assert.Equal(Feeds.Registry.Names.Order(StringComparer.Ordinal), feeds.Select(NameOf).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Write_OptionsOfPlugIns_AreDescribedAndHaveTheirDefaults()
    {
        JsonObject leverage = Portfolio()["position"]!["oneOf"]!.AsArray().Single(one => NameOf(one!) == "constant-leverage")!["properties"]!.AsObject();

        Assert.Equal(2.6, leverage["ripcord"]!["default"]!.GetValue<double>());
        Assert.Equal("00:01:00", leverage["ripcordCooldown"]!["default"]!.GetValue<string>());
        Assert.Contains("brought down", leverage["ripcord"]!["description"]!.GetValue<string>(), StringComparison.Ordinal);
        string[] silent = [.. leverage.Where(pair => pair.Key != "kind" && pair.Value!["description"] is null).Select(pair => pair.Key)];
        Assert.True(silent.Length <= 4, $"without a word: {string.Join(", ", silent)}");
    }

    [Theory]
    [InlineData("{ \"positionId\": \"7\" }", true)]
    [InlineData("{ \"low\": 1500, \"high\": 3500, \"liquidity\": 420.5 }", true)]
    [InlineData("{ \"positionID\": \"7\" }", false)]
    [InlineData("{ \"positionId\": 7 }", false)]
    public void Write_AListOfObjects_SaysWhatTheyAreMadeOf(string entry, bool fits)
    {
        using SampleConfig sample = PositionSectionTests.Leveraged()
            .With("portfolios[0].position", $$"""{ "kind": "delta-neutral", "asset": "WETH", "cash": "USDC", "liquidity": [ {{entry}} ] }""");

        Assert.Equal(fits, SchemaCheck.Misfits(s_schema, sample.Root).Count == 0);
        Assert.Equal(!fits, IsRefused(sample));
        JsonObject neutral = Portfolio()["position"]!["oneOf"]!.AsArray().Single(one => NameOf(one!) == "delta-neutral")!["properties"]!.AsObject();
        Assert.All(neutral["liquidity"]!["items"]!["properties"]!.AsObject(), pair => Assert.False(string.IsNullOrEmpty(pair.Value!["description"]?.GetValue<string>()), pair.Key));
    }

    [Fact]
    public void Write_FieldsOfTheReader_HaveWantedTextRangesAndDefaults()
    {
        JsonObject engine = s_schema["properties"]!["engine"]!["properties"]!.AsObject();

        Assert.Equal("string", engine["waitStrategy"]!["type"]!.GetValue<string>());
        Assert.NotNull(engine["ringSize"]!["default"]);
        Assert.All(engine, pair => Assert.False(string.IsNullOrEmpty(pair.Value!["description"]?.GetValue<string>()), pair.Key));
        Assert.Contains("chain", s_schema["required"]!.AsArray().Select(one => one!.GetValue<string>()));
        Assert.DoesNotContain("engine", s_schema["required"]!.AsArray().Select(one => one!.GetValue<string>()));
        Assert.DoesNotContain("target", s_schema["properties"]!["portfolios"]!["items"]!["required"]!.AsArray().Select(one => one!.GetValue<string>()));
    }

    // By the reader, or by the plug-in that it names.
    private static bool IsRefused(SampleConfig sample)
    {
        List<ConfigProblem> problems = [];
        try
        {
            FastRebalance.Hosting.PolicyFactory.Build(sample.Read(), problems);
        }
        catch (ConfigException)
        {
            return true;
        }
        return problems.Count > 0;
    }

    private static void AssertKinds(IEnumerable<string> names, string list, string field)
    {
        JsonArray kinds = s_schema["properties"]![list]!["items"]!["properties"]![field]!["oneOf"]!.AsArray();
        Assert.Equal(names.Order(StringComparer.Ordinal), kinds.Select(NameOf).Order(StringComparer.Ordinal));
    }

    private static JsonObject Portfolio() => s_schema["properties"]!["portfolios"]!["items"]!["properties"]!.AsObject();

    private static string NameOf(JsonNode? kind) => kind!["properties"]!["kind"]!["const"]!.GetValue<string>();

    private static JsonObject Made()
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes))
            new ConfigSchema(new OptionDocs().Of).Write(writer);
        return JsonNode.Parse(Encoding.UTF8.GetString(bytes.ToArray()))!.AsObject();
    }
}
