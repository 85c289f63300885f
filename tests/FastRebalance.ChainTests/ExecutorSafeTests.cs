using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Install;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.ChainTests;

/// <summary>A Safe of two owners as the vault, made of the bytecode that its makers published: it allows, rules and signs as accounts do.</summary>
public sealed class ExecutorSafeTests(ExecutorMarket market) : IClassFixture<ExecutorMarket>
{
    private const string Packages = "@safe-global/safe-contracts/build/artifacts/contracts/";
    private static readonly UInt256 OneEther = UInt256.PowerOfTen(18);

    private readonly Address[] _owners = [.. new[] { market.Chain.Manifest.Account("spare-5"), market.Chain.Manifest.Account("spare-6") }
        .OrderBy(owner => owner.ToString(), StringComparer.Ordinal)];

    [Fact]
    public async Task Exec_VaultIsASafe_TradesItsTokensAndPaysThemBack()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        (Address safe, Address executor) = await DeployAsync();
        ExecutorLeg leg = market.Leg(ExecutorVenue.UniswapV3, "WETH", "USDC", OneEther, 1);

        ExecutorRun run = (await market.SendAsync(
            market.Caller, executor, ExecutorCalls.Exec(market.NextDecision(), ExecutorMarket.Far, ExecutorMarket.Far, [leg]))).MustSucceed();

        Assert.True((await market.BalanceAsync(market.Weth, safe)).IsZero);
        Assert.False((await market.BalanceAsync(market.Usdc, safe)).IsZero);
        Assert.True(run.Succeeded);
    }

    [Fact]
    public async Task Rule_VaultIsASafe_ItsOwnersTogetherRuleAndTheGuardianOnlyStops()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        (Address safe, Address executor) = await DeployAsync();
        (await market.SendAsync(market.Guardian, executor, ExecutorCalls.Pause())).MustSucceed();
        (await market.SendAsync(_owners[0], executor, ExecutorCalls.Unpause())).MustFail("OnlyVault("); // one owner is not the Safe

        await ExecuteAsync(safe, executor, ExecutorCalls.Unpause());
        await ExecuteAsync(safe, executor, ExecutorCalls.SetTrust(market.Caller, ExecutorTrust.None));

        ExecutorLeg leg = market.Leg(ExecutorVenue.UniswapV3, "WETH", "USDC", OneEther, 1);
        (await market.SendAsync(market.Caller, executor, ExecutorCalls.Exec(market.NextDecision(), ExecutorMarket.Far, ExecutorMarket.Far, [leg])))
            .MustFail("CallerNotTrusted(");
    }

    [Fact]
    public async Task Fill_VaultIsASafe_ItsOwnersSignTheIntent()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        (Address safe, Address executor) = await DeployAsync();
        await ExecuteAsync(safe, executor, ExecutorCalls.SetTrust(market.IntentCaller, ExecutorTrust.Intents));
        ExecutorIntent intent = new(1, 0, ExecutorMarket.Far, [new ExecutorLimit(market.Weth, market.Usdc, OneEther, 0, 1)]);
        byte[] digest = await market.CallAsync(executor, ExecutorCalls.DigestOf(intent));
        byte[] fill = ExecutorCalls.Fill(
            market.NextDecision(), ExecutorMarket.Far, ExecutorMarket.Far, [market.Leg(ExecutorVenue.UniswapV3, "WETH", "USDC", OneEther, 1)],
            default, intent, Approvals());
        (await market.SendAsync(market.IntentCaller, executor, fill)).MustFail("IntentNotSigned("); // nobody has signed yet

        // The Safe's handler asks its owners for their word on its own form of the digest.
        byte[] message = await market.CallAsync(safe, CallData.Of("getMessageHash(bytes)", 1, (ref AbiWriter writer) => writer.WriteBytes(digest)));
        foreach (Address owner in _owners)
            (await market.SendAsync(owner, safe, ApproveHash(message))).MustSucceed();

        (await market.SendAsync(market.IntentCaller, executor, fill)).MustSucceed();
    }

    private async Task<(Address Safe, Address Executor)> DeployAsync()
    {
        DevnetParts parts = await new DevnetInstaller().EnsureAsync(TestContext.Current.CancellationToken);
        async Task<Address> Create(string file) => await market.Deployer.CreateAsync(
            file, await ContractArtifact.ReadCode(parts.PackageFile(Packages + file), default), default);

        Address singleton = await Create("Safe.sol/Safe.json");
        Address factory = await Create("proxies/SafeProxyFactory.sol/SafeProxyFactory.json");
        Address handler = await Create("handler/CompatibilityFallbackHandler.sol/CompatibilityFallbackHandler.json");
        await market.Deployer.MineAsync(default);
        byte[] setup = CallData.Of("setup(address[],uint256,address,bytes,address,address,uint256,address)", 8, (ref AbiWriter writer) =>
        {
            AbiFrame owners = writer.BeginArray(_owners.Length, 1);
            foreach (Address owner in _owners)
                writer.WriteAddress(owner);
            writer.End(owners);
            writer.WriteUInt64(2);
            writer.WriteAddress(Address.Zero);
            writer.WriteBytes([]);
            writer.WriteAddress(handler);
            writer.WriteAddress(Address.Zero);
            writer.WriteUInt64(0);
            writer.WriteAddress(Address.Zero);
        });
        byte[] create = CallData.Of("createProxyWithNonce(address,bytes,uint256)", 3, (ref AbiWriter writer) =>
        {
            writer.WriteAddress(singleton);
            writer.WriteBytes(setup);
            writer.WriteUInt64(1);
        }, 4096);
        Address safe = new((await market.CallAsync(factory, create)).AsSpan(12));
        (await market.SendAsync(market.Caller, factory, create)).MustSucceed();
        Address executor = await market.DeployExecutorAsync(safe);
        (await market.SendAsync(market.Vault, market.Weth, Erc20.Transfer(safe, OneEther))).MustSucceed();
        await ExecuteAsync(safe, market.Weth, Erc20.Approve(executor, UInt256.MaxValue));
        return (safe, executor);
    }

    /// <summary>Both owners approve the transaction's hash on the chain; anyone may then have the Safe run it.</summary>
    private async Task ExecuteAsync(Address safe, Address to, byte[] data)
    {
        UInt256 nonce = await market.NumberAsync(safe, CallData.Of("nonce()", 0, (ref AbiWriter _) => { }));
        byte[] hash = await market.CallAsync(safe, CallData.Of(
            "getTransactionHash(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,uint256)", 10, (ref AbiWriter writer) =>
            {
                WriteTransaction(ref writer, to, data);
                writer.WriteUInt256(nonce);
            }, 4096));
        foreach (Address owner in _owners)
            (await market.SendAsync(owner, safe, ApproveHash(hash))).MustSucceed();
        (await market.SendAsync(market.Stranger, safe, CallData.Of(
            "execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)", 10, (ref AbiWriter writer) =>
            {
                WriteTransaction(ref writer, to, data);
                writer.WriteBytes(Approvals());
            }, 4096))).MustSucceed();
    }

    private static void WriteTransaction(ref AbiWriter writer, Address to, byte[] data)
    {
        writer.WriteAddress(to);
        writer.WriteUInt64(0);
        writer.WriteBytes(data);
        for (int i = 0; i < 4; i++)
            writer.WriteUInt64(0); // a call, no gas refund
        writer.WriteAddress(Address.Zero);
        writer.WriteAddress(Address.Zero);
    }

    private static byte[] ApproveHash(byte[] hash) =>
        CallData.Of("approveHash(bytes32)", 1, (ref AbiWriter writer) => writer.WriteHash(new Hash32(hash)));

    // Of each owner in ascending order: its address, nothing, and a 1 that says "approved on the chain".
    private byte[] Approvals() => [.. _owners.SelectMany(owner => new byte[12].Concat(owner.Span.ToArray()).Concat(new byte[32]).Append((byte)1))];
}
