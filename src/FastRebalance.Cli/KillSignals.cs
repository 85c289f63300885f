using System.Runtime.InteropServices;
using FastRebalance.Execution.Submission;
using FastRebalance.Hosting;

namespace FastRebalance.Cli;

/// <summary>The kill switch by signal, for a shell that has only the process: SIGUSR1 soft, SIGQUIT hard, SIGUSR2 cold.</summary>
internal sealed class KillSignals : IDisposable
{
    // Linux's numbers, and on macOS its own; .NET takes them raw.
    private static readonly (int Linux, int Mac, KillMode Mode)[] s_signals = [(10, 30, KillMode.Soft), (3, 3, KillMode.Hard), (12, 31, KillMode.Cold)];

    private readonly List<PosixSignalRegistration> _registrations = [];

    public KillSignals(IReadOnlyList<RebalanceHost> hosts)
    {
        if (OperatingSystem.IsWindows())
            return;
        foreach ((int linux, int mac, KillMode mode) in s_signals)
            _registrations.Add(PosixSignalRegistration.Create((PosixSignal)(OperatingSystem.IsMacOS() ? mac : linux), context =>
            {
                context.Cancel = true; // the process stays, to follow what is out
                foreach (RebalanceHost host in hosts)
                        host.Kill(mode, $"the kill switch is down ({mode.ToString().ToLowerInvariant()}), by a signal");
            }));
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
    }
}
