using System.Diagnostics;
using System.Text.Json;
using FastRebalance.Amm;
using FastRebalance.Amm.UniswapV3;
using FastRebalance.Core.Assets;
using FastRebalance.Devnet;
using FastRebalance.Devnet.Install;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Transactions;
using FastRebalance.Native.Machine;
using FastRebalance.Tests;

namespace FastRebalance.ChainTests;

/// <summary>
/// A local chain with the market of the devnet, and on it Uniswap V4, Balancer and Permit2 with pools of the same tokens, an executor for the
/// desk's account, and the accounts that use and attack it. Each test puts the chain back to where it was.
/// </summary>
public sealed class ExecutorMarket : IAsyncLifetime
{
    public const ulong Far = 1UL << 40;

    private const string V4Core = "@uniswap/v4-core/out/";
    private const string Balancer = "@balancer-labs/v2-deployments/dist/tasks/";
    private const string Permit2Source = "@uniswap/v4-periphery/lib/permit2/test/utils/DeployPermit2.sol";
    private const ulong TestGas = 5_000_000;

    private readonly DevnetFolder _folder = new();
    private readonly DevnetFolder _odd = new();
    private LocalChain? _chain;
    private SetupSender? _deployer;
    private DevnetParts? _parts;
    private ulong _decisions;

    public LocalChain Chain => _chain!;

    public EthereumNode Node => Chain.Node;

    internal SetupSender Deployer => _deployer!;

    /// <summary>The desk's own key: it signs intents.</summary>
    public TransactionSigner Desk { get; private set; } = null!;

    /// <summary>The account whose tokens are traded; the node signs for it here.</summary>
    public Address Vault => Desk.Address;

    public Address Caller { get; private set; }

    public Address IntentCaller { get; private set; }

    public Address Guardian { get; private set; }

    public Address Stranger { get; private set; }

    public Address Executor { get; private set; }

    public Address PoolManager { get; private set; }

    public Address BalancerVault { get; private set; }

    public static Address Permit2 { get; } = Address.Parse("0x000000000022D473030F116dDEE9F6B43aC78BA3");

    public Address Weth => Token("WETH");

    public Address Usdc => Token("USDC");

    public Address Wbtc => Token("WBTC");

    /// <summary>WETH and USDC on Uniswap V4, and the same with the chain's own coin.</summary>
    public UniswapV4PoolUnderTest V4 { get; private set; } = null!;

    public UniswapV4PoolUnderTest V4Native { get; private set; } = null!;

    /// <summary>WETH and USDC, half and half, on Balancer.</summary>
    public Address Weighted { get; private set; }

    public ExecutorChain Venues { get; private set; } = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _parts = await new DevnetInstaller().EnsureAsync();
        _chain = await LocalChain.StartBareAsync(new DevnetOptions { OutputDirectory = _folder.Path });
        Address deployer = Chain.Manifest.Account("deployer");
        _deployer = new SetupSender(Node, deployer, await Node.NonceAsync(deployer, BlockRef.Latest));
        Desk = await OpenDeskAsync();
        Caller = Chain.Manifest.Account("spare-1");
        IntentCaller = Chain.Manifest.Account("spare-2");
        Guardian = Chain.Manifest.Account("spare-3");
        Stranger = Chain.Manifest.Account("spare-4");
        await ImpersonateAsync(Vault);
        await DeployBalancerAsync();
        await DeployV4Async();
        await DeployPermit2Async();
        Venues = new ExecutorChain { PoolManager = PoolManager, Balancer = BalancerVault, Permit2 = Permit2, WrappedNative = Weth };
        Executor = await DeployExecutorAsync(Vault);
        await SendAsync(Vault, Executor, ExecutorCalls.SetTrust(IntentCaller, ExecutorTrust.Intents));
        foreach (string symbol in new[] { "WETH", "USDC", "WBTC", "DAI", "LINK" })
            await SendAsync(Vault, Token(symbol), Erc20.Approve(Executor, UInt256.MaxValue));
    }

    public async ValueTask DisposeAsync()
    {
        Desk.Dispose();
        if (_chain is not null)
            await _chain.DisposeAsync();
        _folder.Dispose();
        _odd.Dispose();
    }

    public Address Token(string symbol) => Chain.Manifest.Token(symbol).Address;

    public Address Pool(string kind, string a, string b, int feePips) => Chain.Manifest.Pools.Single(pool =>
        pool.Kind == kind && pool.FeePips == feePips
        && ((pool.Token0 == Token(a) && pool.Token1 == Token(b)) || (pool.Token0 == Token(b) && pool.Token1 == Token(a)))).Address;

    /// <summary>A decision that no test used before.</summary>
    public UInt256 NextDecision() => ++_decisions;

    // ---- legs ----

    public ExecutorLeg Leg(ExecutorVenue venue, string sell, string buy, UInt256 amount, UInt256 limitX96) => new()
    {
        Venue = venue,
        FeePips = venue switch
        {
            ExecutorVenue.UniswapV2 => 3000,
            ExecutorVenue.UniswapV4 => V4.Fee,
            _ => 0,
        },
        TickSpacing = venue == ExecutorVenue.UniswapV4 ? V4.Spacing : 0,
        Pool = venue switch
        {
            ExecutorVenue.UniswapV2 => Pool("uniswap-v2", sell, buy, 3000),
            ExecutorVenue.UniswapV3 => Pool("uniswap-v3", sell, buy, 3000),
            ExecutorVenue.UniswapV4 => Address.Zero,
            _ => Weighted,
        },
        TokenIn = Token(sell),
        TokenOut = Token(buy),
        MaxIn = amount,
        LimitPriceX96 = limitX96,
        MinFill = 1,
    };

    /// <summary>So many units out for so many in, as a limit price; rounded down.</summary>
    public static UInt256 Limit(UInt256 unitsOut, UInt256 unitsIn)
    {
        Assert.True(UInt256.TryMulDiv(unitsOut, UInt256.One << 96, unitsIn, out UInt256 limit));
        return limit;
    }

    // ---- calls ----

    /// <summary>Runs a basket from the trusted caller.</summary>
    public Task<ExecutorRun> RunAsync(params ExecutorLeg[] legs) => RunAsync(Caller, NextDecision(), legs);

    public Task<ExecutorRun> RunAsync(Address from, UInt256 decision, params ExecutorLeg[] legs) =>
        SendAsync(from, Executor, ExecutorCalls.Exec(in decision, Far, Far, legs));

    /// <summary>Sends a transaction with plenty of gas and waits for its block; a revert comes back with its reason.</summary>
    public async Task<ExecutorRun> SendAsync(Address from, Address to, byte[] data, UInt256 value = default)
    {
        EthCallOutcome asked = (await Node.CallManyAsync([new EthCall(to, data, from)], BlockRef.Latest, Cancellation))[0];
        Hash32 hash = await PostAsync(from, to, data, value, null);
        return new ExecutorRun(await ReceiptAsync(hash), Executor, asked);
    }

    /// <summary>Puts a transaction into the node's pool.</summary>
    /// <param name="tipWei">Above another's to stand before it in the block.</param>
    public async Task<Hash32> PostAsync(Address from, Address to, byte[] data, UInt256 value, ulong? tipWei)
    {
        // By the chain's count and not the pool's, which a restored chain can leave ahead.
        ulong nonce = await Node.NonceAsync(from, BlockRef.Latest, Cancellation);
        JsonElement hash = await Node.InvokeAsync("eth_sendTransaction", writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("from"u8, from.ToString());
            writer.WriteString("nonce"u8, Hex.Quantity(nonce));
            writer.WriteString("to"u8, to.ToString());
            writer.WriteString("input"u8, Hex.Encode(data));
            writer.WriteString("value"u8, Hex.Quantity(value));
            writer.WriteString("gas"u8, Hex.Quantity(TestGas));
            writer.WriteString("maxFeePerGas"u8, Hex.Quantity(100_000_000_000 + (tipWei ?? 0)));
            writer.WriteString("maxPriorityFeePerGas"u8, Hex.Quantity(tipWei ?? 1_000_000_000));
            writer.WriteEndObject();
        }, Cancellation);
        return Hash32.Parse(hash.GetString());
    }

    public async Task<Receipt> ReceiptAsync(Hash32 hash)
    {
        long started = Stopwatch.GetTimestamp();
        Receipt? receipt;
        for (int looks = 1; (receipt = await Node.ReceiptAsync(hash, Cancellation)) is null; looks++)
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(180), $"{hash} was never mined");
            await Task.Delay(2, Cancellation);
            if (looks % 500 == 0)
                await MineAsync(); // mining at once sometimes forgets one, until the next block
        }
        return receipt;
    }

    public async Task<byte[]> CallAsync(Address to, byte[] data) => await Node.CallAsync(to, data, BlockRef.Latest, cancellation: Cancellation);

    public async Task<UInt256> NumberAsync(Address to, byte[] data) => UInt256.ReadBigEndian(await CallAsync(to, data));

    public Task<UInt256> BalanceAsync(Address token, Address owner) => NumberAsync(token, Erc20.BalanceOf(owner));

    public Task<UInt256> HeldAsync(Address token) => BalanceAsync(token, Vault);

    public Task MineAsync() => Node.InvokeAsync("evm_mine", null, Cancellation);

    public Task AutomineAsync(bool on) => Node.InvokeAsync("evm_setAutomine", writer => writer.WriteBooleanValue(on), Cancellation);

    public async Task<IAsyncDisposable> RestoreAfterwardsAsync()
    {
        string snapshot = (await Node.InvokeAsync("evm_snapshot", null, Cancellation)).GetString()!;
        return new Restore(this, snapshot);
    }

    public Task ImpersonateAsync(Address account) =>
        Node.InvokeAsync("anvil_impersonateAccount", writer => writer.WriteStringValue(account.ToString()));

    /// <summary>A pool as the engine sees it, its first token asset 0 and its second asset 1.</summary>
    public async Task<Pool> ReadPoolAsync(string kindName, Address address, IReadOnlyDictionary<string, string>? parameters = null)
    {
        Assert.True(PoolKinds.TryFind(kindName, out PoolKind? kind));
        PoolFacts facts = await kind.DescribeAsync(parameters is null ? new PoolSite(address) : new PoolSite(address, parameters), AskAsync);
        Pool pool = kind.Create(facts, PoolId.FromIndex(0), AssetId.FromIndex(0), AssetId.FromIndex(1));
        await pool.FillAsync(AskAsync);
        Assert.True(pool.IsReady);
        return pool;
    }

    private async Task<byte[][]> AskAsync(List<PoolCall> calls) =>
        [.. (await Node.CallManyAsync([.. calls.Select(call => new EthCall(call.To, call.Data))], BlockRef.Latest, Cancellation))
            .Select(answer => answer.Success ? answer.Data : [])];

    // ---- contracts ----

    /// <summary>An executor whose vault is this account.</summary>
    public async Task<Address> DeployExecutorAsync(Address vault)
    {
        Hash32[] markets =
        [
            .. Chain.Manifest.Pools.Select(pool => ExecutorCalls.MarketOf(pool.Address, pool.Token0, pool.Token1)),
            ExecutorCalls.MarketOf(Weighted, Weth, Usdc), IdOf(V4), IdOf(V4Native),
        ];
        Address executor = await Deployer.CreateAsync(
            "executor", ExecutorCalls.Creation(vault, Guardian, Venues, [Caller], markets), 7_000_000, Cancellation);
        await Deployer.MineAsync(Cancellation);
        return executor;
    }

    private Hash32 IdOf(UniswapV4PoolUnderTest pool) => Assert.Single(ExecutorEncoder.MarketsOf(
        new PoolFacts(UniswapV4Pool.KindName, PoolManager, pool.IsNative ? Weth : pool.Currency0, pool.Currency1, pool.Fee) { Parameters = pool.Parameters(Weth) }));

    /// <summary>One of the contracts of <c>tests/contracts</c>.</summary>
    public async Task<Address> CreateOddAsync(string name, params UInt256[] arguments)
    {
        string artifact = Path.Combine(_odd.Path, name + ".json");
        if (!File.Exists(artifact))
            await CompileOddAsync();
        byte[] code = await ContractArtifact.ReadCode(artifact, Cancellation);
        Address created = await Deployer.CreateAsync(name, CallData.Creation(code, arguments.Length, (ref AbiWriter writer) =>
        {
            foreach (UInt256 argument in arguments)
                writer.WriteUInt256(argument);
        }), Cancellation);
        await Deployer.MineAsync(Cancellation);
        return created;
    }

    /// <summary>A V2 pair of an odd token and USDC, with liquidity of the deployer, allowed at the executor; the vault gets some of the token.</summary>
    public async Task<Address> PairOddAsync(Address token, UInt256 tokens, UInt256 usdc, UInt256 vaultGets)
    {
        Address factory = Chain.Manifest.Contract("uniswapV2Factory");
        await Deployer.CallAsync("pair", factory, CallData.Of("createPair(address,address)", 2, (ref AbiWriter writer) =>
        {
            writer.WriteAddress(token);
            writer.WriteAddress(Usdc);
        }), 4_000_000, Cancellation);
        await Deployer.MineAsync(Cancellation);
        Address pair = new((await CallAsync(factory, UniswapCalls.GetPair(token, Usdc))).AsSpan(12));
        await Deployer.CallAsync("liquidity", token, Erc20.Transfer(pair, tokens), 300_000, Cancellation);
        await Deployer.CallAsync("liquidity", Usdc, Erc20.Transfer(pair, usdc), 300_000, Cancellation);
        await Deployer.CallAsync("liquidity", pair, CallData.Of("mint(address)", 1, (ref AbiWriter writer) => writer.WriteAddress(Deployer.Account)), 400_000, Cancellation);
        await Deployer.CallAsync("vault's share", token, Erc20.Transfer(Vault, vaultGets), 300_000, Cancellation);
        await Deployer.MineAsync(Cancellation);
        await SendAsync(Vault, token, Erc20.Approve(Executor, UInt256.MaxValue));
        await SendAsync(Vault, Executor, ExecutorCalls.SetMarkets([ExecutorCalls.MarketOf(pair, token, Usdc)], true));
        return pair;
    }

    private async Task CompileOddAsync()
    {
        string script = Path.Combine(SharedFiles.Root, "tests", "contracts", "compile.cjs");
        using Process node = Process.Start(new ProcessStartInfo("node", [script, _parts!.PackageFile(""), _odd.Path]) { RedirectStandardError = true })!;
        string said = await node.StandardError.ReadToEndAsync(Cancellation);
        await node.WaitForExitAsync(Cancellation);
        Assert.True(node.ExitCode == 0, said);
    }

    private async Task<TransactionSigner> OpenDeskAsync()
    {
        using JsonDocument config = JsonDocument.Parse(await File.ReadAllTextAsync(Chain.ConfigPath));
        JsonElement account = config.RootElement.GetProperty("account");
        using SecretMemory password = KeystoreFile.ReadPassword(Path.Combine(_folder.Path, account.GetProperty("passwordFile").GetString()!));
        SecretMemory key = KeystoreFile.Read(Path.Combine(_folder.Path, account.GetProperty("keystore").GetString()!), password.Span);
        return new TransactionSigner(key, LocalChain.ChainId);
    }

    private async Task DeployBalancerAsync()
    {
        Task<byte[]> Code(string task, string contract) =>
            ContractArtifact.ReadCode(_parts!.PackageFile($"{Balancer}{task}/artifact/{contract}.json"), default);

        Address authorizer = await Deployer.CreateAsync(
            "authorizer", CallData.Creation(await Code("20210418-authorizer", "Authorizer"), Deployer.Account), default);
        BalancerVault = await Deployer.CreateAsync("vault", CallData.Creation(await Code("20210418-vault", "Vault"), 4, (ref AbiWriter writer) =>
        {
            writer.WriteAddress(authorizer);
            writer.WriteAddress(Weth);
            writer.WriteUInt64(7_776_000);
            writer.WriteUInt64(2_592_000);
        }), 14_000_000, default);
        Address provider = await Deployer.CreateAsync("protocol fees", CallData.Creation(
            await Code("20220725-protocol-fee-percentages-provider", "ProtocolFeePercentagesProvider"), 3, (ref AbiWriter writer) =>
            {
                writer.WriteAddress(BalancerVault);
                writer.WriteUInt256(UInt256.PowerOfTen(18));
                writer.WriteUInt256(UInt256.PowerOfTen(18));
            }), default);
        Address factory = await Deployer.CreateAsync("weighted factory", CallData.Creation(
            await Code("20230206-weighted-pool-v3", "WeightedPoolFactory"), 4, (ref AbiWriter writer) =>
            {
                writer.WriteAddress(BalancerVault);
                writer.WriteAddress(provider);
                writer.WriteString("factory");
                writer.WriteString("pool");
            }), 14_000_000, default);
        await Deployer.MineAsync(default);

        (Address token0, Address token1) = Ordered(Weth, Usdc);
        byte[] create = BalancerCalls.CreateWeighted(
            [token0, token1], [UInt256.PowerOfTen(17) * 5, UInt256.PowerOfTen(17) * 5], UInt256.PowerOfTen(15) * 3, Deployer.Account);
        Weighted = new Address((await Node.CallManyAsync([new EthCall(factory, create, Deployer.Account)], BlockRef.Latest))[0].Data.AsSpan(12));
        await Deployer.CallAsync("weighted pool", factory, create, 12_000_000, default);
        foreach (Address token in new[] { Weth, Usdc })
            await Deployer.CallAsync("approval", token, Erc20.Approve(BalancerVault, UInt256.MaxValue), 100_000, default);
        await Deployer.MineAsync(default);
        Hash32 id = new(await Node.CallAsync(Weighted, CallData.Of("getPoolId()", 0, (ref AbiWriter _) => { }), BlockRef.Latest));
        byte[] join = BalancerCalls.Initialise(id, Deployer.Account, [token0, token1], [Depth(token0), Depth(token1)]);
        await Deployer.CallAsync("joining", BalancerVault, join, 12_000_000, default);
        await Deployer.MineAsync(default);
    }

    // About what the chain's own pools hold, at a price near theirs.
    private UInt256 Depth(Address token) => token == Weth ? UInt256.PowerOfTen(18) * 1_200 : UInt256.PowerOfTen(6) * 3_000_000;

    private async Task DeployV4Async()
    {
        async Task<Address> Create(string name, params Address[] arguments) => await Deployer.CreateAsync(
            name, CallData.Creation(await ContractArtifact.ReadCode(_parts!.PackageFile($"{V4Core}{name}.sol/{name}.json"), default), arguments), default);

        PoolManager = await Create("PoolManager", Deployer.Account);
        Address liquidity = await Create("PoolModifyLiquidityTestNoChecks", PoolManager);
        foreach (Address token in new[] { Weth, Usdc })
            await Deployer.CallAsync("approval", token, Erc20.Approve(liquidity, UInt256.MaxValue), 100_000, default);
        V4 = await CreateV4Async("wrapped", Weth, 3_000, 60, liquidity);
        V4Native = await CreateV4Async("native", Address.Zero, 500, 10, liquidity);
        await Deployer.MineAsync(default);
    }

    private async Task<UniswapV4PoolUnderTest> CreateV4Async(string name, Address ether, uint fee, int spacing, Address liquidity)
    {
        (Address currency0, Address currency1) = Ordered(ether, Usdc);
        UniswapV4PoolUnderTest pool = new(name, currency0, currency1, 0, 0, fee, spacing, Address.Zero);
        bool usdcFirst = currency0 == Usdc;
        double price = usdcFirst ? 1e18 / 2_500e6 : 2_500e6 / 1e18;
        int tick = (int)Math.Round(Math.Log(price) / Math.Log(1.0001));
        await Deployer.CallAsync("pool", PoolManager, UniswapV4Calls.Initialize(pool, TickMath.SqrtRatioAtTick(tick)), 1_000_000, default);
        int lower = (tick - 4_000) / spacing * spacing, upper = (tick + 4_000) / spacing * spacing;
        UniswapV4Position position = new(lower, upper, 0, 1);
        Int128 size = (Int128)(5 * Math.Sqrt(1_200e18 * 3_000_000e6));
        await Deployer.SendAsync(
            "liquidity", liquidity, UniswapV4Calls.ModifyLiquidity(pool, position, size), ether.IsZero ? UInt256.PowerOfTen(18) * 10_000 : 0, 2_000_000, default);
        return pool;
    }

    private async Task DeployPermit2Async()
    {
        string source = await File.ReadAllTextAsync(_parts!.PackageFile(Permit2Source));
        string code = System.Text.RegularExpressions.Regex.Match(source, "hex\"([0-9a-fA-F]+)\"").Groups[1].Value;
        await Node.InvokeAsync("anvil_setCode", writer =>
        {
            writer.WriteStringValue(Permit2.ToString());
            writer.WriteStringValue("0x" + code);
        });
    }

    private static (Address, Address) Ordered(Address a, Address b) => a.Span.SequenceCompareTo(b.Span) < 0 ? (a, b) : (b, a);

    private sealed class Restore(ExecutorMarket chain, string snapshot) : IAsyncDisposable
    {
        private bool _done;

        public async ValueTask DisposeAsync()
        {
            if (_done)
                return;
            _done = true;
            // Mining at once comes back last: what a test left in the pool would be mined beside the way back, as a block over a gap.
            await chain.AutomineAsync(false);
            await chain.Node.InvokeAsync("anvil_dropAllTransactions");
            await chain.Node.InvokeAsync("evm_revert", writer => writer.WriteStringValue(snapshot));
            await chain.AutomineAsync(true);
            chain._deployer = new SetupSender(chain.Node, chain.Deployer.Account, await chain.Node.NonceAsync(chain.Deployer.Account, BlockRef.Latest));
        }
    }
}
