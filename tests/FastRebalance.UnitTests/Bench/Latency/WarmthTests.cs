using FastRebalance.Bench.Latency;

namespace FastRebalance.UnitTests.Bench.Latency;

public sealed class WarmthTests
{
    [Fact]
    public void PricesUntilSteady_SlowThenSteady_IsWhereItBecameSteady()
    {
        long[] latencies = [.. Enumerable.Repeat(5_000L, 7 * Warmth.Block), .. Enumerable.Repeat(900L, 20 * Warmth.Block)];
        Assert.Equal(7 * Warmth.Block, Warmth.PricesUntilSteady(latencies, 800));
    }

    [Fact]
    public void PricesUntilSteady_OneQuickBlockAmongSlow_DoesNotCount()
    {
        long[] latencies =
        [
            .. Enumerable.Repeat(5_000L, Warmth.Block), .. Enumerable.Repeat(800L, Warmth.Block), .. Enumerable.Repeat(5_000L, Warmth.Block),
            .. Enumerable.Repeat(800L, 5 * Warmth.Block),
        ];
        Assert.Equal(3 * Warmth.Block, Warmth.PricesUntilSteady(latencies, 800));
        Assert.Null(Warmth.PricesUntilSteady(latencies, 300));
        Assert.Null(Warmth.PricesUntilSteady(latencies.AsSpan(0, 3 * Warmth.Block), 800));
    }
}
