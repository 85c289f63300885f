using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace FastRebalance.Embedding;

/// <summary>A desk as a part of a .NET host.</summary>
public static class DeskServices
{
    // The desk drains first; what follows it (journals, sockets) needs a little as well.
    private static readonly TimeSpan s_afterDrain = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Runs the desk of a configuration file with the process: <see cref="Desk"/> is then there to be asked for. The configuration is read whole
    /// before the process starts, and every mistake in it ends the start.
    /// </summary>
    public static IServiceCollection AddFastRebalance(this IServiceCollection services, Action<DeskOptions> configure)
    {
        services.AddOptions<DeskOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DeskOptions>, DeskOptionsCheck>());
        services.TryAddSingleton<Desk>();
        services.AddHostedService<DeskService>();
        services.AddOptions<HostOptions>().PostConfigure<IOptions<DeskOptions>>(static (host, desk) =>
        {
            TimeSpan needed = desk.Value.DrainTimeout + s_afterDrain;
            host.ShutdownTimeout = host.ShutdownTimeout > needed ? host.ShutdownTimeout : needed;
        });
        return services;
    }
}
