using BenchmarkDotNet.Attributes;
using FastRebalance.Kernels;

namespace FastRebalance.Benchmarks;

/// <summary>One portfolio's triggers beside their plain twins: has this tick moved a weight out of its band.</summary>
public class TriggerBenchmarks
{
    /// <summary>Ticks of one call.</summary>
    public const int Ticks = 4096;

    private const double Move = 0.01;
    private const double Band = 0.02;

    private readonly int[] _assets = new int[Ticks];
    private readonly double[] _prices = new double[Ticks];
    private double[] _low = [];
    private double[] _high = [];
    private double[] _lower = [];
    private double[] _upper = [];
    private double[] _targets = [];
    private double[] _matrix = [];
    private double[] _values = [];
    private BreachTree _tree = null!;
    private QuadraticDrift _quadratic = null!;

    [Params(8, 16)]
    public int Assets { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        Random random = new(1);
        (_low, _high, _lower, _upper) = (new double[Assets], new double[Assets], new double[Assets], new double[Assets]);
        (_targets, _values, _matrix) = (new double[Assets], new double[Assets], new double[Assets * Assets]);
        Array.Fill(_targets, 1.0 / Assets);
        Array.Fill(_lower, (1.0 / Assets) - Band);
        Array.Fill(_upper, (1.0 / Assets) + Band);
        Array.Fill(_values, 1);
        for (int i = 0; i < Assets; i++)
            _matrix[(i * Assets) + i] = 0.5;
        for (int i = 0; i < Ticks; i++)
            (_assets[i], _prices[i]) = (random.Next(Assets), 1 + (Move * ((2 * random.NextDouble()) - 1)));
        FenceKernel.Draw(_values, FenceKernel.Reach(_targets, _lower, _upper), _low, _high);
        _tree = new BreachTree(_values, _lower, _upper);
        _quadratic = new QuadraticDrift(_values, _targets, _matrix, Band);
    }

    [Benchmark(OperationsPerInvoke = Ticks)]
    public long Fence()
    {
        long outside = 0;
        for (int i = 0; i < Ticks; i++)
            outside += FenceKernel.Holds(_prices[i], _low[_assets[i]], _high[_assets[i]]) ? 0 : 1;
        return outside;
    }

    [Benchmark(OperationsPerInvoke = Ticks)]
    public long Exact()
    {
        long outside = 0;
        for (int i = 0; i < Ticks; i++)
            outside += _tree.Update(_assets[i], _prices[i]) ? 1 : 0;
        return outside;
    }

    [Benchmark(OperationsPerInvoke = Ticks)]
    public long Quadratic()
    {
        long outside = 0;
        for (int i = 0; i < Ticks; i++)
            outside += _quadratic.Update(_assets[i], _prices[i]) ? 1 : 0;
        return outside;
    }

    [Benchmark(OperationsPerInvoke = Ticks, Baseline = true)]
    public long ExactValuedAnew()
    {
        long outside = 0;
        for (int i = 0; i < Ticks; i++)
        {
            _values[_assets[i]] = _prices[i];
            outside += BreachTree.IsOutsideScalar(_values, _lower, _upper) ? 1 : 0;
        }
        return outside;
    }

    [Benchmark(OperationsPerInvoke = Ticks)]
    public long QuadraticValuedAnew()
    {
        long outside = 0;
        for (int i = 0; i < Ticks; i++)
        {
            _values[_assets[i]] = _prices[i];
            outside += QuadraticDrift.MeasureScalar(_values, _targets, _matrix) > Band * Band ? 1 : 0;
        }
        return outside;
    }
}
