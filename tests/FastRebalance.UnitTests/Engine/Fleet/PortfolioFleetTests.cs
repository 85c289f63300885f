using FastRebalance.Core.Assets;
using FastRebalance.Engine.Fleet;
using FastRebalance.Kernels;

namespace FastRebalance.UnitTests.Engine.Fleet;

/// <summary>A fleet's answers against valuing every portfolio at every price.</summary>
public sealed class PortfolioFleetTests
{
    private static readonly AssetId Numeraire = AssetId.FromIndex(999);

    [Theory]
    [InlineData(1, 40, 12, 200_000)]
    [InlineData(2, 300, 25, 60_000)]
    [InlineData(3, 5, 2, 200_000)]
    [InlineData(4, 1000, 200, 30_000)]
    public void OnPrice_SeededWalkWithJumps_FiresWhatValuingAllFires(int seed, int portfolios, int assets, int ticks)
    {
        BruteFleet brute = new(seed, portfolios, assets);
        PortfolioFleet fleet = brute.Open();
        Random random = new(seed);
        FiredPortfolio[] fired = new FiredPortfolio[portfolios];
        brute.FireAll();
        int count = fleet.TakeUntold(fired), all = count;
        brute.RequireSame(fired.AsSpan(0, count));
        for (int tick = 0; tick < ticks; tick++)
        {
            AssetId asset = AssetId.FromIndex(random.Next(assets));
            double price = brute.NextPrice(random, asset);
            count = fleet.OnPrice(asset, price, fired);
            all += count;
            brute.OnPrice(asset, price);
            brute.RequireSame(fired.AsSpan(0, count));
            foreach (int portfolio in brute.Fired.Where(_ => random.Next(20) == 0).Order().ToArray())
                brute.Settle(fleet, portfolio, random);
        }
        brute.RequireSame(fired.AsSpan(0, fleet.TakeUntold(fired))); // settled outside their bands after the last tick
        Assert.True(all > portfolios, $"{all} firings show little");
    }

    [Fact]
    public void OnPrice_SpanTooShort_TellsTheRestLater()
    {
        BruteFleet brute = new(7, portfolios: 200, assets: 10);
        PortfolioFleet fleet = brute.Open(), whole = brute.Open();
        AssetId asset = AssetId.FromIndex(3);
        double price = fleet.PriceOf(asset) * 3;
        FiredPortfolio[] all = new FiredPortfolio[200], few = new FiredPortfolio[3];
        int wanted = whole.TakeUntold(all);
        wanted += whole.OnPrice(asset, price, all.AsSpan(wanted));
        Assert.True(wanted > 10);

        List<FiredPortfolio> told = [];
        for (int count = fleet.OnPrice(asset, price, few); count > 0; count = fleet.TakeUntold(few))
            told.AddRange(few[..count]);

        Assert.Equal(all[..wanted].Order(ByPortfolio), told.Order(ByPortfolio));
        Assert.Equal(0, fleet.UntoldCount);
    }

    [Fact]
    public void OnPrice_SameTicksTwice_SameVerdictsInTheSameOrder()
    {
        List<FiredPortfolio> first = Run(), second = Run();
        Assert.NotEmpty(first);
        Assert.Equal(first, second);

        static List<FiredPortfolio> Run()
        {
            PortfolioFleet fleet = new BruteFleet(9, portfolios: 500, assets: 20).Open();
            Random random = new(9);
            FiredPortfolio[] fired = new FiredPortfolio[500];
            List<FiredPortfolio> told = [];
            for (int tick = 0; tick < 20_000; tick++)
            {
                AssetId asset = AssetId.FromIndex(random.Next(20));
                int count = fleet.OnPrice(asset, fleet.PriceOf(asset) * (1 + (random.NextDouble() - 0.5) * 0.02), fired);
                told.AddRange(fired[..count]);
            }
            return told;
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.PositiveInfinity)]
    public void OnPrice_NoPrice_IsRefusedAndChangesNothing(double price)
    {
        PortfolioFleet fleet = new BruteFleet(1, portfolios: 10, assets: 5).Open();
        AssetId asset = AssetId.FromIndex(1);
        double before = fleet.PriceOf(asset);
        fleet.TakeUntold(new FiredPortfolio[10]);

        Assert.Equal(0, fleet.OnPrice(asset, price, new FiredPortfolio[10]));
        Assert.Equal(0, fleet.OnPrice(AssetId.None, 1, new FiredPortfolio[10]));
        Assert.Equal(0, fleet.OnPrice(AssetId.FromIndex(5), 1, new FiredPortfolio[10]));

        Assert.Equal(before, fleet.PriceOf(asset));
        Assert.Equal(3, fleet.RefusedPrices);
    }

    [Fact]
    public void OnPrice_InsideTheNearestFences_LooksAtNobody()
    {
        PortfolioFleet fleet = new BruteFleet(2, portfolios: 1000, assets: 10).Open();
        fleet.TakeUntold(new FiredPortfolio[1000]);
        long tests = fleet.Tests;
        for (int i = 0; i < 10; i++)
        {
            AssetId asset = AssetId.FromIndex(i);
            (double down, double up) = fleet.IdleRange(asset);
            fleet.OnPrice(asset, up, []);
            fleet.OnPrice(asset, down, []);
        }
        Assert.Equal(tests, fleet.Tests);
    }

    [Fact]
    public void Settle_WhatCannotBe_IsRefusedByName()
    {
        PortfolioFleet fleet = Single(out FiredPortfolio[] fired);
        Assert.Equal(SettleVerdict.Unknown, fleet.Settle(1, [1, 1], 0));
        Assert.Equal(SettleVerdict.BadQuantities, fleet.Settle(0, [1], 0));
        Assert.Equal(SettleVerdict.BadQuantities, fleet.Settle(0, [1, double.NaN], 0));
        Assert.Equal(SettleVerdict.BadQuantities, fleet.Settle(0, [1, 1], -1));
        Assert.Equal(1, fleet.OnPrice(AssetId.FromIndex(0), 2, fired));
        Assert.True(fleet.HasFired(0));
        Assert.Equal(SettleVerdict.FiredAgain, fleet.Settle(0, [1, 1], 0));
        Assert.Equal(SettleVerdict.NotToldYet, fleet.Settle(0, [1, 2], 0));
        Assert.Equal(1, fleet.TakeUntold(fired));
        Assert.Equal(SettleVerdict.Watched, fleet.Settle(0, [2, 3], 3));
        Assert.False(fleet.HasFired(0));
    }

    [Fact]
    public void OnPrice_AFiredPortfolio_IsToldOnce()
    {
        PortfolioFleet fleet = Single(out FiredPortfolio[] fired);
        Assert.Equal(1, fleet.OnPrice(AssetId.FromIndex(0), 2, fired));
        Assert.Equal(AssetId.FromIndex(0), fired[0].Worst);
        Assert.Equal(8.0 / 14 - 0.4, fired[0].Drift, 1e-15);
        Assert.Equal(0, fleet.OnPrice(AssetId.FromIndex(0), 4, fired));
        Assert.Equal(0, fleet.OnPrice(AssetId.FromIndex(0), 1, fired));
    }

    [Fact]
    public void OnPrice_ManyTimes_AllocatesNothing()
    {
        BruteFleet brute = new(3, portfolios: 500, assets: 20);
        PortfolioFleet fleet = brute.Open();
        FiredPortfolio[] fired = new FiredPortfolio[500];
        Random random = new(3);
        Tick(2_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Tick(20_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Tick(int ticks)
        {
            for (int i = 0; i < ticks; i++)
            {
                AssetId asset = AssetId.FromIndex(random.Next(20));
                fleet.OnPrice(asset, fleet.PriceOf(asset) * (1 + (random.NextDouble() - 0.5) * 0.02), fired);
            }
        }
    }

    [Fact]
    public void Add_WhatCannotBe_IsRefused()
    {
        FleetBook book = new(3, Numeraire, capacity: 1);
        WeightBand band = new(0.05, 0.25);
        AssetId a = AssetId.FromIndex(0), b = AssetId.FromIndex(1);
        Assert.Throws<ArgumentException>(() => book.Add([a, a], [1, 1], [0.5, 0.5], 0, band));
        Assert.Throws<ArgumentException>(() => book.Add([a, b], [1, 1], [0.7, 0.5], 0, band));
        Assert.Throws<ArgumentException>(() => book.Add([a, b], [1, -1], [0.5, 0.5], 0, band));
        Assert.Throws<ArgumentException>(() => book.Add([a, AssetId.FromIndex(3)], [1, 1], [0.5, 0.5], 0, band));
        Assert.Throws<ArgumentException>(() => book.Add([a, b], [1, 1], [0.5, 0.5], 0, new WeightBand(double.NaN, 1)));
        Assert.Equal(0, book.Add([a, b], [1, 1], [0.5, 0.5], 0, band));
        Assert.Throws<InvalidOperationException>(() => book.Add([a, b], [1, 1], [0.5, 0.5], 0, band));
        Assert.Throws<ArgumentException>(() => book.Open([1, 2]));
        Assert.Throws<ArgumentException>(() => book.Open([1, 2, 0]));
        Assert.Equal(1, book.Open([1, 1, 1]).Count);
        Assert.Throws<InvalidOperationException>(() => book.Open([1, 1, 1]));
    }

    private static Comparer<FiredPortfolio> ByPortfolio { get; } = Comparer<FiredPortfolio>.Create((x, y) => x.Portfolio.CompareTo(y.Portfolio));

    private static PortfolioFleet Single(out FiredPortfolio[] fired)
    {
        FleetBook book = new(2, Numeraire, capacity: 1);
        book.Add([AssetId.FromIndex(0), AssetId.FromIndex(1)], [4, 3], [0.4, 0.3], 3, new WeightBand(0.1, double.PositiveInfinity));
        fired = new FiredPortfolio[1];
        return book.Open([1, 1]);
    }

    /// <summary>The same portfolios, valued one and all at every price.</summary>
    private sealed class BruteFleet
    {
        private readonly int[][] _assets;
        private readonly double[][] _quantities;
        private readonly double[][] _targets;
        private readonly double[] _cash;
        private readonly double[] _cashTargets;
        private readonly WeightBand[] _bands;
        private readonly double[] _prices;

        public BruteFleet(int seed, int portfolios, int assets)
        {
            Random random = new(seed);
            _prices = [.. Enumerable.Range(0, assets).Select(_ => Math.Exp(4 * random.NextDouble() - 2))];
            _assets = new int[portfolios][];
            _quantities = new double[portfolios][];
            _targets = new double[portfolios][];
            _cash = new double[portfolios];
            _cashTargets = new double[portfolios];
            _bands = new WeightBand[portfolios];
            for (int p = 0; p < portfolios; p++)
            {
                int held = random.Next(1, Math.Min(assets, FleetBook.MostHoldings) + 1);
                _assets[p] = [.. Enumerable.Range(0, assets).OrderBy(_ => random.Next()).Take(held)];
                double[] parts = [.. _assets[p].Select((_, i) => i > 0 && random.Next(8) == 0 ? 0 : 0.1 + random.NextDouble())];
                double cashTarget = held == 1 || random.Next(2) == 0 ? 0.2 : 0;
                _targets[p] = [.. parts.Select(x => x / parts.Sum() * (1 - cashTarget))];
                _cashTargets[p] = 1 - _targets[p].Sum() > 1e-9 ? 1 - _targets[p].Sum() : 0;
                _bands[p] = new WeightBand(0.01 + 0.06 * random.NextDouble(), random.Next(3) == 0 ? double.PositiveInfinity : 0.25);
                _quantities[p] = new double[held];
                Hold(p, total: 1000, random, spread: 0.3);
            }
        }

        /// <summary>Portfolios that have fired and are not settled.</summary>
        public HashSet<int> Fired { get; } = [];

        private HashSet<int> New { get; } = [];

        public PortfolioFleet Open()
        {
            FleetBook book = new(_prices.Length, Numeraire, _assets.Length);
            for (int p = 0; p < _assets.Length; p++)
                book.Add([.. _assets[p].Select(AssetId.FromIndex)], _quantities[p], _targets[p], _cash[p], _bands[p]);
            return book.Open(_prices);
        }

        /// <summary>Mostly a small step, sometimes none, now and then a jump up or down.</summary>
        public double NextPrice(Random random, AssetId asset)
        {
            double step = random.Next(50) switch
            {
                0 => Math.Exp(2 * random.NextDouble() - 1),
                1 => 1,
                _ => 1 + (random.NextDouble() - 0.5) * 0.01,
            };
            return Math.Clamp(_prices[asset.Index] * step, 1e-3, 1e3);
        }

        public void OnPrice(AssetId asset, double price)
        {
            _prices[asset.Index] = price;
            FireAll(asset.Index);
        }

        public void FireAll(int asset = -1)
        {
            for (int p = 0; p < _assets.Length; p++)
                if ((asset < 0 || _assets[p].Contains(asset)) && !Fired.Contains(p) && IsOutside(p))
                {
                    Fired.Add(p);
                    New.Add(p);
                }
        }

        public void RequireSame(ReadOnlySpan<FiredPortfolio> told)
        {
            Assert.Equal(New.Count, told.Length);
            foreach (FiredPortfolio verdict in told)
                Assert.Contains(verdict.Portfolio, New);
            New.Clear();
        }

        public void Settle(PortfolioFleet fleet, int portfolio, Random random)
        {
            Hold(portfolio, 1000, random, spread: random.Next(4) == 0 ? 0.5 : 0.02);
            SettleVerdict verdict = fleet.Settle(portfolio, _quantities[portfolio], _cash[portfolio]);
            Fired.Remove(portfolio);
            bool isOutside = IsOutside(portfolio);
            Assert.Equal(isOutside ? SettleVerdict.FiredAgain : SettleVerdict.Watched, verdict);
            if (isOutside)
            {
                Fired.Add(portfolio);
                New.Add(portfolio);
            }
        }

        private void Hold(int p, double total, Random random, double spread)
        {
            for (int i = 0; i < _assets[p].Length; i++)
                _quantities[p][i] = total * Math.Max(_targets[p][i], 0.001) / _prices[_assets[p][i]] * (1 + spread * (random.NextDouble() - 0.5));
            _cash[p] = total * _cashTargets[p];
        }

        private bool IsOutside(int p)
        {
            // The order of the sum is the fleet's, so that both round alike at the very edge.
            double[] values = new double[FleetBook.MostHoldings], quantities = new double[FleetBook.MostHoldings],
                prices = new double[FleetBook.MostHoldings], targets = new double[FleetBook.MostHoldings];
            for (int i = 0; i < _assets[p].Length; i++)
                (quantities[i], prices[i], targets[i]) = (_quantities[p][i], _prices[_assets[p][i]], _targets[p][i]);
            double total = ValuationKernel.MeasureScalar(quantities, prices, values) + _cash[p];
            for (int i = 0; i < _assets[p].Length; i++)
                if (Math.Abs(values[i] / total - targets[i]) > _bands[p].Around(targets[i]))
                    return true;
            return Math.Abs(_cash[p] / total - _cashTargets[p]) > _bands[p].Around(_cashTargets[p]);
        }
    }
}
