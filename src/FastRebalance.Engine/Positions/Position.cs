using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Triggers;

namespace FastRebalance.Engine.Positions;

/// <summary>
/// A portfolio with debt in a lending market, and what it is held to: one object is its target, both tiers' trigger and its sizer, so that
/// they cannot disagree. Looking changes nothing but what became of its own orders. Engine thread only; allocates nothing once made.
/// </summary>
public abstract class Position
{
    // Below it a trade was a part of what was decided.
    private const double MostlyWhole = 0.9;

    private PositionDecision _wanted;
    private PositionDecision _open;
    private ulong _ordersSeen;
    private ulong _includedWhenWanted;
    private ulong _includedBefore;
    private long _wantedUnixNs;
    private long _openUnixNs;
    private bool _isOpen;
    private bool _hasBegun;

    /// <summary>What its options name on the chain, in the order of the places by which the market tells it; nothing for most.</summary>
    public virtual IReadOnlyList<FollowedLiquidity> Follows => [];

    /// <summary>What moving the ranges that it follows would go by; null where it follows none.</summary>
    public virtual RangeTerms? Ranges => null;

    /// <summary>What to do at this pass, on the quantities and prices as they stand.</summary>
    public PositionDecision Look(RebalanceCycle cycle)
    {
        MarketState market = cycle.Market;
        if (!market.IsComplete || market.Lending is not { IsTold: true } lending)
            return default;
        if (!_hasBegun)
        {
            _hasBegun = true;
            _ordersSeen = market.Orders.Count;
            Begin(cycle.NowUnixNs);
        }
        Settle(market);
        PositionDecision decision = Decide(cycle, lending);
        if (decision.Acts)
            Sized(cycle, in decision);
        return decision;
    }

    /// <summary>Writes where the position should be as weights: net of debt, adding up to one, so below zero for what is owed.</summary>
    public abstract void Aim(RebalanceCycle cycle);

    /// <summary>What must change at least before it wants anything; asked when it wants nothing.</summary>
    public abstract TriggerFence Fence(RebalanceCycle cycle);

    /// <summary>How near it is to acting, for people.</summary>
    public abstract TriggerReading Read(RebalanceCycle cycle, PolicyTier tier);

    /// <summary>Where it stands and where it acts next, for people; the default while the market has not told.</summary>
    public abstract PositionReading ReadWhole(RebalanceCycle cycle);

    /// <summary>This is what is asked for at this pass: it counts once an order goes out and is mined.</summary>
    /// <param name="cycle">The pass.</param>
    /// <param name="decision">With the worth that was sized.</param>
    public void Sized(RebalanceCycle cycle, in PositionDecision decision)
    {
        _wanted = decision;
        _wantedUnixNs = cycle.NowUnixNs;
        _includedWhenWanted = cycle.Market.OrdersIncluded;
    }

    /// <summary>The first look of a run: what is counted from its start is counted from here.</summary>
    protected virtual void Begin(long nowUnixNs)
    {
    }

    protected abstract PositionDecision Decide(RebalanceCycle cycle, LendingBook lending);

    /// <summary>An order of ours was mined.</summary>
    /// <param name="decision">What it was decided by.</param>
    /// <param name="decidedUnixNs">When.</param>
    /// <param name="isWhole">It sold what was decided; false where it was filled in part, or less had been signed ahead.</param>
    protected virtual void Filled(in PositionDecision decision, long decidedUnixNs, bool isWhole)
    {
    }

    /// <summary>Price of one asset in whole tokens of another.</summary>
    protected static double Ratio(MarketState market, AssetId asset, AssetId quote) => market.Prices[asset.Index] / market.Prices[quote.Index];

    /// <summary>From a range of the ratio of two prices to how far each of them may move, the numeraire's not at all.</summary>
    protected static TriggerFence FenceOf(RebalanceCycle cycle, AssetId asset, AssetId quote, double low, double high, long untilUnixNs)
    {
        double now = Ratio(cycle.Market, asset, quote);
        double down = 1 - (low / now), up = (high / now) - 1;
        if (quote != cycle.Numeraire && asset != cycle.Numeraire)
        {
            // Both may move against each other: (1+m)/(1-m) is what the ratio moves at most.
            (down, up) = (down / (2 - down), up / (2 + up));
            up = double.IsNaN(up) ? 1 : up;
        }
        else if (asset == cycle.Numeraire)
        {
            (down, up) = (down / (1 - down), up / (1 + up)); // the quote's price, upside down
            (down, up) = (double.IsNaN(down) || down < 0 ? double.PositiveInfinity : down, double.IsNaN(up) ? 1 : up);
        }
        return new TriggerFence(Math.Max(0, Math.Min(down, up)), untilUnixNs);
    }

    private void Settle(MarketState market)
    {
        if (market.Orders.Count > _ordersSeen)
        {
            _ordersSeen = market.Orders.Count;
            (_open, _openUnixNs, _isOpen) = (_wanted, _wantedUnixNs, true);
            _includedBefore = _includedWhenWanted;
        }
        if (!_isOpen || market.Orders.InFlightOrder != 0)
            return;
        _isOpen = false;
        if (market.OrdersIncluded > _includedBefore)
            Filled(in _open, _openUnixNs, isWhole: market.NewestSpentShare >= MostlyWhole);
    }
}
