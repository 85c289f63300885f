using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace FastRebalance.Devnet.Node;

/// <summary>A running hardhat node on 127.0.0.1 that mines when it is told to. It ends on dispose, or when this process ends in whatever way.</summary>
internal sealed class HardhatNode : IAsyncDisposable
{
    private const string StartedMark = "Started HTTP";
    private static readonly TimeSpan s_startPatience = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly Task _output;

    private HardhatNode(Process process, Task output, int port)
    {
        _process = process;
        _output = output;
        Url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
    }

    public string Url { get; }

    public static string ProgramIn(string directory) => Path.Combine(directory, "node_modules", "hardhat", "internal", "cli", "cli.js");

    /// <param name="directory">Where hardhat is installed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidOperationException">It ended or stayed silent.</exception>
    public static async Task<HardhatNode> StartAsync(string directory, CancellationToken cancellationToken)
    {
        int port = FreePort();
        Process process = GuardedProcess.Start(
            "node",
            [ProgramIn(directory), "--config", Path.Combine(directory, "hardhat.config.cjs"), "node", "--hostname", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture)],
            directory);
        TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        // It prints its accounts' keys: what it says is read and kept nowhere.
        Task output = Task.WhenAll(DrainAsync(process.StandardOutput, started), DrainAsync(process.StandardError, null));
        Task first = await Task.WhenAny(started.Task, output, Task.Delay(s_startPatience, cancellationToken)).ConfigureAwait(false);
        if (first == started.Task)
            return new HardhatNode(process, output, port);
        await GuardedProcess.Stop(process).ConfigureAwait(false);
        await output.ConfigureAwait(false);
        process.Dispose();
        cancellationToken.ThrowIfCancellationRequested();
        throw new InvalidOperationException($"hardhat in {directory} {(first == output ? "ended" : "did not listen in time")}: run `node {ProgramIn(directory)} node` there to see why");
    }

    public async ValueTask DisposeAsync()
    {
        await GuardedProcess.Stop(_process).ConfigureAwait(false);
        await _output.ConfigureAwait(false);
        _process.Dispose();
    }

    private static async Task DrainAsync(StreamReader reader, TaskCompletionSource? started)
    {
        while (await reader.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } line)
            if (line.StartsWith(StartedMark, StringComparison.Ordinal))
                started?.TrySetResult();
    }

    private static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
