using FastRebalance.Engine;
using FastRebalance.Engine.Triggers;
using FastRebalance.Kernels;

namespace FastRebalance.Bench.Policies;

/// <summary>The tests of one portfolio on the same seeded prices: its fence, the exact test, the quadratic trigger, and valuing it whole.</summary>
internal sealed class SinglePortfolio
{
    private const int Assets = 8;
    private const int QuadraticAssets = 16;
    private const int Ticks = 1 << 14;
    private const double Band = 0.02;
    private const double Move = 1e-3;

    private readonly (int Asset, double Factor)[] _ticks = new (int, double)[Ticks];
    private readonly PriceFence _fence = new(Assets);
    private readonly BreachTree _tree;
    private readonly QuadraticDrift _quadratic;
    private readonly double[] _targets = new double[Assets];
    private readonly double[] _prices = new double[Assets];
    private readonly double[] _quantities = new double[Assets];
    private readonly double[] _values = new double[Assets];
    private int _next;

    public SinglePortfolio()
    {
        Random random = new(8);
        for (int i = 0; i < Ticks; i++)
            _ticks[i] = (random.Next(Assets), 1 + (random.NextDouble() - 0.5) * Move);
        Array.Fill(_targets, 1.0 / Assets);
        Array.Fill(_prices, 1);
        Array.Fill(_quantities, 1);
        _fence.Draw(new TriggerFence(2 * Move, long.MaxValue), _prices);
        double[] lower = [.. _targets.Select(t => t - Band)], upper = [.. _targets.Select(t => t + Band)];
        _tree = new BreachTree(_quantities, lower, upper);
        double[] matrix = new double[QuadraticAssets * QuadraticAssets], targets = new double[QuadraticAssets], values = new double[QuadraticAssets];
        for (int i = 0; i < QuadraticAssets; i++)
        {
            matrix[(i * QuadraticAssets) + i] = 1 / (Band * Band);
            targets[i] = 1.0 / QuadraticAssets;
            values[i] = 1;
        }
        _quadratic = new QuadraticDrift(values, targets, matrix, limit: 1);
    }

    /// <summary>Answers other than "inside": none of these ticks leaves anything.</summary>
    public long Outside { get; private set; }

    public void Fence()
    {
        for (int i = 0; i < TickBlocks.Size; i++)
        {
            (int asset, double factor) = Tick();
            _fence.Pass(asset, factor);
            if (!_fence.Holds(i))
                Outside++;
        }
    }

    public void Exact()
    {
        for (int i = 0; i < TickBlocks.Size; i++)
        {
            (int asset, double factor) = Tick();
            if (_tree.Update(asset, factor))
                Outside++;
        }
    }

    public void Quadratic()
    {
        for (int i = 0; i < TickBlocks.Size; i++)
        {
            (int asset, double factor) = Tick();
            if (_quadratic.Update(asset, factor))
                Outside++;
        }
    }

    public void Whole()
    {
        WeightBand band = new(Band, double.PositiveInfinity);
        for (int i = 0; i < TickBlocks.Size; i++)
        {
            (int asset, double factor) = Tick();
            _prices[asset] = factor;
            double total = ValuationKernel.Measure(_quantities, _prices, _values);
            if (HoldingsKernel.Outside(_values, 0, total, _targets, 0, band) != 0)
                Outside++;
        }
    }

    private (int Asset, double Factor) Tick() => _ticks[_next++ & (Ticks - 1)];
}
