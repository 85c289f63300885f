using System.Text.Json.Nodes;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Devnet;
using FastRebalance.Devnet.Market;
using FastRebalance.Devnet.Noise;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using LendingCalls = FastRebalance.Devnet.Lending.LendingCalls;

namespace FastRebalance.Bench.Scenarios.OnChain;

/// <summary>
/// A real node with the published contracts of exchanges and lending market, whose prices a scenario moves: the pools by a trader of their own, the
/// oracle by its simulated source. A block comes every second. One task drives it.
/// </summary>
internal sealed class ChainWorld : IAsyncDisposable
{
    private const double PriceTolerance = 1e-4;
    private const double WideFactor = 5;
    private const double WideValueUsdc = 6e6;
    private const int MostTradeAttempts = 3;
    private const ulong SwapGas = 3_000_000;
    private const ulong SmallGas = 1_500_000;
    private const ulong FeeWei = 150_000_000_000;

    private static readonly Hash32 s_liquidation = Keccak256.HashOfText("LiquidationCall(address,address,address,uint256,uint256,address,bool)");
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly LocalChain _chain;
    private readonly string _folder;
    private readonly DeployedPool[] _pools;
    private readonly ulong _firstBlock;

    private ChainWorld(LocalChain chain, string folder, double startPrice, ulong firstBlock)
    {
        (_chain, _folder, StartPrice, _firstBlock) = (chain, folder, startPrice, firstBlock);
        DeployedToken Token(Address address)
        {
            DevnetToken token = chain.Manifest.Tokens.Single(one => one.Address == address);
            return new DeployedToken(new TokenPlan(token.Symbol, token.Symbol, token.Decimals, token.Symbol == "WETH" ? startPrice : 1), address);
        }
        _pools =
        [
            .. Pairs(chain.Manifest).Select(pool => new DeployedPool(
                new PoolPlan(pool.Kind, "WETH", "USDC", pool.FeePips, 0, []), pool.Address, Token(pool.Token0), Token(pool.Token1))),
        ];
    }

    /// <summary>USDC per WETH before anything moves.</summary>
    public double StartPrice { get; }

    public ulong FirstBlock => _firstBlock;

    public EthereumNode Node => _chain.Node;

    public DevnetManifest Manifest => _chain.Manifest;

    public Address Vault => Manifest.Account("leverage");

    public static async Task<ChainWorld> StartAsync(CancellationToken cancellation)
    {
        string folder = Directory.CreateTempSubdirectory("fastrebalance-scenario-").FullName;
        DevnetOptions options = new() { Seed = 17, OutputDirectory = folder, BlockTime = TimeSpan.FromSeconds(1), WithAave = true };
        LocalChain chain = await LocalChain.StartAsync(options, cancellation).ConfigureAwait(false);
        byte[] answer = await chain.Node.CallAsync(
            chain.Manifest.Reserve("WETH").PriceSource, LendingCalls.WithAddresses("latestAnswer()"), BlockRef.Latest, cancellation: cancellation).ConfigureAwait(false);
        ulong block = await chain.Node.BlockNumberAsync(cancellation).ConfigureAwait(false);
        ChainWorld world = new(chain, folder, (double)UInt256.ReadBigEndian(answer) / 1e8, block);
        await world.WidenAsync(cancellation).ConfigureAwait(false);
        return world;
    }

    // The devnet's concentrated liquidity ends 60 % from its start, and what has none cannot be traded: some more, far wider.
    private async Task WidenAsync(CancellationToken cancellation)
    {
        Address deployer = Manifest.Account("deployer");
        foreach (DeployedPool pool in _pools.Where(pool => pool.Plan.IsConcentrated))
        {
            double price = RawPrice(pool, StartPrice);
            int spacing = pool.Plan.TickSpacing;
            UInt256 Half(DeployedToken token) => PoolMath.BaseUnits(token.Plan.BaseUnitsOf(WideValueUsdc / 2));
            byte[] mint = UniswapCalls.MintV3(
                pool.Token0.Address, pool.Token1.Address, pool.Plan.FeePips, PoolMath.UsableTick(price / WideFactor, spacing),
                PoolMath.UsableTick(price * WideFactor, spacing), Half(pool.Token0), Half(pool.Token1), deployer);
            await DoAsync(deployer, Manifest.Contract("uniswapV3PositionManager"), mint, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The leveraged desk's configuration with the two assets and their pools alone, so that nothing else has a price.</summary>
    public string WriteConfiguration()
    {
        JsonObject root = JsonNode.Parse(File.ReadAllText(Path.Combine(_chain.Directory, "leverage.json")))!.AsObject();
        Keep(root["assets"]!.AsArray(), asset => asset["symbol"]!.GetValue<string>() is "WETH" or "USDC");
        HashSet<Address> pools = [.. Pairs(Manifest).Select(pool => pool.Address)];
        Keep(root["pools"]!.AsArray(), pool => pools.Contains(Address.Parse(pool["address"]!.GetValue<string>())));
        string path = Path.Combine(_chain.Directory, "scenario.json");
        File.WriteAllText(path, root.ToJsonString());
        return path;
    }

    /// <summary>Pools and oracle to this price, in one block.</summary>
    public Task MoveAsync(double price, CancellationToken cancellation) => MoveAsync(price, price, cancellation);

    /// <summary>Ends when both stand in a block.</summary>
    /// <param name="pools">USDC per WETH; null leaves them.</param>
    /// <param name="oracle">The same for the lending market's source.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task MoveAsync(double? pools, double? oracle, CancellationToken cancellation)
    {
        Hash32? answer = oracle is not { } told ? null : await SendAsync(
            Manifest.Account("deployer"), Manifest.Reserve("WETH").PriceSource,
            CallData.Of("setAnswer(int256)", 1, (ref AbiWriter writer) => writer.WriteUInt256(PoolMath.BaseUnits(told * 1e8))), SmallGas, cancellation).ConfigureAwait(false);
        if (pools is { } price)
            await TradeToAsync(price, cancellation).ConfigureAwait(false);
        if (answer is { } hash)
            Require(await MinedAsync(hash, cancellation).ConfigureAwait(false));
    }

    // A pool refuses a swap to where it stands, or beyond: the desk may have traded since its state was read.
    private async Task TradeToAsync(double price, CancellationToken cancellation)
    {
        Address trader = Manifest.Account("noise");
        for (int attempt = 1; ; attempt++)
        {
            PoolState[] states = await PoolState.ReadAsync(Node, _pools, BlockRef.Latest, cancellation).ConfigureAwait(false);
            byte[][] calls =
            [
                .. states.Where(state => Math.Abs(state.RawPrice / RawPrice(state.Pool, price) - 1) > PriceTolerance)
                    .Select(state => NoiseSwap.Towards(state, RawPrice(state.Pool, price))).Where(swap => !swap.AmountIn.IsZero).Select(swap => swap.Router02Call(trader)),
            ];
            if (calls.Length == 0)
                return;
            Receipt receipt = await MinedAsync(
                await SendAsync(trader, Manifest.Contract("swapRouter02"), UniswapCalls.Multicall(calls), SwapGas, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
            if (receipt.Succeeded)
                return;
            if (attempt == MostTradeAttempts)
                Require(receipt);
        }
    }

    /// <summary>A setting of the lending market, by its administrator; ends when it stands in a block.</summary>
    public Task ConfigureAsync(string signature, string symbol, ulong value, CancellationToken cancellation) => DoAsync(
        Manifest.Account("deployer"), Manifest.Contract("aavePoolConfigurator"), LendingCalls.OfReserve(signature, Manifest.Token(symbol).Address, value), cancellation);

    /// <summary>A transaction that must not fail.</summary>
    public async Task DoAsync(Address from, Address to, byte[] data, CancellationToken cancellation)
    {
        Require(await MinedAsync(await SendAsync(from, to, data, SmallGas, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false));
    }

    private static void Require(Receipt receipt)
    {
        if (!receipt.Succeeded)
            throw new InvalidOperationException($"a step of the scenario failed: {receipt.TransactionHash} after {receipt.GasUsed} gas");
    }

    public async Task BlocksAsync(int count, CancellationToken cancellation)
    {
        ulong wanted = await Node.BlockNumberAsync(cancellation).ConfigureAwait(false) + (ulong)count;
        while (await Node.BlockNumberAsync(cancellation).ConfigureAwait(false) < wanted)
            await Task.Delay(50, cancellation).ConfigureAwait(false);
    }

    /// <summary>The next block's time is so much later than it would be.</summary>
    public Task PassAsync(TimeSpan time, CancellationToken cancellation) =>
        Node.InvokeAsync("evm_increaseTime", writer => writer.WriteNumberValue((long)time.TotalSeconds), cancellation);

    /// <summary>What the desk has in the market and owes it at a block, in whole tokens.</summary>
    public async Task<(double Weth, double Usdc)> NetAsync(BlockRef block, CancellationToken cancellation)
    {
        DevnetReserve weth = Manifest.Reserve("WETH"), usdc = Manifest.Reserve("USDC");
        byte[] own = Erc20.BalanceOf(Vault);
        EthCallOutcome[] answers = await Node.CallManyAsync(
            [new EthCall(weth.AToken, own), new EthCall(weth.VariableDebtToken, own), new EthCall(usdc.AToken, own), new EthCall(usdc.VariableDebtToken, own)],
            block, cancellation).ConfigureAwait(false);
        double Number(int index) => (double)UInt256.ReadBigEndian(answers[index].Data);
        return ((Number(0) - Number(1)) / 1e18, (Number(2) - Number(3)) / 1e6);
    }

    public async Task<double> HealthAsync(CancellationToken cancellation)
    {
        byte[] answer = await Node.CallAsync(
            Manifest.Contract("aavePool"), LendingCalls.WithAddresses("getUserAccountData(address)", Vault), BlockRef.Latest, cancellation: cancellation).ConfigureAwait(false);
        UInt256 health = UInt256.ReadBigEndian(answer.AsSpan(5 * AbiWriter.WordLength, AbiWriter.WordLength));
        return health == UInt256.MaxValue ? double.PositiveInfinity : (double)health / 1e18;
    }

    /// <summary>USDC per WETH in the deepest pool.</summary>
    public async Task<double> PoolPriceAsync(BlockRef block, CancellationToken cancellation)
    {
        PoolState state = (await PoolState.ReadAsync(Node, _pools[..1], block, cancellation).ConfigureAwait(false))[0];
        return state.Pool.Token0.Plan.Symbol == "WETH" ? state.RawPrice * 1e12 : 1e12 / state.RawPrice;
    }

    /// <summary>USDC per WETH in each pool, for whoever looks for a fault.</summary>
    public async Task<string> PricesAsync(CancellationToken cancellation) => string.Join(
        ", ", (await PoolState.ReadAsync(Node, _pools, BlockRef.Latest, cancellation).ConfigureAwait(false)).Select(
            state => $"{state.Pool.Plan.Kind} {state.Pool.Plan.FeePips} {(state.Pool.Token0.Plan.Symbol == "WETH" ? state.RawPrice * 1e12 : 1e12 / state.RawPrice):F2}"));

    /// <summary>Liquidations of the desk since the start.</summary>
    public async Task<int> LiquidationsAsync(CancellationToken cancellation)
    {
        int count = 0;
        ulong last = await Node.BlockNumberAsync(cancellation).ConfigureAwait(false);
        for (ulong number = _firstBlock + 1; number <= last; number++)
        {
            if (await Node.BlockAsync(number, cancellation).ConfigureAwait(false) is not { } block)
                continue;
            foreach (LogEntry log in await Node.LogsAsync(block.Hash, [Manifest.Contract("aavePool")], cancellation).ConfigureAwait(false))
                if (log.Topics is [var topic, _, _, var user] && topic == s_liquidation && new Address(user.Span[^Address.Length..]) == Vault)
                    count++;
        }
        return count;
    }

    /// <summary>Sends from an account that the node signs for.</summary>
    public async Task<Hash32> SendAsync(Address from, Address to, byte[] data, ulong gas, CancellationToken cancellation, ulong tipWei = 3_000_000_000)
    {
        System.Text.Json.JsonElement hash = await Node.InvokeAsync("eth_sendTransaction", writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("from", from.ToString());
            writer.WriteString("to", to.ToString());
            writer.WriteString("input", Hex.Encode(data));
            writer.WriteString("gas", Hex.Quantity(gas));
            writer.WriteString("maxFeePerGas", Hex.Quantity(FeeWei));
            writer.WriteString("maxPriorityFeePerGas", Hex.Quantity(tipWei));
            writer.WriteEndObject();
        }, cancellation).ConfigureAwait(false);
        return Hash32.Parse(hash.GetString());
    }

    public async ValueTask DisposeAsync()
    {
        await _chain.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<Receipt> MinedAsync(Hash32 hash, CancellationToken cancellation)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(s_patience);
        while (true)
        {
            if (await Node.ReceiptAsync(hash, patience.Token).ConfigureAwait(false) is { } receipt)
                return receipt;
            await Task.Delay(20, patience.Token).ConfigureAwait(false);
        }
    }

    private static double RawPrice(DeployedPool pool, double price) => pool.Token0.Plan.Symbol == "WETH" ? price * 1e-12 : 1e12 / price;

    private static IEnumerable<DevnetPool> Pairs(DevnetManifest manifest)
    {
        Address weth = manifest.Token("WETH").Address, usdc = manifest.Token("USDC").Address;
        return manifest.Pools.Where(pool => (pool.Token0 == weth && pool.Token1 == usdc) || (pool.Token0 == usdc && pool.Token1 == weth));
    }

    private static void Keep(JsonArray list, Func<JsonNode, bool> isWanted)
    {
        for (int i = list.Count - 1; i >= 0; i--)
            if (!isWanted(list[i]!))
                list.RemoveAt(i);
    }
}
