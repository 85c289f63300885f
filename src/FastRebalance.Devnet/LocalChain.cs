using System.Globalization;
using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Files;
using FastRebalance.Devnet.Install;
using FastRebalance.Devnet.Lending;
using FastRebalance.Devnet.Market;
using FastRebalance.Devnet.Node;
using FastRebalance.Devnet.Noise;
using FastRebalance.Devnet.Relay;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Devnet;

/// <summary>
/// A running local chain of real parts: a node on 127.0.0.1 with the published bytecode of the exchanges, a market with liquidity,
/// a desk that is off its target, and files from which the engine starts as on any other chain. It ends on dispose, and also when
/// this process is killed.
/// </summary>
/// <remarks>
/// <code>
/// await using LocalChain chain = await LocalChain.StartAsync(new DevnetOptions { OutputDirectory = "devnet", Noise = true });
/// </code>
/// </remarks>
public sealed class LocalChain : IAsyncDisposable
{
    public const ulong ChainId = 31337;
    internal const string ExecutorName = "rebalanceExecutor";
    private const string LenderName = "lender";
    private const string LockFile = "devnet.lock";
    private const ulong ExecutorGas = 7_000_000;
    private static readonly UInt256 PlentyOfWei = PoolMath.BaseUnits(1e30);

    private readonly AnvilNode _process;
    private readonly FileStream _lock;
    private int _disposed;

    private LocalChain(AnvilNode process, FileStream held, EthereumNode node, DevnetManifest manifest, string directory)
    {
        _process = process;
        _lock = held;
        Node = node;
        Manifest = manifest;
        Directory = directory;
    }

    public DevnetManifest Manifest { get; }

    /// <summary>Full path of the output directory.</summary>
    public string Directory { get; }

    public string ManifestPath => Path.Combine(Directory, "manifest.json");

    /// <summary>A configuration for the engine; not written when the market was not deployed.</summary>
    public string ConfigPath => Path.Combine(Directory, "config.json");

    /// <summary>A connection of the chain's own, for whoever started it; closed on dispose.</summary>
    public EthereumNode Node { get; }

    public int NodeProcessId => _process.ProcessId;

    /// <summary>Completes when the node has ended, by dispose or by itself.</summary>
    public Task Exited => _process.Exited;

    /// <summary>The trader who keeps prices moving; null without noise.</summary>
    public NoiseTrader? Noise { get; private set; }

    /// <summary>Installs what is missing, starts the node, deploys the market, writes the files; blocks then come in time.</summary>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    /// <exception cref="DevnetInstallException">The real parts cannot be installed.</exception>
    /// <exception cref="InvalidOperationException">The node did not start, a deployment failed, or the directory is in use.</exception>
    public static Task<LocalChain> StartAsync(DevnetOptions options, CancellationToken cancellationToken = default) =>
        StartAsync(options, options.BlockTime, cancellationToken);

    /// <summary>
    /// The same for tests: a block for each transaction, at once, and no noise whatever the options say. Set
    /// <see cref="DevnetOptions.DeployMarket"/> to false for an empty chain.
    /// </summary>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    /// <exception cref="DevnetInstallException">The real parts cannot be installed.</exception>
    /// <exception cref="InvalidOperationException">The node did not start, a deployment failed, or the directory is in use.</exception>
    public static Task<LocalChain> StartBareAsync(DevnetOptions options, CancellationToken cancellationToken = default) =>
        StartAsync(options with { Noise = false }, null, cancellationToken);

    /// <summary>The relay's stand-in, which makes the blocks; null without one.</summary>
    public LocalRelay? Relay { get; private set; }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        if (Relay is not null)
            await Relay.DisposeAsync().ConfigureAwait(false);
        if (Noise is not null)
            await Noise.DisposeAsync().ConfigureAwait(false);
        await Node.DisposeAsync().ConfigureAwait(false);
        await _process.DisposeAsync().ConfigureAwait(false);
        await _lock.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<LocalChain> StartAsync(DevnetOptions options, TimeSpan? blockTime, CancellationToken cancellationToken)
    {
        options.Validate();
        DevnetParts parts = await new DevnetInstaller(options.PartsDirectory, options.Progress).EnsureAsync(cancellationToken)
            .ConfigureAwait(false);
        string directory = System.IO.Directory.CreateDirectory(options.OutputDirectory).FullName;
        FileStream held = InstallLock.TryAcquire(Path.Combine(directory, LockFile))
            ?? throw new InvalidOperationException($"another local chain runs in {directory}: stop it or choose another directory");
        AnvilNode? process = null;
        EthereumNode? node = null;
        try
        {
            AnvilOptions anvil = new(options.Seed, ChainId, options.Port, blockTime, null);
            process = await AnvilNode.StartAsync(parts.NodeProgram, anvil, directory, cancellationToken).ConfigureAwait(false);
            node = await ConnectAsync(process, cancellationToken).ConfigureAwait(false);
            return await SetUpAsync(options, parts, directory, held, process, node, blockTime, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            if (node is not null)
                await node.DisposeAsync().ConfigureAwait(false);
            if (process is not null)
                await process.DisposeAsync().ConfigureAwait(false);
            await held.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<EthereumNode> ConnectAsync(AnvilNode process, CancellationToken cancellationToken)
    {
        string endpoint = process.SocketPath is { } socket ? "ipc:" + socket : WebSocketOf(process.Port);
        EthereumNode node = await EthereumNode.ConnectAsync(endpoint, cancellationToken).ConfigureAwait(false);
        await NodeCheats.Silence(node, cancellationToken).ConfigureAwait(false);
        return node;
    }

    private static async Task<LocalChain> SetUpAsync(
        DevnetOptions options, DevnetParts parts, string directory, FileStream held, AnvilNode process, EthereumNode node, TimeSpan? blockTime,
        CancellationToken cancellationToken)
    {
        Address[] unlocked = await NodeCheats.Accounts(node, cancellationToken).ConfigureAwait(false);
        DevnetManifest manifest = new()
        {
            ChainId = ChainId,
            Seed = options.Seed,
            Http = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{process.Port}"),
            WebSocket = WebSocketOf(process.Port),
            Ipc = process.SocketPath,
            Accounts = [.. unlocked.Select((account, index) => new DevnetAccount(RoleOf(index), account))],
        };
        if (!options.DeployMarket)
        {
            LocalRelay? bare = options.Relay ? await StartRelayAsync(options, directory, node, blockTime, cancellationToken).ConfigureAwait(false) : null;
            return Announce(new LocalChain(process, held, node, manifest with { Relay = bare?.Url }, directory) { Relay = bare }, options);
        }

        options.Progress?.Invoke("deploying tokens, exchanges and pools");
        MarketPlan plan = MarketPlan.Create(options.Seed);
        (DeployedMarket market, Address desk, Address executor) = await DeployAsync(options, parts, directory, plan, node, unlocked, cancellationToken)
            .ConfigureAwait(false);
        manifest = manifest with
        {
            Tokens = [.. market.Tokens.Select(token => new DevnetToken(token.Plan.Symbol, token.Address, token.Plan.Decimals))],
            Pools = [.. market.Pools.Select(pool => new DevnetPool(
                pool.Plan.Kind, pool.Address, pool.Token0.Address, pool.Token1.Address, pool.Plan.FeePips))],
            Contracts = new Dictionary<string, Address>(market.Contracts.ByName()) { [ExecutorName] = executor },
            Accounts = [new DevnetAccount("desk", desk), .. manifest.Accounts],
        };
        IReadOnlyList<LendingDesk> desks = [];
        if (options.WithAave)
            (manifest, desks) = await WithLendingAsync(options, market, directory, node, unlocked, manifest, cancellationToken).ConfigureAwait(false);
        // Last, since it takes the blocks over: what was deployed is mined.
        LocalRelay? relay = options.Relay ? await StartRelayAsync(options, directory, node, blockTime, cancellationToken).ConfigureAwait(false) : null;
        manifest = manifest with { Relay = relay?.Url };
        LocalChain chain = Announce(new LocalChain(process, held, node, manifest, directory) { Relay = relay }, options);
        OutputFile.Write(chain.ConfigPath, writer => ConfigWriter.Write(writer, manifest, directory, [.. desks.Select(one => one.Files.Config)]));
        foreach (LendingDesk one in desks)
            OutputFile.Write(Path.Combine(directory, one.Files.Config), writer => ConfigWriter.WriteDesk(writer, manifest, directory, one));
        if (options.Noise)
        {
            PriceKeeper? keeper = manifest.Reserves.Count > 0 ? new PriceKeeper(node, unlocked[0], manifest.Reserves) : null;
            chain.Noise = await NoiseTrader.StartAsync(node, market, plan, unlocked[1], options, keeper, cancellationToken).ConfigureAwait(false);
        }
        return chain;
    }

    private static async Task<(DeployedMarket Market, Address Desk, Address Executor)> DeployAsync(
        DevnetOptions options, DevnetParts parts, string directory, MarketPlan plan, EthereumNode node, Address[] unlocked,
        CancellationToken cancellationToken)
    {
        await NodeCheats.SetBalance(node, unlocked[0], PlentyOfWei, cancellationToken).ConfigureAwait(false);
        await NodeCheats.SetBalance(node, unlocked[1], PlentyOfWei, cancellationToken).ConfigureAwait(false);
        SetupSender deployer = new(node, unlocked[0], firstNonce: 0);
        DeployedMarket market = await new MarketDeployer(node, deployer, parts, plan).DeployAsync(cancellationToken).ConfigureAwait(false);

        using DeskAccount desk = DeskAccount.Create(options.Seed, ChainId, directory, DeskFiles.Main);
        await desk.FundAsync(node, deployer, market, cancellationToken).ConfigureAwait(false);
        Address executor = await deployer.CreateAsync(
            "the desk's executor", ExecutorCalls.Creation(
                desk.Address, unlocked[0], new ExecutorChain { WrappedNative = market.Contracts.Weth }, [desk.Address],
                [.. market.Pools.Select(pool => ExecutorCalls.MarketOf(pool.Address, pool.Token0.Address, pool.Token1.Address))]), ExecutorGas, cancellationToken).ConfigureAwait(false);
        await desk.ApproveAsync(node, deployer, market, [market.Contracts.SwapRouter02, executor], cancellationToken).ConfigureAwait(false);
        await NoiseTrader.FundAsync(deployer, new SetupSender(node, unlocked[1], firstNonce: 0), market, cancellationToken)
            .ConfigureAwait(false);
        await deployer.MineAsync(cancellationToken).ConfigureAwait(false);
        return (market, desk.Address, executor);
    }

    private static async Task<(DevnetManifest Manifest, IReadOnlyList<LendingDesk> Desks)> WithLendingAsync(
        DevnetOptions options, DeployedMarket market, string directory, EthereumNode node, Address[] unlocked, DevnetManifest manifest,
        CancellationToken cancellationToken)
    {
        DevnetParts parts = await new AaveInstaller(options.PartsDirectory, options.Progress).EnsureAsync(cancellationToken).ConfigureAwait(false);
        options.Progress?.Invoke("deploying the lending market");
        ulong nonce = await node.NonceAsync(unlocked[0], BlockRef.Latest, cancellationToken).ConfigureAwait(false);
        Address lender = unlocked[^1];
        SetupSender deployer = new(node, unlocked[0], nonce);
        LendingContracts lending = await new LendingDeployer(node, deployer, parts).DeployAsync(market, lender, cancellationToken).ConfigureAwait(false);
        options.Progress?.Invoke("opening the desks' positions in the lending market");
        IReadOnlyList<LendingDesk> desks = await new LendingDeskOpener(options, node, deployer, market, lending, directory)
            .OpenAsync(cancellationToken).ConfigureAwait(false);
        return (manifest with
        {
            Contracts = manifest.Contracts.Concat(lending.ByName()).ToDictionary(),
            Reserves = lending.Reserves,
            Accounts =
            [
                manifest.Accounts[0], .. desks.Select(desk => new DevnetAccount(desk.Name, desk.Account)),
                .. desks.Select(desk => new DevnetAccount($"{desk.Name}-safety", desk.Safety)),
                .. manifest.Accounts.Skip(1).Select(account => account.Address == lender ? account with { Name = LenderName } : account),
            ],
        }, desks);
    }

    private static Task<LocalRelay> StartRelayAsync(
        DevnetOptions options, string directory, EthereumNode node, TimeSpan? blockTime, CancellationToken cancellationToken)
    {
        RelayKeyFile.Write(directory, options.Seed);
        return LocalRelay.StartAsync(node, new LocalRelayOptions { BlockTime = blockTime, Progress = options.Progress }, cancellationToken);
    }

    private static LocalChain Announce(LocalChain chain, DevnetOptions options)
    {
        OutputFile.Write(chain.ManifestPath, chain.Manifest.Write);
        options.Progress?.Invoke($"the chain answers at {chain.Manifest.Http}; see {chain.ManifestPath}");
        return chain;
    }

    private static string WebSocketOf(int port) => string.Create(CultureInfo.InvariantCulture, $"ws://127.0.0.1:{port}");

    private static string RoleOf(int index) => index switch
    {
        0 => "deployer",
        1 => "noise",
        _ => string.Create(CultureInfo.InvariantCulture, $"spare-{index - 1}"),
    };
}
