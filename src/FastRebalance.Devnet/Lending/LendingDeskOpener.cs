using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Files;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Devnet.Lending;

/// <summary>
/// Opens the three desks' positions by the market's own contracts: a leveraged one, one held by its health, one without direction. The deployer advances
/// what they supply, and gets back what is borrowed on it, as if that had bought it. Each desk has an executor of its own, which may take what is
/// supplied and borrow on its behalf.
/// </summary>
internal sealed class LendingDeskOpener(
    DevnetOptions options, EthereumNode node, SetupSender deployer, DeployedMarket market, LendingContracts lending, string directory)
{
    private const ulong TokenGas = 100_000;
    private const ulong PoolGas = 800_000;
    private const ulong MintGas = 700_000;
    private const ulong ExecutorGas = 9_000_000;

    // All in USDC at the start prices.
    private const double LeverageEquity = 100_000;
    private const double LeverageTarget = 2;
    private const double CollateralValue = 150_000;
    private const double CollateralHealth = 1.5;
    private const double Margin = 100_000;
    private const double SpareCash = 20_000;
    private const double HedgeHealth = 1.7;
    private const double PoolValue = 20_000;
    private const double PoolRange = 0.28;
    private const int PoolFeePips = 3000;

    private DeployedToken Weth => market.Token(MarketPlan.Native);

    private DeployedToken Usdc => market.Token(MarketPlan.Numeraire);

    private Address Nfts => market.Contracts.V3PositionManager;

    public async Task<IReadOnlyList<LendingDesk>> OpenAsync(CancellationToken cancellationToken)
    {
        List<LendingDesk> desks =
        [
            await OpenAsync(LendingDesk.Leverage, LeverageTarget * LeverageEquity, (LeverageTarget - 1) * LeverageEquity, cancellationToken).ConfigureAwait(false),
            await OpenAsync(
                LendingDesk.Collateral, CollateralValue, CollateralValue * ThresholdOf(MarketPlan.Native) / CollateralHealth, cancellationToken)
                .ConfigureAwait(false),
            await OpenDeltaNeutralAsync(cancellationToken).ConfigureAwait(false),
        ];
        await deployer.MineAsync(cancellationToken).ConfigureAwait(false);
        return desks;
    }

    private async Task<LendingDesk> OpenAsync(string name, double collateralUsdc, double debtUsdc, CancellationToken cancellationToken)
    {
        using DeskAccount account = await CreateAsync(name, cancellationToken).ConfigureAwait(false);
        await SupplyAsync(account, Weth, collateralUsdc, cancellationToken).ConfigureAwait(false);
        UInt256 debt = Units(Usdc, debtUsdc);
        await BorrowAsync(account, Usdc, debt, cancellationToken).ConfigureAwait(false);
        await GiveBackAsync(account, Usdc, debt, cancellationToken).ConfigureAwait(false);
        return await ToDeskAsync(name, account, null, cancellationToken).ConfigureAwait(false);
    }

    private async Task<LendingDesk> OpenDeltaNeutralAsync(CancellationToken cancellationToken)
    {
        using DeskAccount account = await CreateAsync(LendingDesk.DeltaNeutral, cancellationToken).ConfigureAwait(false);
        await AdvanceAsync(account.Address, Usdc, SpareCash, cancellationToken).ConfigureAwait(false);
        await SupplyAsync(account, Usdc, Margin, cancellationToken).ConfigureAwait(false);
        DeskLiquidity liquidity = await MintAsync(account.Address, cancellationToken).ConfigureAwait(false);
        double debtUsdc = Margin * ThresholdOf(MarketPlan.Numeraire) / HedgeHealth;
        await BorrowAsync(account, Weth, Units(Weth, debtUsdc), cancellationToken).ConfigureAwait(false);
        // What the pool holds of it is hedged as well: so much less is held outright.
        double inPool = liquidity.WethAt(Weth.Plan.StartPrice) * Weth.Plan.StartPrice;
        await GiveBackAsync(account, Weth, Units(Weth, inPool), cancellationToken).ConfigureAwait(false);
        return await ToDeskAsync(LendingDesk.DeltaNeutral, account, liquidity, cancellationToken).ConfigureAwait(false);
    }

    private async Task<LendingDesk> ToDeskAsync(string name, DeskAccount account, DeskLiquidity? liquidity, CancellationToken cancellationToken)
    {
        Address executor = await AddExecutorAsync(account, cancellationToken).ConfigureAwait(false);
        using DeskAccount safety = DeskAccount.Create(options.Seed, LocalChain.ChainId, directory, DeskFiles.SafetyOf(name));
        await safety.FundAsync(node, cancellationToken).ConfigureAwait(false);
        await account.SendAsync(
            node, deployer, "trusting the safety account", executor, ExecutorCalls.SetTrust(safety.Address, ExecutorTrust.Full), TokenGas, cancellationToken)
            .ConfigureAwait(false);
        await deployer.MineAsync(cancellationToken).ConfigureAwait(false);
        return new LendingDesk(name, account.Address) { Executor = executor, Safety = safety.Address, Liquidity = liquidity };
    }

    private async Task<Address> AddExecutorAsync(DeskAccount account, CancellationToken cancellationToken)
    {
        byte[] creation = ExecutorCalls.Creation(
            account.Address, deployer.Account, new ExecutorChain { WrappedNative = market.Contracts.Weth }, [account.Address],
            [.. market.Pools.Select(pool => ExecutorCalls.MarketOf(pool.Address, pool.Token0.Address, pool.Token1.Address))], lending.Pool);
        Address executor = await deployer.CreateAsync("the desk's executor", creation, ExecutorGas, cancellationToken).ConfigureAwait(false);
        await account.ApproveAsync(node, deployer, market, [executor], cancellationToken).ConfigureAwait(false);
        foreach (DevnetReserve reserve in lending.Reserves)
        {
            await account.SendAsync(
                node, deployer, $"approving the supplied {reserve.Symbol}", reserve.AToken, Erc20.Approve(executor, UInt256.MaxValue), TokenGas, cancellationToken)
                .ConfigureAwait(false);
            await account.SendAsync(
                node, deployer, $"delegating debt in {reserve.Symbol}", reserve.VariableDebtToken, AaveCalls.ApproveDelegation(executor, UInt256.MaxValue), TokenGas,
                cancellationToken).ConfigureAwait(false);
        }
        await deployer.MineAsync(cancellationToken).ConfigureAwait(false);
        return executor;
    }

    private async Task<DeskAccount> CreateAsync(string name, CancellationToken cancellationToken)
    {
        DeskAccount account = DeskAccount.Create(options.Seed, LocalChain.ChainId, directory, DeskFiles.Of(name));
        await account.FundAsync(node, cancellationToken).ConfigureAwait(false);
        await account.ApproveAsync(node, deployer, market, [market.Contracts.SwapRouter02], cancellationToken).ConfigureAwait(false);
        return account;
    }

    private async Task SupplyAsync(DeskAccount account, DeployedToken token, double valueUsdc, CancellationToken cancellationToken)
    {
        await AdvanceAsync(account.Address, token, valueUsdc, cancellationToken).ConfigureAwait(false);
        // A desk spends only what it has: the advance comes first.
        await deployer.MineAsync(cancellationToken).ConfigureAwait(false);
        UInt256 amount = Units(token, valueUsdc);
        await account.SendAsync(
            node, deployer, $"approving {token.Plan.Symbol}", token.Address, Erc20.Approve(lending.Pool, UInt256.MaxValue), TokenGas, cancellationToken)
            .ConfigureAwait(false);
        await account.SendAsync(
            node, deployer, $"supplying {token.Plan.Symbol}", lending.Pool, LendingCalls.Supply(token.Address, amount, account.Address), PoolGas,
            cancellationToken).ConfigureAwait(false);
    }

    private Task BorrowAsync(DeskAccount account, DeployedToken token, UInt256 amount, CancellationToken cancellationToken) => account.SendAsync(
        node, deployer, $"borrowing {token.Plan.Symbol}", lending.Pool, LendingCalls.Borrow(token.Address, amount, account.Address), PoolGas, cancellationToken);

    private Task AdvanceAsync(Address account, DeployedToken token, double valueUsdc, CancellationToken cancellationToken) => deployer.CallAsync(
        $"advancing {token.Plan.Symbol}", token.Address, Erc20.Transfer(account, Units(token, valueUsdc)), TokenGas, cancellationToken);

    private Task GiveBackAsync(DeskAccount account, DeployedToken token, UInt256 amount, CancellationToken cancellationToken) => account.SendAsync(
        node, deployer, $"giving {token.Plan.Symbol} back", token.Address, Erc20.Transfer(deployer.Account, amount), TokenGas, cancellationToken);

    private async Task<DeskLiquidity> MintAsync(Address account, CancellationToken cancellationToken)
    {
        DeployedPool pool = market.Pools.First(
            one => one.Plan is { IsConcentrated: true, FeePips: PoolFeePips } && IsPair(one));
        double price = pool.RawPrice(pool.Token0.Plan.StartPrice, pool.Token1.Plan.StartPrice);
        int spacing = pool.Plan.TickSpacing;
        int lower = PoolMath.UsableTick(price / (1 + PoolRange), spacing), upper = PoolMath.UsableTick(price * (1 + PoolRange), spacing);
        byte[] mint = UniswapCalls.MintV3(
            pool.Token0.Address, pool.Token1.Address, PoolFeePips, lower, upper, Units(pool.Token0, PoolValue / 2), Units(pool.Token1, PoolValue / 2), account);
        await deployer.CallAsync("the desk's liquidity", Nfts, mint, MintGas, cancellationToken).ConfigureAwait(false);
        await deployer.MineAsync(cancellationToken).ConfigureAwait(false);
        (UInt256 id, double liquidity) = await PositionOfAsync(account, cancellationToken).ConfigureAwait(false);
        return ToDesk(pool, id, lower, upper, liquidity);
    }

    private bool IsPair(DeployedPool pool) =>
        (pool.Token0.Plan.Symbol, pool.Token1.Plan.Symbol) is (MarketPlan.Native, MarketPlan.Numeraire) or (MarketPlan.Numeraire, MarketPlan.Native);

    // The prices of WETH in USDC at both ends: upside down where USDC comes first.
    private static DeskLiquidity ToDesk(DeployedPool pool, UInt256 id, int lower, int upper, double liquidity)
    {
        int decimals = pool.Token0.Plan.Decimals - pool.Token1.Plan.Decimals;
        double low = PoolMath.RawPriceOfTick(lower) * Math.Pow(10, decimals), high = PoolMath.RawPriceOfTick(upper) * Math.Pow(10, decimals);
        double scale = Math.Pow(10, (pool.Token0.Plan.Decimals + pool.Token1.Plan.Decimals) / 2.0);
        return pool.Token0.Plan.Symbol == MarketPlan.Native
            ? new DeskLiquidity(id, low, high, liquidity / scale)
            : new DeskLiquidity(id, 1 / high, 1 / low, liquidity / scale);
    }

    private async Task<(UInt256 Id, double Liquidity)> PositionOfAsync(Address account, CancellationToken cancellationToken)
    {
        const int liquidityWord = 7;
        UInt256 id = await AskAsync(CallData.Of("tokenOfOwnerByIndex(address,uint256)", 2, (ref AbiWriter writer) =>
        {
            writer.WriteAddress(account);
            writer.WriteUInt64(0);
        }), 0, cancellationToken).ConfigureAwait(false);
        return (id, (double)await AskAsync(
            CallData.Of("positions(uint256)", 1, (ref AbiWriter writer) => writer.WriteUInt256(id)), liquidityWord, cancellationToken).ConfigureAwait(false));
    }

    private async Task<UInt256> AskAsync(byte[] question, int word, CancellationToken cancellationToken)
    {
        byte[] answer = await node.CallAsync(Nfts, question, BlockRef.Latest, cancellation: cancellationToken).ConfigureAwait(false);
        return UInt256.ReadBigEndian(answer.AsSpan(word * AbiWriter.WordLength, AbiWriter.WordLength));
    }

    private static double ThresholdOf(string symbol) => LendingPlan.Reserves.First(reserve => reserve.Symbol == symbol).LiquidationThresholdBps / 1e4;

    private static UInt256 Units(DeployedToken token, double valueUsdc) => PoolMath.BaseUnits(token.Plan.BaseUnitsOf(valueUsdc));
}
