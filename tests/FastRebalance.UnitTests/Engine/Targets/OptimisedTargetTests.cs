using FastRebalance.Core.Assets;
using FastRebalance.Engine.Planning;
using FastRebalance.Engine.Targets;

namespace FastRebalance.UnitTests.Engine.Targets;

/// <summary>The optimisers through the allocators: the way from all assets to the mix and back, with cash where it belongs.</summary>
public sealed class OptimisedTargetTests
{
    private static readonly List<string> s_symbols = ["USDC", "WETH", "WBTC", "LINK"];
    private static readonly AssetId s_usdc = AssetId.FromIndex(0);

    // Volatilities 0.8, 0.4 and 1; correlation 0.5 throughout; the cash is the first asset.
    private static readonly double[] s_covariance =
    [
        0, 0, 0, 0,
        0, 0.64, 0.16, 0.4,
        0, 0.16, 0.16, 0.2,
        0, 0.4, 0.2, 1,
    ];

    [Fact]
    public void InverseVolatility_CashAside_SharesTheRestByOneOverVolatility()
    {
        double[] weights = Allocate(new InverseVolatilityTarget(new() { Cash = 0.05 }, s_symbols, s_usdc));
        AssertNear([0.05, 0.95 * 1.25 / 4.75, 0.95 * 2.5 / 4.75, 0.95 * 1 / 4.75], weights);
    }

    [Fact]
    public void InverseVolatility_SomeNamed_LeavesTheOthersOut() =>
        AssertNear([0, 0, 2.5 / 3.5, 1 / 3.5], Allocate(new InverseVolatilityTarget(new() { Assets = ["LINK", "WBTC"] }, s_symbols, s_usdc)));

    [Fact]
    public void RiskParity_EqualCorrelations_IsInverseVolatility() =>
        AssertNear([0, 1.25 / 4.75, 2.5 / 4.75, 1 / 4.75], Allocate(new RiskParityTarget(new(), s_symbols, s_usdc)), 1e-6);

    [Fact]
    public void RiskParity_Budgets_AreTheSharesOfTheVariance()
    {
        double[] w = Allocate(new RiskParityTarget(new() { Budgets = new() { ["WETH"] = 3, ["LINK"] = 1 } }, s_symbols, s_usdc));
        double weth = w[1] * ((0.64 * w[1]) + (0.4 * w[3])), link = w[3] * ((0.4 * w[1]) + w[3]);
        Assert.Equal(3, weth / link, 1e-6);
        Assert.Equal(0, w[2]);
        Assert.Equal(1, w.Sum(), 1e-12);
    }

    [Fact]
    public void MinimumVariance_OneFarCalmer_TakesItUpToTheCap()
    {
        AssertNear([0, 0, 1, 0], Allocate(new MinimumVarianceTarget(new(), s_symbols, s_usdc)), 1e-6);
        double[] capped = Allocate(new MinimumVarianceTarget(new() { MaxWeight = 0.6, Cash = 0.5 }, s_symbols, s_usdc));
        Assert.Equal(0.3, capped[2], 1e-6);
        Assert.Equal(0.5, capped[0], 1e-12);
    }

    // Merton: μ/(γσ²) of one asset, the rest cash.
    [Fact]
    public void MeanVariance_OneAsset_IsMertonsShare() =>
        AssertNear([1 - 0.625, 0.625, 0, 0], Allocate(new MeanVarianceTarget(new() { ExpectedReturns = new() { ["WETH"] = 2 }, RiskAversion = 5 }, s_symbols, s_usdc)), 1e-6);

    [Fact]
    public void MeanVariance_NothingEarns_IsAllCash() =>
        AssertNear([1, 0, 0, 0], Allocate(new MeanVarianceTarget(new() { ExpectedReturns = new() { ["WETH"] = -0.1, ["LINK"] = -0.2 } }, s_symbols, s_usdc)), 1e-6);

    // Two assets with m = Σx for x = (1, 3): the best ratio is x scaled to one.
    [Fact]
    public void MaximumSharpe_KnownSolution_FindsIt()
    {
        MaximumSharpeTarget target = new(new() { ExpectedReturns = new() { ["WETH"] = 0.64 + (3 * 0.16), ["WBTC"] = 0.16 + (3 * 0.16) } }, s_symbols, s_usdc);
        AssertNear([0, 0.25, 0.75, 0], Allocate(target), 1e-6);
    }

    [Fact]
    public void MaximumSharpe_NothingEarns_IsAllCash() =>
        AssertNear([1, 0, 0, 0], Allocate(new MaximumSharpeTarget(new() { ExpectedReturns = new() { ["WETH"] = -0.1 } }, s_symbols, s_usdc)));

    [Theory]
    [InlineData(0.2, 1, 0.25)]
    [InlineData(2, 1, 1)]
    [InlineData(2, 0.7, 0.7)]
    public void VolatilityTarget_OneAsset_HasTheVolatilityOrTheCap(double volatility, double maxExposure, double exposure)
    {
        VolatilityTargetTarget target = new(
            new() { Weights = new() { ["WETH"] = 1 }, Volatility = volatility, MaxExposure = maxExposure }, s_symbols, s_usdc);
        AssertNear([1 - exposure, exposure, 0, 0], Allocate(target));
    }

    [Fact]
    public void TryAllocate_NothingEstimatedYet_HasNoAnswer()
    {
        double[] none = new double[16], weights = new double[4];
        Assert.False(((IAllocator)new RiskParityTarget(new(), s_symbols, s_usdc)).TryAllocate(none, weights));
        Assert.False(((IAllocator)new InverseVolatilityTarget(new(), s_symbols, s_usdc)).TryAllocate(none, weights));
        Assert.False(((IAllocator)new VolatilityTargetTarget(new() { Weights = new() { ["WETH"] = 1 }, Volatility = 1 }, s_symbols, s_usdc)).TryAllocate(none, weights));
    }

    private static double[] Allocate(IAllocator allocator)
    {
        double[] weights = new double[4];
        Assert.True(allocator.TryAllocate(s_covariance, weights));
        return weights;
    }

    private static void AssertNear(double[] expected, double[] actual, double tolerance = 1e-12)
    {
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], tolerance);
    }
}
