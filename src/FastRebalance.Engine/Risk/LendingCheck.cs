using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Positions;
using FastRebalance.Engine.Sizing;

namespace FastRebalance.Engine.Risk;

/// <summary>
/// Refuses what the lending market would: a reserve that is closed, debt or supply that it has no room for, an account that would end below the
/// floor and no better. And new debt while the market's own price is away from ours: then one of the two is wrong.
/// </summary>
/// <param name="position">What wants to trade: where it wants to and nothing was left of it, the market is the reason.</param>
/// <param name="assetCount">Assets of the portfolio.</param>
/// <param name="healthFloor">As the executor holds it on the chain.</param>
/// <param name="maxOracleDeviation">Beyond which no debt is taken on; repaying goes on.</param>
public sealed class LendingCheck(Position position, int assetCount, double healthFloor, Bps maxOracleDeviation) : IRiskCheck
{
    private readonly double[] _changes = new double[assetCount];

    public RiskVerdict Check(RebalanceCycle cycle)
    {
        if (cycle.Market.Lending is not { } lending)
            return RiskVerdict.ReserveClosed;
        if (cycle.TradeCount == 0)
            return position.Look(cycle) is { Acts: true } wanted && wanted.Tier == cycle.Tier ? cycle.Refuse(RiskVerdict.NoRoomToBorrow, wanted.Sell) : RiskVerdict.Approved;
        foreach (ref readonly Trade trade in cycle.Trades)
        {
            RiskVerdict verdict = CheckSides(cycle, lending, in trade);
            if (verdict != RiskVerdict.Approved)
                return verdict;
        }
        return LeavesEnough(cycle, lending) ? RiskVerdict.Approved : RiskVerdict.HealthFloor;
    }

    private RiskVerdict CheckSides(RebalanceCycle cycle, LendingBook lending, in Trade trade)
    {
        ref readonly LendingTerms sold = ref lending.TermsOf(trade.Sell);
        ref readonly LendingTerms bought = ref lending.TermsOf(trade.Buy);
        if (trade.Sell != trade.Buy && !sold.Flags.HasFlag(LendingFlags.IsOpen))
            return cycle.Refuse(RiskVerdict.ReserveClosed, trade.Sell);
        if (!bought.Flags.HasFlag(LendingFlags.IsOpen))
            return cycle.Refuse(RiskVerdict.ReserveClosed, trade.Buy);
        if (trade.Sell != trade.Buy && trade.AmountIn > lending.PositionOf(trade.Sell).Supplied)
        {
            UInt256 debt = trade.AmountIn - lending.PositionOf(trade.Sell).Supplied;
            if (debt > sold.Borrowable)
                return cycle.Refuse(RiskVerdict.NoRoomToBorrow, trade.Sell);
            if (Deviates(cycle, lending, trade.Sell) || Deviates(cycle, lending, trade.Buy))
                return cycle.Refuse(RiskVerdict.OracleDeviation, trade.Buy);
        }
        double supplied = (trade.ValueNumeraire / cycle.Market.Prices[trade.Buy.Index] * cycle.Market.UnitsPerToken[trade.Buy.Index])
            - (double)lending.PositionOf(trade.Buy).Borrowed;
        return supplied > (double)bought.Suppliable ? cycle.Refuse(RiskVerdict.NoRoomToSupply, trade.Buy) : RiskVerdict.Approved;
    }

    /// <summary>Our price of the asset in numeraire against the market's, by the numeraire's own price there.</summary>
    private bool Deviates(RebalanceCycle cycle, LendingBook lending, AssetId asset)
    {
        double theirs = lending.OracleRatio(asset, cycle.Numeraire);
        return theirs > 0 && !(Math.Abs((theirs / cycle.Market.Prices[asset.Index]) - 1) <= maxOracleDeviation.Fraction);
    }

    /// <summary>At the market's own prices, as the executor will judge: at least the floor, or better than before.</summary>
    private bool LeavesEnough(RebalanceCycle cycle, LendingBook lending)
    {
        for (int i = 0; i < _changes.Length; i++)
            _changes[i] = Bought(cycle, AssetId.FromIndex(i));
        double health = lending.OracleHealthAfter(_changes);
        return health >= healthFloor || health > lending.OracleHealth();
    }

    /// <summary>Whole tokens that the trades bring of the asset at the worst slippage, less those that they take.</summary>
    private static double Bought(RebalanceCycle cycle, AssetId asset)
    {
        double tokens = 0;
        foreach (ref readonly Trade trade in cycle.Trades)
        {
            if (trade.Buy == asset)
                tokens += trade.ValueNumeraire * (trade.Sell == asset ? 1 : 1 - cycle.Bounds.MaxSlippage.Fraction) / cycle.Market.Prices[asset.Index];
            else if (trade.Sell == asset)
                tokens -= (double)trade.AmountIn / cycle.Market.UnitsPerToken[asset.Index];
        }
        return tokens;
    }
}
