using FastRebalance.Kernels;

namespace FastRebalance.UnitTests.Kernels;

public sealed class HoldingsKernelTests
{
    private const int Lanes = HoldingsKernel.Lanes;

    [Fact]
    public void OutsideAndReach_SeededPortfolios_AreTheirPlainTwins()
    {
        var random = new Random(61);
        int outside = 0;
        for (int round = 0; round < 50_000; round++)
        {
            Sample s = Sample.Draw(random, 0.3);
            int bits = HoldingsKernel.Outside(s.Values, s.Cash, s.Total, s.Targets, s.CashTarget, s.Band);
            Assert.Equal(HoldingsKernel.OutsideScalar(s.Values, s.Cash, s.Total, s.Targets, s.CashTarget, s.Band), bits);
            Assert.Equal(
                HoldingsKernel.ReachScalar(s.Values, s.Cash, s.Total, s.Targets, s.CashTarget, s.Band, s.Paces),
                HoldingsKernel.Reach(s.Values, s.Cash, s.Total, s.Targets, s.CashTarget, s.Band, s.Paces));
            outside += bits != 0 ? 1 : 0;
        }
        Assert.InRange(outside, 5_000, 45_000);
    }

    [Fact]
    public void Reach_PricesAnywhereInsideTheFence_NoWeightLeavesItsBand()
    {
        var random = new Random(62);
        int tested = 0;
        for (int round = 0; round < 200_000; round++)
        {
            Sample s = Sample.Draw(random, 0.05);
            if (HoldingsKernel.Outside(s.Values, s.Cash, s.Total, s.Targets, s.CashTarget, s.Band) != 0)
                continue;
            tested++;
            double reach = HoldingsKernel.Reach(s.Values, s.Cash, s.Total, s.Targets, s.CashTarget, s.Band, s.Paces);
            double[] moved = [.. s.Values.Select((v, i) => v * Move(random, Math.Min(reach * s.Paces[i], 16)))];
            double total = moved.Sum() + s.Cash;
            Assert.True(
                HoldingsKernel.Outside(moved, s.Cash, total, s.Targets, s.CashTarget, s.Band) == 0, $"round {round}, reach {reach}, seed 62");
        }
        Assert.InRange(tested, 20_000, 200_000);
    }

    [Fact]
    public void Reach_JustBeyond_SomeCornerIsOutside()
    {
        var random = new Random(63);
        for (int round = 0; round < 300; round++)
        {
            Sample s = Sample.Draw(random, 0.02);
            double reach = HoldingsKernel.Reach(s.Values, s.Cash, s.Total, s.Targets, s.CashTarget, s.Band, s.Paces);
            if (HoldingsKernel.Outside(s.Values, s.Cash, s.Total, s.Targets, s.CashTarget, s.Band) != 0 || !(reach > 1e-6 && reach * s.Paces.Max() < 0.9))
                continue;
            bool found = false;
            for (int corner = 0; corner < 1 << Lanes && !found; corner++)
            {
                double[] moved = [.. s.Values.Select((v, i) => v * (1 + ((corner >> i & 1) == 0 ? -1 : 1) * reach * 1.0001 * s.Paces[i]))];
                found = HoldingsKernel.Outside(moved, s.Cash, moved.Sum() + s.Cash, s.Targets, s.CashTarget, s.Band) != 0;
            }
            Assert.True(found, $"round {round}: a wider fence would do as well");
        }
    }

    [Fact]
    public void Outside_ExactlyAtTheEdge_IsInside()
    {
        double[] values = [3, 0, 0, 0, 0, 0, 0, 0], targets = [0.5, 0, 0, 0, 0, 0, 0, 0];
        Assert.Equal(0, HoldingsKernel.Outside(values, 1, 4, targets, 0.5, new(0.25, double.PositiveInfinity)));
        Assert.Equal(1 | HoldingsKernel.CashBit, HoldingsKernel.Outside(values, 1, 4, targets, 0.5, new(Math.BitDecrement(0.25), double.PositiveInfinity)));
        Assert.Equal(0, HoldingsKernel.Reach(values, 1, 4, targets, 0.5, new(0.25, double.PositiveInfinity), targets));
    }

    [Theory, InlineData(0.0), InlineData(double.NaN), InlineData(double.PositiveInfinity), InlineData(-1.0)]
    public void Outside_UnusableTotal_IsNoneAndNoReach(double total)
    {
        double[] values = new double[Lanes], targets = new double[Lanes];
        targets[0] = 1;
        Assert.Equal(0, HoldingsKernel.Outside(values, 0, total, targets, 0, new(0.1, 0.1)));
        Assert.Equal(0, HoldingsKernel.Reach(values, 0, total, targets, 0, new(0.1, 0.1), targets));
    }

    private static double Move(Random random, double most)
    {
        double part = random.Next(3) == 0 ? 2 * random.NextDouble() - 1 : 2 * random.Next(2) - 1;
        return Math.Max(0, 1 + part * most);
    }

    private sealed record Sample(double[] Values, double Cash, double[] Targets, double CashTarget, WeightBand Band, double[] Paces)
    {
        public double Total { get; } = Values.Sum() + Cash;

        public static Sample Draw(Random random, double jitter)
        {
            int count = 1 + random.Next(Lanes);
            double[] raw = new double[Lanes + 1];
            for (int i = 0; i < count; i++)
                raw[i] = random.Next(8) == 0 ? 0 : random.NextDouble();
            raw[Lanes] = random.Next(2) == 0 ? 0.01 : random.NextDouble();
            double[] weights = [.. raw.Select(r => r / raw.Sum())];
            double[] targets = [.. weights.Select(w => random.Next(10) == 0 ? w : Math.Max(0, w * (1 + jitter * (random.NextDouble() - 0.5))))];
            WeightBand band = random.Next(3) switch
            {
                0 => new(0.05 * random.NextDouble(), double.PositiveInfinity),
                1 => new(double.PositiveInfinity, 0.3 * random.NextDouble()),
                _ => new(0.05, 0.25),
            };
            double[] paces = [.. weights.Take(Lanes).Select(_ => 0.1 + 3 * random.NextDouble())];
            return new([.. weights.Take(Lanes).Select(w => 1000 * w)], 1000 * weights[Lanes], targets[..Lanes], targets[Lanes], band, paces);
        }
    }
}
