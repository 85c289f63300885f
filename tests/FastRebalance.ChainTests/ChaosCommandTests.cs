using System.Text.Json;

namespace FastRebalance.ChainTests;

/// <summary>The submitter, killed and restarted against the real node: the short form of <c>./build.sh chaos</c>.</summary>
public sealed class ChaosCommandTests(ITestOutputHelper output)
{
    private const string Crashes = "32";

    [Fact]
    public async Task BenchChaos_KilledAtEveryPointAndAnywhere_FillsNothingTwiceAndForgetsNothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the write-ahead log needs Linux");
        (CommandResult result, string line) = await RunAsync("--crashes", Crashes, "--desks", "2", "--check-every", "8");

        output.WriteLine(line);
        Assert.True(result.ExitCode == 0, result.Error);
        JsonElement told = result.Json();
        Assert.True(told.GetProperty("crashes").GetInt32() >= int.Parse(Crashes));
        Assert.True(told.GetProperty("restarts").GetInt32() > 0);
        Assert.True(told.GetProperty("filled").GetInt32() > 0);
        Assert.True(told.GetProperty("byFaultPoint").EnumerateObject().Count(point => point.Value.GetInt32() > 0) > 8);
        foreach (string nothing in new[] { "doubleFills", "lostIntents", "failedRestarts", "foreign" })
            Assert.Equal(0, told.GetProperty(nothing).GetInt32());
    }

    /// <summary>The detector first: a submitter that is broken on purpose, one way and another.</summary>
    [Theory]
    [InlineData("ForgetReleases", "lostIntents")]
    [InlineData("ForgetRecovery", "lostIntents")]
    [InlineData("NeverRefuse", "doubleFills")]
    public async Task BenchChaos_BrokenSubmitter_IsFoundOut(string bug, string kind)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the write-ahead log needs Linux");
        (CommandResult result, string line) = await RunAsync("--crashes", "400", "--check-every", "5", "--bug", bug);

        output.WriteLine(line);
        Assert.Equal(1, result.ExitCode);
        Assert.True(result.Json().GetProperty(kind).GetInt32() > 0, result.Error);
    }

    private static async Task<(CommandResult Result, string Line)> RunAsync(params string[] flags)
    {
        CommandResult result = await CommandProcess.RunAsync(["bench", "chaos", "--json", .. flags]);
        return (result, result.Error.Split('\n').LastOrDefault(line => line.Contains(" double fills", StringComparison.Ordinal)) ?? result.Error);
    }
}
