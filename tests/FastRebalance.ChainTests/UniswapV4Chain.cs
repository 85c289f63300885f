using System.Text.Json;
using FastRebalance.Amm;
using FastRebalance.Amm.UniswapV3;
using FastRebalance.Amm.UniswapV4;
using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Install;
using FastRebalance.Devnet.Market;
using FastRebalance.Devnet.Node;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Tests;

namespace FastRebalance.ChainTests;

/// <summary>
/// A chain of its own with the published pool manager of Uniswap V4 and pools of every shape that a quote could stumble over: fees from
/// nothing to nearly everything, the protocol's fee on top of some, spacings 1 to 32767, crowded ranges, gaps, islands, none at all, liquidity
/// near a tick's limit, the chain's own currency, hooks that do nothing, and a fee that hooks set.
/// </summary>
public sealed class UniswapV4Chain : IAsyncLifetime
{
    private const string Core = "@uniswap/v4-core/out/";
    private const string Periphery = "@uniswap/v4-periphery/foundry-out/";
    private const uint HookedFee = 4_321;

    private static readonly UInt256 Rich = UInt256.One << 200;

    /// <summary>Every bit that lets hooks take part.</summary>
    private static readonly Address IdleHooks = Address.Parse("0x1000000000000000000000000000000000003fff");

    /// <summary>None of those bits, which the manager allows for a dynamic fee alone.</summary>
    private static readonly Address FeeHooks = Address.Parse("0x2000000000000000000000000000000000004000");

    private readonly List<UniswapV4PoolUnderTest> _pools = [];
    private readonly List<(Address Address, int Decimals)> _tokens = [];
    private readonly DevnetFolder _folder = new();
    private AnvilNode? _anvil;
    private EthereumNode? _node;
    private SetupSender? _sender;
    private Address _liquidityRouter;
    private Address _donor;
    private ulong _salts;

    public Random Random { get; } = new(20_262);

    public EthereumNode Node => _node!;

    internal SetupSender Sender => _sender!;

    public IReadOnlyList<UniswapV4PoolUnderTest> Pools => _pools;

    public Address Manager { get; private set; }

    public Address SwapRouter { get; private set; }

    public Address Quoter { get; private set; }

    public Address StateView { get; private set; }

    /// <summary>A token that no pool holds stands for the chain's own currency.</summary>
    public Address Wrapped { get; } = Address.Parse("0x3000000000000000000000000000000000000000");

    public async ValueTask InitializeAsync()
    {
        DevnetParts parts = await new DevnetInstaller().EnsureAsync();
        _anvil = await AnvilNode.StartAsync(parts.NodeProgram, new AnvilOptions(3, 31_337, 0, null, null), _folder.Path, default);
        _node = await EthereumNode.ConnectAsync(new EthereumNodeOptions
        {
            Endpoints = [RpcEndpoint.Parse($"ws://127.0.0.1:{_anvil.Port}")],
            RequestTimeout = TimeSpan.FromMinutes(2),
            MaxBatchSize = 200,
        });

        // Walking an empty pool of spacing 1 to the end of the scale takes more gas than a block has by default.
        await Node.InvokeAsync("evm_setBlockGasLimit", writer => writer.WriteStringValue("0x77359400"));
        await Node.InvokeAsync("evm_mine");
        Address account = Address.Parse((await Node.InvokeAsync("eth_accounts"))[0].GetString());
        await NodeCheats.SetBalance(Node, account, Rich, default);
        _sender = new SetupSender(Node, account, await Node.NonceAsync(account, BlockRef.Latest));
        await DeployAsync(parts);
        await Sender.MineAsync(default);
        await CreatePoolsAsync();
        await SetFeesAsync();
        await EndowAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
            await _node.DisposeAsync();
        if (_anvil is not null)
            await _anvil.DisposeAsync();
        _folder.Dispose();
    }

    public UniswapV4PoolUnderTest Named(string name) => _pools.Single(pool => pool.Name == name);

    /// <summary>Makes a pool as the engine does: described by its contract, filled by the events of a snapshot.</summary>
    public async Task<UniswapV4Pool> ReadAsync(UniswapV4PoolUnderTest pool, BlockRef block)
    {
        UniswapV4Pool made = await CreateEmptyAsync(pool, block);
        await made.FillAsync(calls => CallAsync(calls, block));
        Assert.True(made.IsReady);
        return made;
    }

    public async Task<UniswapV4Pool> CreateEmptyAsync(UniswapV4PoolUnderTest pool, BlockRef block)
    {
        Assert.True(PoolKinds.TryFind(UniswapV4Pool.KindName, out PoolKind? kind));
        PoolFacts facts = await kind.DescribeAsync(new PoolSite(Manager, pool.Parameters(Wrapped)), calls => CallAsync(calls, block));
        Assert.Equal(pool.IsNative ? Wrapped : pool.Currency0, facts.Token0);
        return (UniswapV4Pool)kind.Create(facts, PoolId.FromIndex(_pools.IndexOf(pool)), AssetId.FromIndex(0), AssetId.FromIndex(1));
    }

    /// <summary>The answers; an empty one where the call failed.</summary>
    public async Task<byte[][]> CallAsync(List<PoolCall> calls, BlockRef block) =>
        [.. (await Node.CallManyAsync([.. calls.Select(call => new EthCall(call.To, call.Data))], block))
            .Select(answer => answer.Success ? answer.Data : [])];

    /// <summary>The price at which an unlimited swap stops, as the published quoter sets it.</summary>
    public static UInt256 Limit(bool sells0) => sells0 ? TickMath.MinSqrtRatio + 1 : TickMath.MaxSqrtRatio - 1;

    public async Task SwapAsync(UniswapV4PoolUnderTest pool, bool sells0, UInt256 amountIn)
    {
        byte[] swap = UniswapV4Calls.Swap(pool, sells0, isIn: true, amountIn, Limit(sells0));
        await Sender.SendAsync($"swap on {pool}", SwapRouter, swap, pool.IsNative && sells0 ? amountIn : 0, 20_000_000, default);
        await Sender.MineAsync(default);
        await EndowAsync();
    }

    public Task SetProtocolFeeAsync(UniswapV4PoolUnderTest pool, uint fee) =>
        Sender.CallAsync($"protocol fee of {pool}", Manager, UniswapV4Calls.SetProtocolFee(pool, fee), 200_000, default);

    public Task DonateAsync(UniswapV4PoolUnderTest pool) =>
        Sender.SendAsync($"gift to {pool}", _donor, UniswapV4Calls.Donate(pool, 1_003, 1_005), pool.IsNative ? 1_003UL : 0UL, 500_000, default);

    /// <summary>As the hooks of the pool, which alone may; no log tells of it.</summary>
    public async Task SetDynamicFeeAsync(UniswapV4PoolUnderTest pool, uint fee)
    {
        await Node.InvokeAsync("anvil_impersonateAccount", writer => writer.WriteStringValue(pool.Hooks.ToString()));
        await NodeCheats.SetBalance(Node, pool.Hooks, Rich, default);
        SetupSender hooks = new(Node, pool.Hooks, await Node.NonceAsync(pool.Hooks, BlockRef.Latest));
        await hooks.CallAsync("fee of the hooks", Manager, UniswapV4Calls.UpdateDynamicFee(pool, fee), 200_000, default);
        await hooks.MineAsync(default);
    }

    /// <summary>Adds near the price mostly, and now and then an island beyond a gap.</summary>
    public Task AddSomewhereAsync(UniswapV4PoolUnderTest pool)
    {
        int reach = pool.Spacing * 120;
        bool island = Random.Next(6) == 0;
        int lower = pool.CentreTick + Random.Next(-reach, reach) + (island ? (Random.Next(2) * 2 - 1) * pool.Spacing * 900 : 0);
        int width = (int)Math.Exp(Random.NextDouble() * Math.Log(120)) * pool.Spacing;
        int last = LastTick(pool);
        lower = Math.Clamp(lower / pool.Spacing * pool.Spacing, -last, last - pool.Spacing);
        double size = Math.Pow(10, Random.NextDouble() * 4 + (pool.Decimals0 + pool.Decimals1) / 2.0);
        return AddAsync(pool, lower, Math.Min(lower + width, last), (Int128)size);
    }

    /// <summary>Takes from a position, or adds to it.</summary>
    public async Task ChangeAsync(UniswapV4PoolUnderTest pool, int index, Int128 change)
    {
        UniswapV4Position position = pool.Positions[index];
        pool.Positions[index] = position with { Liquidity = position.Liquidity + change };
        await Sender.SendAsync(
            $"change of {change} at {position} of {pool}", _liquidityRouter, UniswapV4Calls.ModifyLiquidity(pool, position, change),
            pool.IsNative ? UInt256.One << 127 : 0, 2_000_000, default);
    }

    private Task AddAsync(UniswapV4PoolUnderTest pool, int lower, int upper, Int128 liquidity)
    {
        pool.Positions.Add(new UniswapV4Position(lower, upper, 0, ++_salts));
        return ChangeAsync(pool, pool.Positions.Count - 1, liquidity);
    }

    private static int LastTick(UniswapV4PoolUnderTest pool) => TickMath.MaxTick / pool.Spacing * pool.Spacing;

    private async Task DeployAsync(DevnetParts parts)
    {
        async Task<Address> Create(string file, params Address[] arguments) => await Sender.CreateAsync(
            file, CallData.Creation(await ContractArtifact.ReadCode(parts.PackageFile(file), default), arguments), default);

        byte[] token = await ContractArtifact.ReadCode(parts.TokenArtifact, default);
        foreach (int decimals in new[] { 6, 8, 18, 18 })
            _tokens.Add((await Sender.CreateAsync("token", CallData.Creation(token, 4, (ref AbiWriter writer) =>
            {
                writer.WriteString("Token");
                writer.WriteString("TKN");
                writer.WriteUInt64((ulong)decimals);
                writer.WriteUInt256(Rich);
            }), default), decimals));
        Manager = await Create(Core + "PoolManager.sol/PoolManager.json", Sender.Account);
        SwapRouter = await Create(Core + "PoolSwapTest.sol/PoolSwapTest.json", Manager);
        _liquidityRouter = await Create(Core + "PoolModifyLiquidityTestNoChecks.sol/PoolModifyLiquidityTestNoChecks.json", Manager);
        _donor = await Create(Core + "PoolDonateTest.sol/PoolDonateTest.json", Manager);
        Quoter = await Create(Periphery + "V4Quoter.sol/V4Quoter.json", Manager);
        StateView = await Create(Periphery + "StateView.sol/StateView.json", Manager);
        await Sender.CallAsync(
            "controller", Manager, UniswapV4Calls.SetProtocolFeeController(Sender.Account), 200_000, default);
        foreach ((Address address, _) in _tokens)
            foreach (Address spender in new[] { SwapRouter, _liquidityRouter, _donor })
                await Sender.CallAsync("approval", address, Erc20.Approve(spender, UInt256.MaxValue), 100_000, default);

        string hooks = await DeployedCodeAsync(parts.PackageFile(Core + "EmptyTestHooks.sol/EmptyTestHooks.json"));
        await Node.InvokeAsync("anvil_setCode", writer =>
        {
            writer.WriteStringValue(IdleHooks.ToString());
            writer.WriteStringValue(hooks);
        });
    }

    // Not made by its constructor: that one wants an address whose last bits only a long search finds.
    private static async Task<string> DeployedCodeAsync(string path)
    {
        using JsonDocument artifact = JsonDocument.Parse(await File.ReadAllBytesAsync(path));
        return artifact.RootElement.GetProperty("deployedBytecode").GetProperty("object").GetString()!;
    }

    private async Task CreatePoolsAsync()
    {
        await AddPoolAsync("crowded", 0, 2, 500, 10, 40, withFullRange: true);
        await AddPoolAsync("gaps", 0, 1, 3_000, 60, 30, withFullRange: false);
        await AddPoolAsync("wide", 1, 2, 3_000, 60, 60, withFullRange: true);
        await AddPoolAsync("fine", 2, 3, 100, 1, 40, withFullRange: false);
        await AddPoolAsync("coarse", 1, 3, 10_000, 200, 10, withFullRange: false);
        await AddPoolAsync("one range", 2, 3, 500, 10, 0, withFullRange: true);
        await AddPoolAsync("native", null, 0, 3_000, 60, 25, withFullRange: true);
        await AddPoolAsync("odd fee", 2, 3, 12_345, 37, 30, withFullRange: false);
        await AddPoolAsync("no fee", 0, 2, 0, 1, 20, withFullRange: true);
        await AddPoolAsync("nearly all fee", 2, 3, 999_999, UniswapV4Key.MaxTickSpacing, 10, withFullRange: true);
        await AddPoolAsync("idle hooks", 2, 3, 3_000, 60, 20, withFullRange: true, hooks: IdleHooks);
        await AddPoolAsync("dynamic fee", 0, 3, UniswapV4Key.DynamicFee, 60, 20, withFullRange: true, hooks: FeeHooks);
        await AddPoolAsync("nothing", 1, 2, 500, 10, 0, withFullRange: false);
        await AddPoolAsync("heavy", 2, 3, 2_500, 50, 3, withFullRange: false);
        UniswapV4PoolUnderTest heavy = Named("heavy");
        await AddAsync(heavy, -LastTick(heavy), LastTick(heavy), Int128.Parse("5000000000000000000000000000000000"));
        await Sender.MineAsync(default);
    }

    /// <summary>Every other pool pays the protocol, and not the same both ways; the last one only one way.</summary>
    private async Task SetFeesAsync()
    {
        foreach ((string name, uint on0, uint on1) in new[]
            { ("gaps", 1_000u, 250u), ("fine", 37u, 999u), ("native", 500u, 1_000u), ("odd fee", 1u, 333u), ("no fee", 100u, 700u),
              ("nearly all fee", 1_000u, 1u), ("dynamic fee", 123u, 456u), ("heavy", 0u, 1_000u) })
            await SetProtocolFeeAsync(Named(name), on1 << 12 | on0);
        await Sender.MineAsync(default);
        await SetDynamicFeeAsync(Named("dynamic fee"), HookedFee);
    }

    /// <summary>
    /// A call that asks carries no value here, so the router pays from its own; after a real swap, it has sent all of that on.
    /// </summary>
    private async Task EndowAsync()
    {
        await NodeCheats.SetBalance(Node, SwapRouter, Rich, default);
        await Node.InvokeAsync("evm_mine");
    }

    private async Task AddPoolAsync(
        string name, int? a, int b, uint fee, int spacing, int positions, bool withFullRange, Address hooks = default)
    {
        (Address Address, int Decimals) first = a is { } index ? _tokens[index] : (Address.Zero, 18);
        (Address Address, int Decimals) second = _tokens[b];
        if (second.Address.Span.SequenceCompareTo(first.Address.Span) < 0)
            (first, second) = (second, first);
        UniswapV4PoolUnderTest pool = new(
            name, first.Address, second.Address, first.Decimals, second.Decimals, fee, spacing, hooks);
        double logPrice = Math.Log(10) * (pool.Decimals1 - pool.Decimals0 + Random.NextDouble() * 2 - 1);
        pool.CentreTick = (int)Math.Round(logPrice / Math.Log(1.0001));
        UInt256 price = (TickMath.SqrtRatioAtTick(pool.CentreTick) + TickMath.SqrtRatioAtTick(pool.CentreTick + 1)) >> 1;
        await Sender.CallAsync($"creating {pool}", Manager, UniswapV4Calls.Initialize(pool, price), 1_000_000, default);
        _pools.Add(pool);
        if (withFullRange)
            await AddAsync(pool, -LastTick(pool), LastTick(pool), (Int128)Math.Pow(10, 1 + (pool.Decimals0 + pool.Decimals1) / 2.0));
        for (int i = 0; i < positions; i++)
            await AddSomewhereAsync(pool);
    }
}
