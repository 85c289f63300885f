using FastRebalance.Embedding;
using FastRebalance.UnitTests.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace FastRebalance.UnitTests.Embedding;

/// <summary>A desk as a part of a host: what is checked before the process starts. A desk that trades is a chain test's.</summary>
public sealed class DeskServicesTests : IDisposable
{
    private readonly SampleConfig _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void AddFastRebalance_NoFileNamed_StartIsRefusedWithTheFix()
    {
        OptionsValidationException refused = Assert.Throws<OptionsValidationException>(() => OptionsOf(_ => { }));

        Assert.Contains("ConfigFile is empty", Assert.Single(refused.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void AddFastRebalance_AFileThatIsNotThere_IsTold()
    {
        OptionsValidationException refused = Assert.Throws<OptionsValidationException>(() => OptionsOf(desk => desk.ConfigFile = "/nowhere/config.json"));

        Assert.Contains("/nowhere/config.json", Assert.Single(refused.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void AddFastRebalance_SeveralMistakes_AllAreToldWithTheirPlaces()
    {
        _sample.With("submit.maxFeePerGasGwei", "-1").With("portfolios[0].risk.maxSlippageBps", "0");
        string file = Write();

        OptionsValidationException refused = Assert.Throws<OptionsValidationException>(() => OptionsOf(desk =>
        {
            desk.ConfigFile = file;
            desk.DrainTimeout = TimeSpan.Zero;
        }));

        Assert.Equal(3, refused.Failures.Count());
        Assert.Contains(refused.Failures, failure => failure.Contains("DrainTimeout", StringComparison.Ordinal));
        Assert.Contains(refused.Failures, failure => failure.Contains("submit.maxFeePerGasGwei", StringComparison.Ordinal));
        Assert.Contains(refused.Failures, failure => failure.Contains("portfolios[0].risk.maxSlippageBps", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AddFastRebalance_AMistake_EndsTheStartOfTheProcess()
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Services.AddFastRebalance(_ => { });

        await Assert.ThrowsAsync<OptionsValidationException>(async () =>
        {
            using IHost host = builder.Build();
            await host.StartAsync(TestContext.Current.CancellationToken);
        });
    }

    [Fact]
    public void AddFastRebalance_ALongDrain_RaisesTheShutdownTimeout()
    {
        ServiceCollection services = new();
        services.AddFastRebalance(desk =>
        {
            desk.ConfigFile = Write();
            desk.DrainTimeout = TimeSpan.FromMinutes(3);
        });
        using ServiceProvider provider = services.BuildServiceProvider();

        Assert.True(provider.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout > TimeSpan.FromMinutes(3));
    }

    [Fact]
    public void TryPublishPrice_BeforeTheDeskTrades_SaysThatItIsLost() =>
        Assert.False(new Desk().TryPublishPrice(FastRebalance.Core.Assets.AssetId.FromIndex(0), 2500));

    private string Write()
    {
        string file = Path.Combine(_sample.Folder, "config.json");
        File.WriteAllText(file, _sample.Root.ToJsonString());
        return file;
    }

    private static DeskOptions OptionsOf(Action<DeskOptions> configure)
    {
        ServiceCollection services = new();
        services.AddFastRebalance(configure);
        using ServiceProvider provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<DeskOptions>>().Value;
    }
}
