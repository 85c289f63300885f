using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;

namespace FastRebalance.Histories;

/// <summary>An order from its decision until nothing more can become of it.</summary>
internal sealed class FollowedOrder
{
    // An order is mined within a few blocks of its decision or not at all; what waits longer is not worth its pools' copies.
    private const int MostBlocks = 64;

    private readonly OrderLeg[] _legs;
    private readonly double[] _soldUnitWorth;
    private readonly double[] _boughtUnitWorth;
    private readonly RecordedFill?[] _fills;
    private readonly LegsPlayed _atDecision;
    private readonly SortedDictionary<ulong, LegsPlayed> _atBlockEnd = [];
    private RecordedOrder _order;

    /// <param name="decision">With its order.</param>
    /// <param name="legs">As ordered.</param>
    /// <param name="market">As it was at the decision.</param>
    public FollowedOrder(RecordedDecision decision, OrderLeg[] legs, MarketState market)
    {
        _legs = legs;
        _fills = new RecordedFill?[legs.Length];
        _soldUnitWorth = [.. legs.Select(leg => UnitWorth(market, leg.Sell))];
        _boughtUnitWorth = [.. legs.Select(leg => UnitWorth(market, leg.Buy))];
        _atDecision = new LegsPlayed(market.Pools, legs);
        _atBlockEnd[market.HeadBlock] = _atDecision; // a pass is made only where a block is complete
        _order = new RecordedOrder
        {
            OrderId = decision.OrderId,
            Decision = decision.Sequence,
            UnixNs = decision.UnixNs,
            DecidedBlock = decision.Block,
            Tier = decision.Tier,
            Trigger = decision.Trigger,
            ValueNumeraire = decision.ValueNumeraire ?? 0,
            DriftBeforeBps = decision.DriftBps ?? 0,
            Legs = [.. legs.Select((leg, i) => new RecordedLeg(
                leg, market.Prices[leg.Sell.Index], market.Prices[leg.Buy.Index],
                ((double)leg.AmountIn * _soldUnitWorth[i]) - ((double)leg.ExpectedOut * _boughtUnitWorth[i])))],
        };
    }

    public ulong Id => _order.OrderId;

    /// <summary>It moved something, and what that did to the drift is not seen yet.</summary>
    public bool WaitsForDrift => _order.Status is SubmitStatus.Included && _order.DriftAfterBps is null;

    /// <summary>Nothing more can become of it.</summary>
    public bool IsOver => _order.Status is SubmitStatus.NotSent or SubmitStatus.Dropped or SubmitStatus.Foreign || (_order.IsFinal && !WaitsForDrift);

    private bool MayStillBeMined => _order.Status is not (SubmitStatus.Included or SubmitStatus.Reverted or SubmitStatus.NotSent or SubmitStatus.Dropped);

    /// <summary>A block is complete: an order in the next one would find the pools as they stand now.</summary>
    public void SeeBlockEnd(MarketState market)
    {
        if (!MayStillBeMined)
            return;
        _atBlockEnd[market.HeadBlock] = new LegsPlayed(market.Pools, _legs);
        if (_atBlockEnd.Count > MostBlocks)
            _atBlockEnd.Remove(_atBlockEnd.Keys.First());
    }

    public void See(in OrderReport report, double numerairePerWei)
    {
        if (report.Status == SubmitStatus.Final)
        {
            _order = _order with { IsFinal = true };
            return;
        }
        bool isInABlock = report.Status is SubmitStatus.Included or SubmitStatus.Reverted;
        bool costsGas = isInABlock || report.Status == SubmitStatus.Dropped;
        UInt256 wei = costsGas ? WeiOf(in report) : UInt256.Zero;
        if (!isInABlock)
            Array.Clear(_fills); // of a block that has left the chain
        _order = _order with
        {
            Status = report.Status,
            Nonce = report.Nonce,
            TransactionHash = report.TransactionHash,
            IncludedBlock = isInABlock ? report.IncludedBlock : 0,
            GasUsed = costsGas ? report.GasUsed : 0,
            EffectiveGasPriceWei = costsGas ? report.EffectiveGasPriceWei : 0,
            GasWei = wei,
            GasNumeraire = (double)wei * numerairePerWei,
            DriftAfterBps = isInABlock ? _order.DriftAfterBps : null,
        };
    }

    public void See(in LegFill fill, long sequence, long unixNs, ulong block)
    {
        if (fill.LegIndex >= _legs.Length)
            return;
        int i = fill.LegIndex;
        double slippage = ((double)fill.Spent * _soldUnitWorth[i]) - ((double)fill.Received * _boughtUnitWorth[i]);
        _fills[i] = new RecordedFill(sequence, unixNs, block, fill.Spent, fill.Received, slippage);
    }

    /// <summary>The first pass behind it that tells the drift, once the head holds the order.</summary>
    public void SeeDrift(double driftBps, ulong head)
    {
        if (WaitsForDrift && head >= _order.IncludedBlock)
            _order = _order with { DriftAfterBps = driftBps };
    }

    /// <summary>The order as it stands, with what it cost.</summary>
    public RecordedOrder Close()
    {
        RecordedOrder order = _order with { Legs = [.. _order.Legs.Select((leg, i) => leg with { Fill = _fills[i] })] };
        if (!order.IsFilled)
            return order;
        UInt256[] spent = [.. _fills.Select(static fill => fill?.Spent ?? UInt256.Zero)];
        double sold = 0, realised = 0;
        for (int i = 0; i < _legs.Length; i++)
        {
            sold += _legs[i].IsMove ? 0 : (double)spent[i] * _soldUnitWorth[i]; // what moves into a lending market is not traded
            realised += _legs[i].IsMove ? 0 : _fills[i]?.SlippageNumeraire ?? 0;
        }
        double bought = sold - realised;
        double? expected = WorthOf(ExpectedFor(spent));
        double? first = expected is null || order.IncludedBlock == 0 ? null
            : _atBlockEnd.TryGetValue(order.IncludedBlock - 1, out LegsPlayed? before) ? WorthOf(before.Play(_legs, spent)) : null;
        return order with
        {
            TurnoverNumeraire = sold,
            RealisedSlippageNumeraire = realised,
            ExpectedSlippageNumeraire = sold - (expected ?? WorthProRata(spent)),
            MarketMoveNumeraire = expected - first,
            MevLossNumeraire = first - bought,
        };
    }

    /// <summary>What was quoted where all was spent; where less was, what the same pools would have paid for it.</summary>
    private UInt256[]? ExpectedFor(UInt256[] spent) =>
        _legs.Select(static leg => leg.AmountIn).SequenceEqual(spent) ? [.. _legs.Select(static leg => leg.ExpectedOut)] : _atDecision.Play(_legs, spent);

    private double WorthProRata(UInt256[] spent)
    {
        double worth = 0;
        for (int i = 0; i < spent.Length; i++)
            worth += _legs[i].IsMove ? 0 : (double)_legs[i].ExpectedOut * _boughtUnitWorth[i] * ((double)spent[i] / (double)_legs[i].AmountIn);
        return worth;
    }

    private double? WorthOf(UInt256[]? received)
    {
        if (received is null)
            return null;
        double worth = 0;
        for (int i = 0; i < received.Length; i++)
            worth += _legs[i].IsMove ? 0 : (double)received[i] * _boughtUnitWorth[i];
        return worth;
    }

    private static UInt256 WeiOf(in OrderReport report)
    {
        UInt256 gas = (UInt256)((UInt128)report.GasUsed * report.EffectiveGasPriceWei);
        return UInt256.WrappingAdd(gas, report.DataFeeWei);
    }

    private static double UnitWorth(MarketState market, AssetId asset) => market.Prices[asset.Index] / market.UnitsPerToken[asset.Index];
}
