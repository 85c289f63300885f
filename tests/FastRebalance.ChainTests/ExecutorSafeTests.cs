using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.ChainTests;

/// <summary>A Safe of two owners as the vault, made of the bytecode that its makers published: it allows, rules and signs as accounts do.</summary>
public sealed class ExecutorSafeTests(ExecutorMarket market) : IClassFixture<ExecutorMarket>
{
    private static readonly UInt256 OneEther = UInt256.PowerOfTen(18);

    private readonly Address[] _owners = [.. new[] { market.Chain.Manifest.Account("spare-5"), market.Chain.Manifest.Account("spare-6") }
        .OrderBy(owner => owner.ToString(), StringComparer.Ordinal)];

    [Fact]
    public async Task Exec_VaultIsASafe_TradesItsTokensAndPaysThemBack()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        (SafeWallet safe, Address executor) = await DeployAsync();
        ExecutorLeg leg = market.Leg(ExecutorVenue.UniswapV3, "WETH", "USDC", OneEther, 1);

        ExecutorRun run = (await market.SendAsync(
            market.Caller, executor, ExecutorCalls.Exec(market.NextDecision(), ExecutorMarket.Far, ExecutorMarket.Far, [leg]))).MustSucceed();

        Assert.True((await market.BalanceAsync(market.Weth, safe.Address)).IsZero);
        Assert.False((await market.BalanceAsync(market.Usdc, safe.Address)).IsZero);
        Assert.True(run.Succeeded);
    }

    [Fact]
    public async Task Rule_VaultIsASafe_ItsOwnersTogetherRuleAndTheGuardianOnlyStops()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        (SafeWallet safe, Address executor) = await DeployAsync();
        (await market.SendAsync(market.Guardian, executor, ExecutorCalls.Pause())).MustSucceed();
        (await market.SendAsync(_owners[0], executor, ExecutorCalls.Unpause())).MustFail("OnlyVault("); // one owner is not the Safe

        await safe.ExecuteAsync(executor, ExecutorCalls.Unpause());
        await safe.ExecuteAsync(executor, ExecutorCalls.SetTrust(market.Caller, ExecutorTrust.None));

        ExecutorLeg leg = market.Leg(ExecutorVenue.UniswapV3, "WETH", "USDC", OneEther, 1);
        (await market.SendAsync(market.Caller, executor, ExecutorCalls.Exec(market.NextDecision(), ExecutorMarket.Far, ExecutorMarket.Far, [leg])))
            .MustFail("CallerNotTrusted(");
    }

    [Fact]
    public async Task Fill_VaultIsASafe_ItsOwnersSignTheIntent()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        (SafeWallet safe, Address executor) = await DeployAsync();
        await safe.ExecuteAsync(executor, ExecutorCalls.SetTrust(market.IntentCaller, ExecutorTrust.Intents));
        ExecutorIntent intent = new(1, 0, ExecutorMarket.Far, [new ExecutorLimit(market.Weth, market.Usdc, OneEther, 0, 1)]);
        byte[] digest = await market.CallAsync(executor, ExecutorCalls.DigestOf(intent));
        byte[] fill = ExecutorCalls.Fill(
            market.NextDecision(), ExecutorMarket.Far, ExecutorMarket.Far, [market.Leg(ExecutorVenue.UniswapV3, "WETH", "USDC", OneEther, 1)],
            default, intent, safe.Approvals());
        (await market.SendAsync(market.IntentCaller, executor, fill)).MustFail("IntentNotSigned("); // nobody has signed yet

        // The Safe's handler asks its owners for their word on its own form of the digest.
        byte[] message = await market.CallAsync(safe.Address, CallData.Of("getMessageHash(bytes)", 1, (ref AbiWriter writer) => writer.WriteBytes(digest)));
        await safe.ApproveAsync(message);

        (await market.SendAsync(market.IntentCaller, executor, fill)).MustSucceed();
    }

    private async Task<(SafeWallet Safe, Address Executor)> DeployAsync()
    {
        SafeWallet safe = new(
            market.Node, async (from, to, data) => (await market.SendAsync(from, to, data)).MustSucceed(), _owners, market.Stranger);
        await safe.CreateAsync(async code =>
        {
            Address created = await market.Deployer.CreateAsync("a part of the Safe", code, default);
            await market.Deployer.MineAsync(default);
            return created;
        });
        Address executor = await market.DeployExecutorAsync(safe.Address);
        (await market.SendAsync(market.Vault, market.Weth, Erc20.Transfer(safe.Address, OneEther))).MustSucceed();
        await safe.ExecuteAsync(market.Weth, Erc20.Approve(executor, UInt256.MaxValue));
        return (safe, executor);
    }
}
