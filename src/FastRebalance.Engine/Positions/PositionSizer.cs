using FastRebalance.Core.Assets;
using FastRebalance.Engine.Sizing;

namespace FastRebalance.Engine.Positions;

/// <summary>Makes the one trade, or move, that a position wants, inside the bounds and what the market gives.</summary>
/// <param name="position">Says what it wants.</param>
/// <param name="lots">Whole tokens that an amount is a multiple of, by asset; 0: any amount.</param>
public sealed class PositionSizer(Position position, double[] lots) : ISizer
{
    public void Size(RebalanceCycle cycle)
    {
        PositionDecision wanted = position.Look(cycle);
        if (!wanted.Acts || wanted.Tier != cycle.Tier || cycle.Market.Lending is not { } lending || !cycle.HasRoomForTrade)
            return;
        MarketState market = cycle.Market;
        UInt256 available = wanted.IsMove ? market.Holdings[wanted.Sell.Index] : lending.Sellable(wanted.Sell, wanted.MayBorrow);
        double value = Math.Min(wanted.ValueNumeraire, cycle.Bounds.MaxTradeNumeraire);
        if (!TradeAmounts.TryMake(cycle, lots, wanted.Sell.Index, wanted.Buy.Index, value, in available, out Trade trade))
            return;
        trade.ValueNumeraire = TradeAmounts.Worth(market, trade.Sell.Index, in trade.AmountIn);
        // Units are whole: a hair below what was wanted is all of it.
        bool isAll = trade.ValueNumeraire >= wanted.ValueNumeraire * (1 - 1e-6);
        position.Sized(cycle, wanted with { ValueNumeraire = isAll ? wanted.ValueNumeraire : trade.ValueNumeraire });
        cycle.Add(in trade);
    }
}
