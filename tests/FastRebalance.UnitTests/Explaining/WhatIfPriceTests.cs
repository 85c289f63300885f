using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Explaining;
using FastRebalance.UnitTests.Configuration;

namespace FastRebalance.UnitTests.Explaining;

public sealed class WhatIfPriceTests : IDisposable
{
    private readonly SampleConfig _sample = new();
    private readonly List<ConfigProblem> _problems = [];

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void Parse_RightTexts_GivesTheirPrices()
    {
        Assert.Equal(
            [new WhatIfPrice(AssetId.FromIndex(0), 1590), new WhatIfPrice(AssetId.FromIndex(1), 60_000.5)],
            Parse("WETH=1590", "WBTC=60000.5"));
        Assert.Empty(_problems);
    }

    [Theory]
    [InlineData("DOGE=1")]
    [InlineData("USDC=1")]
    [InlineData("WETH")]
    [InlineData("WETH=")]
    [InlineData("WETH=0")]
    [InlineData("WETH=-1")]
    [InlineData("WETH=NaN")]
    [InlineData("WETH=1,590.5.1")]
    [InlineData("=1590")]
    public void Parse_WrongText_NamesTheFix(string text)
    {
        Assert.Empty(Parse(text));

        ConfigProblem problem = Assert.Single(_problems);
        Assert.Equal(("--price", $"\"{text}\""), (problem.Path, problem.Found));
        Assert.Contains("SYMBOL=NUMBER", problem.Wanted);
        Assert.Contains("WETH, WBTC", problem.Wanted);
        Assert.DoesNotContain("USDC", problem.Wanted);
    }

    [Fact]
    public void Parse_AssetTwice_IsRefused()
    {
        Parse("WETH=1590", "WETH=1600");
        Assert.Contains("second", Assert.Single(_problems).Found);
    }

    private List<WhatIfPrice> Parse(params string[] texts) => WhatIfPrice.Parse(texts, _sample.Read(), "--price", _problems);
}
