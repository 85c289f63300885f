using FastRebalance.Amm.Positions;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Quant.Positions;

namespace FastRebalance.Engine;

/// <summary>
/// The pool positions that are followed on the chain, each as the newest block that changed it left it. Engine thread only; allocates nothing after
/// construction.
/// </summary>
public sealed class PoolPositionBook
{
    private readonly EngineLiquidity[] _places;
    private readonly double[] _unitsPerToken;
    private readonly PoolPosition[] _positions;
    private readonly LiquidityRange[] _ranges;
    private readonly bool[] _told;
    private int _untold;

    internal PoolPositionBook(IReadOnlyList<EngineLiquidity> places, double[] unitsPerToken)
    {
        _places = [.. places];
        _unitsPerToken = unitsPerToken;
        _positions = new PoolPosition[places.Count];
        _ranges = new LiquidityRange[places.Count];
        _told = new bool[places.Count];
        _untold = places.Count;
    }

    public int Count => _places.Length;

    /// <summary>Every position has been told once; one that is closed was told so.</summary>
    public bool IsTold => _untold == 0;

    /// <summary>Whose position it is: the two sides of its pool.</summary>
    public EngineLiquidity PlaceOf(int place) => _places[place];

    /// <summary>As told, in base units; nothing set before.</summary>
    public ref readonly PoolPosition PositionOf(int place) => ref _positions[place];

    /// <summary>The range in prices of one of its assets in the other.</summary>
    /// <param name="place">Which position.</param>
    /// <param name="asset">Whose price; one of the two.</param>
    public LiquidityRange RangeOf(int place, AssetId asset)
    {
        LiquidityRange range = _ranges[place];
        return asset == _places[place].Asset0 || range.High == 0 ? range : range with { Low = 1 / range.High, High = 1 / range.Low };
    }

    /// <summary>What it is worth and how that moves, at a price of one of its assets in the other; what is owed and not collected left out.</summary>
    public LiquidityExposure ExposureAt(int place, AssetId asset, double price) => RangeOf(place, asset).ExposureAt(price);

    /// <summary>Whole tokens of an asset that withdrawing would pay at the pool's own price, fees left out; 0 for one that is not in it.</summary>
    public double TokensOf(int place, AssetId asset) => OfSide(place, asset, _positions[place].Amount0, _positions[place].Amount1);

    /// <summary>Whole tokens of an asset that are owed and not collected, fees in.</summary>
    public double OwedTokens(int place, AssetId asset) => OfSide(place, asset, _positions[place].Owed0, _positions[place].Owed1);

    /// <returns>False, and nothing changed, where there is no such place or the range is none.</returns>
    internal bool TryTake(int place, in PoolPosition position)
    {
        if ((uint)place >= (uint)_places.Length || !TryMeasure(_places[place], in position, out LiquidityRange range))
            return false;
        if (!_told[place])
        {
            _told[place] = true;
            _untold--;
        }
        _positions[place] = position;
        _ranges[place] = range;
        return true;
    }

    private bool TryMeasure(EngineLiquidity sides, in PoolPosition position, out LiquidityRange range)
    {
        double units0 = _unitsPerToken[sides.Asset0.Index], units1 = _unitsPerToken[sides.Asset1.Index], unit = Math.Sqrt(units0) * Math.Sqrt(units1);
        range = default;
        if (position.IsClosed)
            return true;
        if (position is { TickLower: 0, TickUpper: 0 })
        {
            // Of a share the integer root is too coarse where there are few units.
            range = new LiquidityRange(0, 0, Math.Sqrt((double)position.Amount0) * Math.Sqrt((double)position.Amount1) / unit);
            return true;
        }
        bool isRange = RangeAmounts.TryPricesOf(position.TickLower, position.TickUpper, out double low, out double high);
        range = new LiquidityRange(low * units0 / units1, high * units0 / units1, (double)position.Liquidity / unit);
        return isRange;
    }

    private double OfSide(int place, AssetId asset, UInt128 units0, UInt128 units1)
    {
        EngineLiquidity sides = _places[place];
        return asset == sides.Asset0 ? (double)units0 / _unitsPerToken[asset.Index] : asset == sides.Asset1 ? (double)units1 / _unitsPerToken[asset.Index] : 0;
    }
}
