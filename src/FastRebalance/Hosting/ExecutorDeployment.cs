using FastRebalance.Amm;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Execution;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Transactions;

namespace FastRebalance.Hosting;

/// <summary>What a new executor is made for, where it differs from the usual.</summary>
/// <param name="Vault">Whose tokens it trades and who rules it; null for the account that deploys it.</param>
/// <param name="Guardian">Who may pause it beside the vault; null for nobody.</param>
/// <param name="Permit2">Null for the address that Permit2 has on most chains, where there is code, else none.</param>
/// <param name="PoolManager">Null for that of the configured V4 pools.</param>
/// <param name="Balancer">Null for that of the configured Balancer pools.</param>
/// <param name="LendingMarket">The registry of the lending market that it trades out of and into; null for that of the portfolio, if it borrows.</param>
public sealed record ExecutorTerms(
    Address? Vault, Address? Guardian, Address? Permit2, Address? PoolManager, Address? Balancer, Address? LendingMarket = null);

/// <param name="Executor">The new contract.</param>
/// <param name="TransactionHash">That made it.</param>
/// <param name="GasUsed">By that.</param>
/// <param name="Facts">What it says of itself.</param>
/// <param name="LendingPool">The lending pool that it trades with; null for what its vault holds alone.</param>
public sealed record DeployedExecutor(Address Executor, Hash32 TransactionHash, ulong GasUsed, ExecutorFacts Facts, Address? LendingPool);

/// <summary>Deploys the executor contract for the desk of a configuration: its accounts may call it, its pools may be traded on.</summary>
public static class ExecutorDeployment
{
    // Deployed by the makers of Permit2 at one address on every chain.
    private static readonly Address s_permit2 = Address.Parse("0x000000000022D473030F116dDEE9F6B43aC78BA3");

    /// <summary>Sends the creation and reads back what stands there.</summary>
    /// <exception cref="ConfigException">The configuration has mistakes; that it names no executor yet is none.</exception>
    /// <exception cref="InvalidOperationException">The transaction was refused, or what stands there is not what was sent.</exception>
    public static async Task<DeployedExecutor> DeployAsync(string path, ExecutorTerms terms, CancellationToken cancellation)
    {
        List<ConfigProblem> problems = [];
        ConfigFile config = ConfigReader.TryRead(path, problems) ?? throw new ConfigException(problems);
        problems.RemoveAll(problem => problem.Path == $"contracts.{ContractNames.RebalanceExecutor}");
        using IAccountSigner? signer = await KeyLoader.OpenAsync(config, problems, cancellation).ConfigureAwait(false);
        using IAccountSigner? safety = config.SafetyAccount is not { } second ? null
            : await KeyLoader.OpenAsync(config, second, ConfigReader.SafetyAccountSection, problems, cancellation).ConfigureAwait(false);
        if (problems.Count > 0 || signer is null)
            throw new ConfigException(problems);
        Address[] callers = safety is null ? [signer.Address] : [signer.Address, safety.Address];
        await using EthereumNode node = await PreparedRun.ConnectAsync(config, problems, cancellation).ConfigureAwait(false);
        // The old executor may be gone, or of another chain: it is the one thing that is about to change.
        ConfigFile withoutExecutor = config with { Contracts = config.Contracts.Where(c => c.Key != ContractNames.RebalanceExecutor).ToDictionary() };
        List<PoolFacts> pools = await ChainResolver.ResolveAsync(node, withoutExecutor, problems, cancellation).ConfigureAwait(false);
        Address? lendingPool = (terms.LendingMarket ?? config.Portfolio.Lending?.Market) is { } market
            ? await LendingResolver.PoolOfAsync(node, market, problems, cancellation).ConfigureAwait(false) : null;
        if (problems.Count > 0)
            throw new ConfigException(problems);
        return await DeployAsync(node, signer, callers, config, pools, terms, lendingPool, cancellation).ConfigureAwait(false);
    }

    private static async Task<DeployedExecutor> DeployAsync(
        EthereumNode node, IAccountSigner signer, Address[] callers, ConfigFile config, List<PoolFacts> pools, ExecutorTerms terms,
        Address? lendingPool, CancellationToken cancellation)
    {
        ExecutorChain chain = new()
        {
            PoolManager = terms.PoolManager ?? pools.Find(pool => pool.Kind == UniswapV4Pool.KindName)?.Address ?? Address.Zero,
            Balancer = terms.Balancer ?? BalancerOf(pools),
            Permit2 = terms.Permit2 ?? await CanonicalPermit2Async(node, cancellation).ConfigureAwait(false),
            WrappedNative = config.Assets[config.Native.Index].Address,
        };
        Hash32[] markets = [.. pools.Where(pool => ExecutorEncoder.PoolKinds.Contains(pool.Kind)).SelectMany(ExecutorEncoder.MarketsOf).Distinct()];
        byte[] creation = ExecutorCalls.Creation(terms.Vault ?? signer.Address, terms.Guardian ?? Address.Zero, chain, callers, markets, lendingPool);
        AccountSender sender = new(node, signer, FeeOptions.For(config.Chain.Rules), (ulong)(config.Submit.MaxFeePerGasGwei * 1e9));
        ulong nonce = await node.NonceAsync(signer.Address, BlockRef.Pending, cancellation).ConfigureAwait(false);
        Receipt receipt = await sender.SendAsync("the executor's creation", null, creation, null, cancellation).ConfigureAwait(false);
        Address executor = receipt.ContractAddress ?? AccountAddress.OfCreated(signer.Address, nonce);

        ExecutorArtifact artifact = lendingPool is null ? ExecutorArtifact.Current : ExecutorArtifact.Leveraged;
        if (!artifact.IsCodeOf(await node.CodeAsync(executor, BlockRef.Latest, cancellation).ConfigureAwait(false)))
            throw new InvalidOperationException($"what stands at {executor} is not the code that {receipt.TransactionHash} created: does the node follow the chain?");
        EthCallOutcome[] answers = await node.CallManyAsync(ExecutorFacts.Questions(executor, signer.Address, markets), BlockRef.Latest, cancellation).ConfigureAwait(false);
        return new DeployedExecutor(executor, receipt.TransactionHash, receipt.GasUsed,
            ExecutorFacts.Read(markets, answers) ?? throw new InvalidOperationException($"the new executor {executor} does not answer"),
            lendingPool);
    }

    private static Address BalancerOf(List<PoolFacts> pools)
    {
        foreach (PoolFacts pool in pools)
            if (pool.Kind is BalancerWeightedPool.KindName or BalancerStablePool.KindName
                && Address.TryParse(pool.Parameters.GetValueOrDefault("vault", ""), out Address vault))
                return vault;
        return Address.Zero;
    }

    private static async Task<Address> CanonicalPermit2Async(EthereumNode node, CancellationToken cancellation) =>
        (await node.CodeAsync(s_permit2, BlockRef.Latest, cancellation).ConfigureAwait(false)).Length > 0 ? s_permit2 : Address.Zero;
}
