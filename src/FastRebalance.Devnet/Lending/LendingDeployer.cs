using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Install;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Devnet.Lending;

/// <summary>
/// Puts the lending market on a chain whose tokens stand: libraries, pool and configurator behind their proxies, simulated price sources at the plan's
/// prices, the reserves with their settings, and the lender's supply. The deployer administers it and feeds the prices.
/// </summary>
internal sealed class LendingDeployer(EthereumNode node, SetupSender sender, DevnetParts parts)
{
    private const ulong SmallGas = 400_000;
    private const ulong ReserveGas = 8_000_000;

    // Of a basis point in ray, 27 decimals.
    private static readonly UInt256 s_rayOfBps = UInt256.PowerOfTen(23);
    private static readonly string[] s_libraries =
        ["SupplyLogic", "BorrowLogic", "LiquidationLogic", "EModeLogic", "BridgeLogic", "FlashLoanLogic", "PoolLogic", "ConfiguratorLogic"];

    private readonly LendingCode _code = new(sender, parts);

    public async Task<LendingContracts> DeployAsync(DeployedMarket market, Address lender, CancellationToken cancellationToken)
    {
        (Address provider, Address acl) = await CreateRegistryAsync(cancellationToken).ConfigureAwait(false);
        foreach (string library in s_libraries)
            await _code.AddLibraryAsync(library, cancellationToken).ConfigureAwait(false);
        await CreatePoolAsync(provider, cancellationToken).ConfigureAwait(false);
        Dictionary<string, Address> sources = await CreatePriceSourcesAsync(market, cancellationToken).ConfigureAwait(false);
        Address oracle = await CreateOracleAsync(provider, market, sources, cancellationToken).ConfigureAwait(false);
        Address data = await _code.CreateAsync("misc/AaveProtocolDataProvider", provider, cancellationToken).ConfigureAwait(false);
        await ConfigureAsync(provider, "setPoolDataProvider(address)", data, cancellationToken).ConfigureAwait(false);
        await sender.MineAsync(cancellationToken).ConfigureAwait(false);

        Address pool = await AskAddressAsync(provider, "getPool()", cancellationToken).ConfigureAwait(false);
        Address configurator = await AskAddressAsync(provider, "getPoolConfigurator()", cancellationToken).ConfigureAwait(false);
        await CreateReservesAsync(market, provider, pool, configurator, cancellationToken).ConfigureAwait(false);
        await SupplyAsync(market, pool, lender, cancellationToken).ConfigureAwait(false);
        await sender.MineAsync(cancellationToken).ConfigureAwait(false);

        List<DevnetReserve> reserves = [];
        foreach (ReservePlan plan in LendingPlan.Reserves)
            reserves.Add(await FindReserveAsync(pool, market.Token(plan.Symbol), sources[plan.Symbol], cancellationToken).ConfigureAwait(false));
        return new LendingContracts
        {
            AddressesProvider = provider, Pool = pool, PoolConfigurator = configurator, AclManager = acl, Oracle = oracle, DataProvider = data,
            Reserves = reserves,
        };
    }

    private async Task<(Address Provider, Address Acl)> CreateRegistryAsync(CancellationToken cancellationToken)
    {
        Address provider = await _code.CreateAsync("protocol/configuration/PoolAddressesProvider", 2, (ref writer) =>
        {
            writer.WriteString("Devnet market");
            writer.WriteAddress(sender.Account);
        }, cancellationToken).ConfigureAwait(false);
        await ConfigureAsync(provider, "setACLAdmin(address)", sender.Account, cancellationToken).ConfigureAwait(false);
        Address acl = await _code.CreateAsync("protocol/configuration/ACLManager", provider, cancellationToken).ConfigureAwait(false);
        await ConfigureAsync(provider, "setACLManager(address)", acl, cancellationToken).ConfigureAwait(false);
        foreach (string role in new[] { "addPoolAdmin(address)", "addEmergencyAdmin(address)" })
            await ConfigureAsync(acl, role, sender.Account, cancellationToken).ConfigureAwait(false);
        return (provider, acl);
    }

    private async Task CreatePoolAsync(Address provider, CancellationToken cancellationToken)
    {
        Address pool = await _code.CreateAsync("protocol/pool/Pool", provider, cancellationToken).ConfigureAwait(false);
        await sender.CallAsync("setting the pool", provider, LendingCalls.WithAddresses("setPoolImpl(address)", pool), 3_000_000, cancellationToken)
            .ConfigureAwait(false);
        Address configurator = await _code.CreateAsync("protocol/pool/PoolConfigurator", 0, (ref _) => { }, cancellationToken).ConfigureAwait(false);
        await sender.CallAsync(
            "setting the configurator", provider, LendingCalls.WithAddresses("setPoolConfiguratorImpl(address)", configurator), 3_000_000,
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<Dictionary<string, Address>> CreatePriceSourcesAsync(DeployedMarket market, CancellationToken cancellationToken)
    {
        byte[] code = await ContractArtifact.ReadCode(AaveInstaller.PriceSourceArtifact(parts), cancellationToken).ConfigureAwait(false);
        Dictionary<string, Address> sources = [];
        foreach (ReservePlan plan in LendingPlan.Reserves)
        {
            UInt256 price = PoolMath.BaseUnits(market.Token(plan.Symbol).Plan.StartPrice * Math.Pow(10, LendingPlan.BaseDecimals));
            sources[plan.Symbol] = await sender.CreateAsync($"the price source of {plan.Symbol}", CallData.Creation(code, 2, (ref writer) =>
            {
                writer.WriteString($"{plan.Symbol} / USD, simulated");
                writer.WriteUInt256(price);
            }), cancellationToken).ConfigureAwait(false);
        }
        return sources;
    }

    private async Task<Address> CreateOracleAsync(
        Address provider, DeployedMarket market, Dictionary<string, Address> sources, CancellationToken cancellationToken)
    {
        Address oracle = await _code.CreateAsync("misc/AaveOracle", 6, (ref writer) =>
        {
            writer.WriteAddress(provider);
            WriteList(ref writer, sources.Keys.Select(symbol => market.Token(symbol).Address));
            WriteList(ref writer, sources.Values);
            writer.WriteAddress(Address.Zero); // no fallback
            writer.WriteAddress(Address.Zero); // the base currency is no token, as on the main network
            writer.WriteUInt256(UInt256.PowerOfTen(LendingPlan.BaseDecimals));
        }, cancellationToken).ConfigureAwait(false);
        await ConfigureAsync(provider, "setPriceOracle(address)", oracle, cancellationToken).ConfigureAwait(false);
        return oracle;
    }

    private static void WriteList(ref AbiWriter writer, IEnumerable<Address> addresses)
    {
        Address[] all = [.. addresses];
        AbiFrame list = writer.BeginArray(all.Length, 1);
        foreach (Address address in all)
            writer.WriteAddress(address);
        writer.End(list);
    }

    private async Task CreateReservesAsync(
        DeployedMarket market, Address provider, Address pool, Address configurator, CancellationToken cancellationToken)
    {
        Address aToken = await _code.CreateAsync("protocol/tokenization/AToken", pool, cancellationToken).ConfigureAwait(false);
        Address stable = await _code.CreateAsync("protocol/tokenization/StableDebtToken", pool, cancellationToken).ConfigureAwait(false);
        Address variable = await _code.CreateAsync("protocol/tokenization/VariableDebtToken", pool, cancellationToken).ConfigureAwait(false);
        await sender.CallAsync(
            "the premium of flash loans", configurator,
            CallData.Of("updateFlashloanPremiumTotal(uint128)", 1, (ref writer) => writer.WriteUInt64(LendingPlan.FlashPremiumBps)), SmallGas,
            cancellationToken).ConfigureAwait(false);
        // Before the reserves, which name it.
        await sender.CallAsync(
            "the category of stable tokens", configurator,
            LendingCalls.SetEModeCategory(
                LendingPlan.StableCategory, LendingPlan.StableLtvBps, LendingPlan.StableThresholdBps, LendingPlan.StableBonusBps, Address.Zero, "Stable"),
            SmallGas, cancellationToken).ConfigureAwait(false);
        foreach (ReservePlan plan in LendingPlan.Reserves)
        {
            DeployedToken token = market.Token(plan.Symbol);
            Address strategy = await CreateStrategyAsync(provider, plan, cancellationToken).ConfigureAwait(false);
            // The deployer is the treasury: it never supplies by itself.
            byte[] init = LendingCalls.InitReserve(aToken, stable, variable, strategy, token.Address, sender.Account, plan.Symbol, token.Plan.Decimals);
            await sender.CallAsync($"the reserve of {plan.Symbol}", configurator, init, ReserveGas, cancellationToken).ConfigureAwait(false);
            await SetUpReserveAsync(configurator, plan, token.Address, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<Address> CreateStrategyAsync(Address provider, ReservePlan plan, CancellationToken cancellationToken)
    {
        // Optimal usage, base, two variable slopes; of the stable rate, which nobody can take, two slopes, two offsets and the optimal share.
        int[] bps = [plan.OptimalUsageBps, 0, plan.Slope1Bps, plan.Slope2Bps, 0, 0, 0, 0, 2_000];
        return _code.CreateAsync("protocol/pool/DefaultReserveInterestRateStrategy", 1 + bps.Length, (ref writer) =>
        {
            writer.WriteAddress(provider);
            foreach (int value in bps)
                writer.WriteUInt256((UInt256)(ulong)value * s_rayOfBps);
        }, cancellationToken);
    }

    private async Task SetUpReserveAsync(Address configurator, ReservePlan plan, Address asset, CancellationToken cancellationToken)
    {
        Task Set(string signature, params ulong[] numbers) =>
            sender.CallAsync($"{signature} of {plan.Symbol}", configurator, LendingCalls.OfReserve(signature, asset, numbers), SmallGas, cancellationToken);

        await Set(
            "configureReserveAsCollateral(address,uint256,uint256,uint256)", (ulong)plan.LtvBps, (ulong)plan.LiquidationThresholdBps,
            (ulong)plan.LiquidationBonusBps).ConfigureAwait(false);
        await Set("setReserveBorrowing(address,bool)", 1).ConfigureAwait(false);
        await Set("setReserveFlashLoaning(address,bool)", 1).ConfigureAwait(false);
        await Set("setReserveFactor(address,uint256)", (ulong)plan.ReserveFactorBps).ConfigureAwait(false);
        await Set("setSupplyCap(address,uint256)", plan.SupplyCap).ConfigureAwait(false);
        await Set("setBorrowCap(address,uint256)", plan.BorrowCap).ConfigureAwait(false);
        await Set("setLiquidationProtocolFee(address,uint256)", (ulong)plan.LiquidationProtocolFeeBps).ConfigureAwait(false);
        if (plan.EModeCategory != 0)
            await Set("setAssetEModeCategory(address,uint8)", (ulong)plan.EModeCategory).ConfigureAwait(false);
        if (plan.DebtCeilingCents != 0)
            await Set("setDebtCeiling(address,uint256)", plan.DebtCeilingCents).ConfigureAwait(false);
        if (plan.BorrowableInIsolation)
            await Set("setBorrowableInIsolation(address,bool)", 1).ConfigureAwait(false);
    }

    private async Task SupplyAsync(DeployedMarket market, Address pool, Address lender, CancellationToken cancellationToken)
    {
        foreach (ReservePlan plan in LendingPlan.Reserves)
        {
            DeployedToken token = market.Token(plan.Symbol);
            UInt256 amount = PoolMath.BaseUnits(token.Plan.BaseUnitsOf(plan.LentValueUsdc));
            await sender.CallAsync($"approving {plan.Symbol}", token.Address, Erc20.Approve(pool, UInt256.MaxValue), 100_000, cancellationToken)
                .ConfigureAwait(false);
            await sender.CallAsync($"lending {plan.Symbol}", pool, LendingCalls.Supply(token.Address, amount, lender), 1_000_000, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private async Task<DevnetReserve> FindReserveAsync(Address pool, DeployedToken token, Address source, CancellationToken cancellationToken)
    {
        byte[] answer = await node.CallAsync(
            pool, LendingCalls.WithAddresses("getReserveData(address)", token.Address), BlockRef.Latest, cancellation: cancellationToken)
            .ConfigureAwait(false);
        const int word = AbiWriter.WordLength;
        Address TokenAt(int index) => new(answer.AsSpan(index * word + word - Address.Length, Address.Length));
        return new DevnetReserve(token.Plan.Symbol, token.Address, TokenAt(8), TokenAt(10), source);
    }

    private Task ConfigureAsync(Address contract, string signature, Address argument, CancellationToken cancellationToken) =>
        sender.CallAsync(signature, contract, LendingCalls.WithAddresses(signature, argument), SmallGas, cancellationToken);

    private async Task<Address> AskAddressAsync(Address contract, string signature, CancellationToken cancellationToken)
    {
        byte[] answer = await node.CallAsync(contract, LendingCalls.WithAddresses(signature), BlockRef.Latest, cancellation: cancellationToken)
            .ConfigureAwait(false);
        return new AbiReader(answer).TryReadAddress(out Address address) && !address.IsZero
            ? address
            : throw new InvalidOperationException($"{signature} of {contract} answered no address");
    }
}
