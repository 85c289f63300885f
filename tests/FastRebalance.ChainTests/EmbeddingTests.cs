using System.Diagnostics;
using FastRebalance.Devnet;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Tests;

namespace FastRebalance.ChainTests;

/// <summary>The README's sample as a process of its own on a real chain: it is what the README prints, it trades, and it stops whole.</summary>
public sealed class EmbeddingTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    private static string Folder => Path.Combine(SharedFiles.Root, "tests", "FastRebalance.ChainTests", "EmbeddingSample");

    [Fact]
    public async Task Sample_OfTheReadme_IsTheProgramThatIsBuiltAndShort()
    {
        string program = await File.ReadAllTextAsync(Path.Combine(Folder, "Program.cs"), TestContext.Current.CancellationToken);
        string readme = await File.ReadAllTextAsync(Path.Combine(SharedFiles.Root, "README.md"), TestContext.Current.CancellationToken);

        Assert.Contains("```csharp\n" + program + "```", readme, StringComparison.Ordinal);
        Assert.InRange(program.Count(static c => c == '\n'), 1, 29);
    }

    [Fact]
    public async Task Sample_BesideAChain_TradesAndStopsWhole()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the stop is a POSIX signal");
        using DevnetFolder folder = new();
        await using LocalChain chain = await LocalChain.StartAsync(
            new DevnetOptions { OutputDirectory = folder.Path, Seed = 21, BlockTime = TimeSpan.FromSeconds(1) }, TestContext.Current.CancellationToken);
        string program = Path.Combine(SharedFiles.Root, "artifacts", "bin", "FastRebalance.EmbeddingSample", "release", "FastRebalance.EmbeddingSample.dll");
        Assert.SkipUnless(File.Exists(program), $"the sample is not built: {program} is not there");
        ulong before = await NonceAsync(chain); // the desk's own approvals
        using Process sample = Process.Start(new ProcessStartInfo("dotnet", [program]) { WorkingDirectory = folder.Path, RedirectStandardOutput = true })!;
        Task<string> output = sample.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);

        ulong nonce = before;
        long end = Environment.TickCount64 + (long)s_patience.TotalMilliseconds;
        while (nonce == before && !sample.HasExited && Environment.TickCount64 < end)
        {
            await Task.Delay(200, TestContext.Current.CancellationToken);
            nonce = await NonceAsync(chain);
        }
        using (Process kill = Process.Start("kill", ["-TERM", $"{sample.Id}"]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        await sample.WaitForExitAsync(TestContext.Current.CancellationToken);
        string said = await output;

        Assert.True(nonce > before, said);
        Assert.True(sample.ExitCode == 0, said);
        Assert.Contains("started on chain 31337", said, StringComparison.Ordinal);
        Assert.Contains("whole True", said, StringComparison.Ordinal);
        Assert.NotEmpty(Directory.GetDirectories(Path.Combine(folder.Path, "journal"), "run-*"));
    }

    private static Task<ulong> NonceAsync(LocalChain chain) =>
        chain.Node.NonceAsync(chain.Manifest.Account("desk"), BlockRef.Latest, TestContext.Current.CancellationToken);
}
