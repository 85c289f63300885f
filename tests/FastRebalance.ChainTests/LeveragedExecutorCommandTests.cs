using System.Text.Json;
using System.Text.Json.Nodes;
using FastRebalance.Devnet;

namespace FastRebalance.ChainTests;

/// <summary><c>fastrebalance executor</c> and <c>doctor</c> for a desk whose portfolio borrows.</summary>
public sealed class LeveragedExecutorCommandTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Executor_OfAPortfolioThatBorrows_IsDeployedApprovedAndVerified()
    {
        using DevnetFolder folder = new();
        await using LocalChain chain = await LocalChain.StartBareAsync(new DevnetOptions { OutputDirectory = folder.Path, WithAave = true }, Cancellation);
        await chain.Node.InvokeAsync("evm_setAutomine", writer => writer.WriteBooleanValue(true), Cancellation);
        string config = Path.Combine(folder.Path, "leverage.json");

        CommandResult deploy = await CommandProcess.RunAsync("executor", "deploy", "-c", config, "--json");
        Assert.True(deploy.ExitCode == 0, deploy.Error);
        using JsonDocument made = JsonDocument.Parse(deploy.Output);
        Assert.Equal(chain.Manifest.Contract("aavePool").ToString(), made.RootElement.GetProperty("lendingPool").GetString(), ignoreCase: true);
        await NameAsync(config, made.RootElement.GetProperty("executor").GetString()!);

        string[] before = await ProblemsAsync(config, isReady: false, codeMatches: true);
        Assert.Equal(15, before.Length); // five assets: to be taken, to be taken of what is supplied, to be borrowed
        Assert.Equal(5, before.Count(problem => problem.Contains("approveDelegation", StringComparison.Ordinal)));
        Assert.All(before, problem => Assert.Contains("fastrebalance doctor --approve", problem, StringComparison.Ordinal));
        CommandResult approve = await CommandProcess.RunAsync("doctor", "-c", config, "--approve", "--json");
        Assert.True(approve.ExitCode == 0, approve.Output + approve.Error);
        Assert.Empty(await ProblemsAsync(config, isReady: true, codeMatches: true));
    }

    [Fact]
    public async Task Executor_ThatDoesNotFitThePortfoliosMarket_IsTold()
    {
        using DevnetFolder folder = new();
        await using LocalChain chain = await LocalChain.StartBareAsync(new DevnetOptions { OutputDirectory = folder.Path, WithAave = true }, Cancellation);
        await chain.Node.InvokeAsync("evm_setAutomine", writer => writer.WriteBooleanValue(true), Cancellation);
        string config = Path.Combine(folder.Path, "leverage.json"), plain = Path.Combine(folder.Path, "plain.json");
        JsonNode root = JsonNode.Parse(await File.ReadAllTextAsync(config, Cancellation))!;

        root.AsObject().Remove("safetyAccount"); // whom these executors do not know
        await File.WriteAllTextAsync(config, root.ToJsonString(), Cancellation);

        // One that knows no lending market, deployed by the same desk for a portfolio that only holds.
        JsonNode holds = JsonNode.Parse(await File.ReadAllTextAsync(chain.ConfigPath, Cancellation))!;
        holds["account"] = root["account"]!.DeepClone();
        holds["contracts"]!.AsObject().Remove("rebalanceExecutor");
        holds.AsObject().Remove("desks"); // this one alone
        await File.WriteAllTextAsync(plain, holds.ToJsonString(), Cancellation);
        CommandResult deploy = await CommandProcess.RunAsync("executor", "deploy", "-c", plain, "--json");
        Assert.True(deploy.ExitCode == 0, deploy.Error);
        string address = JsonDocument.Parse(deploy.Output).RootElement.GetProperty("executor").GetString()!;
        await NameAsync(config, address);
        Assert.Contains(await ProblemsAsync(config, isReady: false, codeMatches: false), problem =>
            problem.Contains("trades what its vault holds only, and the portfolio borrows", StringComparison.Ordinal));

        // The leveraged one trades for a portfolio that only holds as well.
        CommandResult leveraged = await CommandProcess.RunAsync(
            "executor", "deploy", "-c", plain, "--lending", chain.Manifest.Contract("aavePoolAddressesProvider").ToString(), "--json");
        Assert.True(leveraged.ExitCode == 0, leveraged.Error);
        await NameAsync(plain, JsonDocument.Parse(leveraged.Output).RootElement.GetProperty("executor").GetString()!);
        Assert.DoesNotContain(await ProblemsAsync(plain, isReady: false, codeMatches: true), problem => problem.Contains("approveDelegation", StringComparison.Ordinal));

        CommandResult noMarket = await CommandProcess.RunAsync("executor", "deploy", "-c", config, "--lending", chain.Manifest.Contract("weth9").ToString());
        Assert.Equal(2, noMarket.ExitCode);
        Assert.Contains("which names no pool", noMarket.Error, StringComparison.Ordinal);
    }

    private static async Task<string[]> ProblemsAsync(string config, bool isReady, bool codeMatches)
    {
        CommandResult verify = await CommandProcess.RunAsync("executor", "verify", "-c", config, "--json");
        Assert.True(verify.ExitCode == (isReady ? 0 : 1), verify.Output + verify.Error);
        using JsonDocument found = JsonDocument.Parse(verify.Output);
        Assert.Equal(codeMatches, found.RootElement.GetProperty("codeMatches").GetBoolean());
        return [.. found.RootElement.GetProperty("problems").EnumerateArray().Select(problem => problem.GetString()!)];
    }

    private static async Task NameAsync(string config, string executor)
    {
        JsonNode root = JsonNode.Parse(await File.ReadAllTextAsync(config, Cancellation))!;
        root["contracts"]!["rebalanceExecutor"] = executor;
        await File.WriteAllTextAsync(config, root.ToJsonString(), Cancellation);
    }
}
