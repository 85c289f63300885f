using FastRebalance.Core.Assets;
using FastRebalance.Engine.Fleet;
using FastRebalance.Kernels;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.Engine.Fleet;

public sealed class PortfolioFleetTests
{
    private static readonly AssetId s_first = AssetId.FromIndex(0);
    private static readonly AssetId s_numeraire = AssetId.FromIndex(2);

    /// <summary>Every tick against brute force: jumps, zero targets, repeated prices, levels met exactly, deposits, settling badly.</summary>
    [Theory]
    [InlineData(71, 1, 1, false, 60_000)]
    [InlineData(72, 1, 8, false, 60_000)]
    [InlineData(73, 20, 3, false, 100_000)]
    [InlineData(74, 40, 12, true, 1_000_000)]
    [InlineData(75, 300, 30, true, 500_000)]
    [InlineData(76, 1000, 20, false, 30_000)]
    public void OnPrice_SeededTicks_FiresExactlyWhoBruteForceFires(int seed, int portfolios, int assets, bool paced, int ticks)
    {
        FleetMarket market = new(seed, portfolios, assets, paced);
        for (int i = 0; i < ticks; i++)
        {
            market.Tick();
            if (i % 100 == 0)
                market.CheckState();
        }
        Assert.True(market.Fired > 100, $"{market.Fired} fired in {ticks} ticks say little");
        // A fleet that tests every holder at each tick would be right as well; this one is to spare itself most.
        if (portfolios >= 300)
            Assert.InRange(market.Fleet.Tests, 1, (long)ticks * portfolios / assets);
    }

    [Fact]
    public void OnPrice_SameTicks_SameVerdictsInTheSameOrder()
    {
        FleetMarket one = new(77, 200, 10), other = new(77, 200, 10);
        for (int i = 0; i < 20_000; i++)
        {
            one.Tick();
            other.Tick();
        }
        Assert.NotEmpty(one.Verdicts);
        Assert.Equal(one.Verdicts, other.Verdicts);
    }

    [Fact]
    public void OnPrice_SpanTooShort_RestComesWithTheNextCallsAsItWasDecided()
    {
        PortfolioFleet whole = Equal(10), parts = Equal(10);
        FiredPortfolio[] all = new FiredPortfolio[10], some = new FiredPortfolio[3];
        Assert.Equal(10, whole.OnPrice(s_first, 2, all));

        List<FiredPortfolio> collected = [.. some[..parts.OnPrice(s_first, 2, some)]];
        Assert.Equal(7, parts.UntoldCount);
        Assert.Equal(SettleVerdict.NotToldYet, parts.Settle(all[9].Portfolio, [1], 1));
        collected.AddRange(some[..parts.OnPrice(s_first, 1, some)]); // back home: decided is decided
        collected.AddRange(some[..parts.OnPrice(s_first, double.NaN, some)]);
        collected.AddRange(some[..parts.TakeUntold(some)]);
        Assert.Equal(all, collected);
        Assert.Equal(0, parts.UntoldCount);
        Assert.Equal(0, parts.OnPrice(s_first, 3, some));
    }

    [Fact]
    public void OnPrice_NoRoomAtAll_LosesNothing()
    {
        PortfolioFleet fleet = Equal(4);
        Assert.Equal(0, fleet.OnPrice(s_first, 2, []));
        Assert.Equal(4, fleet.TakeUntold(new FiredPortfolio[8]));
    }

    [Fact]
    public void OnPrice_FiredAndNotSettled_StaysSilentUntilSettledThenFiresAgain()
    {
        PortfolioFleet fleet = Equal(1);
        FiredPortfolio[] fired = new FiredPortfolio[1];
        Assert.Equal(1, fleet.OnPrice(s_first, 2, fired));
        Assert.Equal(0, fired[0].Portfolio);
        Assert.Equal(2.0 / 3 - 0.5, Math.Abs(fired[0].Drift), 12);
        Assert.Equal(0, fleet.OnPrice(s_first, 4, fired));
        Assert.True(fleet.HasFired(0));
        Assert.Equal(SettleVerdict.Watched, fleet.Settle(0, [0.25], 1));
        Assert.False(fleet.HasFired(0));
        Assert.Equal(0, fleet.OnPrice(s_first, 4.1, fired));
        Assert.Equal(1, fleet.OnPrice(s_first, 2, fired));
        Assert.Equal(1.0 / 3 - 0.5, -Math.Abs(fired[0].Drift), 12);
    }

    [Fact]
    public void OnPrice_CashFarthestOutside_NamesTheNumeraire()
    {
        FleetBook book = new(2, s_numeraire, 1);
        book.Add([s_first, AssetId.FromIndex(1)], [25, 25], [0.25, 0.25], 50, new WeightBand(0.05, double.PositiveInfinity));
        PortfolioFleet fleet = book.Open([1, 1]);
        FiredPortfolio[] fired = new FiredPortfolio[1];
        Assert.Equal(0, fleet.OnPrice(s_first, 1.15, fired));
        Assert.Equal(1, fleet.OnPrice(AssetId.FromIndex(1), 1.3, fired));
        Assert.Equal(s_numeraire, fired[0].Worst);
        Assert.Equal(50 / (25 * 1.15 + 25 * 1.3 + 50) - 0.5, fired[0].Drift, 12);
    }

    [Fact]
    public void OnPrice_ZeroTarget_FiresAboveTheAbsoluteBandAlone()
    {
        FleetBook book = new(2, s_numeraire, 1);
        book.Add([s_first], [1], [0], 99, new WeightBand(0.02, 0.1));
        PortfolioFleet fleet = book.Open([1, 1]);
        FiredPortfolio[] fired = new FiredPortfolio[1];
        Assert.Equal(0, fleet.OnPrice(s_first, 2.0, fired)); // 2 of 101
        Assert.Equal(1, fleet.OnPrice(s_first, 2.1, fired));
    }

    [Theory, InlineData(double.NaN), InlineData(0.0), InlineData(-1.0), InlineData(double.PositiveInfinity), InlineData(1e-31)]
    public void OnPrice_NoUsablePrice_IsRefusedAndChangesNothing(double price)
    {
        PortfolioFleet fleet = Equal(2);
        FiredPortfolio[] fired = new FiredPortfolio[2];
        Assert.Equal(0, fleet.OnPrice(s_first, price, fired));
        Assert.Equal(1, fleet.RefusedPrices);
        Assert.Equal(1, fleet.PriceOf(s_first));
        Assert.Equal(0, fleet.OnPrice(AssetId.None, 1, fired));
        Assert.Equal(0, fleet.OnPrice(AssetId.FromIndex(7), 1, fired));
        Assert.Equal(3, fleet.RefusedPrices);
        Assert.Equal(2, fleet.OnPrice(s_first, 2, fired));
    }

    [Fact]
    public void Settle_BadQuantities_NamesItAndChangesNothing()
    {
        PortfolioFleet fleet = Equal(1);
        Assert.Equal(SettleVerdict.BadQuantities, fleet.Settle(0, [-1], 1));
        Assert.Equal(SettleVerdict.BadQuantities, fleet.Settle(0, [double.NaN], 1));
        Assert.Equal(SettleVerdict.BadQuantities, fleet.Settle(0, [1], double.NaN));
        Assert.Equal(SettleVerdict.BadQuantities, fleet.Settle(0, [1, 1], 1));
        Assert.Equal(SettleVerdict.Unknown, fleet.Settle(1, [1], 1));
        Assert.Equal(SettleVerdict.Unknown, fleet.Settle(-1, [1], 1));
        Assert.Equal(0, fleet.OnPrice(s_first, 1.01, new FiredPortfolio[1]));
        Assert.Equal(SettleVerdict.Watched, fleet.Settle(0, [0], 0)); // worth nothing: no weights, nothing to fire
        Assert.Equal(0, fleet.OnPrice(s_first, 100, new FiredPortfolio[1]));
    }

    [Fact]
    public void OnPrice_InsideTheIdleRange_TestsNobody()
    {
        FleetMarket market = new(78, 500, 5);
        PortfolioFleet fleet = market.Fleet;
        (double down, double up) = fleet.IdleRange(s_first);
        long before = fleet.Tests;
        Assert.Equal(0, fleet.OnPrice(s_first, up, new FiredPortfolio[500]) + fleet.OnPrice(s_first, down, new FiredPortfolio[500]));
        Assert.Equal(before, fleet.Tests);
        fleet.OnPrice(s_first, Math.BitIncrement(up), new FiredPortfolio[500]);
        Assert.NotEqual(before, fleet.Tests);
    }

    [Fact]
    public void Add_WhatCannotBe_Throws()
    {
        FleetBook book = new(2, s_numeraire, 1);
        WeightBand band = new(0.05, 0.25);
        Assert.Throws<ArgumentException>(() => book.Add([], [], [], 1, band));
        Assert.Throws<ArgumentException>(() => book.Add([s_first, s_first], [1, 1], [0.5, 0.5], 0, band));
        Assert.Throws<ArgumentException>(() => book.Add([s_numeraire], [1], [0.5], 0, band));
        Assert.Throws<ArgumentException>(() => book.Add([s_first], [-1], [0.5], 0, band));
        Assert.Throws<ArgumentException>(() => book.Add([s_first], [1], [double.NaN], 0, band));
        Assert.Throws<ArgumentException>(() => book.Add([s_first, AssetId.FromIndex(1)], [1, 1], [0.6, 0.5], 0, band));
        Assert.Throws<ArgumentException>(() => book.Add([s_first], [1], [0.5], -1, band));
        Assert.Throws<ArgumentException>(() => book.Add([s_first], [1], [0.5], 1, default));
        Assert.Throws<ArgumentException>(() => book.Open([1]));
        Assert.Throws<ArgumentException>(() => book.Open([1, 0]));
        Assert.Throws<ArgumentException>(() => book.Open([1, 1], [1, 0]));
        Assert.Equal(0, book.Add([s_first], [1], [0.5], 1, band));
        Assert.Throws<InvalidOperationException>(() => book.Add([s_first], [1], [0.5], 1, band));
        book.Open([1, 1]);
        Assert.Throws<InvalidOperationException>(() => book.Open([1, 1]));
    }

    [Fact]
    public void OnPriceAndSettle_Always_AllocateNothing()
    {
        PortfolioFleet fleet = Equal(50);
        FiredPortfolio[] fired = new FiredPortfolio[30];
        double[] quantity = new double[1];
        Round(fleet, fired, quantity);
        AllocationWatch watch = new();
        while (watch.Next())
            Round(fleet, fired, quantity);
        Assert.Equal(0, watch.LeastBytes);
    }

    private static void Round(PortfolioFleet fleet, FiredPortfolio[] fired, double[] quantity)
    {
        for (double price = 1; price < 5; price *= 1.07)
        {
            int count = fleet.OnPrice(s_first, price, fired);
            while (count > 0)
            {
                for (int i = 0; i < count; i++)
                {
                    quantity[0] = 1 / price;
                    fleet.Settle(fired[i].Portfolio, quantity, 1);
                }
                count = fleet.TakeUntold(fired);
            }
        }
    }

    /// <summary>Half in the first asset and half in cash, all alike.</summary>
    private static PortfolioFleet Equal(int portfolios)
    {
        FleetBook book = new(2, s_numeraire, portfolios);
        for (int i = 0; i < portfolios; i++)
            book.Add([s_first], [1], [0.5], 1, new WeightBand(0.05, double.PositiveInfinity));
        return book.Open([1, 1]);
    }
}
