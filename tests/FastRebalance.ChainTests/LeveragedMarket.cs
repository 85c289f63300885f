using FastRebalance.Core.Assets;
using FastRebalance.Devnet;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Lending;
using FastRebalance.Lending.Calls;
using FastRebalance.MarketData.Lending;
using DevnetCalls = FastRebalance.Devnet.Lending.LendingCalls;

namespace FastRebalance.ChainTests;

/// <summary>
/// A local chain with Uniswap's pools and Aave's market of the same tokens, as published, and a leveraged executor whose vault supplied 10 WETH. One
/// transaction is one block. Every basket that goes through is looked after: the executor owns nothing.
/// </summary>
public sealed class LeveragedMarket : IAsyncLifetime
{
    public const ulong Far = 1UL << 40;

    private const ulong TestGas = 6_000_000;

    private readonly DevnetFolder _folder = new();
    private LocalChain? _chain;
    private ulong _decisions;

    public LocalChain Chain => _chain!;

    public EthereumNode Node => Chain.Node;

    public DevnetManifest Manifest => Chain.Manifest;

    public Address Pool => Manifest.Contract("aavePool");

    public Address Vault { get; private set; }

    public Address Caller { get; private set; }

    public Address Stranger { get; private set; }

    public Address Executor { get; private set; }

    /// <summary>Of the last block.</summary>
    public ulong Time { get; private set; }

    public async ValueTask InitializeAsync()
    {
        _chain = await LocalChain.StartBareAsync(new DevnetOptions { Seed = 3, OutputDirectory = _folder.Path, WithAave = true });
        (Vault, Caller, Stranger) = (Manifest.Account("spare-1"), Manifest.Account("spare-2"), Manifest.Account("spare-3"));
        Time = (ulong)(await Node.BlockAsync(BlockRef.Latest))!.TimestampSeconds;
        Executor = await DeployAsync(Vault);
        foreach (DevnetReserve reserve in Manifest.Reserves)
        {
            await FundAsync(reserve.Symbol, Units(reserve.Symbol, 1_000));
            await DoAsync(Vault, reserve.Asset, Erc20.Approve(Pool, UInt256.MaxValue));
            await AllowAsync(Vault, Executor, reserve);
        }
        await SupplyAsync("WETH", Units("WETH", 10));
    }

    public async ValueTask DisposeAsync()
    {
        if (_chain is not null)
            await _chain.DisposeAsync();
        _folder.Dispose();
    }

    public Address Token(string symbol) => Manifest.Token(symbol).Address;

    public UInt256 Units(string symbol, double whole) => PoolMath.BaseUnits(whole * Math.Pow(10, Manifest.Token(symbol).Decimals));

    public UInt256 NextDecision() => ++_decisions;

    // ---- baskets ----

    /// <summary>Sells through a pool of Uniswap, for whatever it brings where no limit is said.</summary>
    public ExecutorLeg Leg(string sell, string buy, UInt256 amount, UInt256? limitX96 = null, bool v2 = false)
    {
        DevnetPool pool = Manifest.Pools.First(pool => pool.Kind == (v2 ? "uniswap-v2" : "uniswap-v3")
            && ((pool.Token0 == Token(sell) && pool.Token1 == Token(buy)) || (pool.Token0 == Token(buy) && pool.Token1 == Token(sell))));
        return new ExecutorLeg
        {
            Venue = v2 ? ExecutorVenue.UniswapV2 : ExecutorVenue.UniswapV3, FeePips = v2 ? 3_000u : 0, Pool = pool.Address, TokenIn = Token(sell),
            TokenOut = Token(buy), MaxIn = amount, LimitPriceX96 = limitX96 ?? UInt256.One, MinFill = 1,
        };
    }

    /// <summary>What comes out of the account of one token; what is only bought takes nothing.</summary>
    public ExecutorLendingEntry Entry(string symbol, UInt256 take = default, UInt256? keep = null) => new(Token(symbol), take, keep ?? UInt256.MaxValue);

    public byte[] Call(ExecutorLeg[] legs, ExecutorLendingEntry[] entries, double floor = 1.01, double ceiling = double.PositiveInfinity, UInt256? decision = null) =>
        ExecutorCalls.Leveraged(decision ?? NextDecision(), Far, Far, legs, new ExecutorLending(Wad(floor), Wad(ceiling),
            [.. entries.OrderBy(entry => entry.Token.ToString(), StringComparer.OrdinalIgnoreCase)]));

    public async Task<ExecutorRun> RunAsync(
        ExecutorLeg[] legs, ExecutorLendingEntry[] entries, double floor = 1.01, double ceiling = double.PositiveInfinity) =>
        await SendAsync(Caller, Executor, Call(legs, entries, floor, ceiling));

    /// <summary>Sells one token out of the account for another through Uniswap V3.</summary>
    public Task<ExecutorRun> TradeAsync(string sell, string buy, UInt256 amount, double floor = 1.01, double ceiling = double.PositiveInfinity) =>
        RunAsync([Leg(sell, buy, amount)], [Entry(sell, amount), Entry(buy)], floor, ceiling);

    public static UInt256 Wad(double health) => FastRebalance.Execution.LendingSetup.WadOf(health);

    /// <summary>How many loans the basket took for its length, and the health factors that its log tells.</summary>
    public (UInt256 Before, UInt256 After, int Loans) Moved(ExecutorRun run)
    {
        LogEntry log = Assert.Single(run.Receipt.Logs, log => log.Address == Executor && log.Topics[0] == ExecutorLogs.PositionMoved);
        return (Word(log.Data, 0), Word(log.Data, 1), (int)(ulong)Word(log.Data, 2));
    }

    // ---- the account ----

    public async Task SupplyAsync(string symbol, UInt256 amount)
    {
        byte[] data = new byte[PoolCalls.MostBytes];
        Assert.True(PoolCalls.TrySupply(data, Token(symbol), in amount, Vault, out int length));
        await DoAsync(Vault, Pool, data[..length]);
    }

    public Task BorrowAsync(string symbol, UInt256 amount) => BorrowAsync(symbol, Vault, amount);

    public async Task BorrowAsync(string symbol, Address account, UInt256 amount)
    {
        byte[] data = new byte[PoolCalls.MostBytes];
        Assert.True(PoolCalls.TryBorrow(data, Token(symbol), in amount, account, out int length));
        await DoAsync(account, Pool, data[..length]);
    }

    /// <summary>Whether the market lets the vault itself take so much out.</summary>
    public async Task<bool> MayWithdrawAsync(string symbol, UInt256 amount)
    {
        byte[] data = new byte[PoolCalls.MostBytes];
        Assert.True(PoolCalls.TryWithdraw(data, Token(symbol), in amount, Vault, out int length));
        return (await Node.CallManyAsync([new EthCall(Pool, data[..length], Vault)], BlockRef.Latest))[0].Success;
    }

    /// <summary>Moves the oracle's price, and Uniswap's not.</summary>
    public async Task MovePriceAsync(string symbol, double factor)
    {
        UInt256 price = UInt256.ReadBigEndian(await CallAsync(Manifest.Contract("aaveOracle"), DevnetCalls.WithAddresses("getAssetPrice(address)", Token(symbol))));
        await DoAsync(Manifest.Account("deployer"), Manifest.Reserve(symbol).PriceSource, CallData.Of(
            "setAnswer(int256)", 1, (ref AbiWriter writer) => writer.WriteUInt256(PoolMath.BaseUnits((double)price * factor))));
    }

    public async Task<UInt256> HealthAsync() => Word(await CallAsync(Pool, DevnetCalls.WithAddresses("getUserAccountData(address)", Vault)), 5);

    public Task<UInt256> SuppliedAsync(string symbol) => BalanceAsync(Manifest.Reserve(symbol).AToken, Vault);

    public Task<UInt256> OwedAsync(string symbol) => BalanceAsync(Manifest.Reserve(symbol).VariableDebtToken, Vault);

    public Task<UInt256> HeldAsync(string symbol) => BalanceAsync(Token(symbol), Vault);

    public async Task<UInt256> BalanceAsync(Address token, Address owner) => UInt256.ReadBigEndian(await CallAsync(token, Erc20.BalanceOf(owner)));

    public Task<LendingMarket> ReadAsync(BlockRef block) => new LendingReader(Node, Manifest.Contract("aavePoolAddressesProvider")).ReadAsync([Vault], block);

    public Task ConfigureAsync(string signature, string symbol, params ulong[] numbers) =>
        DoAsync(Manifest.Account("deployer"), Manifest.Contract("aavePoolConfigurator"), DevnetCalls.OfReserve(signature, Token(symbol), numbers));

    // ---- the chain ----

    public async Task<byte[]> CallAsync(Address to, byte[] data) => await Node.CallAsync(to, data, BlockRef.Latest);

    /// <summary>Mines one transaction in a block a second later; a revert comes back with its reason, and what went through left nothing at the executor.</summary>
    public async Task<ExecutorRun> SendAsync(Address from, Address to, byte[] data, ulong seconds = 1, params AccessListEntry[] declared)
    {
        EthCallOutcome asked = (await Node.CallManyAsync([new EthCall(to, data, from)], BlockRef.Latest))[0];
        ExecutorRun run = new(await MineAsync(from, to, data, seconds, declared), Executor, asked);
        if (run.Succeeded && to == Executor)
            foreach (DevnetReserve reserve in Manifest.Reserves)
                foreach (Address token in new[] { reserve.Asset, reserve.AToken, reserve.VariableDebtToken })
                    Assert.True((await BalanceAsync(token, Executor)).IsZero, $"the executor owns some of {reserve.Symbol}, or of its tokens at the market");
        return run;
    }

    public async Task<Receipt> MineAsync(Address from, Address? to, byte[] data, ulong seconds = 1, params AccessListEntry[] declared)
    {
        Time += seconds;
        await Node.InvokeAsync("evm_setNextBlockTimestamp", writer => writer.WriteNumberValue(Time));
        Hash32 hash = await GasTable.PostAsync(Node, from, to, data, TestGas, declared);
        while (true)
            if (await Node.ReceiptAsync(hash) is { } receipt)
                return receipt;
    }

    public async Task<Receipt> DoAsync(Address from, Address? to, byte[] data)
    {
        Receipt receipt = await MineAsync(from, to, data);
        Assert.True(receipt.Succeeded, $"a step of the set-up failed: {receipt.TransactionHash}");
        return receipt;
    }

    public async Task<IAsyncDisposable> RestoreAfterwardsAsync()
    {
        string? id = (await Node.InvokeAsync("evm_snapshot")).GetString();
        return new Restore(this, id, Time);
    }

    /// <summary>Everything that the executor must be allowed of one token.</summary>
    public async Task AllowAsync(Address vault, Address executor, DevnetReserve reserve)
    {
        await DoAsync(vault, reserve.Asset, Erc20.Approve(executor, UInt256.MaxValue));
        await DoAsync(vault, reserve.AToken, Erc20.Approve(executor, UInt256.MaxValue));
        await DoAsync(vault, reserve.VariableDebtToken, AaveCalls.ApproveDelegation(executor, UInt256.MaxValue));
    }

    public async Task<Address> DeployAsync(Address vault, Address? pool = null)
    {
        Hash32[] markets = [.. Manifest.Pools.Select(one => ExecutorCalls.MarketOf(one.Address, one.Token0, one.Token1))];
        byte[] creation = ExecutorCalls.Creation(
            vault, Address.Zero, new ExecutorChain { WrappedNative = Token("WETH") }, [Caller], markets, pool ?? Pool);
        return (await DoAsync(Caller, null, creation)).ContractAddress!.Value;
    }

    public Task FundAsync(string symbol, UInt256 amount) => FundAsync(symbol, Vault, amount);

    public Task FundAsync(string symbol, Address owner, UInt256 amount) =>
        DoAsync(Manifest.Account("deployer"), Token(symbol), Erc20.Transfer(owner, amount));

    private static UInt256 Word(byte[] data, int index) => UInt256.ReadBigEndian(data.AsSpan(index * 32, 32));

    private sealed class Restore(LeveragedMarket market, string? id, ulong time) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await market.Node.InvokeAsync("evm_revert", writer => writer.WriteStringValue(id));
            market.Time = time;
        }
    }
}
