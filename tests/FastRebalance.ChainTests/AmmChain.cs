using FastRebalance.Amm;
using FastRebalance.Amm.UniswapV3;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Devnet.Install;
using FastRebalance.Devnet.Market;
using FastRebalance.Devnet.Node;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Tests;

namespace FastRebalance.ChainTests;

/// <summary>
/// A chain of its own with the published Uniswap contracts and pools of every shape that a quote could stumble over: tokens of
/// 6, 8 and 18 decimals, fee tiers 100 to 10000, crowded ranges, gaps, islands, dust reserves and reserves near the contract's limit.
/// </summary>
public sealed class AmmChain : IAsyncLifetime
{
    private const string V2Core = "@uniswap/v2-core/build/";
    private const string V2Periphery = "@uniswap/v2-periphery/build/";
    private const string V3Core = "@uniswap/v3-core/artifacts/contracts/";
    private const string V3Periphery = "@uniswap/v3-periphery/artifacts/contracts/";

    private readonly List<AmmPoolUnderTest> _pools = [];
    private readonly List<(Address Address, int Decimals)> _tokens = [];
    private readonly DevnetFolder _folder = new();
    private AnvilNode? _anvil;
    private EthereumNode? _node;
    private SetupSender? _sender;
    private Address _v2Factory;
    private Address _v3Factory;
    private ulong _mintedPositions;

    public Random Random { get; } = new(20_260);

    public EthereumNode Node => _node!;

    internal SetupSender Sender => _sender!;

    public IReadOnlyList<AmmPoolUnderTest> Pools => _pools;

    public Address V2Router { get; private set; }

    public Address V3Router { get; private set; }

    public Address Positions { get; private set; }

    public Address Quoter { get; private set; }

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
        _sender = new SetupSender(Node, account, await Node.NonceAsync(account, BlockRef.Latest));

        await DeployAsync(parts);
        await CreatePoolsAsync();
        await Sender.MineAsync(default);
        foreach (AmmPoolUnderTest pool in _pools)
            await pool.LocateAsync(this, _v2Factory, _v3Factory);
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
            await _node.DisposeAsync();
        if (_anvil is not null)
            await _anvil.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Makes a pool as the engine does: described by its contract, filled by the events of a snapshot.</summary>
    public async Task<Pool> ReadAsync(AmmPoolUnderTest pool, BlockRef block)
    {
        Pool made = await CreateEmptyAsync(pool, block);
        await made.FillAsync(calls => CallAsync(calls, block));
        Assert.True(made.IsReady);
        return made;
    }

    public async Task<Pool> CreateEmptyAsync(AmmPoolUnderTest pool, BlockRef block)
    {
        Assert.True(PoolKinds.TryFind(pool.Kind, out PoolKind? kind));
        PoolFacts facts = await kind.DescribeAsync(new PoolSite(pool.Address), calls => CallAsync(calls, block));
        Assert.Equal(pool.Token0, facts.Token0);
        return kind.Create(facts, PoolId.FromIndex(_pools.IndexOf(pool)), AssetId.FromIndex(0), AssetId.FromIndex(1));
    }

    /// <summary>The answers; an empty one where the call failed.</summary>
    public async Task<byte[][]> CallAsync(List<PoolCall> calls, BlockRef block) =>
        [.. (await Node.CallManyAsync([.. calls.Select(call => new EthCall(call.To, call.Data))], block))
            .Select(answer => answer.Success ? answer.Data : [])];

    private async Task DeployAsync(DevnetParts parts)
    {
        async Task<Address> Create(string file, params Address[] arguments) =>
            await Sender.CreateAsync(
                file, CallData.Creation(await ContractArtifact.ReadCode(parts.PackageFile(file), default), arguments), default);

        byte[] token = await ContractArtifact.ReadCode(parts.TokenArtifact, default);
        foreach (int decimals in new[] { 6, 8, 18, 18 })
            _tokens.Add((await Sender.CreateAsync("token", CallData.Creation(token, 4, (ref AbiWriter writer) =>
            {
                writer.WriteString("Token");
                writer.WriteString("TKN");
                writer.WriteUInt64((ulong)decimals);
                writer.WriteUInt256(UInt256.One << 200);
            }), default), decimals));

        // Both routers want a wrapped ether that nothing here uses.
        Address unused = _tokens[^1].Address;
        _v2Factory = await Create(V2Core + "UniswapV2Factory.json", Sender.Account);
        V2Router = await Create(V2Periphery + "UniswapV2Router02.json", _v2Factory, unused);
        _v3Factory = await Create(V3Core + "UniswapV3Factory.sol/UniswapV3Factory.json");
        V3Router = await Create(V3Periphery + "SwapRouter.sol/SwapRouter.json", _v3Factory, unused);
        Positions = await Create(
            V3Periphery + "NonfungiblePositionManager.sol/NonfungiblePositionManager.json", _v3Factory, unused, Address.Zero);
        Quoter = await Create(V3Periphery + "lens/QuoterV2.sol/QuoterV2.json", _v3Factory, unused);
        await Sender.CallAsync("the 0.01 % tier", _v3Factory, UniswapCalls.EnableFeeAmount(100, 1), 200_000, default);
        foreach ((Address address, _) in _tokens)
            foreach (Address spender in new[] { V2Router, V3Router, Positions })
                await Sender.CallAsync("approval", address, Erc20.Approve(spender, UInt256.MaxValue), 100_000, default);
    }

    private async Task CreatePoolsAsync()
    {
        UInt256 nearLimit = (UInt256.One << 112) - 1_000_000_007;
        await AddV2Async(0, 2, 2_345_678_901_234, UInt256.PowerOfTen(21));
        await AddV2Async(1, 2, 12_345_678_901, 3 * UInt256.PowerOfTen(20));
        await AddV2Async(0, 1, 1_503, 2_011);
        await AddV2Async(2, 3, nearLimit, nearLimit - 12_345);
        await AddV2Async(0, 3, nearLimit, 1_000_003);

        await AddV3Async(0, 2, 500, 40, withFullRange: true);
        await AddV3Async(0, 1, 3_000, 30, withFullRange: false);
        await AddV3Async(1, 2, 3_000, 60, withFullRange: true);
        await AddV3Async(2, 3, 100, 40, withFullRange: false);
        await AddV3Async(1, 3, 10_000, 10, withFullRange: false);
        await AddV3Async(2, 3, 500, 1, withFullRange: true);
    }

    private async Task AddV2Async(int a, int b, UInt256 amountA, UInt256 amountB)
    {
        AmmPoolUnderTest pool = Sorted(UniswapV2Pool.KindName, a, b, feePips: 3_000, spacing: 0);
        byte[] data = UniswapCalls.AddLiquidityV2(_tokens[a].Address, _tokens[b].Address, amountA, amountB, Sender.Account);
        await Sender.CallAsync($"liquidity of {pool}", V2Router, data, 5_000_000, default);
        _pools.Add(pool);
    }

    private async Task AddV3Async(int a, int b, uint feePips, int positions, bool withFullRange)
    {
        AmmPoolUnderTest pool = Sorted(UniswapV3Pool.KindName, a, b, feePips, SpacingOf(feePips));
        double logPrice = Math.Log(10) * (pool.Decimals1 - pool.Decimals0 + Random.NextDouble() * 2 - 1);
        pool.CentreTick = (int)Math.Round(logPrice / Math.Log(1.0001));

        // Inside its tick: a range that begins within a hair of the price would want more liquidity than fits 128 bits.
        UInt256 price = (TickMath.SqrtRatioAtTick(pool.CentreTick) + TickMath.SqrtRatioAtTick(pool.CentreTick + 1)) >> 1;
        await Sender.CallAsync(
            $"creating {pool}", Positions, UniswapCalls.CreatePoolV3(pool.Token0, pool.Token1, (int)feePips, price), 6_000_000, default);
        _pools.Add(pool);
        if (withFullRange)
            await MintAsync(pool, -(TickMath.MaxTick / pool.Spacing) * pool.Spacing, TickMath.MaxTick / pool.Spacing * pool.Spacing);
        for (int i = 0; i < positions; i++)
            await MintSomewhereAsync(pool);
    }

    /// <summary>Mints near the price mostly, and now and then an island beyond a gap.</summary>
    public Task MintSomewhereAsync(AmmPoolUnderTest pool)
    {
        int reach = pool.Spacing * 120;
        bool island = Random.Next(6) == 0;
        int lower = pool.CentreTick + Random.Next(-reach, reach) + (island ? (Random.Next(2) * 2 - 1) * pool.Spacing * 900 : 0);
        int width = (int)Math.Exp(Random.NextDouble() * Math.Log(reach / pool.Spacing));
        lower = lower / pool.Spacing * pool.Spacing;
        return MintAsync(pool, lower, lower + width * pool.Spacing);
    }

    /// <summary>Mints a range and returns the position manager's number of it.</summary>
    public async Task<ulong> MintRangeAsync(AmmPoolUnderTest pool, int lower, int upper)
    {
        await MintAsync(pool, lower, upper);
        return _mintedPositions;
    }

    private async Task MintAsync(AmmPoolUnderTest pool, int lower, int upper)
    {
        double size = Math.Pow(10, Random.NextDouble() * 4);
        byte[] data = UniswapCalls.MintV3(
            pool.Token0, pool.Token1, (int)pool.FeePips, lower, upper,
            Units(size, pool.Decimals0), Units(size, pool.Decimals1), Sender.Account);
        await Sender.CallAsync($"position {lower}..{upper} of {pool}", Positions, data, 2_000_000, default);
        pool.Positions.Add(++_mintedPositions);
    }

    private static UInt256 Units(double size, int decimals) => PoolMath.BaseUnits(size * Math.Pow(10, decimals));

    private AmmPoolUnderTest Sorted(string kind, int a, int b, uint feePips, int spacing)
    {
        if (_tokens[b].Address.Span.SequenceCompareTo(_tokens[a].Address.Span) < 0)
            (a, b) = (b, a);
        return new AmmPoolUnderTest(
            kind, _tokens[a].Address, _tokens[b].Address, _tokens[a].Decimals, _tokens[b].Decimals, feePips, spacing);
    }

    private static int SpacingOf(uint feePips) => feePips switch { 100 => 1, 500 => 10, 3_000 => 60, _ => 200 };
}
