using System.Runtime.InteropServices;
using FastRebalance.Hosting;

namespace FastRebalance.Cli;

/// <summary>SIGHUP, as daemons have it: every desk reads its configuration's file again. A terminal that goes away sends it too, and ends nothing.</summary>
internal sealed class ReloadSignal : IDisposable
{
    private readonly PosixSignalRegistration? _registration;

    public ReloadSignal(IReadOnlyList<RebalanceHost> hosts)
    {
        if (!OperatingSystem.IsWindows())
            _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
            {
                context.Cancel = true;
                foreach (RebalanceHost host in hosts)
                    _ = host.ReloadAsync("SIGHUP", CancellationToken.None); // what came of it the host tells
            });
    }

    public void Dispose() => _registration?.Dispose();
}
