using System.Diagnostics;
using System.Net.Sockets;
using FastRebalance.Devnet.Install;
using FastRebalance.Devnet.Node;

namespace FastRebalance.ChainTests;

public sealed class DevnetNodeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StartAsync_FreePort_ListensOnPortAndSocket()
    {
        using DevnetFolder folder = new();
        await using AnvilNode node = await Start(folder.Path);

        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", node.Port, Cancellation);
        Assert.True(File.Exists(node.SocketPath));
        Assert.StartsWith(folder.Path, node.SocketPath);
    }

    [Fact]
    public async Task DisposeAsync_RunningNode_EndsProcessAndRemovesSocket()
    {
        using DevnetFolder folder = new();
        AnvilNode node = await Start(folder.Path);
        using Process process = Process.GetProcessById(node.ProcessId);

        await node.DisposeAsync();

        Assert.True(process.HasExited);
        Assert.False(File.Exists(Path.Combine(folder.Path, NodeSocket.FileName)));
    }

    [Fact]
    public async Task StartAsync_PathTooLongForSocket_UsesShortTemporaryFolder()
    {
        using DevnetFolder folder = new();
        string deep = Directory.CreateDirectory(Path.Combine(folder.Path, new string('d', 120))).FullName;
        AnvilNode node = await Start(deep);
        string socket = node.SocketPath!;
        Assert.True(File.Exists(socket));

        await node.DisposeAsync();

        Assert.False(Directory.Exists(Path.GetDirectoryName(socket)));
    }

    [Fact]
    public async Task StartAsync_PortTaken_SaysWhatTheNodeSaid()
    {
        using DevnetFolder folder = new();
        using TcpListener taken = new(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        int port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        DevnetParts parts = await new DevnetInstaller().EnsureAsync(Cancellation);

        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => AnvilNode.StartAsync(parts.NodeProgram, new AnvilOptions(1, 31337, port, null, null), folder.Path, Cancellation));

        Assert.Contains("in use", error.Message);
    }

    [Fact]
    public async Task Guard_PipeClosed_EndsTheProgram()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the guard is a Unix shell");
        using Process sleeper = GuardedProcess.Start("sleep", ["1000"], "/tmp");
        Assert.False(sleeper.HasExited);

        sleeper.StandardInput.Close();

        await sleeper.WaitForExitAsync(Cancellation);
        Assert.Equal(128 + 15, sleeper.ExitCode);
    }

    // A named pipe stands for ours, so that the process at its other end can be killed in place of this one.
    [Fact]
    public async Task Guard_OwnerKilledHard_EndsTheProgram()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the guard is a Unix shell");
        using DevnetFolder folder = new();
        string pipe = Path.Combine(folder.Path, "pipe");
        using (Process make = Process.Start("mkfifo", [pipe]))
            await make.WaitForExitAsync(Cancellation);
        using Process owner = Process.Start("/bin/sh", ["-c", "exec sleep 1000 >\"$0\"", pipe]);
        using Process program = Process.Start(
            "/bin/sh", ["-c", "exec /bin/sh -c \"$1\" guard sleep 1000 <\"$0\"", pipe, GuardedProcess.Guard]);
        await Task.Delay(200, Cancellation);
        Assert.False(program.HasExited);

        owner.Kill();

        await program.WaitForExitAsync(Cancellation);
        Assert.Equal(128 + 15, program.ExitCode);
    }

    [Fact]
    public async Task Guard_ProgramIgnoresTermination_IsKilled()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the guard is a Unix shell");
        using Process stubborn = GuardedProcess.Start("/bin/sh", ["-c", "trap '' TERM; echo ready; while :; do sleep 0.05; done"], "/tmp");
        Assert.Equal("ready", await stubborn.StandardOutput.ReadLineAsync(Cancellation));

        stubborn.StandardInput.Close();

        await stubborn.WaitForExitAsync(Cancellation);
        Assert.Equal(128 + 9, stubborn.ExitCode);
    }

    private static async Task<AnvilNode> Start(string directory)
    {
        DevnetParts parts = await new DevnetInstaller(progress: TestContext.Current.SendDiagnosticMessage).EnsureAsync(Cancellation);
        return await AnvilNode.StartAsync(parts.NodeProgram, new AnvilOptions(1, 31337, 0, null, null), directory, Cancellation);
    }
}
