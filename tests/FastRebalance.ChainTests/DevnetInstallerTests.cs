using System.Collections.Concurrent;
using FastRebalance.Devnet.Install;

namespace FastRebalance.ChainTests;

public sealed class DevnetInstallerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EnsureAsync_TwoAtOnce_InstallOnceAndAgree()
    {
        using DevnetFolder folder = new();
        ConcurrentQueue<string> lines = new();

        DevnetParts[] parts = await Task.WhenAll(
            Task.Run(() => new DevnetInstaller(folder.Path, lines.Enqueue).EnsureAsync(Cancellation), Cancellation),
            Task.Run(() => new DevnetInstaller(folder.Path, lines.Enqueue).EnsureAsync(Cancellation), Cancellation));

        Assert.Equal(parts[0], parts[1]);
        Assert.True(File.Exists(parts[0].NodeProgram));
        Assert.True(File.Exists(parts[0].TokenArtifact));
        Assert.Single(lines, line => line.StartsWith("compiling", StringComparison.Ordinal));
    }

    [Fact]
    public async Task EnsureAsync_InterruptedBefore_InstallsAgain()
    {
        using DevnetFolder folder = new();
        using CancellationTokenSource soon = new();
        DevnetInstaller interrupted = new(folder.Path, _ => soon.CancelAfter(TimeSpan.FromMilliseconds(300)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => interrupted.EnsureAsync(soon.Token));

        DevnetParts parts = await new DevnetInstaller(folder.Path).EnsureAsync(Cancellation);

        Assert.True(File.Exists(parts.TokenArtifact));
    }
}
