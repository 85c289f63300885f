using System.Text.Json;
using System.Text.Json.Nodes;
using FastRebalance.Devnet;

namespace FastRebalance.ChainTests;

/// <summary><c>fastrebalance executor</c> on a local chain.</summary>
public sealed class ExecutorCommandTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Executor_DeployedApprovedAndVerified_IsReadyForTheDesk()
    {
        using DevnetFolder folder = new();
        await using LocalChain chain = await LocalChain.StartBareAsync(new DevnetOptions { OutputDirectory = folder.Path }, Cancellation);
        await chain.Node.InvokeAsync("evm_setAutomine", writer => writer.WriteBooleanValue(true), Cancellation);
        CommandResult ready = await CommandProcess.RunAsync("executor", "verify", "-c", chain.ConfigPath, "--json");
        Assert.Equal(0, ready.ExitCode);

        // One of the desk's own making, before its allowances and after.
        CommandResult deploy = await CommandProcess.RunAsync(
            "executor", "deploy", "-c", chain.ConfigPath, "--guardian", chain.Manifest.Account("spare-3").ToString(), "--json");
        Assert.True(deploy.ExitCode == 0, deploy.Error);
        using JsonDocument made = JsonDocument.Parse(deploy.Output);
        string executor = made.RootElement.GetProperty("executor").GetString()!;
        await NameAsync(chain.ConfigPath, executor);
        CommandResult before = await CommandProcess.RunAsync("executor", "verify", "-c", chain.ConfigPath, "--json");
        CommandResult approve = await CommandProcess.RunAsync("doctor", "-c", chain.ConfigPath, "--approve", "--json");
        CommandResult after = await CommandProcess.RunAsync("executor", "verify", "-c", chain.ConfigPath, "--json");

        Assert.Equal(1, before.ExitCode);
        using JsonDocument found = JsonDocument.Parse(before.Output);
        Assert.True(found.RootElement.GetProperty("codeMatches").GetBoolean());
        Assert.Equal(5, found.RootElement.GetProperty("problems").GetArrayLength()); // an allowance for each asset
        Assert.True(approve.ExitCode == 0, approve.Output + approve.Error);
        Assert.True(after.ExitCode == 0, after.Output);
        Assert.Equal(executor, JsonDocument.Parse(after.Output).RootElement.GetProperty("executor").GetString());
        Assert.Equal("full", JsonDocument.Parse(after.Output).RootElement.GetProperty("trust").GetString());
    }

    [Fact]
    public async Task SignIntent_OfTheVaultsKey_IsWhatTheConfigurationTakes()
    {
        using DevnetFolder folder = new();
        await using LocalChain chain = await LocalChain.StartBareAsync(new DevnetOptions { OutputDirectory = folder.Path }, Cancellation);
        string intent = Path.Combine(folder.Path, "intent.json");
        await File.WriteAllTextAsync(intent, $$"""
            { "id": "1", "epoch": "0", "maxBlock": "1000000", "limits": [
              { "tokenIn": "{{chain.Manifest.Token("USDC").Address}}", "tokenOut": "{{chain.Manifest.Token("WETH").Address}}",
                "maxIn": "1000000000", "keepBalance": "0", "limitPriceX96": "1" } ] }
            """, Cancellation);
        JsonNode root = JsonNode.Parse(await File.ReadAllTextAsync(chain.ConfigPath, Cancellation))!;
        root["executor"] = new JsonObject { ["intent"] = "intent.json" };
        string config = Path.Combine(folder.Path, "with-intent.json");
        await File.WriteAllTextAsync(config, root.ToJsonString(), Cancellation);
        CommandResult unsigned = await CommandProcess.RunAsync("executor", "verify", "-c", config);

        CommandResult signed = await CommandProcess.RunAsync(
            "executor", "sign-intent", "-c", chain.ConfigPath, "--intent", intent, "--keystore", Path.Combine(folder.Path, "desk.json"),
            "--password-file", Path.Combine(folder.Path, "desk.pass"), "--json");
        CommandResult verified = await CommandProcess.RunAsync("executor", "verify", "-c", config);

        Assert.Equal(2, unsigned.ExitCode);
        Assert.Contains("which nobody has signed", unsigned.Error, StringComparison.Ordinal);
        Assert.True(signed.ExitCode == 0, signed.Error);
        Assert.Equal(chain.Manifest.Account("desk"), FastRebalance.Core.Assets.Address.Parse(JsonDocument.Parse(signed.Output).RootElement.GetProperty("signer").GetString()));
        Assert.True(verified.ExitCode == 0, verified.Output + verified.Error);
    }

    [Fact]
    public async Task Executor_NotAnExecutor_IsAMistakeOfTheConfiguration()
    {
        using DevnetFolder folder = new();
        await using LocalChain chain = await LocalChain.StartBareAsync(new DevnetOptions { OutputDirectory = folder.Path }, Cancellation);
        await NameAsync(chain.ConfigPath, chain.Manifest.Contract("weth9").ToString());

        CommandResult result = await CommandProcess.RunAsync("executor", "verify", "-c", chain.ConfigPath);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("contracts.rebalanceExecutor", result.Error, StringComparison.Ordinal);
    }

    private static async Task NameAsync(string config, string executor)
    {
        JsonNode root = JsonNode.Parse(await File.ReadAllTextAsync(config, Cancellation))!;
        root["contracts"]!["rebalanceExecutor"] = executor;
        await File.WriteAllTextAsync(config, root.ToJsonString(), Cancellation);
    }
}
