using System.Diagnostics;
using System.Text.Json;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Measures;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution.Mempool;
using FastRebalance.Tests;

namespace FastRebalance.ChainTests;

/// <summary>
/// The executor's market, with the published Universal Router beside it, rich rivals who have allowed every router, and the node's pool held still
/// while a test looks at it. Each test puts the chain back.
/// </summary>
public sealed class MempoolChain : IAsyncLifetime
{
    public const ulong Gwei = 1_000_000_000;

    // keccak of the creation code of Uniswap's own pairs and pools, as its router wants them.
    private const string PairCode = "0x96e8ac4277198ff8b6f785478aa9a39f403cb768dd02cbee326c3e7da348845f";
    private const string PoolCode = "0xe34f199b19b2b4f47f68442619d555527d244f78a3297ea89325f843f87b8b54";
    private const string RouterPackage = "@uniswap/universal-router@2.1.0";
    private static readonly string[] Symbols = ["WETH", "USDC", "DAI", "WBTC", "LINK"];

    public ExecutorMarket Market { get; } = new();

    public EthereumNode Node => Market.Node;

    /// <summary>Zero where the package could not be had.</summary>
    public Address UniversalRouter { get; private set; }

    public Address V2Router => Market.Chain.Manifest.Contract("uniswapV2Router02");

    public Address V3Router => Market.Chain.Manifest.Contract("uniswapV3SwapRouter");

    public Address SwapRouter02 => Market.Chain.Manifest.Contract("swapRouter02");

    public Address Positions => Market.Chain.Manifest.Contract("uniswapV3PositionManager");

    /// <summary>Whoever trades against us, and a second one.</summary>
    public Address Rival => Market.Chain.Manifest.Account("spare-4");

    public Address Other => Market.Chain.Manifest.Account("spare-3");

    public Address Third => Market.Chain.Manifest.Account("spare-2");

    public async ValueTask InitializeAsync()
    {
        await Market.InitializeAsync();
        await CreateUniversalRouterAsync();
        foreach (Address account in new[] { Rival, Other, Third })
            await EndowAsync(account);
    }

    public ValueTask DisposeAsync() => Market.DisposeAsync();

    public AssetId Asset(string symbol) => AssetId.FromIndex(Array.IndexOf(Symbols, symbol));

    public Address Token(string symbol) => Market.Token(symbol);

    /// <summary>Whole tokens in base units.</summary>
    public static UInt256 Units(string symbol, double whole) =>
        PoolMath.BaseUnits(whole * Math.Pow(10, symbol switch { "USDC" => 6, "WBTC" => 8, _ => 18 }));

    /// <summary>Every pool of the chain as it stands, and who is who.</summary>
    public async Task<MempoolMarket> ReadMarketAsync(params Address[] own)
    {
        List<(string Kind, PoolSite Site)> sites =
        [
            .. Market.Chain.Manifest.Pools.Select(pool => (pool.Kind, new PoolSite(pool.Address))),
            (UniswapV4Pool.KindName, new PoolSite(Market.PoolManager, Market.V4.Parameters(Market.Weth))),
            (UniswapV4Pool.KindName, new PoolSite(Market.PoolManager, Market.V4Native.Parameters(Market.Weth))),
            (BalancerWeightedPool.KindName, new PoolSite(Market.Weighted)),
        ];
        List<Pool> pools = [];
        foreach ((string kindName, PoolSite site) in sites)
        {
            Assert.True(PoolKinds.TryFind(kindName, out PoolKind? kind));
            PoolFacts facts = await kind.DescribeAsync(site, AskAsync);
            Pool pool = kind.Create(facts, PoolId.FromIndex(pools.Count), [.. facts.Tokens.Select(AssetOf)]);
            await pool.FillAsync(AskAsync);
            Assert.True(pool.IsReady);
            pools.Add(pool);
        }
        return new MempoolMarket([.. Symbols.Select(Token)], pools, new MempoolContracts
        {
            V2Routers = [new PairFamily(V2Router)],
            V3Routers = [new PairFamily(SwapRouter02), new PairFamily(V3Router)],
            UniversalRouters = UniversalRouter.IsZero ? [] : [new PairFamily(UniversalRouter)],
            V3Positions = [Positions],
            Permit2 = ExecutorMarket.Permit2,
            WrappedNative = Market.Weth,
            Executors = [Market.Executor],
            Own = own,
        });
    }

    public static Pool PoolOf(MempoolMarket market, Address address) => market.Pools.First(pool => pool.Address == address);

    /// <summary>What the node has pending, in no order.</summary>
    public async Task<IReadOnlyList<NodeTransaction>> PendingAsync() =>
        [.. NodeJson.PoolContent(await Node.InvokeAsync("txpool_content"))];

    /// <summary>The calls as a feed would tell them, decoded and pooled.</summary>
    public async Task<PendingPool> PoolPendingAsync(MempoolMarket market, params Address[] own)
    {
        PendingPool pool = new(new PendingPoolOptions { Capacity = 256, EffectCapacity = 64, EffectsEach = 24 }, own);
        BlockHeader head = (await Node.BlockAsync(BlockRef.Latest))!;
        pool.OnBlock(head.Number, NextBaseFee.After(head.BaseFeePerGasWei, head.GasUsed, head.GasLimit), head.GasLimit, []);
        CallDecoder decoder = new(market);
        PendingEffect[] effects = new PendingEffect[32];
        foreach (NodeTransaction body in await PendingAsync())
        {
            DecodeVerdict verdict = decoder.Decode(body.To.GetValueOrDefault(), body.From, body.ValueWei, body.Input, effects, out int count);
            PendingTransactionView view = new()
            {
                Hash = body.Hash,
                Sender = body.From,
                Nonce = body.Nonce,
                GasLimit = body.GasLimit,
                ValueWei = body.ValueWei,
                MaxFeePerGasWei = body.MaxFeePerGasWei,
                TipPerGasWei = body.MaxPriorityFeePerGasWei,
                Verdict = verdict,
            };
            pool.Add(in view, effects.AsSpan(0, count), MonotonicClock.NowNs);
        }
        return pool;
    }

    /// <summary>Asks the chain whether a pool stands exactly as this copy does.</summary>
    public async Task<bool> IsChainAsync(Pool pool)
    {
        List<PoolCall> calls = [];
        pool.AppendReconcileCalls(calls);
        return pool.Reconciles(await AskAsync(calls));
    }

    /// <summary>Posts several transactions of one account behind one another, which only the node's own nonces make possible.</summary>
    public async Task<Hash32> PostAsync(Address from, Address to, byte[] data, ulong tipWei, UInt256 value = default, ulong ahead = 0)
    {
        ulong nonce = await Node.NonceAsync(from, BlockRef.Latest) + ahead;
        JsonElement hash = await Node.InvokeAsync("eth_sendTransaction", writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("from"u8, from.ToString());
            writer.WriteString("nonce"u8, Hex.Quantity(nonce));
            writer.WriteString("to"u8, to.ToString());
            writer.WriteString("input"u8, Hex.Encode(data));
            writer.WriteString("value"u8, Hex.Quantity(value));
            writer.WriteString("gas"u8, Hex.Quantity(2_000_000UL));
            writer.WriteString("maxFeePerGas"u8, Hex.Quantity(100 * Gwei + tipWei));
            writer.WriteString("maxPriorityFeePerGas"u8, Hex.Quantity(tipWei));
            writer.WriteEndObject();
        });
        return Hash32.Parse(hash.GetString());
    }

    /// <summary>What the chain says to a call on its newest state.</summary>
    public async Task<string> WhyAsync(Address from, Address to, byte[] data, UInt256 value)
    {
        try
        {
            return (await Node.InvokeAsync("eth_call", writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("from"u8, from.ToString());
                writer.WriteString("to"u8, to.ToString());
                writer.WriteString("input"u8, Hex.Encode(data));
                writer.WriteString("value"u8, Hex.Quantity(value));
                writer.WriteEndObject();
                writer.WriteStringValue("latest"u8);
            })).ToString();
        }
        catch (RpcErrorException refused)
        {
            return $"{refused.Message} {Hex.Encode(refused.Error.RevertData())}";
        }
    }

    public async Task<byte[][]> AskAsync(List<PoolCall> calls) =>
        [.. (await Node.CallManyAsync([.. calls.Select(call => new EthCall(call.To, call.Data))], BlockRef.Latest))
            .Select(answer => answer.Success ? answer.Data : [])];

    private AssetId AssetOf(Address token) => Asset(Symbols.Single(symbol => Token(symbol) == token));

    private async Task EndowAsync(Address account)
    {
        foreach ((string symbol, double whole) in new[] { ("WETH", 1_000.0), ("USDC", 3_000_000), ("DAI", 1_000_000), ("WBTC", 30), ("LINK", 20_000) })
        {
            await Market.Deployer.CallAsync("endowment", Token(symbol), Erc20.Transfer(account, Units(symbol, whole)), 200_000, default);
            await Market.Deployer.MineAsync(default);
            foreach (Address spender in new[] { V2Router, V3Router, SwapRouter02, Positions, Market.BalancerVault, ExecutorMarket.Permit2, UniversalRouter })
                if (!spender.IsZero)
                    (await Market.SendAsync(account, Token(symbol), Erc20.Approve(spender, UInt256.MaxValue))).MustSucceed();
            if (!UniversalRouter.IsZero)
                (await Market.SendAsync(account, ExecutorMarket.Permit2, Permit2.Approve(Token(symbol), UniversalRouter, (UInt256.One << 160) - 1, (1UL << 48) - 1)))
                    .MustSucceed();
        }
    }

    private async Task CreateUniversalRouterAsync()
    {
        string? artifact = await FetchRouterAsync();
        if (artifact is null)
            return;
        byte[] code = await ContractArtifact.ReadCode(artifact, default);
        UniversalRouter = await Market.Deployer.CreateAsync("universal router", CallData.Creation(code, 10, (ref AbiWriter writer) =>
        {
            writer.WriteAddress(ExecutorMarket.Permit2);
            writer.WriteAddress(Market.Weth);
            writer.WriteAddress(Market.Chain.Manifest.Contract("uniswapV2Factory"));
            writer.WriteAddress(Market.Chain.Manifest.Contract("uniswapV3Factory"));
            writer.WriteHash(Hash32.Parse(PairCode));
            writer.WriteHash(Hash32.Parse(PoolCode));
            writer.WriteAddress(Market.PoolManager);
            writer.WriteAddress(Positions);
            writer.WriteAddress(Positions); // no manager of V4 positions here, and the router wants something
            writer.WriteAddress(Address.Zero);
        }), 12_000_000, default);
        await Market.Deployer.MineAsync(default);
    }

    /// <summary>The router's artifact out of its package, which is fetched once; null without npm or network.</summary>
    private static async Task<string?> FetchRouterAsync()
    {
        string folder = Path.Combine(SharedFiles.Root, "artifacts", "universal-router");
        string artifact = Path.Combine(folder, "package", "artifacts", "contracts", "UniversalRouter.sol", "UniversalRouter.json");
        if (File.Exists(artifact))
            return artifact;
        Directory.CreateDirectory(folder);
        return await RunAsync(folder, "npm", "pack", RouterPackage, "--silent")
            && await RunAsync(folder, "tar", "xzf", "uniswap-universal-router-2.1.0.tgz") && File.Exists(artifact) ? artifact : null;
    }

    private static async Task<bool> RunAsync(string folder, string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
