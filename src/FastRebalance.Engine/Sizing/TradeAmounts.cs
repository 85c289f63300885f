using FastRebalance.Core.Assets;

namespace FastRebalance.Engine.Sizing;

/// <summary>From a worth to exact units: rounded down, to whole lots where there are lots, and never more than there is.</summary>
internal static class TradeAmounts
{
    // So near below a whole lot it is one: what is missing is rounding (LEAN's AdjustByLotSize).
    private const double LotTolerance = 1e-6;

    /// <param name="cycle">The pass.</param>
    /// <param name="lots">Whole tokens per lot, by asset; 0 for none.</param>
    /// <param name="sell">Index of the asset sold.</param>
    /// <param name="buy">Index of the asset bought.</param>
    /// <param name="valueNumeraire">What it should be worth.</param>
    /// <param name="available">Units of the sold asset that may go.</param>
    /// <param name="trade">The trade; its worth is above <paramref name="valueNumeraire"/> by less than the tolerance of a lot.</param>
    /// <returns>False where nothing is left of it.</returns>
    public static bool TryMake(
        RebalanceCycle cycle, double[] lots, int sell, int buy, double valueNumeraire, in UInt256 available, out Trade trade)
    {
        MarketState market = cycle.Market;
        trade = default;
        double value = valueNumeraire;
        if (lots[buy] > 0)
            value = Math.Min(value, Whole(value / market.Prices[buy] / lots[buy]) * lots[buy] * market.Prices[buy]);
        double units = value / market.Prices[sell] * market.UnitsPerToken[sell];
        if (!UInt256.TryFromDoubleFloor(units, out UInt256 amount))
            return false;
        amount = UInt256.Min(amount, available);
        if (lots[sell] > 0)
        {
            amount = InLots(in amount, in available, lots[sell] * market.UnitsPerToken[sell]);
            value = Worth(market, sell, in amount);
            if (!(value <= cycle.Bounds.MaxTradeNumeraire))
                return false;
        }
        return Fill(ref trade, sell, buy, in amount, value);
    }

    /// <summary>All that is left of an asset, lots or not.</summary>
    public static bool TryMakeWhole(RebalanceCycle cycle, int sell, int buy, double valueNumeraire, in UInt256 available, out Trade trade)
    {
        trade = default;
        double worth = Math.Max(valueNumeraire, Worth(cycle.Market, sell, in available));
        return worth <= cycle.Bounds.MaxTradeNumeraire && Fill(ref trade, sell, buy, in available, worth);
    }

    public static double Worth(MarketState market, int asset, in UInt256 units) =>
        (double)units / market.UnitsPerToken[asset] * market.Prices[asset];

    private static bool Fill(ref Trade trade, int sell, int buy, in UInt256 amount, double value)
    {
        trade.Sell = AssetId.FromIndex(sell);
        trade.Buy = AssetId.FromIndex(buy);
        trade.AmountIn = amount;
        trade.ValueNumeraire = value;
        return !amount.IsZero && value > 0;
    }

    /// <summary>A whole number of lots, exactly: the lot is rounded to units once, and counted.</summary>
    private static UInt256 InLots(in UInt256 amount, in UInt256 available, double lotUnits)
    {
        double rounded = Math.Max(1, Math.Round(lotUnits));
        if (!UInt256.TryFromDoubleFloor(rounded, out UInt256 lot) || !UInt256.TryFromDoubleFloor(Whole((double)amount / rounded), out UInt256 count))
            return UInt256.Zero;
        while (!count.IsZero)
        {
            if (UInt256.TryMultiply(count, lot, out UInt256 units) && units <= available)
                return units;
            count -= UInt256.One; // at most once or twice: the count was rounded from the amount
        }
        return UInt256.Zero;
    }

    private static double Whole(double lots) => Math.Floor(lots + LotTolerance);
}
