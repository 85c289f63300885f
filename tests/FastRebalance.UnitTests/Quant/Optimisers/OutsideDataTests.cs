using FastRebalance.Quant.Optimisers;

namespace FastRebalance.UnitTests.Quant.Optimisers;

/// <summary>Weights other libraries found on their own data; see <see cref="OutsideFiles"/>.</summary>
public class OutsideDataTests
{
    // dcajasn/Riskfolio-Lib tests, commit 632a9e4: last 200 daily returns of ten tickers, variance ("MV") as risk.
    [Theory]
    [InlineData("Classic_RP.csv", 5e-6)]
    [InlineData("Classic_MinRisk.csv", 1e-6)]
    public void Solve_RiskfolioWeights_AreMet(string answers, double tolerance)
    {
        const string repository = "Riskfolio-Lib", commit = "632a9e4";
        Dictionary<string, double[]> prices =
            OutsideFiles.Columns(OutsideFiles.Lines(repository, commit, "tests/stock_prices.csv"), "Date");
        string[][] rows = [.. OutsideFiles.Lines(repository, commit, "tests/" + answers).Skip(1).Select(l => l.Split(','))];
        string[] tickers = [.. rows.Select(r => r[0])];
        double[] expected = [.. rows.Select(r => double.Parse(r[1], System.Globalization.CultureInfo.InvariantCulture))];
        double[] covariance = Covariance([.. tickers.Select(t => Returns(prices[t]).TakeLast(200).ToArray())]);
        double[] weights = new double[tickers.Length];

        OptimiserStatus status = answers == "Classic_RP.csv"
            ? RiskBudget.Solve(covariance, [.. Enumerable.Repeat(1.0, tickers.Length)], weights)
            : MinimumVariance.Solve(covariance, [], [], weights);

        Assert.Equal(10, tickers.Length);
        Assert.Equal(OptimiserStatus.Solved, status);
        RandomMarket.AssertClose(expected, weights, tolerance);
    }

    // robertmartin8/PyPortfolioOpt tests/test_hrp.py, commit 65cabce: variance of a cluster held by inverse variance.
    [Fact]
    public void ClusterVariance_PyPortfolioOpt_IsMet()
    {
        Dictionary<string, double[]> prices = OutsideFiles.Columns(
            OutsideFiles.Lines("PyPortfolioOpt", "65cabce", "tests/resources/stock_prices.csv"), "date");
        string[] cluster = ["SHLD", "AMD", "BBY", "RRC", "FB", "WMT", "T", "BABA", "PFE", "UAA"];

        double variance = InverseVolatility.ClusterVariance(Covariance([.. cluster.Select(t => Returns(prices[t]))]));

        Assert.Equal(0.00012842967106653283, variance, 1e-15);
    }

    private static double[] Returns(double[] prices) => [.. prices.Skip(1).Select((p, i) => p / prices[i] - 1)];

    // Sample covariance; each pair over the days both have a return.
    private static double[] Covariance(double[][] returns)
    {
        int n = returns.Length;
        double[] covariance = new double[n * n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
            {
                var days = returns[i].Zip(returns[j]).Where(d => !double.IsNaN(d.First + d.Second)).ToArray();
                double first = days.Average(d => d.First), second = days.Average(d => d.Second);
                covariance[i * n + j] = days.Sum(d => (d.First - first) * (d.Second - second)) / (days.Length - 1);
            }
        return covariance;
    }
}
