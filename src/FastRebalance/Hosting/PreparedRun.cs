using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Engine;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Execution;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Presigning;
using FastRebalance.Execution.Transactions;

namespace FastRebalance.Hosting;

/// <summary>
/// A configuration that was found right in every respect, against the chain as well: what a run, a quote and the doctor start from.
/// Owns the connection and the keys.
/// </summary>
public sealed class PreparedRun : IAsyncDisposable
{
    private const byte SafetyLane = 1;

    private readonly IReadOnlyList<Func<EthereumNode, ISubmitChannel>> _channels;
    private readonly IReadOnlyList<Func<EthereumNode, ISubmitChannel>> _safetyChannels;

    private PreparedRun(
        ConfigFile config, EthereumNode node, IAccountSigner signer, IAccountSigner? safetySigner, PortfolioPolicy policy, ResolvedSetup setup, ExecutorFacts? executor, LendingSetup? lending,
        IReadOnlyList<Func<EthereumNode, ISubmitChannel>> channels, IReadOnlyList<Func<EthereumNode, ISubmitChannel>> safetyChannels)
    {
        _channels = channels;
        _safetyChannels = safetyChannels;
        SafetySigner = safetySigner;
        Executor = executor;
        Lending = lending;
        Config = config;
        Node = node;
        Signer = signer;
        Policy = policy;
        Setup = setup;
    }

    public ConfigFile Config { get; }

    public EthereumNode Node { get; }

    internal IAccountSigner Signer { get; }

    /// <summary>Signs safety orders; null where the account signs all.</summary>
    internal IAccountSigner? SafetySigner { get; }

    internal PortfolioPolicy Policy { get; }

    /// <summary>The facts, with epoch 0 until a journal gives the run its number.</summary>
    public ResolvedSetup Setup { get; }

    /// <summary>The account that signs and pays the gas.</summary>
    public Address Account => Signer.Address;

    /// <summary>Who holds what is traded: the executor's vault, or the account.</summary>
    public Address Holder => Executor?.Vault ?? Account;

    /// <summary>What the configured executor says of itself; null where orders go to a router.</summary>
    public ExecutorFacts? Executor { get; }

    /// <summary>What the chain shows that is odd, and no mistake.</summary>
    public IReadOnlyList<Finding> Advice { get; private init; } = [];

    /// <summary>The lending market that the portfolio borrows in; null where it only holds.</summary>
    public LendingSetup? Lending { get; }

    /// <summary>Reads a configuration and checks everything that can be checked without sending anything.</summary>
    /// <param name="path">The configuration's file.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ConfigException">Every mistake that was found, in the file and in what it says about the chain.</exception>
    /// <exception cref="RpcTransportException">No endpoint answers, and nothing else is wrong.</exception>
    public static Task<PreparedRun> PrepareAsync(string path, CancellationToken cancellation)
    {
        List<ConfigProblem> problems = [];
        ConfigFile? config = ConfigReader.TryRead(path, problems);
        return config is null ? throw new ConfigException(problems) : PrepareAsync(config, problems, cancellation);
    }

    /// <summary>As <see cref="PrepareAsync(string, CancellationToken)"/>, for a configuration that was read.</summary>
    public static Task<PreparedRun> PrepareAsync(ConfigFile config, CancellationToken cancellation) => PrepareAsync(config, [], cancellation);

    private static async Task<PreparedRun> PrepareAsync(ConfigFile config, List<ConfigProblem> problems, CancellationToken cancellation)
    {
        PortfolioPolicy? policy = PolicyFactory.Build(config, problems);
        Composition.Feeds.Check(config, problems);
        IAccountSigner? signer = await KeyLoader.OpenAsync(config, problems, cancellation).ConfigureAwait(false);
        IReadOnlyList<Func<EthereumNode, ISubmitChannel>> channels = Composition.Channels.Bind(config, signer?.Address ?? Address.Zero, problems);
        IReadOnlyList<Func<EthereumNode, ISubmitChannel>> safetyChannels = [];
        IAccountSigner? safety = null;
        EthereumNode? node = null;
        try
        {
            if (config.SafetyAccount is { } second)
            {
                safety = await KeyLoader.OpenAsync(config, second, ConfigReader.SafetyAccountSection, problems, cancellation).ConfigureAwait(false);
                safetyChannels = BindAgain(config, safety?.Address ?? Address.Zero, problems);
                CheckApart(signer, safety, problems);
            }
            if (config.Chain.Endpoints.Count == 0)
                throw new ConfigException(problems);
            node = await ConnectAsync(config, problems, cancellation).ConfigureAwait(false);
            var pools = await ChainResolver.ResolveAsync(node, config, problems, cancellation).ConfigureAwait(false);
            if (problems.Count > 0 || policy is null || signer is null || (config.SafetyAccount is not null && safety is null))
                throw new ConfigException(problems);
            ResolvedSetup setup = new()
            {
                ChainId = config.Chain.Id,
                Epoch = 0,
                Account = signer.Address.ToString(),
                Router = (config.Contracts.TryGetValue(ContractNames.RebalanceExecutor, out Address target) ? target : config.Contracts[ContractNames.SwapRouter02])
                    .ToString(),
                Numeraire = config.Assets[config.Numeraire.Index].Symbol,
                Native = config.Assets[config.Native.Index].Symbol,
                Assets = [.. config.Assets.Select(a => new ResolvedAsset(a.Symbol, a.Address.ToString(), a.Decimals))],
                Pools = [.. pools.Select(ResolvedPool.From)],
                SafetyPreempts = safety is not null,
                Borrows = config.Portfolio.Lending is not null,
            };
            CheckPoolKinds(config, problems);
            ExecutorFacts? executor = await ReadExecutorAsync(node, config, signer.Address, problems, cancellation).ConfigureAwait(false);
            LendingSetup? lending = await LendingResolver.ResolveAsync(node, config, problems, cancellation).ConfigureAwait(false);
            LiquidityResolver liquidity = new(node, config, pools, executor?.Vault ?? signer.Address);
            setup = setup with { Liquidity = await liquidity.ResolveAsync(problems, cancellation).ConfigureAwait(false) };
            if (safety is not null && problems.Count == 0)
                await CheckTrustAsync(node, config, safety.Address, problems, cancellation).ConfigureAwait(false);
            return problems.Count == 0
                ? new PreparedRun(config, node, signer, safety, policy, setup, executor, lending, channels, safetyChannels) { Advice = liquidity.Advice }
                : throw new ConfigException(problems);
        }
        catch
        {
            signer?.Dispose();
            safety?.Dispose();
            if (node is not null)
                await node.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What the executor is told.</summary>
    internal ExecutionSetup ToExecutionSetup(bool dryRun) => new()
    {
        ChainId = Setup.ChainId,
        Account = Account,
        Router = Config.Contracts.GetValueOrDefault(ContractNames.SwapRouter02),
        Executor = Config.Contracts.GetValueOrDefault(ContractNames.RebalanceExecutor),
        Vault = Executor?.Vault ?? Address.Zero,
        Permit2 = Executor is { } executor && Config.Executor.UsesPermit2 ? executor.Chain.Permit2 : Address.Zero,
        MinFillBps = Config.Executor.MinFillBps,
        Intent = Config.Executor.Intent,
        Lending = Lending,
        Assets = [.. Config.Assets.Select(a => a.Address)],
        Pools = [.. Setup.Pools.Select(p => p.ToFacts())],
        MaxFeePerGasWei = (ulong)(Config.Submit.MaxFeePerGasGwei * 1e9),
        // The engine's clock stands while no head comes; the last look holds the head against the wall clock, by the same limit.
        MaxHeadAge = Config.Portfolio.Risk.MaxPriceAge,
        DryRun = dryRun,
        Fees = Config.Submit.Fees.Over(FeeOptions.For(Config.Chain.Rules)),
        DataFee = Config.Chain.Rules.DataFee,
        BlockTime = Config.Chain.Rules.BlockTime,
        FinalDepth = Config.Chain.Rules.FinalDepth,
        ReleaseDepth = Config.Chain.Rules.ReleaseDepth,
        RepriceAfterHeads = Config.Chain.Rules.RepriceAfterHeads,
        ResendAfterHeads = Config.Chain.Rules.ResendAfterHeads,
    };

    /// <summary>What the executor of safety orders is told; only where there is a signer for it.</summary>
    internal ExecutionSetup ToSafetySetup(bool dryRun) => ToExecutionSetup(dryRun) with { Account = SafetySigner!.Address, Lane = SafetyLane };

    /// <summary>What is signed ahead; null for nothing.</summary>
    internal PresignOptions? Presign => Config.Submit.Presign is var presign && (presign.IsEnabled ?? Executor is not null)
        ? presign.Options with { Ladder = presign.Options.Ladder with { SizesOnChain = Executor is not null } }
        : null;

    /// <summary>The configured channels, made anew; those that hold connections are the caller's to dispose of.</summary>
    internal IReadOnlyList<ISubmitChannel> MakeChannels() => [.. _channels.Select(make => make(Node))];

    /// <summary>The same, for safety's sender.</summary>
    internal IReadOnlyList<ISubmitChannel> MakeSafetyChannels() => [.. _safetyChannels.Select(make => make(Node))];

    public async ValueTask DisposeAsync()
    {
        Signer.Dispose();
        SafetySigner?.Dispose();
        await Node.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>For another account: of the channels' mistakes only those that the first did not have.</summary>
    private static IReadOnlyList<Func<EthereumNode, ISubmitChannel>> BindAgain(ConfigFile config, Address account, List<ConfigProblem> problems)
    {
        List<ConfigProblem> found = [];
        IReadOnlyList<Func<EthereumNode, ISubmitChannel>> channels = Composition.Channels.Bind(config, account, found);
        problems.AddRange(found.Except(problems).ToArray());
        return channels;
    }

    private static void CheckApart(IAccountSigner? signer, IAccountSigner? safety, List<ConfigProblem> problems)
    {
        if (signer is not null && safety is not null && signer.Address == safety.Address)
            problems.Add(new ConfigProblem(
                ConfigReader.SafetyAccountSection, $"{safety.Address}, which is the account itself: its nonces are one line, and what is stuck holds up safety",
                "the key of another account"));
    }

    private static async Task CheckTrustAsync(
        EthereumNode node, ConfigFile config, Address caller, List<ConfigProblem> problems, CancellationToken cancellation)
    {
        ExecutorTrust needed = config.Executor.Intent is null ? ExecutorTrust.Full : ExecutorTrust.Intents;
        ExecutorFacts? facts = await ReadExecutorAsync(node, config, caller, problems, cancellation).ConfigureAwait(false);
        if (facts is not null && facts.Trust < needed)
            problems.Add(new ConfigProblem(
                ConfigReader.SafetyAccountSection,
                $"{caller}, which the executor {config.Contracts[ContractNames.RebalanceExecutor]} trusts with {facts.Trust}",
                $"a caller that it allows: its vault calls setTrust({caller}, {(int)needed})"));
    }

    private static void CheckPoolKinds(ConfigFile config, List<ConfigProblem> problems)
    {
        bool hasExecutor = config.Contracts.ContainsKey(ContractNames.RebalanceExecutor);
        IReadOnlyList<string> kinds = OrderEncoders.PoolKinds(hasExecutor);
        for (int i = 0; i < config.Pools.Count; i++)
            if (!kinds.Contains(config.Pools[i].Kind))
                problems.Add(new ConfigProblem(
                    $"pools[{i}].kind", $"\"{config.Pools[i].Kind}\", which {(hasExecutor ? "the executor" : "the router")} does not trade through",
                    hasExecutor || !ExecutorEncoder.PoolKinds.Contains(config.Pools[i].Kind)
                        ? $"one of {string.Join(", ", kinds)}" : $"contracts.{ContractNames.RebalanceExecutor}, or one of {string.Join(", ", kinds)}"));
    }

    /// <summary>Whose tokens the executor trades is the executor's own word; whether it may be used as it stands is asked when the run starts.</summary>
    private static async Task<ExecutorFacts?> ReadExecutorAsync(
        EthereumNode node, ConfigFile config, Address caller, List<ConfigProblem> problems, CancellationToken cancellation)
    {
        if (!config.Contracts.TryGetValue(ContractNames.RebalanceExecutor, out Address executor))
            return null;
        EthCallOutcome[] answers = await node.CallManyAsync(
            ExecutorFacts.Questions(executor, caller, []), BlockRef.Latest, cancellation).ConfigureAwait(false);
        ExecutorFacts? facts = ExecutorFacts.Read([], answers);
        string path = $"contracts.{ContractNames.RebalanceExecutor}";
        if (facts is null)
            problems.Add(new ConfigProblem(path, $"{executor}, which does not answer as an executor", "the address that `fastrebalance executor deploy` prints"));
        else if (config.Executor.UsesPermit2 && facts.Chain.Permit2.IsZero)
            problems.Add(new ConfigProblem("executor.permit2", "true, and the executor was deployed without Permit2", "false, or an executor that knows it"));
        return facts;
    }

    /// <summary>A node that does not answer ends the check, but what is wrong with the file is told along with it.</summary>
    internal static async Task<EthereumNode> ConnectAsync(ConfigFile config, List<ConfigProblem> problems, CancellationToken cancellation)
    {
        try
        {
            return await ConnectAsync(config, cancellation).ConfigureAwait(false);
        }
        catch (RpcTransportException e) when (problems.Count > 0)
        {
            problems.Add(new ConfigProblem("chain.endpoints", e.Message, "a node that answers"));
            throw new ConfigException(problems);
        }
    }
    /// <summary>
    /// Passes over endpoints of other chains. Where there are no others, one of those is taken all the same: the chain's id is held against the
    /// configuration's next, and the mistake told in full.
    /// </summary>
    private static async Task<EthereumNode> ConnectAsync(ConfigFile config, CancellationToken cancellation)
    {
        EthereumNodeOptions any = new() { Endpoints = config.Chain.Endpoints };
        if (config.Chain.Id == 0)
            return await EthereumNode.ConnectAsync(any, cancellation).ConfigureAwait(false);
        try
        {
            return await EthereumNode.ConnectAsync(
                new EthereumNodeOptions { Endpoints = config.Chain.Endpoints, ExpectedChainId = config.Chain.Id }, cancellation).ConfigureAwait(false);
        }
        catch (RpcTransportException)
        {
            return await EthereumNode.ConnectAsync(any, cancellation).ConfigureAwait(false);
        }
    }
}
