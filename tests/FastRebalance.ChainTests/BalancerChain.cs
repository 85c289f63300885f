using FastRebalance.Amm;
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
/// A chain of its own with Balancer's vault, its published pool factories, and weighted and composable stable pools of two, three and four
/// tokens of 6, 8 and 18 decimals: even, lopsided, tiny, near the vault's limit, and one on top of another with its rate.
/// </summary>
public sealed class BalancerChain : IAsyncLifetime
{
    private const string Tasks = "@balancer-labs/v2-deployments/dist/tasks/";
    private const ulong FactoryGas = 14_000_000;
    private const ulong PoolGas = 12_000_000;
    private const ulong Year = 31_536_000;

    private static readonly UInt256 Percent = UInt256.PowerOfTen(16);

    private readonly List<(string Name, string Kind, Address Address)> _pools = [];
    private readonly Dictionary<Address, int> _tokens = [];
    private readonly DevnetFolder _folder = new();
    private AnvilNode? _anvil;
    private EthereumNode? _node;
    private SetupSender? _sender;
    private Address _weightedFactory;
    private Address _stableFactory;

    public Random Random { get; } = new(20_261);

    public EthereumNode Node => _node!;

    internal SetupSender Sender => _sender!;

    public Address Vault { get; private set; }

    public IReadOnlyList<(string Name, string Kind, Address Address)> Pools => _pools;

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
        Address account = Address.Parse((await Node.InvokeAsync("eth_accounts"))[0].GetString());
        _sender = new SetupSender(Node, account, await Node.NonceAsync(account, BlockRef.Latest));
        await DeployAsync(parts);
        await Sender.MineAsync(default);
        await CreateWeightedPoolsAsync();
        await CreateStablePoolsAsync();
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
    public async Task<BalancerPoolUnderTest> ReadAsync(int index, BlockRef block)
    {
        (string name, string kindName, Address address) = _pools[index];
        Assert.True(PoolKinds.TryFind(kindName, out PoolKind? kind));
        PoolFacts facts = await kind.DescribeAsync(new PoolSite(address), calls => CallAsync(calls, block));
        Pool pool = kind.Create(facts, PoolId.FromIndex(index), [.. Enumerable.Range(0, facts.TokenCount).Select(AssetId.FromIndex)]);
        await pool.FillAsync(calls => CallAsync(calls, block));
        Assert.True(pool.IsReady);
        return new BalancerPoolUnderTest(name, pool);
    }

    /// <summary>The answers; an empty one where the call failed.</summary>
    public async Task<byte[][]> CallAsync(List<PoolCall> calls, BlockRef block) =>
        [.. (await Node.CallManyAsync([.. calls.Select(call => new EthCall(call.To, call.Data))], block))
            .Select(answer => answer.Success ? answer.Data : [])];

    private async Task DeployAsync(DevnetParts parts)
    {
        Task<byte[]> Code(string task, string contract) =>
            ContractArtifact.ReadCode(parts.PackageFile($"{Tasks}{task}/artifact/{contract}.json"), default);

        byte[] token = await ContractArtifact.ReadCode(parts.TokenArtifact, default);
        foreach (int decimals in new[] { 6, 8, 18, 18, 18 })
            _tokens.Add(await Sender.CreateAsync("token", CallData.Creation(token, 4, (ref AbiWriter writer) =>
            {
                writer.WriteString("Token");
                writer.WriteString("TKN");
                writer.WriteUInt64((ulong)decimals);
                writer.WriteUInt256(UInt256.One << 200);
            }), default), decimals);

        Address authorizer = await Sender.CreateAsync(
            "authorizer", CallData.Creation(await Code("20210418-authorizer", "Authorizer"), Sender.Account), default);
        // The vault wants a wrapped ether, which nothing here uses.
        Vault = await Sender.CreateAsync("vault", CallData.Creation(await Code("20210418-vault", "Vault"), 4, (ref AbiWriter writer) =>
        {
            writer.WriteAddress(authorizer);
            writer.WriteAddress(_tokens.Keys.Last());
            writer.WriteUInt64(7_776_000);
            writer.WriteUInt64(2_592_000);
        }), FactoryGas, default);
        Address provider = await Sender.CreateAsync("protocol fees", CallData.Creation(
            await Code("20220725-protocol-fee-percentages-provider", "ProtocolFeePercentagesProvider"), 3, (ref AbiWriter writer) =>
            {
                writer.WriteAddress(Vault);
                writer.WriteUInt256(UInt256.PowerOfTen(18));
                writer.WriteUInt256(UInt256.PowerOfTen(18));
            }), default);
        CallData.Arguments arguments = (ref AbiWriter writer) =>
        {
            writer.WriteAddress(Vault);
            writer.WriteAddress(provider);
            writer.WriteString("factory");
            writer.WriteString("pool");
        };
        _weightedFactory = await Sender.CreateAsync("weighted factory", CallData.Creation(
            await Code("20230206-weighted-pool-v3", "WeightedPoolFactory"), 4, arguments), FactoryGas, default);
        _stableFactory = await Sender.CreateAsync("stable factory", CallData.Creation(
            await Code("20230206-composable-stable-pool-v3", "ComposableStablePoolFactory"), 4, arguments), FactoryGas, default);
        foreach (Address address in _tokens.Keys)
            await Sender.CallAsync("approval", address, Erc20.Approve(Vault, UInt256.MaxValue), 100_000, default);
    }

    private async Task CreateWeightedPoolsAsync()
    {
        UInt256 nearLimit = (UInt256.One << 112) - UInt256.PowerOfTen(28);
        await AddWeightedAsync("80/20", 30, [(0, 80, 2.5e12), (2, 20, 7e20)]);
        await AddWeightedAsync("50/50", 10, [(1, 50, 3.3e10), (3, 50, 9e21)]);
        await AddWeightedAsync("three", 100, [(0, 33, 1e12), (1, 33, 2e9), (2, 34, 5e20)]);
        await AddWeightedAsync("four", 25, [(0, 10, 4e11), (1, 20, 8e9), (2, 30, 3e20), (3, 40, 6e22)]);
        await AddWeightedAsync("1/99, tiny", 300, [(0, 1, 50_003), (1, 99, 70_001)]);
        await AddWeightedAsync("67/33 near the limit", 1, [(2, 67, (double)nearLimit), (3, 33, 1e19)]);
    }

    private async Task CreateStablePoolsAsync()
    {
        Address first = await AddStableAsync("two", 200, 4, [(0, 2.0e12), (2, 1.9e24)], null);
        await AddStableAsync("three", 1_000, 1, [(0, 3e12), (1, 2e14), (3, 2.5e24)], null);
        await AddStableAsync("four, lopsided", 5, 40, [(0, 1e12), (1, 9e14), (2, 4e22), (3, 3e24)], null);
        await AddStableAsync("two, tiny", 5_000, 100, [(0, 61_000), (1, 4_000_000)], null);

        // The share token of the first pool, which tells its own rate and costs some of the first tokens.
        _tokens.Add(first, 18);
        await AddStableAsync("on top of another", 100, 4, [(_tokens.Count - 1, 1.2e24), (4, 1.1e24)], first);
    }

    private async Task AddWeightedAsync(string name, ulong feeBps, (int Token, int Weight, double Amount)[] held)
    {
        held = [.. held.OrderBy(token => TokenAt(token.Token).ToString(), StringComparer.Ordinal)];
        Address[] tokens = [.. held.Select(token => TokenAt(token.Token))];
        UInt256[] weights = [.. held.Select(token => Percent * (ulong)token.Weight)];
        byte[] create = BalancerCalls.CreateWeighted(tokens, weights, Percent * feeBps / 100, Sender.Account);
        await AddAsync(name, BalancerWeightedPool.KindName, _weightedFactory, create, tokens, [.. held.Select(token => Units(token.Amount))]);
    }

    private async Task<Address> AddStableAsync(string name, ulong amplification, ulong feeBps, (int Token, double Amount)[] held, Address? rated)
    {
        held = [.. held.OrderBy(token => TokenAt(token.Token).ToString(), StringComparer.Ordinal)];
        Address[] tokens = [.. held.Select(token => TokenAt(token.Token))];
        Address[] providers = [.. tokens.Select(token => token == rated ? token : Address.Zero)];
        byte[] create = BalancerCalls.CreateStable(tokens, amplification, providers, Year, Percent * feeBps / 100, Sender.Account);
        return await AddAsync(
            name, BalancerStablePool.KindName, _stableFactory, create, tokens, [.. held.Select(token => Units(token.Amount))]);
    }

    private async Task<Address> AddAsync(string name, string kind, Address factory, byte[] create, Address[] tokens, UInt256[] amounts)
    {
        byte[] answer = (await Node.CallManyAsync([new EthCall(factory, create, Sender.Account)], BlockRef.Latest))[0] is { Success: true } asked
            ? asked.Data : throw new InvalidOperationException($"the factory refused {name}");
        Address pool = new(answer.AsSpan(12));
        await Sender.CallAsync($"creating {name}", factory, create, PoolGas, default);
        await Sender.MineAsync(default);
        Hash32 id = new(await Node.CallAsync(pool, CallData.Of("getPoolId()", 0, (ref AbiWriter _) => { }), BlockRef.Latest));
        List<(Address Token, UInt256 Amount)> all = [.. tokens.Zip(amounts)];
        if (kind == BalancerStablePool.KindName)
            all = [.. all.Append((pool, UInt256.Zero)).OrderBy(token => token.Item1.ToString(), StringComparer.Ordinal)];
        byte[] join = BalancerCalls.Initialise(id, Sender.Account, [.. all.Select(token => token.Token)], [.. all.Select(token => token.Amount)]);
        await Sender.CallAsync($"joining {name}", Vault, join, PoolGas, default);
        await Sender.MineAsync(default);
        _pools.Add((name, kind, pool));
        return pool;
    }

    private Address TokenAt(int index) => _tokens.Keys.ElementAt(index);

    private static UInt256 Units(double amount) => PoolMath.BaseUnits(amount);
}
