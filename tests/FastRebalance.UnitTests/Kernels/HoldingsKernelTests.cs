using FastRebalance.Kernels;

namespace FastRebalance.UnitTests.Kernels;

public sealed class HoldingsKernelTests
{
    private readonly Random _random = new(4);
    private readonly double[] _values = new double[HoldingsKernel.Lanes];
    private readonly double[] _targets = new double[HoldingsKernel.Lanes];
    private readonly double[] _paces = new double[HoldingsKernel.Lanes];
    private double _cash;
    private double _cashTarget;
    private WeightBand _band;

    private double Total => _values.Sum() + _cash;

    [Fact]
    public void Outside_SeededPortfolios_SameAsTheTwin()
    {
        int outside = 0;
        for (int i = 0; i < 20_000; i++)
        {
            Draw(spread: 0.6);
            int bits = HoldingsKernel.Outside(_values, _cash, Total, _targets, _cashTarget, _band);
            Assert.Equal(HoldingsKernel.OutsideScalar(_values, _cash, Total, _targets, _cashTarget, _band), bits);
            outside += bits != 0 ? 1 : 0;
        }
        Assert.InRange(outside, 2_000, 18_000);
    }

    [Fact]
    public void Reach_SeededPortfolios_SameBitsAsTheTwin()
    {
        for (int i = 0; i < 20_000; i++)
        {
            Draw(spread: 0.1);
            Assert.Equal(
                BitConverter.DoubleToInt64Bits(HoldingsKernel.ReachScalar(_values, _cash, Total, _targets, _cashTarget, _band, _paces)),
                BitConverter.DoubleToInt64Bits(HoldingsKernel.Reach(_values, _cash, Total, _targets, _cashTarget, _band, _paces)));
        }
    }

    [Fact]
    public void Reach_CornersOfTheFence_NoWeightLeaves() => Assert.Equal(0, LeftAtCorners(stretch: 1));

    // The test above must notice a fence that is one per cent too wide, or its passing says nothing.
    [Fact]
    public void Reach_AFenceOnePerCentTooWide_IsNoticed() => Assert.True(LeftAtCorners(stretch: 1.01) > 1_000);

    [Fact]
    public void Outside_TotalsThatAreNone_SayNothingIsOutside()
    {
        Draw(spread: 0.6);
        foreach (double total in (double[])[0, -1, double.NaN, double.PositiveInfinity])
        {
            Assert.Equal(0, HoldingsKernel.Outside(_values, _cash, total, _targets, _cashTarget, _band));
            Assert.Equal(0, HoldingsKernel.Reach(_values, _cash, total, _targets, _cashTarget, _band, _paces));
        }
    }

    private int LeftAtCorners(double stretch)
    {
        int left = 0;
        double[] moved = new double[HoldingsKernel.Lanes];
        for (int i = 0; i < 5_000; i++)
        {
            Draw(spread: 0.05);
            if (HoldingsKernel.Outside(_values, _cash, Total, _targets, _cashTarget, _band) != 0)
                continue;
            double reach = HoldingsKernel.Reach(_values, _cash, Total, _targets, _cashTarget, _band, _paces);
            reach = Math.Min(reach, 0.99 / _paces.Max()) * stretch;
            for (int corner = 0; corner < 1 << HoldingsKernel.Lanes; corner++)
            {
                for (int k = 0; k < moved.Length; k++)
                    moved[k] = _values[k] * (1 + (((corner >> k) & 1) == 0 ? -1 : 1) * reach * _paces[k]);
                left += HoldingsKernel.Outside(moved, _cash, moved.Sum() + _cash, _targets, _cashTarget, _band) != 0 ? 1 : 0;
            }
        }
        return left;
    }

    /// <summary>Two to eight holdings, some with a target of zero, and cash or none; values near their targets.</summary>
    private void Draw(double spread)
    {
        int holdings = _random.Next(2, HoldingsKernel.Lanes + 1);
        _cashTarget = _random.Next(2) * 0.1;
        _band = new WeightBand(0.01 + 0.05 * _random.NextDouble(), _random.Next(3) == 0 ? double.PositiveInfinity : 0.25);
        double sum = 0;
        for (int i = 0; i < HoldingsKernel.Lanes; i++)
        {
            _targets[i] = i < holdings && (i == 0 || _random.Next(6) > 0) ? 0.2 + _random.NextDouble() : 0;
            _paces[i] = 0.5 + _random.NextDouble();
            sum += _targets[i];
        }
        for (int i = 0; i < HoldingsKernel.Lanes; i++)
        {
            _targets[i] *= (1 - _cashTarget) / sum;
            bool isDust = i < holdings && _targets[i] == 0;
            _values[i] = isDust ? 0.002 * _random.NextDouble() : _targets[i] * (1 + spread * (_random.NextDouble() - 0.5));
        }
        _cash = _cashTarget * (1 + spread * (_random.NextDouble() - 0.5));
    }
}
