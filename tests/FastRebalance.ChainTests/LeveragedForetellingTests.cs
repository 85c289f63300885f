using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Lending;
using FastRebalance.Lending.Logs;
using FastRebalance.MarketData.Lending;

namespace FastRebalance.ChainTests;

/// <summary>
/// What the lending room foretells of a basket, by the amounts that its legs told of, is what the chain then holds, to the unit: the reserves, the
/// account, and the health factor that the executor measured.
/// </summary>
public sealed class LeveragedForetellingTests(LeveragedMarket market) : IClassFixture<LeveragedMarket>
{
    private readonly AccountEntry[] _entries = new AccountEntry[AccountConfiguration.MostReserves];

    [Fact]
    public async Task ExecLeveraged_SeededWaysUpAndDown_EndsWhereItWasForetold()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        Random random = new(11);
        int loans = 0, plain = 0, lacking = 0;
        await LendOutAsync();
        (UInt256 Weth, UInt256 Usdc) held = (await market.HeldAsync("WETH"), await market.HeldAsync("USDC"));
        for (int step = 0; step < 40; step++)
        {
            // Odd times and amounts: indices with every digit.
            await market.DoAsync(market.Caller, market.Caller, []);
            (bool isUp, UInt256 amount) = await NextAsync(random);
            ulong seconds = (ulong)random.Next(1, 4_000_000);
            LendingMarket before = await market.ReadAsync(BlockRef.Latest);
            (string sell, string buy) = isUp ? ("USDC", "WETH") : ("WETH", "USDC");

            ExecutorRun run = (await market.SendAsync(market.Caller, market.Executor, market.Call(
                [market.Leg(sell, buy, amount) with { KeepBalance = isUp ? held.Usdc : held.Weth }], [market.Entry(sell, amount), market.Entry(buy)]), seconds)).MustSucceed();

            // Nothing strays out of the account, nor into it, whatever the indices do to a unit.
            Assert.Equal(held, (await market.HeldAsync("WETH"), await market.HeldAsync("USDC")));
            bool hasLoan = market.Moved(run).Loans > 0;
            (loans, plain) = (loans + (hasLoan ? 1 : 0), plain + (hasLoan ? 0 : 1));
            lacking += !isUp && run.Legs[0].Spent < amount ? 1 : 0;
            if (isUp || !hasLoan)
                await AssertForetoldAsync(run, sell, buy, isUp, amount);
            await AssertFollowedAsync(before, run);
        }
        Assert.True(lacking > 0, "no index ever cost a unit: the seed proves nothing of that");
        Assert.True(loans > 2 && plain > 2, $"{loans} with a loan, {plain} without: the seed tries one way only");
    }

    [Fact]
    public async Task ExecLeveraged_LoanThatTheIndexDoesNotDivide_IsPaidBackToTheUnit()
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        await LendOutAsync();
        await market.MineAsync(market.Caller, market.Caller, [], seconds: 9_000_000);
        LendingMarket now = await market.ReadAsync(BlockRef.Latest);
        LendingReserve reserve = now.Reserve(market.Token("WETH"));
        double price = (double)now.Prices[reserve.Id] / 1e8;
        await market.BorrowAsync("USDC", market.Units("USDC", (double)await market.SuppliedAsync("WETH") / 1e18 * price * 0.78));
        (UInt256, UInt256) held = (await market.HeldAsync("WETH"), await market.HeldAsync("USDC"));
        now = await market.ReadAsync(BlockRef.Latest);
        Assert.Equal(LendingStatus.Exact, now.Reserve(market.Token("WETH")).State.IncomeAt(market.Time + 1, out UInt256 income));
        UInt256 amount = market.Units("WETH", 4);
        while (!Lacks(Owed(amount), income))
            amount += UInt256.One;

        ExecutorRun run = (await market.TradeAsync("WETH", "USDC", amount)).MustSucceed();

        Assert.Equal(1, market.Moved(run).Loans);
        Assert.Equal(held, (await market.HeldAsync("WETH"), await market.HeldAsync("USDC")));
    }

    private static UInt256 Owed(UInt256 amount)
    {
        Assert.True(WadRay.TryPercentMul(in amount, 5, out UInt256 premium));
        return amount + premium;
    }

    private static bool Lacks(UInt256 amount, UInt256 income) =>
        WadRay.TryRayDiv(in amount, in income, out UInt256 scaled) && WadRay.TryRayMul(in scaled, in income, out UInt256 arrived) && arrived < amount;

    // Most of the WETH: what is supplied of it earns, and its index leaves one.
    private async Task LendOutAsync() => await market.BorrowAsync(
        "WETH", market.Manifest.Account("lender"), await market.BalanceAsync(market.Token("WETH"), market.Manifest.Reserve("WETH").AToken) / 100 * 93);

    // More debt where there is little, else some of it paid back: by less than what is there, and by more than the market hands out at once.
    private async Task<(bool IsUp, UInt256 Amount)> NextAsync(Random random)
    {
        LendingMarket now = await market.ReadAsync(BlockRef.Latest);
        double price = (double)now.Prices[now.Reserve(market.Token("WETH")).Id] / 1e8;
        double collateral = (double)await market.SuppliedAsync("WETH") / 1e18 * price, debt = (double)await market.OwedAsync("USDC") / 1e6;
        double more = Math.Min(random.NextDouble() * 1.4 * collateral, (0.72 * collateral - debt) / 0.28);
        return debt < 0.45 * collateral
            ? (true, market.Units("USDC", Math.Min(more, 60_000)))
            : (false, market.Units("WETH", debt * (0.2 + 0.7 * random.NextDouble()) / price));
    }

    // By the room's own what-ifs, in the order of the contract: out of the account, the legs, into the account.
    private async Task AssertForetoldAsync(ExecutorRun run, string sell, string buy, bool isBorrowed, UInt256 take)
    {
        LendingMarket foretold = await market.ReadAsync(run.Receipt.BlockNumber - 1);
        Foretold account = new(market, foretold);
        if (isBorrowed)
            account.Borrow(sell, take);
        else
            account.Withdraw(sell, take);
        account.PutIn(buy, run.Legs[0].Received);
        UInt256 left = (isBorrowed ? take : account.Withdrawn) - run.Legs[0].Spent;
        if (!left.IsZero)
            account.PutIn(sell, left);

        LendingMarket after = await market.ReadAsync(run.Receipt.BlockNumber);
        foreach (string symbol in new[] { sell, buy })
            Assert.Equal(after.Reserve(market.Token(symbol)).State, foretold.Reserve(market.Token(symbol)).State);
        Assert.Equal(after.Follow(market.Vault).ScaledSupply.ToArray(), account.Supply);
        Assert.Equal(after.Follow(market.Vault).ScaledDebt.ToArray(), account.Debt);
        account.Settle(after.Follow(market.Vault).Configuration);
        Assert.Equal(market.Moved(run).After, HealthOf(foretold));
    }

    // By its logs, which hold the premium of a loan that is paid back.
    private async Task AssertFollowedAsync(LendingMarket before, ExecutorRun run)
    {
        Assert.Equal(market.Moved(run).Before, HealthOf(before));
        foreach (LogEntry log in run.Receipt.Logs)
            Assert.True(LendingReader.Apply(before, log, market.Time) is LendingLogStatus.Applied or LendingLogStatus.Told);
        LendingMarket after = await market.ReadAsync(run.Receipt.BlockNumber);
        Assert.Equal(after.Follow(market.Vault).ScaledSupply.ToArray(), before.Follow(market.Vault).ScaledSupply.ToArray());
        Assert.Equal(after.Follow(market.Vault).ScaledDebt.ToArray(), before.Follow(market.Vault).ScaledDebt.ToArray());
        Assert.Equal(market.Moved(run).After, HealthOf(before));
        Assert.Equal(market.Moved(run).After, await market.HealthAsync());
    }

    private UInt256 HealthOf(LendingMarket one)
    {
        Assert.Equal(LendingStatus.Exact, one.Fill(one.Follow(market.Vault), market.Time, _entries, out int count));
        Assert.Equal(LendingStatus.Exact, AccountMath.Measure(_entries.AsSpan(0, count), one.Prices, out AccountData data));
        return data.HealthFactor;
    }

    private sealed class Foretold(LeveragedMarket market, LendingMarket lending)
    {
        private readonly LendingAccount _account = lending.Follow(market.Vault);

        public UInt128[] Supply { get; } = lending.Follow(market.Vault).ScaledSupply.ToArray();

        public UInt128[] Debt { get; } = lending.Follow(market.Vault).ScaledDebt.ToArray();

        public UInt256 Withdrawn { get; private set; }

        private ulong Time => market.Time;

        public void Borrow(string symbol, UInt256 amount)
        {
            LendingReserve reserve = lending.Reserve(market.Token(symbol));
            Assert.True(reserve.State.TryBorrow(reserve.Facts.Strategy!, Time, in amount));
            Debt[reserve.Id] += Scaled(amount, DebtIndex(reserve));
        }

        /// <summary>Moves the aTokens, then burns what that made: a unit less where the index does not divide.</summary>
        public void Withdraw(string symbol, UInt256 amount)
        {
            LendingReserve reserve = lending.Reserve(market.Token(symbol));
            UInt256 income = Income(reserve);
            UInt128 scaled = Scaled(amount, income);
            Assert.True(WadRay.TryRayMul(scaled, in income, out UInt256 arrived));
            Withdrawn = arrived < amount ? arrived : amount;
            UInt256 withdrawn = Withdrawn;
            Assert.True(reserve.State.TryWithdraw(reserve.Facts.Strategy!, Time, in withdrawn));
            Supply[reserve.Id] -= scaled;
        }

        public void PutIn(string symbol, UInt256 amount)
        {
            LendingReserve reserve = lending.Reserve(market.Token(symbol));
            UInt256 index = DebtIndex(reserve);
            Assert.True(WadRay.TryRayMul(Debt[reserve.Id], in index, out UInt256 owed));
            UInt256 repaid = owed < amount ? owed : amount;
            if (!repaid.IsZero)
            {
                Assert.True(reserve.State.TryRepay(reserve.Facts.Strategy!, Time, in repaid));
                Debt[reserve.Id] -= Scaled(repaid, index);
            }
            UInt256 rest = amount - repaid;
            if (rest.IsZero)
                return;
            Assert.True(reserve.State.TrySupply(reserve.Facts.Strategy!, Time, in rest));
            Supply[reserve.Id] += Scaled(rest, Income(reserve));
        }

        public void Settle(AccountConfiguration configuration) => _account.Reset(configuration, 0, Supply, Debt);

        private UInt256 Income(LendingReserve reserve)
        {
            Assert.Equal(LendingStatus.Exact, reserve.State.IncomeAt(Time, out UInt256 index));
            return index;
        }

        private UInt256 DebtIndex(LendingReserve reserve)
        {
            Assert.Equal(LendingStatus.Exact, reserve.State.DebtIndexAt(Time, out UInt256 index));
            return index;
        }

        private static UInt128 Scaled(UInt256 amount, UInt256 index)
        {
            Assert.True(WadRay.TryRayDiv(in amount, in index, out UInt256 scaled));
            return (UInt128)scaled;
        }
    }
}
