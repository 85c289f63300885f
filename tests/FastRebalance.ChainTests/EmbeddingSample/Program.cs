using FastRebalance.Core.Assets;
using FastRebalance.Embedding;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Services.AddFastRebalance(desk => desk.ConfigFile = "config.json");
builder.Services.AddHostedService<VenuePrices>();
await builder.Build().RunAsync();

internal sealed class VenuePrices(Desk desk) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stop)
    {
        AssetId weth = (await desk.StartedAsync(stop)).AssetOf("WETH");
        while (!stop.IsCancellationRequested)
            desk.TryPublishPrice(weth, await NextAsync(stop)); // waits for nothing: where the ring is full the next price is as good
    }

    private static async Task<double> NextAsync(CancellationToken stop)
    {
        await Task.Delay(100, stop); // your venue's connection stands here
        return 2500;
    }
}
