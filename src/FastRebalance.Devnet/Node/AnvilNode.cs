using System.Diagnostics;
using System.Globalization;

namespace FastRebalance.Devnet.Node;

/// <summary>A running node process on 127.0.0.1. It ends on dispose, or when this process ends in whatever way.</summary>
internal sealed class AnvilNode : IAsyncDisposable
{
    private const string ListeningMark = "Listening on ";
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly NodeSocket? _socket;
    private readonly Task _output;
    private readonly OutputTail _tail;
    private int _disposed;

    private AnvilNode(Process process, NodeSocket? socket, Task output, OutputTail tail, int port)
    {
        _process = process;
        _socket = socket;
        _output = output;
        _tail = tail;
        Port = port;
        Exited = process.WaitForExitAsync(CancellationToken.None);
    }

    public int Port { get; }

    public int ProcessId => _process.Id;

    /// <summary>Full path of the node's Unix socket; null on Windows.</summary>
    public string? SocketPath => _socket?.Path;

    /// <summary>Completes when the process has ended, by us or by itself.</summary>
    public Task Exited { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>The last lines that the node wrote.</summary>
    public string LastWords => _tail.ToString();

    /// <summary>Starts the node's program and waits until it listens; its socket goes into the directory if it fits.</summary>
    /// <exception cref="InvalidOperationException">The node ended or stayed silent; the message holds its last lines.</exception>
    public static async Task<AnvilNode> StartAsync(
        string program, AnvilOptions options, string directory, CancellationToken cancellationToken)
    {
        NodeSocket? socket = OperatingSystem.IsWindows() ? null : NodeSocket.Prepare(directory);
        OutputTail tail = new();
        TaskCompletionSource<int> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Process process = GuardedProcess.Start(program, (options with { SocketPath = socket?.Path }).Arguments(), directory);
        Task output = Task.WhenAll(
            Drain(process.StandardOutput, tail, listening),
            Drain(process.StandardError, tail, null));
        try
        {
            int port = await WaitUntilListening(process, listening.Task, output, tail, cancellationToken).ConfigureAwait(false);
            return new AnvilNode(process, socket, output, tail, port);
        }
        catch
        {
            await GuardedProcess.Stop(process).ConfigureAwait(false);
            await output.ConfigureAwait(false);
            process.Dispose();
            socket?.Remove();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await GuardedProcess.Stop(_process).ConfigureAwait(false);
        await _output.ConfigureAwait(false);
        await Exited.ConfigureAwait(false);
        _process.Dispose();
        _socket?.Remove();
    }

    private static async Task<int> WaitUntilListening(
        Process process, Task<int> listening, Task output, OutputTail tail, CancellationToken cancellationToken)
    {
        Task first = await Task.WhenAny(listening, output, Task.Delay(StartPatience, cancellationToken)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (listening.IsCompletedSuccessfully)
            return await listening.ConfigureAwait(false);
        string happened = first == output ? "ended" : $"did not listen within {StartPatience.TotalSeconds:F0} s";
        throw new InvalidOperationException($"the node {process.StartInfo.FileName} {happened}; its last lines:\n{tail}");
    }

    // Reads to the end whatever comes: a full pipe would stall the node.
    private static async Task Drain(StreamReader reader, OutputTail tail, TaskCompletionSource<int>? listening)
    {
        while (await reader.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } line)
        {
            if (listening is { Task.IsCompleted: false } && ReadPort(line) is { } port)
                listening.TrySetResult(port);
            // Before it listens the node prints its accounts' keys: they belong into no error message.
            if (listening is null or { Task.IsCompleted: true })
                tail.Add(line);
        }
    }

    internal static int? ReadPort(string line)
    {
        if (!line.StartsWith(ListeningMark, StringComparison.Ordinal))
            return null;
        ReadOnlySpan<char> port = line.AsSpan(line.LastIndexOf(':') + 1).Trim();
        return int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;
    }
}
