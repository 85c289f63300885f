using FastRebalance.Core.Assets;
using FastRebalance.Lending;
using static FastRebalance.UnitTests.Lending.LendingSamples;

namespace FastRebalance.UnitTests.Lending;

/// <summary>Totals, health factors and the prices at their edges; the contracts' own answers stand in the chain tests.</summary>
public sealed class AccountMathTests
{
    private readonly AccountEntry[] _entries = new AccountEntry[AccountConfiguration.MostReserves];

    // demeter, tests/aave_market_test.py: 4.2 WETH, threshold 82.5 %, 3 300 of debt.
    [Theory]
    [InlineData(4.2, 1_000, 3_300, 1_050_000_000_000_000_000)]
    [InlineData(4.2, 920, 3_300, 966_000_000_000_000_000)]
    [InlineData(4.2, 900, 3_300, 945_000_000_000_000_000)]
    [InlineData(5, 1_000, 1_000, 4_125_000_000_000_000_000)]
    public void Measure_PublishedPositions_AnswersTheirHealthFactors(double weth, ulong price, double debt, ulong expected)
    {
        (LendingMarket market, int count) = Filled(weth, debt, price);
        Assert.Equal(LendingStatus.Exact, AccountMath.Measure(_entries.AsSpan(0, count), market.Prices, out AccountData data));
        Assert.Equal(expected, (ulong)data.HealthFactor);
        Assert.Equal((8_250ul, 8_000ul), ((ulong)data.LiquidationThresholdBps, (ulong)data.LtvBps));
    }

    [Fact]
    public void Measure_NothingOwed_HasTheGreatestHealthFactor()
    {
        (LendingMarket market, int count) = Filled(1, 0, 1_000);
        Assert.Equal(LendingStatus.Exact, AccountMath.Measure(_entries.AsSpan(0, count), market.Prices, out AccountData data));
        Assert.Equal((UInt256.MaxValue, Dollars(800)), (data.HealthFactor, data.AvailableBorrows));
    }

    [Fact]
    public void Measure_PriceNotKnown_SaysSo()
    {
        (LendingMarket market, int count) = Filled(1, 100, 0);
        Assert.Equal(LendingStatus.NoPrice, AccountMath.Measure(_entries.AsSpan(0, count), market.Prices, out AccountData data));
        Assert.Equal(default, data);
    }

    [Fact]
    public void HealthFactor_ChangedPrice_EqualsTheMarketAtThatPrice()
    {
        (LendingMarket market, int count) = Filled(4.2, 3_300, 1_000);
        (LendingMarket there, _) = Filled(4.2, 3_300, 920);
        Assert.Equal(LendingStatus.Exact, AccountMath.HealthFactor(_entries.AsSpan(0, count), market.Prices, Weth, Dollars(920), out UInt256 changed));
        Assert.Equal(
            LendingStatus.Exact, AccountMath.HealthFactor(_entries.AsSpan(0, count), there.Prices, AccountMath.NoSlot, default, out UInt256 stood));
        Assert.Equal(stood, changed);
    }

    [Fact]
    public void HealthFactor_ThreeReserves_AllocatesNothing()
    {
        (LendingMarket market, int count) = Filled(4.2, 3_300, 1_000);
        UInt256 price = Dollars(950);
        for (int i = 0; i < 100; i++)
            Run(market, count, in price);
        AllocationWatch watch = new();
        while (watch.Next())
            for (int i = 0; i < 1_000; i++)
                Run(market, count, in price);
        Assert.Equal(0, watch.LeastBytes);
    }

    [Fact]
    public void PriceAtHealthFactor_SeededSingleCollateral_IsTheLeastPriceThatMeetsIt()
    {
        Random random = new(3);
        for (int i = 0; i < 300; i++)
        {
            (LendingMarket market, int count) = Filled(0.001 + random.NextDouble() * 1_000, 1 + random.NextDouble() * 1e6, 1_000);
            UInt256 wanted = WadRay.Wad + (UInt256)(ulong)random.NextInt64(1_000_000_000_000_000_000);
            Assert.Equal(
                LendingStatus.Exact, AccountMath.PriceAtHealthFactor(_entries.AsSpan(0, count), market.Prices, Weth, in wanted, out UInt256 price));
            Assert.True(HealthFactorAt(market, count, Weth, price) >= wanted);
            Assert.True(HealthFactorAt(market, count, Weth, price - UInt256.One) < wanted);
        }
    }

    [Fact]
    public void PriceAtHealthFactor_OfTheDebt_IsTheGreatestPriceThatMeetsIt()
    {
        (LendingMarket market, int count) = Filled(4.2, 3_300, 1_000);
        Assert.Equal(LendingStatus.Exact, AccountMath.PriceAtHealthFactor(_entries.AsSpan(0, count), market.Prices, Usdc, WadRay.Wad, out UInt256 price));
        // 4 200 * 0.825 / 3 300 = 1.05, met while the contracts' rounding still says 1.
        Assert.InRange((double)price, 1.05e8, 1.05e8 + 1);
        Assert.True(HealthFactorAt(market, count, Usdc, price) >= WadRay.Wad);
        Assert.True(HealthFactorAt(market, count, Usdc, price + UInt256.One) < WadRay.Wad);
    }

    [Fact]
    public void PriceAtHealthFactor_NothingOwed_IsNeverMet()
    {
        (LendingMarket market, int count) = Filled(1, 0, 1_000);
        Assert.Equal(LendingStatus.NeverMet, AccountMath.PriceAtHealthFactor(_entries.AsSpan(0, count), market.Prices, Weth, WadRay.Wad, out _));
        Assert.Equal(LendingStatus.NeverMet, AccountMath.PriceAtHealthFactor(_entries.AsSpan(0, count), market.Prices, -1, WadRay.Wad, out _));
    }

    [Fact]
    public void Fill_WhatIsNotReadyOrNotInTime_IsRefused()
    {
        LendingMarket market = Market();
        LendingAccount account = market.Follow(Owner);
        Assert.Equal(LendingStatus.NotReady, market.Fill(account, Time, _entries, out _));
        Account(market, Ether(1), Usd(1));
        Assert.Equal(LendingStatus.TimeRunsBack, market.Fill(account, Time - 1, _entries, out _));
        Assert.Equal(LendingStatus.NoRoom, market.Fill(account, Time, _entries.AsSpan(0, 1), out _));
    }

    [Fact]
    public void Fill_ZeroLtvCollateral_CountsForTheThresholdAlone()
    {
        LendingMarket market = Market();
        LendingAccount account = Account(market, Ether(1), Usd(1));
        ref ReserveState state = ref market.Reserve(Weth).State;
        state.Configuration = state.Configuration.WithCollateral(0, 8_250, 10_500);
        Assert.Equal(LendingStatus.Exact, market.Fill(account, Time, _entries, out int count));
        Assert.Equal(LendingStatus.Exact, AccountMath.Measure(_entries.AsSpan(0, count), market.Prices, out AccountData data));
        Assert.True(data.HasZeroLtvCollateral);
        Assert.Equal((UInt256.Zero, (UInt256)8_250UL), (data.LtvBps, data.LiquidationThresholdBps));
    }

    [Theory]
    [InlineData(0u, 0u)]
    [InlineData(8_000u, 9_000u)]
    public void Fill_InACategory_TakesItsTermsUnlessNothingMayBeBorrowedAtAll(uint ownLtvBps, uint expectedBps)
    {
        LendingMarket market = Market();
        LendingAccount account = Account(market, Ether(1), Usd(1));
        account.Reset(account.Configuration, 1, account.ScaledSupply, account.ScaledDebt);
        market.SetCategory(1, new EModeCategory(9_000, 9_300, 10_100, Of(0x55)));
        market.SetFeed(new PriceFeed(LendingMarket.SlotOfCategory(1), Of(0x55), Of(0x56), Of(0x56)), Dollars(990));
        ref ReserveState state = ref market.Reserve(Weth).State;
        state.Configuration = state.Configuration.WithCollateral(ownLtvBps, 8_250, 10_500).WithEModeCategory(1);
        Assert.Equal(LendingStatus.Exact, market.Fill(account, Time, _entries, out int count));
        Assert.Equal(LendingStatus.Exact, AccountMath.Measure(_entries.AsSpan(0, count), market.Prices, out AccountData data));
        Assert.Equal((Dollars(990), (UInt256)expectedBps, (UInt256)9_300UL), (data.TotalCollateral, data.LtvBps, data.LiquidationThresholdBps));
    }

    private (LendingMarket Market, int Count) Filled(double weth, double debt, ulong price)
    {
        LendingMarket market = Market(price);
        Assert.Equal(LendingStatus.Exact, market.Fill(Account(market, Ether(weth), Usd(debt)), Time, _entries, out int count));
        return (market, count);
    }

    private UInt256 HealthFactorAt(LendingMarket market, int count, int slot, UInt256 price)
    {
        Assert.Equal(LendingStatus.Exact, AccountMath.HealthFactor(_entries.AsSpan(0, count), market.Prices, slot, in price, out UInt256 healthFactor));
        return healthFactor;
    }

    private void Run(LendingMarket market, int count, in UInt256 price)
    {
        market.Fill(market.Follow(Owner), Time + 12, _entries, out count);
        AccountMath.HealthFactor(_entries.AsSpan(0, count), market.Prices, Weth, in price, out _);
        AccountMath.Measure(_entries.AsSpan(0, count), market.Prices, out _);
        AccountMath.PriceAtHealthFactor(_entries.AsSpan(0, count), market.Prices, Weth, WadRay.Wad, out _);
        Liquidation.Predict(market, market.Follow(Owner), Weth, Usdc, UInt256.MaxValue, Time + 12, _entries, out _);
    }
}
