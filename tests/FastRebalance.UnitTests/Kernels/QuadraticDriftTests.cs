using FastRebalance.Kernels;

namespace FastRebalance.UnitTests.Kernels;

public sealed class QuadraticDriftTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(16)]
    public void Update_SeededTicks_SaysWhatTheWeightsSay(int assets)
    {
        Random random = new(assets);
        double[] root = new double[assets * assets], matrix = new double[assets * assets], targets = new double[assets], values = new double[assets];
        for (int i = 0; i < root.Length; i++)
            root[i] = 10 * (random.NextDouble() - 0.5);
        for (int i = 0; i < assets; i++)
        {
            targets[i] = 1.0 / assets;
            values[i] = 1 + random.NextDouble();
            for (int j = 0; j < assets; j++)
                for (int k = 0; k < assets; k++)
                    matrix[(i * assets) + j] += root[(i * assets) + k] * root[(j * assets) + k];
        }
        const double limit = 0.5;
        QuadraticDrift drift = new(matrix, targets, values, limit);
        int inside = 0, outside = 0;
        for (int tick = 0; tick < 200_000; tick++)
        {
            int asset = random.Next(assets);
            values[asset] = 1 + random.NextDouble() * (random.Next(20) == 0 ? 5 : 0.5);
            bool isOutside = drift.Update(asset, values[asset]);
            double form = QuadraticDrift.FormScalar(matrix, targets, values);
            Assert.Equal(form, drift.Form, 1e-8);
            if (Math.Abs(form - limit) < 1e-7)
                continue;
            Assert.Equal(form > limit, isOutside);
            _ = isOutside ? outside++ : inside++;
        }
        Assert.True(assets < 2 || (inside > 1000 && outside > 1000), $"{inside} inside and {outside} outside show nothing");
    }

    [Fact]
    public void Update_NotANumber_IsNeverOutside()
    {
        QuadraticDrift drift = new([1, 0, 0, 1], [0.5, 0.5], [1, 1], limit: 1e-9);
        Assert.False(drift.IsOutside);
        Assert.False(drift.Update(0, double.NaN));
    }

    [Fact]
    public void Update_ManyTimes_AllocatesNothing()
    {
        QuadraticDrift drift = new([1, 0, 0, 1], [0.5, 0.5], [1, 1], limit: 1);
        drift.Update(0, 1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100_000; i++)
            drift.Update(i & 1, 1 + i % 7);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
