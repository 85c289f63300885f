using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.Histories;

/// <param name="Leg">As ordered.</param>
/// <param name="SellPrice">Numeraire per whole token sold, at the decision.</param>
/// <param name="BuyPrice">Numeraire per whole token bought, at the decision.</param>
/// <param name="ExpectedSlippageNumeraire">Of the whole leg as ordered: worth in less worth expected out.</param>
public sealed record RecordedLeg(OrderLeg Leg, double SellPrice, double BuyPrice, double ExpectedSlippageNumeraire)
{
    /// <summary>Null while nothing moved; of a leg that a reorganisation brought again, the last.</summary>
    public RecordedFill? Fill { get; init; }
}

/// <param name="Sequence">Its place in the inbound stream.</param>
/// <param name="UnixNs">Event time.</param>
/// <param name="Block">The block that holds it.</param>
/// <param name="Spent">Base units really sold.</param>
/// <param name="Received">Base units really bought.</param>
/// <param name="SlippageNumeraire">Worth spent less worth received.</param>
public sealed record RecordedFill(long Sequence, long UnixNs, ulong Block, UInt256 Spent, UInt256 Received, double SlippageNumeraire);
