using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;

namespace FastRebalance.Engine.Sizing;

/// <summary>
/// Trades every asset back to its target weight. What is over target is sold straight into what is under it, largest with
/// largest, so n assets need at most n-1 trades, every trade spends only what is held, and no fee is paid for a stop-over.
/// </summary>
public sealed class ToTargetSizer : ISizer
{
    private readonly double _minTradeNumeraire;
    private readonly double[] _surplus;

    public ToTargetSizer(Options options, int assetCount)
    {
        _minTradeNumeraire = options.MinTradeNumeraire;
        _surplus = new double[assetCount];
    }

    public void Size(RebalanceCycle cycle)
    {
        for (int i = 0; i < _surplus.Length; i++)
            _surplus[i] = cycle.Drift[i] * cycle.TotalNumeraire;

        while (cycle.HasRoomForTrade)
        {
            int over = IndexOfLargest(_surplus, +1);
            int under = IndexOfLargest(_surplus, -1);
            double matched = Math.Min(_surplus[over], -_surplus[under]);
            if (!(matched >= _minTradeNumeraire))
                return;
            AddTrade(cycle, over, under, Math.Min(matched, cycle.Bounds.MaxTradeNumeraire));
            _surplus[over] -= matched;
            _surplus[under] += matched;
        }
    }

    private static void AddTrade(RebalanceCycle cycle, int sell, int buy, double valueNumeraire)
    {
        MarketState market = cycle.Market;
        double units = valueNumeraire / market.Prices[sell] * market.UnitsPerToken[sell];
        if (!UInt256.TryFromDoubleFloor(units, out UInt256 amount))
            return;
        if (amount > market.Holdings[sell])
            amount = market.Holdings[sell];
        if (amount.IsZero)
            return;
        Trade trade = default;
        trade.Sell = AssetId.FromIndex(sell);
        trade.Buy = AssetId.FromIndex(buy);
        trade.AmountIn = amount;
        trade.ValueNumeraire = valueNumeraire;
        cycle.Add(in trade);
    }

    private static int IndexOfLargest(double[] values, int sign)
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++)
            if (sign * values[i] > sign * values[best])
                best = i;
        return best;
    }

    /// <summary>Options of <c>to-target</c>.</summary>
    public sealed record Options : IPluginOptions
    {
        /// <summary>Trades worth less stay undone.</summary>
        public double MinTradeNumeraire { get; set; } = 10;

        public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets)
        {
            if (!(MinTradeNumeraire > 0 && double.IsFinite(MinTradeNumeraire)))
                yield return new("minTradeNumeraire", $"{MinTradeNumeraire}", "a number above 0");
        }
    }
}
