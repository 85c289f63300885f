using FastRebalance.Core.Assets;
using FastRebalance.Engine;

namespace FastRebalance.Simulation.BackTests;

/// <summary>What the simulated account holds, in base units, and the gas it still owes.</summary>
internal sealed class Account
{
    private readonly UInt256[] _units;
    private readonly double[] _unitsPerToken;
    private readonly double[] _quantities;
    private readonly int _cash;
    private readonly int _native;

    public Account(BackTestSetup setup)
    {
        _units = new UInt256[setup.Assets.Count];
        _quantities = new double[setup.Assets.Count];
        _unitsPerToken = [.. setup.Assets.Select(a => Math.Pow(10, a.Decimals))];
        _cash = setup.Numeraire.Index;
        _native = setup.Native.Index;
    }

    public ReadOnlySpan<UInt256> Units => _units;

    /// <summary>Whole tokens.</summary>
    public ReadOnlySpan<double> Quantities => _quantities;

    /// <summary>Numeraire of gas that nothing was there to pay with.</summary>
    public double Owed { get; private set; }

    public void Set(int asset, UInt256 units)
    {
        _units[asset] = units;
        _quantities[asset] = Tokens(asset, units);
    }

    public double Tokens(int asset, in UInt256 units) => (double)units / _unitsPerToken[asset];

    public UInt256 FloorUnits(int asset, double tokens) =>
        UInt256.TryFromDoubleFloor(tokens * _unitsPerToken[asset], out UInt256 units)
            ? units
            : throw new InvalidOperationException($"{tokens} tokens of asset {asset} are no amount");

    /// <summary>Pays gas out of the cash, else out of the native coin; what neither covers is owed. Tells what it came to, rounded up to whole units.</summary>
    public double PayGas(double numeraire, ReadOnlySpan<double> prices)
    {
        if (!(numeraire > 0))
            return 0;
        double left = numeraire + Owed, owedBefore = Owed;
        double paid = Pay(_cash, ref left, 1);
        if (left > 0 && _native != _cash)
            paid += Pay(_native, ref left, prices[_native]);
        Owed = Math.Max(0, left);
        return paid + Owed - owedBefore;
    }

    private double Pay(int asset, ref double left, double price)
    {
        UInt256 wanted = FloorUnits(asset, left / price);
        UInt256 units = UInt256.Min(_units[asset], wanted + UInt256.One);
        double before = _quantities[asset];
        Set(asset, _units[asset] - units);
        double paid = (before - _quantities[asset]) * price;
        left = units > wanted ? 0 : left - paid;
        return paid;
    }
}
