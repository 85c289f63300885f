using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Engine;
using FastRebalance.Engine.Positions;
using FastRebalance.Quant.Positions;
using FastRebalance.Reports;

namespace FastRebalance.Hosting;

/// <summary>
/// Says of one range that is followed whether the price has left it by enough to be worth a move (<see cref="RangePolicy"/>). What it earns a day is
/// seen from what becomes owed between heads while the price is in range; before an hour of that there is no advice. One thread, off the hot path.
/// </summary>
/// <param name="terms">Volatility and costs.</param>
/// <param name="place">Of the position.</param>
/// <param name="asset">Whose price.</param>
/// <param name="quote">In what.</param>
internal sealed class RangeAdvisor(RangeTerms terms, int place, AssetId asset, AssetId quote)
{
    private const double DaysPerYear = 365;
    private const double NanosecondsPerDay = 86_400e9;
    private const double LeastDays = 1.0 / 24;

    // Taking out, swapping and putting in again.
    private const double TradesPerMove = 3;
    private const double Widening = 1.5;
    private const double MostHalfWidth = 2;
    private const double Margin = 0.1;

    private readonly RangePolicy _policy = new(Widening, MostHalfWidth, Margin);
    private PoolPosition _last;
    private long _lastUnixNs;
    private bool _wasInRange;
    private double _fees;
    private double _days;

    /// <summary>A head has come.</summary>
    public void Observe(MarketState market)
    {
        PoolPositionBook book = market.Liquidity!;
        ref readonly PoolPosition now = ref book.PositionOf(place);
        double price = market.Prices[asset.Index] / market.Prices[quote.Index];
        if (_lastUnixNs == 0 || now.Liquidity != _last.Liquidity)
            (_fees, _days) = (0, 0); // what another liquidity earned says nothing of this one
        else if (_wasInRange && now.Owed0 >= _last.Owed0 && now.Owed1 >= _last.Owed1)
        {
            // Nothing was collected in between.
            _fees += EarnedBy(market, book, in now, price);
            _days += (market.NowUnixNs - _lastUnixNs) / NanosecondsPerDay;
        }
        (_last, _lastUnixNs, _wasInRange) = (now, market.NowUnixNs, book.RangeOf(place, asset).Contains(price));
    }

    /// <summary>Null where it is no range, is closed or empty, or too little was seen.</summary>
    public RangeAdvice? Advise(MarketState market)
    {
        LiquidityRange range = market.Liquidity!.RangeOf(place, asset);
        if (!(range.High > 0) || !(range.Liquidity > 0) || _days < LeastDays)
            return null;
        double price = market.Prices[asset.Index] / market.Prices[quote.Index];
        RangeView view = new(
            Math.Sqrt(range.Low * range.High), Math.Log(range.High / range.Low) / 2, price, range.ExposureAt(price).Value, terms.Volatility / Math.Sqrt(DaysPerYear),
            _fees / _days, TradesPerMove * terms.GasNumeraire / market.Prices[quote.Index], terms.SwapCost);
        (RangeAction action, double halfWidth) = _policy.Decide(in view);
        if (action == RangeAction.BadInput)
            return null;
        double worth = RangePolicy.RuleOf(in view, view.HalfWidth).GainAt(view.Drift), spread = Math.Exp(halfWidth);
        double middle = action == RangeAction.Stay ? view.Centre : price;
        return new RangeAdvice(action.ToString().ToLowerInvariant(), worth, view.Cost, middle / spread, middle * spread, view.DailyFees, _days * 24);
    }

    private double EarnedBy(MarketState market, PoolPositionBook book, in PoolPosition now, double price)
    {
        EngineLiquidity sides = book.PlaceOf(place);
        double tokens0 = (double)(now.Owed0 - _last.Owed0) / market.UnitsPerToken[sides.Asset0.Index];
        double tokens1 = (double)(now.Owed1 - _last.Owed1) / market.UnitsPerToken[sides.Asset1.Index];
        return sides.Asset0 == asset ? (tokens0 * price) + tokens1 : tokens0 + (tokens1 * price);
    }
}
