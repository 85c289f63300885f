using FastRebalance.Core.Assets;
using FastRebalance.Engine.Fleet;
using FastRebalance.Kernels;

namespace FastRebalance.Bench.Policies;

/// <summary>
/// A seeded fleet: portfolios of 8 holdings out of 200 assets and cash, at target, bands of 5 % and a quarter of the target. The first
/// asset is held by a thousand of them alone, so that a jump of its price makes just those fire.
/// </summary>
internal sealed class FleetMarket
{
    public const int Assets = 200;
    public const int Jumpers = 1000;

    /// <summary>The price of the jumping asset that throws each of its holders out of its band.</summary>
    public const double JumpFactor = 2;

    public static readonly AssetId JumpingAsset = AssetId.FromIndex(0);

    private const int Holdings = FleetBook.MostHoldings;
    private const double CashTarget = 0.05;

    private static readonly WeightBand s_band = new(0.05, 0.25);

    private readonly Random _random = new(20_261_124);
    private readonly int[] _assets;
    private readonly double[] _quantities;
    private readonly double[] _targets;
    private readonly double[] _cash;
    private readonly double[] _prices = new double[Assets];

    public FleetMarket(int portfolios)
    {
        _assets = new int[portfolios * Holdings];
        _quantities = new double[portfolios * Holdings];
        _targets = new double[portfolios * Holdings];
        _cash = new double[portfolios];
        for (int i = 0; i < Assets; i++)
            _prices[i] = Math.Exp(_random.NextDouble() * 10 - 2);
        FleetBook book = new(Assets, AssetId.FromIndex(Assets), portfolios);
        AssetId[] ids = new AssetId[Holdings];
        for (int portfolio = 0; portfolio < portfolios; portfolio++)
        {
            Choose(portfolio);
            for (int i = 0; i < Holdings; i++)
                ids[i] = AssetId.FromIndex(_assets[portfolio * Holdings + i]);
            book.Add(ids, QuantitiesOf(portfolio), _targets.AsSpan(portfolio * Holdings, Holdings), _cash[portfolio], s_band);
        }
        Fleet = book.Open(_prices);
    }

    public PortfolioFleet Fleet { get; }

    public int Count => _cash.Length;

    public double PriceOf(AssetId asset) => _prices[asset.Index];

    /// <summary>The market's own note of a price that the fleet was told.</summary>
    public void Note(AssetId asset, double price) => _prices[asset.Index] = price;

    /// <summary>A fired portfolio is brought back to its targets at the present prices.</summary>
    /// <returns>False when the fleet would not have it.</returns>
    public bool Rebalance(int portfolio)
    {
        double total = TotalOf(portfolio);
        SetToTarget(portfolio, total);
        return Fleet.Settle(portfolio, QuantitiesOf(portfolio), _cash[portfolio]) == SettleVerdict.Watched;
    }

    /// <summary>Whether it is outside its bands at the present prices: valued from nothing, one holding at a time.</summary>
    public bool IsOutside(int portfolio)
    {
        Span<double> values = stackalloc double[Holdings];
        Span<double> prices = stackalloc double[Holdings];
        int first = portfolio * Holdings;
        for (int i = 0; i < Holdings; i++)
            prices[i] = _prices[_assets[first + i]];
        double total = ValuationKernel.MeasureScalar(QuantitiesOf(portfolio), prices, values) + _cash[portfolio];
        return HoldingsKernel.OutsideScalar(values, _cash[portfolio], total, _targets.AsSpan(first, Holdings), CashTarget, s_band) != 0;
    }

    private Span<double> QuantitiesOf(int portfolio) => _quantities.AsSpan(portfolio * Holdings, Holdings);

    private double TotalOf(int portfolio)
    {
        double total = _cash[portfolio];
        for (int i = portfolio * Holdings; i < (portfolio + 1) * Holdings; i++)
            total += _quantities[i] * _prices[_assets[i]];
        return total;
    }

    private void Choose(int portfolio)
    {
        int first = portfolio * Holdings;
        double sum = 0;
        for (int i = 0; i < Holdings; i++)
        {
            bool jumps = i == 0 && portfolio < Jumpers;
            int asset = 0;
            while (!jumps && (asset == 0 || _assets.AsSpan(first, i).Contains(asset)))
                asset = 1 + _random.Next(Assets - 1);
            _assets[first + i] = asset;
            sum += _targets[first + i] = 0.5 + _random.NextDouble();
        }
        for (int i = 0; i < Holdings; i++)
            _targets[first + i] *= (1 - CashTarget) / sum;
        SetToTarget(portfolio, 10_000 * (1 + _random.NextDouble() * 100));
    }

    private void SetToTarget(int portfolio, double total)
    {
        for (int i = portfolio * Holdings; i < (portfolio + 1) * Holdings; i++)
            _quantities[i] = total * _targets[i] / _prices[_assets[i]];
        _cash[portfolio] = total * CashTarget;
    }
}
