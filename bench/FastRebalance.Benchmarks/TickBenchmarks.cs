using BenchmarkDotNet.Attributes;

namespace FastRebalance.Benchmarks;

/// <summary>The engine's tick: one price in, one decision out, and nothing fires.</summary>
public class TickBenchmarks
{
    /// <summary>Prices of one call.</summary>
    public const int Prices = 10_000;

    private WideMarket _fenced = null!;
    private WideMarket _whole = null!;

    [Params(8, 64, 256)]
    public int Assets { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _fenced = new WideMarket(Assets, fenced: true);
        _whole = new WideMarket(Assets, fenced: false);
    }

    /// <summary>As in a live run: a look at the fence, whatever the number of assets, and its latency recorded.</summary>
    [Benchmark(OperationsPerInvoke = Prices)]
    public long Tick() => _fenced.Tick(Prices);

    /// <summary>The whole portfolio valued, its drift measured and the triggers asked, for every price.</summary>
    [Benchmark(OperationsPerInvoke = Prices, Baseline = true)]
    public long WholeEvaluation() => _whole.Tick(Prices);
}
