using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;

namespace FastRebalance.Engine;

/// <summary>
/// The newest order leg by leg, at the prices it was decided at, and what became of each leg so far. Engine thread only; allocates
/// nothing after construction.
/// </summary>
internal sealed class NewestOrder
{
    // Interest moves what is owed and supplied while an order is under way, and an executor may fill a little less: this much gone is gone.
    private const double MostlySpent = 0.5;

    private readonly Leg[] _legs = new Leg[RebalanceCycle.MaxLegs];
    private readonly UInt256[] _incoming;
    private readonly UInt256[] _outgoing;
    private UInt256 _soldBefore;
    private double _netBefore;
    private AssetId _sold;

    public NewestOrder(int assetCount)
    {
        _incoming = new UInt256[assetCount];
        _outgoing = new UInt256[assetCount];
    }

    /// <summary>Names it; 0 before the first.</summary>
    public ulong Id { get; private set; }

    public int Count { get; private set; }

    public ref readonly Leg this[int leg] => ref _legs[leg];

    /// <summary>Takes the legs of the order that is published now.</summary>
    public void Open(ulong id, ReadOnlySpan<OrderLeg> legs, MarketState market)
    {
        Id = id;
        Count = legs.Length;
        for (int i = 0; i < legs.Length; i++)
        {
            ref Leg leg = ref _legs[i];
            leg = default;
            leg.Sell = legs[i].Sell;
            leg.Buy = legs[i].Buy;
            leg.Outgoing = leg.AmountIn = legs[i].AmountIn;
            leg.Incoming = leg.MinimumOut = legs[i].MinimumOut;
            leg.ExpectedOut = legs[i].ExpectedOut;
            leg.NumerairePerSoldUnit = market.Prices[leg.Sell.Index] / market.UnitsPerToken[leg.Sell.Index];
            leg.NumerairePerBoughtUnit = market.Prices[leg.Buy.Index] / market.UnitsPerToken[leg.Buy.Index];
        }
        // The first leg spends what is held and no leg brings: by it a block is known that holds the order.
        _sold = Count > 0 ? _legs[0].Sell : AssetId.None;
        _soldBefore = _sold.IsNone ? UInt256.Zero : market.Holdings[_sold.Index];
        _netBefore = _sold.IsNone || market.Lending is null ? 0 : market.Lending.NetTokens(_sold.Index);
    }

    /// <summary>A leg's real amounts.</summary>
    /// <param name="fill">What moved.</param>
    /// <param name="before">The leg as it was before.</param>
    /// <returns>False for another order's fill, or a leg that it does not have.</returns>
    public bool TryFill(in LegFill fill, out Leg before)
    {
        before = default;
        if (fill.OrderId != Id || fill.LegIndex >= Count)
            return false;
        ref Leg leg = ref _legs[fill.LegIndex];
        before = leg;
        leg.Outgoing = leg.Spent = fill.Spent;
        leg.Incoming = leg.Received = fill.Received;
        leg.IsTold = leg.IsFilled = true;
        return true;
    }

    /// <summary>What its legs spent of what they were to spend, at the prices of the decision; 1 while nobody has told.</summary>
    public double SpentShare
    {
        get
        {
            double spent = 0, decided = 0;
            foreach (ref readonly Leg leg in _legs.AsSpan(0, Count))
            {
                if (!leg.IsFilled)
                    return 1;
                spent += leg.SpentNumeraire;
                decided += (double)leg.AmountIn * leg.NumerairePerSoldUnit;
            }
            return decided > 0 ? spent / decided : 1;
        }
    }

    /// <summary>An end, or its undoing, changes what is still to come.</summary>
    public void OnReport(in OrderReport report)
    {
        if (report.OrderId != Id)
            return;
        if (report.Status is SubmitStatus.Included or SubmitStatus.Reverted)
            ExpectNothingMore();
        else if (report.Status == SubmitStatus.Reorged)
            ExpectAnew();
    }

    /// <summary>
    /// Whether the holdings already have the order in them although nobody has said so: the feed tells a block's holdings while the
    /// report may still be on its way. An order is one transaction, so what it sells is gone whole, or not at all.
    /// </summary>
    public bool IsIn(MarketState market)
    {
        if (_sold.IsNone)
            return false;
        UInt256 spent = UInt256.Zero;
        foreach (ref readonly Leg leg in _legs.AsSpan(0, Count))
            if (leg.Sell == _sold)
                spent = UInt256.WrappingAdd(spent, leg.Outgoing);
        if (spent.IsZero)
            return false;
        if (market.Lending is { } lending)
            return _netBefore - lending.NetTokens(_sold.Index) >= MostlySpent * (double)spent / market.UnitsPerToken[_sold.Index];
        return UInt256.TrySubtract(_soldBefore, spent, out UInt256 left) && market.Holdings[_sold.Index] == left;
    }

    /// <summary>Writes, for every asset of the legs, whole tokens held now or, where it is still to come, once the order has ended.</summary>
    public void Write(Span<double> quantities, MarketState market, bool withOrder)
    {
        foreach (ref readonly Leg leg in _legs.AsSpan(0, Count))
        {
            _outgoing[leg.Sell.Index] = _incoming[leg.Sell.Index] = UInt256.Zero;
            _outgoing[leg.Buy.Index] = _incoming[leg.Buy.Index] = UInt256.Zero;
        }
        if (withOrder)
            foreach (ref readonly Leg leg in _legs.AsSpan(0, Count))
            {
                _outgoing[leg.Sell.Index] = UInt256.WrappingAdd(_outgoing[leg.Sell.Index], leg.Outgoing);
                _incoming[leg.Buy.Index] = UInt256.WrappingAdd(_incoming[leg.Buy.Index], leg.Incoming);
            }
        foreach (ref readonly Leg leg in _legs.AsSpan(0, Count))
        {
            quantities[leg.Sell.Index] = Tokens(leg.Sell.Index, market);
            quantities[leg.Buy.Index] = Tokens(leg.Buy.Index, market);
        }
    }

    private double Tokens(int asset, MarketState market)
    {
        if (market.Lending is { } lending) // net of debt, and so of either sign
            return (((double)market.Holdings[asset] + (double)_incoming[asset] - (double)_outgoing[asset]) / market.UnitsPerToken[asset]) + lending.NetTokens(asset);
        UInt256 gross = UInt256.WrappingAdd(market.Holdings[asset], _incoming[asset]);
        // Never below nothing: the holdings may have moved since the order was sized.
        return UInt256.TrySubtract(gross, _outgoing[asset], out UInt256 net) ? (double)net / market.UnitsPerToken[asset] : 0;
    }

    private void ExpectNothingMore()
    {
        foreach (ref Leg leg in _legs.AsSpan(0, Count))
            if (!leg.IsTold)
                leg.Outgoing = leg.Incoming = UInt256.Zero;
    }

    private void ExpectAnew()
    {
        foreach (ref Leg leg in _legs.AsSpan(0, Count))
        {
            leg.IsTold = false;
            leg.Outgoing = leg.AmountIn;
            leg.Incoming = leg.MinimumOut;
        }
    }

    /// <summary>One leg; amounts in base units.</summary>
    public struct Leg
    {
        public UInt256 AmountIn;
        public UInt256 ExpectedOut;
        public UInt256 MinimumOut;

        // What is still to be reckoned with: all of it at first, the real amounts once told, nothing where the order ended without it.
        public UInt256 Outgoing;
        public UInt256 Incoming;

        // What really moved, once told.
        public UInt256 Spent;
        public UInt256 Received;

        // At the prices of the decision.
        public double NumerairePerSoldUnit;
        public double NumerairePerBoughtUnit;

        public AssetId Sell;
        public AssetId Buy;

        /// <summary>Told since the order was sent, or sent again by a reorganisation.</summary>
        public bool IsTold;

        /// <summary>Told at all.</summary>
        public bool IsFilled;

        public readonly double SpentNumeraire => IsFilled ? (double)Spent * NumerairePerSoldUnit : 0;

        /// <summary>What the leg cost against the prices it was decided at: pool fees, impact and delay. Below zero is a gain.</summary>
        public readonly double ShortfallNumeraire => IsFilled ? SpentNumeraire - ((double)Received * NumerairePerBoughtUnit) : 0;

        /// <summary>What it was expected to cost, once it is filled.</summary>
        public readonly double ExpectedShortfallNumeraire =>
            IsFilled ? ((double)AmountIn * NumerairePerSoldUnit) - ((double)ExpectedOut * NumerairePerBoughtUnit) : 0;
    }
}
