using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Lending;
using FastRebalance.Lending.Calls;
using FastRebalance.Lending.Logs;
using FastRebalance.MarketData.Lending;
using DevnetCalls = FastRebalance.Devnet.Lending.LendingCalls;

namespace FastRebalance.ChainTests;

/// <summary>
/// Does random things on the real contracts, one a block, and keeps a market by their logs. What it can foretell (a liquidation, the reserve after a
/// supply, a health factor at a price that comes) it foretells and compares.
/// </summary>
internal sealed class LendingDriver(LendingChain chain, LendingMarket market, Random random, Dictionary<string, int> done)
{
    private const byte StableCategory = 1;

    private readonly AccountEntry[] _entries = new AccountEntry[AccountConfiguration.MostReserves];
    private readonly byte[] _data = new byte[1_024];
    private readonly UInt256[] _startPrices = market.Prices.ToArray();

    /// <summary>Two of the users begin in the categories, which later are hard to enter.</summary>
    public async Task BeginAsync()
    {
        foreach ((Address user, byte category) in new[] { (Stable, StableCategory), (chain.Users[0], LendingChain.PricedCategory) })
        {
            Assert.True(PoolCalls.TrySetEMode(_data, category, out int length));
            await CallPoolAsync("e-mode", user, length, seconds: 1);
        }
    }

    /// <summary>One block: something random, its logs applied, and what was foretold held against it.</summary>
    public async Task<Receipt> StepAsync()
    {
        ulong seconds = (ulong)Math.Exp(random.NextDouble() * Math.Log(random.Next(40) == 0 ? 3_000_000 : 40_000));
        if (chain.Users.Any(user => IsBadDebt(market.Follow(user))) && random.Next(3) == 0)
            return await RepayAsync(seconds);
        if (random.Next(10) < 8 && Unhealthy(chain.Time + seconds) is { } account)
            return await LiquidateAsync(account, seconds);
        return random.Next(100) switch
        {
            < 14 => await SupplyAsync(seconds),
            < 37 => await BorrowAsync(seconds),
            < 43 => await RepayAsync(seconds),
            < 50 => await WithdrawAsync(seconds),
            < 54 => await RepayWithATokensAsync(seconds),
            < 58 => await UseAsCollateralAsync(seconds),
            < 63 => await SetEModeAsync(seconds),
            < 84 => await MovePriceAsync(seconds),
            < 87 => await TransferAsync(seconds),
            < 89 => await MintToTreasuryAsync(seconds),
            < 92 => await FlashLoanAsync(seconds),
            _ => await ConfigureAsync(seconds),
        };
    }

    private LendingReserve AnyReserve => market.Reserves[random.Next(market.Reserves.Count)];

    private Address AnyUser => chain.Users[random.Next(chain.Users.Count)];

    // The last user but one stays with what moves together.
    private Address Stable => chain.Users[^2];

    // The last user stays with the one collateral that isolates.
    private Address Isolated => chain.Users[^1];

    private LendingReserve IsolatedReserve => market.Reserves.Single(reserve => reserve.State.Configuration.DebtCeiling != 0);

    private LendingAccount AnyAccount => market.Follow(AnyUser);

    private async Task<Receipt> SendAsync(string what, Address from, Address to, byte[] data, ulong seconds)
    {
        Receipt receipt = await chain.SendAsync(from, to, data, seconds);
        Count(receipt.Succeeded ? what : "reverted");
        foreach (LogEntry log in receipt.Logs)
        {
            LendingLogStatus status = LendingReader.Apply(market, log, chain.Time);
            Assert.True(status is LendingLogStatus.Applied or LendingLogStatus.Told, $"{what}: {status} of {log.Topics[0]} by {log.Address}");
        }
        return receipt;
    }

    private void Count(string what) => done[what] = done.GetValueOrDefault(what) + 1;

    private Task<Receipt> CallPoolAsync(string what, Address from, int length, ulong seconds) =>
        SendAsync(what, from, market.Sites.Pool, _data[..length], seconds);

    // The reserve as the room foretells it has to be the one that the logs make of it, in every field.
    private async Task<Receipt> ForetellAsync(string what, LendingReserve reserve, Address from, int length, ulong seconds)
    {
        ReserveState expected = reserve.State;
        Receipt receipt = await CallPoolAsync(what, from, length, seconds);
        RateStrategy strategy = reserve.Facts.Strategy!;
        foreach (LendingEvent e in Events(receipt))
        {
            UInt256 amount = e.A;
            bool foretold = e.Kind switch
            {
                LendingEventKind.Supplied => expected.TrySupply(strategy, chain.Time, in amount),
                LendingEventKind.Withdrawn => expected.TryWithdraw(strategy, chain.Time, in amount),
                LendingEventKind.Borrowed => expected.TryBorrow(strategy, chain.Time, in amount),
                LendingEventKind.Repaid => expected.TryRepay(strategy, chain.Time, in amount),
                _ => true,
            };
            Assert.True(foretold, $"{what} of {amount} was not foretold");
        }
        // Whose debt is isolated is the account's matter.
        expected.IsolatedDebt = reserve.State.IsolatedDebt;
        if (receipt.Succeeded)
            Assert.Equal(expected, reserve.State);
        return receipt;
    }

    private IEnumerable<LendingEvent> Events(Receipt receipt)
    {
        foreach (LogEntry log in receipt.Logs)
        {
            LendingEvent e = default;
            if (market.TryReadLog(log.Address, log.Topics, log.Data, chain.Time, ref e))
                yield return e;
        }
    }

    private Task<Receipt> SupplyAsync(ulong seconds)
    {
        Address user = AnyUser;
        LendingReserve reserve = user == Isolated ? IsolatedReserve
            : user == Stable ? Preferred(id => market.Reserve(id).State.Configuration.EModeCategory == StableCategory) : AnyReserve;
        double value = Math.Pow(10, 4 + 1.5 * random.NextDouble());
        UInt256 amount = Units(reserve, value);
        Assert.True(PoolCalls.TrySupply(_data, reserve.Facts.Asset, in amount, user, out int length));
        return ForetellAsync("supply", reserve, user, length, seconds);
    }

    private Task<Receipt> BorrowAsync(ulong seconds)
    {
        LendingAccount account = AnyAccount;
        LendingReserve reserve = account.EModeCategory != 0 && random.Next(3) > 0
            ? Preferred(id => market.Reserve(id).State.Configuration.EModeCategory == account.EModeCategory)
            : account.Address == Isolated ? Preferred(id => market.Reserve(id).State.Configuration.IsBorrowableInIsolation) : AnyReserve;
        Assert.Equal(LendingStatus.Exact, market.Fill(account, chain.Time, _entries, out int count));
        Assert.Equal(LendingStatus.Exact, AccountMath.Measure(_entries.AsSpan(0, count), market.Prices, out AccountData data));
        double value = (double)data.AvailableBorrows / 1e8 * Math.Min(0.9999, 0.7 + random.NextDouble());
        UInt256 amount = PoolMath.BaseUnits(value * 1e8 / (double)market.Prices[reserve.Id] * reserve.Unit);
        Assert.True(PoolCalls.TryBorrow(_data, reserve.Facts.Asset, in amount, account.Address, out int length));
        return ForetellAsync("borrow", reserve, account.Address, length, seconds);
    }

    private Task<Receipt> RepayAsync(ulong seconds)
    {
        // Somebody else pays for those who have nothing left to take.
        LendingAccount account = chain.Users.Select(user => market.Follow(user)).FirstOrDefault(IsBadDebt) ?? AnyAccount;
        LendingReserve reserve = Preferred(id => account.ScaledDebt[id] != 0);
        Address payer = IsBadDebt(account) ? chain.Liquidator : account.Address;
        UInt256 amount = payer != account.Address ? Most(account, reserve) : random.Next(3) == 0 ? UInt256.MaxValue : Part(account.ScaledDebt[reserve.Id]);
        Assert.True(PoolCalls.TryRepay(_data, reserve.Facts.Asset, in amount, account.Address, out int length));
        return ForetellAsync(payer == account.Address ? "repay" : "repay for another", reserve, payer, length, seconds);
    }

    private Task<Receipt> WithdrawAsync(ulong seconds)
    {
        LendingAccount account = AnyAccount;
        LendingReserve reserve = Preferred(id => account.ScaledSupply[id] != 0);
        UInt256 amount = random.Next(3) == 0 ? UInt256.MaxValue : Part(account.ScaledSupply[reserve.Id]);
        Assert.True(PoolCalls.TryWithdraw(_data, reserve.Facts.Asset, in amount, account.Address, out int length));
        return ForetellAsync("withdraw", reserve, account.Address, length, seconds);
    }

    private Task<Receipt> RepayWithATokensAsync(ulong seconds)
    {
        LendingAccount account = AnyAccount;
        LendingReserve reserve = Preferred(id => account.ScaledDebt[id] != 0 && account.ScaledSupply[id] != 0);
        Assert.True(PoolCalls.TryRepayWithATokens(_data, reserve.Facts.Asset, UInt256.MaxValue, out int length));
        return CallPoolAsync("repayWithATokens", account.Address, length, seconds);
    }

    private Task<Receipt> UseAsCollateralAsync(ulong seconds)
    {
        LendingAccount account = AnyAccount;
        if (account.Configuration.IsEmpty && random.Next(2) == 0)
            account = market.Follow(Isolated);
        LendingReserve reserve = account.Address == Isolated ? IsolatedReserve : Preferred(id => account.ScaledSupply[id] != 0);
        bool use = !account.Configuration.IsCollateral(reserve.Id) || (account.Address == Isolated && random.Next(4) > 0);
        Assert.True(PoolCalls.TryUseAsCollateral(_data, reserve.Facts.Asset, use, out int length));
        return CallPoolAsync(use ? "use as collateral" : "use no longer", account.Address, length, seconds);
    }

    private Task<Receipt> SetEModeAsync(ulong seconds)
    {
        Address user = AnyUser;
        byte category = user == Stable ? StableCategory : (byte)random.Next(LendingChain.PricedCategory + 1);
        Assert.True(PoolCalls.TrySetEMode(_data, category, out int length));
        return CallPoolAsync("e-mode", user, length, seconds);
    }

    // The health factors that the price will make are known before it is anywhere.
    private async Task<Receipt> MovePriceAsync(ulong seconds)
    {
        PriceFeed feed = market.Feeds[random.Next(market.Feeds.Count)];
        double drift = Math.Log((double)_startPrices[feed.Slot] / (double)market.Prices[feed.Slot]);
        bool isStable = chain.Manifest.Reserves.Any(reserve => reserve.Asset == feed.Asset && reserve.Symbol is "USDC" or "DAI");
        double move = 0.2 * drift + (random.NextDouble() - 0.5) * (isStable ? 0.12 : 0.7);
        UInt256 price = PoolMath.BaseUnits((double)market.Prices[feed.Slot] * Math.Exp(move));
        UInt256[] foretold = [.. chain.Users.Select(user => HealthFactor(user, chain.Time + seconds, feed.Slot, price))];
        Receipt receipt = await SendAsync(
            "price", chain.Deployer, feed.Source, CallData.Of("setAnswer(int256)", 1, (ref AbiWriter writer) => writer.WriteUInt256(price)), seconds);
        Assert.Equal(price, market.Prices[feed.Slot]);
        Assert.Equal(foretold, chain.Users.Select(user => HealthFactor(user, chain.Time, AccountMath.NoSlot, UInt256.Zero)));
        return receipt;
    }

    private Task<Receipt> TransferAsync(ulong seconds)
    {
        LendingAccount account = AnyAccount;
        LendingReserve reserve = Preferred(id => account.ScaledSupply[id] != 0);
        return SendAsync("transfer", account.Address, reserve.Facts.AToken, Erc20.Transfer(chain.Users[random.Next(chain.Users.Count - 2)], Part(account.ScaledSupply[reserve.Id])), seconds);
    }

    private Task<Receipt> MintToTreasuryAsync(ulong seconds) =>
        SendAsync("mint to treasury", AnyUser, market.Sites.Pool, CallData.Of("mintToTreasury(address[])", 1, (ref AbiWriter writer) =>
        {
            AbiFrame list = writer.BeginArray(2, 1);
            writer.WriteAddress(AnyReserve.Facts.Asset);
            writer.WriteAddress(AnyReserve.Facts.Asset);
            writer.End(list);
        }), seconds);

    private Task<Receipt> FlashLoanAsync(ulong seconds)
    {
        LendingReserve reserve = AnyReserve;
        UInt256 amount = Units(reserve, 1e6 * random.NextDouble());
        Assert.True(PoolCalls.TryFlashLoanSimple(_data, chain.Receiver, reserve.Facts.Asset, in amount, [1, 2, 3], out int length));
        return CallPoolAsync("flash loan", AnyUser, length, seconds);
    }

    private Task<Receipt> ConfigureAsync(ulong seconds)
    {
        // What stops the market does not stay for long.
        LendingReserve? stopped = market.Reserves.FirstOrDefault(one => one.State.Configuration.IsPaused || one.State.Configuration.IsFrozen);
        LendingReserve reserve = stopped ?? AnyReserve;
        ReserveConfiguration now = reserve.State.Configuration;
        if (stopped is not null)
            return ConfigureAsync(now.IsPaused ? "setReservePause(address,bool)" : "setReserveFreeze(address,bool)", reserve, seconds, 0);
        return random.Next(13) switch
        {
            0 => ConfigureAsync("setReserveFactor(address,uint256)", reserve, seconds, (ulong)random.Next(500, 3_000)),
            1 => ConfigureAsync("setSupplyCap(address,uint256)", reserve, seconds, 10_000_000_000UL + (ulong)random.Next(1_000_000)),
            2 => ConfigureAsync("setBorrowCap(address,uint256)", reserve, seconds, 10_000_000_000UL + (ulong)random.Next(1_000_000)),
            3 => ConfigureAsync("setLiquidationProtocolFee(address,uint256)", reserve, seconds, (ulong)random.Next(4) * 700),
            4 => ConfigureAsync("setReservePause(address,bool)", reserve, seconds, 1),
            5 => ConfigureAsync("setReserveFreeze(address,bool)", reserve, seconds, 1),
            6 or 11 or 12 => ConfigureAsync(
                "configureReserveAsCollateral(address,uint256,uint256,uint256)", reserve, seconds, random.Next(2) == 0 ? 0UL : (ulong)random.Next(5_000, 6_800),
                (ulong)random.Next(6_800, 8_000), (ulong)random.Next(10_300, 10_900)),
            7 => ConfigureAsync("setBorrowableInIsolation(address,bool)", reserve, seconds, (ulong)random.Next(2)),
            8 => ConfigureAsync("setReserveFlashLoaning(address,bool)", reserve, seconds, (ulong)random.Next(4) / 3 ^ 1),
            9 => SendAsync(
                "category", chain.Deployer, chain.Configurator,
                DevnetCalls.SetEModeCategory(1, random.Next(9_000, 9_300), random.Next(9_300, 9_600), random.Next(10_050, 10_150), Address.Zero, "Stable"), seconds),
            _ => SendAsync(
                "flash premium", chain.Deployer, chain.Configurator,
                CallData.Of("updateFlashloanPremiumToProtocol(uint128)", 1, (ref AbiWriter writer) => writer.WriteUInt64((ulong)random.Next(6_000))), seconds),
        };
    }

    private Task<Receipt> ConfigureAsync(string signature, LendingReserve reserve, ulong seconds, params ulong[] numbers) =>
        SendAsync(signature[..signature.IndexOf('(')], chain.Deployer, chain.Configurator,
            DevnetCalls.OfReserve(signature, reserve.Facts.Asset, numbers), seconds);

    private async Task<Receipt> LiquidateAsync(LendingAccount account, ulong seconds)
    {
        LendingReserve collateral = Preferred(account.Configuration.IsCollateral);
        LendingReserve debt = Preferred(id => account.ScaledDebt[id] != 0);
        UInt256 cover = random.Next(3) > 0 ? UInt256.MaxValue : Part(account.ScaledDebt[debt.Id]);

        bool asAToken = random.Next(4) == 0;
        LendingStatus status = Liquidation.Predict(
            market, account, collateral.Id, debt.Id, in cover, chain.Time + seconds, _entries, out LiquidationAmounts foretold);
        Assert.True(PoolCalls.TryLiquidate(
            _data, collateral.Facts.Asset, debt.Facts.Asset, account.Address, in cover, asAToken, out int length));
        bool vanishes = Vanishes(in foretold, collateral, debt, asAToken, chain.Time + seconds);
        bool isThere = asAToken || foretold.CollateralTaken <= collateral.State.Available;
        Receipt receipt = await CallPoolAsync(asAToken ? "liquidation for aTokens" : "liquidation", chain.Liquidator, length, seconds);

        // Amounts that scale down to nothing are refused by the tokens, and what is lent out cannot be taken.
        bool expected = status == LendingStatus.Exact && isThere && !vanishes;
        Assert.True(expected == receipt.Succeeded, $"{status} was foretold, {foretold}, and the call did{(receipt.Succeeded ? "" : " not")} succeed");
        if (receipt.Succeeded)
            AssertMoved(receipt, account, in foretold);
        return receipt;
    }

    private static bool Vanishes(in LiquidationAmounts amounts, LendingReserve collateral, LendingReserve debt, bool asAToken, ulong time)
    {
        Assert.Equal(LendingStatus.Exact, collateral.State.IncomeAt(time, out UInt256 income));
        Assert.Equal(LendingStatus.Exact, debt.State.DebtIndexAt(time, out UInt256 index));
        Assert.True(WadRay.TryRayDiv(amounts.CollateralTaken, in income, out UInt256 taken));
        Assert.True(WadRay.TryRayDiv(amounts.DebtRepaid, in index, out UInt256 repaid));
        return repaid.IsZero || (taken.IsZero && !asAToken);
    }

    private void AssertMoved(Receipt receipt, LendingAccount account, in LiquidationAmounts foretold)
    {
        if (account.EModeCategory != 0)
            Count("liquidation in e-mode");
        Count(foretold.CloseFactorBps == Liquidation.PartCloseBps ? "closed in part" : "closed in full");
        LendingEvent said = Events(receipt).Single(e => e.Kind == LendingEventKind.Liquidated);
        Assert.Equal((foretold.DebtRepaid, foretold.CollateralTaken), (said.B, said.C));
        // The treasury is the deployer, who never liquidates.
        LendingEvent[] fees = [.. Events(receipt).Where(e => e.Kind == LendingEventKind.SupplyMoved && e.Account == account.Address && e.Other == chain.Deployer)];
        if (foretold.ProtocolFee.IsZero)
        {
            Assert.Empty(fees);
            return;
        }
        LendingEvent fee = Assert.Single(fees);
        Assert.True(WadRay.TryRayDiv(foretold.ProtocolFee, in fee.C, out UInt256 scaled));
        Assert.Equal(scaled, fee.A);
        Count("protocol fees");
    }

    // One that has something left to take: bad debt stays unhealthy for ever.
    private LendingAccount? Unhealthy(ulong time)
    {
        LendingAccount[] all =
        [
            .. chain.Users.Where(user => HealthFactor(user, time, AccountMath.NoSlot, UInt256.Zero) < WadRay.Wad).Select(user => market.Follow(user))
                .Where(account => market.Reserves.Any(reserve => account.Configuration.IsCollateral(reserve.Id))),
        ];
        return all.Length == 0 ? null : all[random.Next(all.Length)];
    }

    private UInt256 HealthFactor(Address user, ulong time, int slot, UInt256 price)
    {
        Assert.Equal(LendingStatus.Exact, market.Fill(market.Follow(user), time, _entries, out int count));
        Assert.Equal(
            LendingStatus.Exact, AccountMath.HealthFactor(_entries.AsSpan(0, count), market.Prices, slot, in price, out UInt256 healthFactor));
        return healthFactor;
    }

    private bool IsBadDebt(LendingAccount account) =>
        account.ScaledDebt.ContainsAnyExcept(UInt128.Zero) && !market.Reserves.Any(reserve => account.Configuration.IsCollateral(reserve.Id));

    // More than can be owed by then; the pool takes what is.
    private static UInt256 Most(LendingAccount account, LendingReserve reserve) => (UInt256)account.ScaledDebt[reserve.Id] * 100;

    private LendingReserve Preferred(Func<int, bool> wanted)
    {
        LendingReserve[] all = [.. market.Reserves.Where(reserve => wanted(reserve.Id))];
        return all.Length == 0 || random.Next(20) == 0 ? AnyReserve : all[random.Next(all.Length)];
    }

    private UInt256 Part(UInt128 scaled) => PoolMath.BaseUnits((double)scaled * random.NextDouble());

    private UInt256 Units(LendingReserve reserve, double value) =>
        PoolMath.BaseUnits(value * 1e8 / (double)_startPrices[reserve.Id] * reserve.Unit);
}
