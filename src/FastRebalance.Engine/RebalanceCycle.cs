using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Risk;
using FastRebalance.Engine.Sizing;

namespace FastRebalance.Engine;

/// <summary>
/// One pass of the engine over one portfolio. Made once and filled anew each pass; each step writes its own part and reads the
/// parts before it. Owned by the engine thread.
/// </summary>
public sealed class RebalanceCycle
{
    /// <summary>Most trades of one order, and so most legs a trade may become is two.</summary>
    public const int MaxTrades = 8;
    public const int MaxLegs = 2 * MaxTrades;

    private readonly Trade[] _trades = new Trade[MaxTrades];
    private readonly OrderLeg[] _legs = new OrderLeg[MaxLegs];

    public RebalanceCycle(MarketState market, RiskBounds bounds, AssetId numeraire)
    {
        Market = market;
        Bounds = bounds;
        Numeraire = numeraire;
        Values = new double[market.AssetCount];
        Weights = new double[market.AssetCount];
        Targets = new double[market.AssetCount];
        Drift = new double[market.AssetCount];
        HighWater = new HighWaterMark(market.AssetCount);
    }

    public MarketState Market { get; }

    /// <summary>What risk allows the tier that fired; sizing and routing stay inside it.</summary>
    public RiskBounds Bounds { get; set; }

    public AssetId Numeraire { get; }

    // Valuation writes these.

    /// <summary>Numeraire, by asset.</summary>
    public double[] Values { get; }

    public double TotalNumeraire { get; set; }

    /// <summary>Of the passes so far; kept only where a check asks for it.</summary>
    public HighWaterMark HighWater { get; }

    // The target writes this.

    /// <summary>Fractions that add up to one, by asset.</summary>
    public double[] Targets { get; }

    // Drift writes these.

    public double[] Weights { get; }

    /// <summary>Weight less target, by asset.</summary>
    public double[] Drift { get; }

    /// <summary>Largest distance of a weight from its target, as a fraction.</summary>
    public double MaxDrift { get; set; }

    public AssetId WorstAsset { get; set; }

    // Triggers write this.

    /// <summary>Place of the trigger that fired in its tier's list, plus one; 0 for none.</summary>
    public int FiredTrigger { get; set; }

    /// <summary>The tier whose trigger fired.</summary>
    public PolicyTier Tier { get; set; }

    // Sizing writes these.

    public ReadOnlySpan<Trade> Trades => _trades.AsSpan(0, TradeCount);

    public int TradeCount { get; private set; }

    // Risk writes this.

    public RiskVerdict Risk { get; set; }

    /// <summary>The asset that a check said no for; none where it was no single one's fault.</summary>
    public AssetId RiskAsset { get; set; }

    // Routing writes these.

    public ReadOnlySpan<OrderLeg> Legs => _legs.AsSpan(0, LegCount);

    /// <summary>The same, for the last stage, which tells each what it keeps.</summary>
    internal Span<OrderLeg> LegsToPublish => _legs.AsSpan(0, LegCount);

    public int LegCount { get; private set; }

    public uint ExpectedGas { get; set; }

    public RouteStatus Route { get; set; }

    /// <summary>Event time of this pass.</summary>
    public long NowUnixNs => Market.NowUnixNs;

    public bool HasRoomForTrade => TradeCount < MaxTrades;

    public void Begin()
    {
        TotalNumeraire = 0;
        MaxDrift = 0;
        WorstAsset = AssetId.None;
        FiredTrigger = 0;
        Tier = PolicyTier.None;
        TradeCount = 0;
        Risk = RiskVerdict.Unchecked;
        RiskAsset = AssetId.None;
        LegCount = 0;
        ExpectedGas = 0;
        Route = RouteStatus.Unrouted;
    }

    /// <summary>Adds a trade; the caller asks <see cref="HasRoomForTrade"/> first.</summary>
    public void Add(in Trade trade) => _trades[TradeCount++] = trade;

    /// <summary>Takes a trade out; the others keep their order.</summary>
    public void RemoveTrade(int index)
    {
        TradeCount--;
        _trades.AsSpan(index + 1, TradeCount - index).CopyTo(_trades.AsSpan(index));
    }

    /// <summary>A check's no, with the asset that it is for.</summary>
    public RiskVerdict Refuse(RiskVerdict verdict, AssetId asset)
    {
        RiskAsset = asset;
        return verdict;
    }

    /// <summary>Takes all legs out, for others in their place.</summary>
    public void RestartLegs() => LegCount = 0;

    /// <summary>Adds a leg; there is room for two per trade.</summary>
    public void Add(in OrderLeg leg) => _legs[LegCount++] = leg;
}
