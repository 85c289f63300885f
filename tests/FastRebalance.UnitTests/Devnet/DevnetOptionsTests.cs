using FastRebalance.Devnet;

namespace FastRebalance.UnitTests.Devnet;

public sealed class DevnetOptionsTests
{
    public static TheoryData<string, DevnetOptions> Mistakes => new()
    {
        { "OutputDirectory", new DevnetOptions { OutputDirectory = " " } },
        { "BlockTime", new DevnetOptions { OutputDirectory = "x", BlockTime = TimeSpan.Zero } },
        { "BlockTime", new DevnetOptions { OutputDirectory = "x", BlockTime = TimeSpan.FromHours(1) } },
        { "Port", new DevnetOptions { OutputDirectory = "x", Port = 70_000 } },
        { "Noise", new DevnetOptions { OutputDirectory = "x", Noise = true, DeployMarket = false } },
        { "WithAave", new DevnetOptions { OutputDirectory = "x", WithAave = true, DeployMarket = false } },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Validate_Mistake_NamesTheOption(string name, DevnetOptions options) =>
        Assert.StartsWith(name, Assert.Throws<ArgumentException>(options.Validate).Message);

    [Fact]
    public void Validate_Defaults_Pass() => new DevnetOptions { OutputDirectory = "x", Noise = true }.Validate();
}
