using FastRebalance.Core.Assets;
using FastRebalance.Engine;

namespace FastRebalance.Simulation.BackTests;

/// <summary>
/// What the simulated account holds, in base units, and the gas it still owes. With a lending market all of it lies there: what is sold comes out
/// of what is supplied and then becomes debt, what is bought repays and is then supplied.
/// </summary>
internal sealed class Account
{
    // Below this health a liquidator may repay all of the debt, else half (Aave V3).
    private const double FullCloseBelow = 0.95;
    private const double HalfClose = 0.5;

    private readonly UInt256[] _units;
    private readonly double[] _unitsPerToken;
    private readonly double[] _quantities;
    private readonly UInt256[] _supplied;
    private readonly UInt256[] _borrowed;
    private readonly UInt256[] _unitsBefore;
    private readonly UInt256[] _suppliedBefore;
    private readonly UInt256[] _borrowedBefore;
    private readonly LendingModel? _lending;
    private readonly int _cash;
    private readonly int _native;

    public Account(BackTestSetup setup)
    {
        _lending = setup.Lending;
        _supplied = new UInt256[setup.Assets.Count];
        _borrowed = new UInt256[setup.Assets.Count];
        _unitsBefore = new UInt256[setup.Assets.Count];
        _suppliedBefore = new UInt256[setup.Assets.Count];
        _borrowedBefore = new UInt256[setup.Assets.Count];
        _units = new UInt256[setup.Assets.Count];
        _quantities = new double[setup.Assets.Count];
        _unitsPerToken = [.. setup.Assets.Select(a => Math.Pow(10, a.Decimals))];
        _cash = setup.Numeraire.Index;
        _native = setup.Native.Index;
    }

    public ReadOnlySpan<UInt256> Units => _units;

    /// <summary>Units in the lending market.</summary>
    public ReadOnlySpan<UInt256> Supplied => _supplied;

    public ReadOnlySpan<UInt256> Borrowed => _borrowed;

    /// <summary>Whole tokens, less those owed.</summary>
    public ReadOnlySpan<double> Quantities => _quantities;

    /// <summary>Numeraire of gas that nothing was there to pay with.</summary>
    public double Owed { get; private set; }

    public void Set(int asset, UInt256 units)
    {
        _units[asset] = units;
        _quantities[asset] = Net(asset);
    }

    /// <summary>So much is in the lending market from the start.</summary>
    public void SetLent(int asset, UInt256 supplied, UInt256 borrowed)
    {
        (_supplied[asset], _borrowed[asset]) = (supplied, borrowed);
        _quantities[asset] = Net(asset);
    }

    /// <summary>What follows can be undone by <see cref="End"/>.</summary>
    public void Begin()
    {
        _units.CopyTo(_unitsBefore, 0);
        _supplied.CopyTo(_suppliedBefore, 0);
        _borrowed.CopyTo(_borrowedBefore, 0);
    }

    /// <summary>Keeps what was done since <see cref="Begin"/>, or undoes it.</summary>
    public void End(bool keeps)
    {
        if (!keeps)
        {
            _unitsBefore.CopyTo(_units, 0);
            _suppliedBefore.CopyTo(_supplied, 0);
            _borrowedBefore.CopyTo(_borrowed, 0);
        }
        for (int i = 0; i < _quantities.Length; i++)
            _quantities[i] = Net(i);
    }

    /// <summary>Takes out what is sold; false where there is less.</summary>
    public bool TryTake(int asset, in UInt256 units)
    {
        if (_lending is null)
            return UInt256.TrySubtract(in _units[asset], in units, out _units[asset]);
        UInt256 withdrawn = UInt256.Min(_supplied[asset], units);
        _supplied[asset] -= withdrawn;
        _borrowed[asset] += units - withdrawn;
        return true;
    }

    /// <summary>Puts in what was bought.</summary>
    public void Put(int asset, in UInt256 units)
    {
        if (_lending is null)
        {
            _units[asset] += units;
            return;
        }
        UInt256 repaid = UInt256.Min(_borrowed[asset], units);
        _borrowed[asset] -= repaid;
        _supplied[asset] += units - repaid;
    }

    /// <summary>The account's own into the lending market.</summary>
    public bool TryMove(int asset, in UInt256 units)
    {
        if (!UInt256.TrySubtract(in _units[asset], in units, out _units[asset]))
            return false;
        Put(asset, in units);
        return true;
    }

    /// <summary>Why the lending market would not have what was done since <see cref="Begin"/>; null where it would.</summary>
    public string? Refusal(ReadOnlySpan<double> prices)
    {
        if (_lending is null)
            return null;
        bool borrows = false;
        for (int i = 0; i < _borrowed.Length; i++)
            borrows |= _borrowed[i] > _borrowedBefore[i];
        (double debt, double counted) = Weigh(prices, borrows ? _lending.LoanToValues : _lending.LiquidationThresholds);
        return debt <= counted ? null : borrows ? "the lending market lends no more against its collateral" : "it would have ended below a health of one";
    }

    /// <summary>The health factor; infinite without debt.</summary>
    public double Health(ReadOnlySpan<double> prices) =>
        _lending is not null && Weigh(prices, _lending.LiquidationThresholds) is var (debt, counted) && debt > 0 ? counted / debt : double.PositiveInfinity;

    /// <summary>Interest for a time, on everything, rounded against the account.</summary>
    public void Accrue(double years)
    {
        if (_lending is null || !(years > 0))
            return;
        for (int i = 0; i < _supplied.Length; i++)
        {
            _supplied[i] += Grown(in _supplied[i], _lending.SupplyRatesPerYear[i] * years, up: false);
            _borrowed[i] += Grown(in _borrowed[i], _lending.BorrowRatesPerYear[i] * years, up: true);
            _quantities[i] = Net(i);
        }
    }

    /// <summary>What a liquidator does at once with an unhealthy account; false with a healthy one.</summary>
    /// <param name="prices">Numeraire per whole token, by asset.</param>
    /// <param name="lostNumeraire">What the account lost by it.</param>
    public bool TryLiquidate(ReadOnlySpan<double> prices, out double lostNumeraire)
    {
        lostNumeraire = 0;
        double health = Health(prices);
        if (!(health < 1))
            return false;
        int debt = Largest(_borrowed, prices), collateral = Largest(_supplied, prices);
        double covered = Tokens(debt, _borrowed[debt]) * prices[debt] * (health < FullCloseBelow ? 1 : HalfClose);
        double seized = Math.Min(covered * (1 + _lending!.LiquidationBonus), Tokens(collateral, _supplied[collateral]) * prices[collateral]);
        covered = Math.Min(covered, seized / (1 + _lending.LiquidationBonus));
        _borrowed[debt] -= UInt256.Min(_borrowed[debt], FloorUnits(debt, covered / prices[debt]));
        _supplied[collateral] -= UInt256.Min(_supplied[collateral], FloorUnits(collateral, seized / prices[collateral]));
        lostNumeraire = seized - covered;
        (_quantities[debt], _quantities[collateral]) = (Net(debt), Net(collateral));
        return true;
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

    private int Largest(UInt256[] units, ReadOnlySpan<double> prices)
    {
        int largest = 0;
        for (int i = 1; i < units.Length; i++)
            if (Tokens(i, units[i]) * prices[i] > Tokens(largest, units[largest]) * prices[largest])
                largest = i;
        return largest;
    }

    private (double Debt, double Counted) Weigh(ReadOnlySpan<double> prices, double[] shares)
    {
        double debt = 0, counted = 0;
        for (int i = 0; i < _supplied.Length; i++)
        {
            debt += Tokens(i, _borrowed[i]) * prices[i];
            counted += Tokens(i, _supplied[i]) * prices[i] * shares[i];
        }
        return (debt, counted);
    }

    private static UInt256 Grown(in UInt256 units, double share, bool up)
    {
        double grown = (double)units * share;
        return UInt256.TryFromDoubleFloor(up ? Math.Ceiling(grown) : grown, out UInt256 interest) ? interest : UInt256.Zero;
    }

    private double Net(int asset) => Tokens(asset, _units[asset]) + Tokens(asset, _supplied[asset]) - Tokens(asset, _borrowed[asset]);

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
