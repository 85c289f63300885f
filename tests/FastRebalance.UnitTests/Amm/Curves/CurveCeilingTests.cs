using FastRebalance.Amm;
using FastRebalance.Amm.Curves;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.UnitTests.Routing.Paths;

namespace FastRebalance.UnitTests.Amm.Curves;

/// <summary>Ceilings against the exact quotes of pools of every kind, and against the pieces.</summary>
public sealed class CurveCeilingTests(ITestOutputHelper output)
{
    [Fact]
    public void TryGetCeiling_PoolsOfEveryKind_NoAmountIsPaidAbove()
    {
        Dictionary<string, (int Quotes, double Nearest)> seen = [];
        for (int seed = 0; seed < 150; seed++)
        {
            MixedMarket market = new(new Random(seed), 5, 12);
            foreach (Pool pool in market.Pools)
                foreach ((AssetId sell, AssetId buy) in Directions(pool))
                {
                    if (!pool.TryGetCeiling(sell, buy, out SwapCurve ceiling))
                        continue;
                    Assert.True(pool.TryGetCurve(sell, buy, out SwapCurve first));
                    Assert.Equal(1, ceiling.Rate / first.Rate, 1e-12);
                    for (double amount = 1e4; amount < 1e30; amount *= 1.9)
                    {
                        if (!UInt256.TryFromDoubleFloor(amount, out UInt256 units)
                            || pool.QuoteExactIn(sell, buy, in units, out SwapQuote quote) != QuoteStatus.Exact)
                            continue;
                        double above = (double)quote.AmountOut / ceiling.Out((double)units) - 1;
                        (int quotes, double nearest) = seen.GetValueOrDefault(pool.Kind, (0, double.NegativeInfinity));
                        seen[pool.Kind] = (quotes + 1, Math.Max(nearest, above));
                        // What a contract rounds: a unit of what goes in, where its fee rounds down, and a unit or two of what comes out.
                        Assert.True(above <= 1e-12 + 2 / (double)quote.AmountOut + 2 / (double)units, $"{pool.Kind} of market {seed}: {units} is paid {above:E2} above");
                    }
                }
        }
        foreach ((string kind, (int quotes, double nearest)) in seen)
            output.WriteLine($"{kind}: {quotes} quotes, the nearest {nearest:E2}");
        Assert.All(PoolKinds.All, kind => Assert.True(seen[kind.Name].Quotes > 1_000, kind.Name));
    }

    /// <summary>Higher than need be is sound as well, and useless: the depth is compared with the least that the pieces ask for.</summary>
    [Fact]
    public void TryGetCeiling_PoolsOfEveryKind_IsNoHigherThanItMustBe()
    {
        int deeperThanFirst = 0, curves = 0;
        for (int seed = 0; seed < 100; seed++)
            foreach (Pool pool in new MixedMarket(new Random(seed), 5, 12).Pools)
                foreach ((AssetId sell, AssetId buy) in Directions(pool))
                {
                    CurveSegment[] pieces = Pieces.Of(pool, sell, buy);
                    if (pieces.Length == 0 || !pool.TryGetCeiling(sell, buy, out SwapCurve ceiling))
                        continue;
                    double pull = LeastPull(pieces);
                    curves++;
                    deeperThanFirst += ceiling.Depth > 1.01 * pieces[0].Depth ? 1 : 0;
                    // A curve that is straight at its balance may be taken as straighter yet: by a twentieth over all that it takes.
                    double least = 0.85 * pull - 0.05 / pieces.Sum(piece => Math.Min(piece.MaxGrowth - 1, 1) * piece.Depth);
                    Assert.True(1 / ceiling.Depth >= least, $"{pool} of market {seed}: depth {ceiling.Depth:R}, {1 / pull:R} would do");
                }
        Assert.True(deeperThanFirst > 100 && curves > 1_000, $"{deeperThanFirst} of {curves} bend less further on");
    }

    [Fact]
    public void TryGetCeiling_GapsBetweenRanges_IsNotBelowWhatLiesBeyond()
    {
        UniswapV3Pool pool = PoolMaker.V3(30, 3_000, 60, (0, 60, 1_000_000_000), (-6_000, -1_200, 5_000_000_000_000_000));
        Assert.True(pool.TryGetCeiling(pool.Asset0, pool.Asset1, out SwapCurve ceiling));
        Assert.True(pool.TryGetCurve(pool.Asset0, pool.Asset1, out SwapCurve first));
        UInt256 amount = 100_000_000_000_000;

        Assert.Equal(QuoteStatus.Exact, pool.QuoteExactIn(pool.Asset0, pool.Asset1, amount, out SwapQuote quote));

        Assert.True(first.Out((double)amount) < (double)quote.AmountOut / 1_000);
        Assert.InRange(ceiling.Out((double)amount), (double)quote.AmountOut, 1.3 * (double)quote.AmountOut);
    }

    [Fact]
    public void TryOver_NoCurve_IsFalse()
    {
        Assert.False(CurveCeiling.TryOver(new WeightedCurve(0, 1, 1), 1, 1, 0, 1, out _));
        Assert.False(CurveCeiling.TryOver(new WeightedCurve(1, 0, 1), 1, 1, 0, 1, out _));
        Assert.False(CurveCeiling.TryOver(new WeightedCurve(double.NaN, 1, 1), 1, 1, 0, 1, out _));
        Assert.False(CurveCeiling.TryOver(
            new WeightedCurve(1, 1, 1), 1, double.PositiveInfinity, 0, 1, out _));
    }

    private static double LeastPull(CurveSegment[] pieces)
    {
        double least = 1 / pieces[0].Depth, taken = 0, paid = 0;
        foreach (CurveSegment piece in pieces)
        {
            double growth = Math.Min(piece.MaxGrowth, 1e6);
            for (int i = 1; i <= 64; i++)
            {
                double here = piece.Depth * (Math.Pow(growth, i / 64.0) - 1);
                double all = paid + piece.Rate * here / (1 + here / piece.Depth);
                if (taken + here > 1e-3 * pieces[0].Depth) // before that the difference is rounding
                    least = Math.Min(least, pieces[0].Rate / all - 1 / (taken + here));
            }
            taken += piece.Depth * (growth - 1);
            paid += piece.Rate * piece.Depth * (growth - 1) / growth;
        }
        return least;
    }

    private static IEnumerable<(AssetId Sell, AssetId Buy)> Directions(Pool pool)
    {
        AssetId[] assets = pool.Assets.ToArray();
        return assets.SelectMany(sell => assets.Where(buy => buy != sell).Select(buy => (sell, buy)));
    }
}
