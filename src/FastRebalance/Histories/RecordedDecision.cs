using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;

namespace FastRebalance.Histories;

/// <summary>A pass of the engine as the journal has it, or a row of passes that ended like the one before them.</summary>
public sealed record RecordedDecision
{
    /// <summary>Its place in the order stream.</summary>
    public required long Sequence { get; init; }

    /// <summary>The last event that it, or the last of its passes, has seen.</summary>
    public required long InputSequence { get; init; }

    /// <summary>Event time, nanoseconds since 1970.</summary>
    public required long UnixNs { get; init; }

    public required ulong Block { get; init; }

    public required uint Portfolio { get; init; }

    /// <summary>1 for a pass that was told whole.</summary>
    public required int Passes { get; init; }

    public required DecisionVerdict Verdict { get; init; }

    public required RiskVerdict Risk { get; init; }

    /// <summary>The asset that was refused for; none where it was no single one's fault.</summary>
    public required AssetId RiskAsset { get; init; }

    public required RouteStatus Route { get; init; }

    public required PolicyTier Tier { get; init; }

    /// <summary>Place of the trigger in its tier's list, from 1; 0 where none fired.</summary>
    public required int Trigger { get; init; }

    /// <summary>Null for a row of passes, which tells none, and where the portfolio could not be valued.</summary>
    public double? ValueNumeraire { get; init; }

    /// <summary>Largest distance of a weight from its target; null as <see cref="ValueNumeraire"/>.</summary>
    public double? DriftBps { get; init; }

    public AssetId WorstAsset { get; init; }

    public ulong BaseFeePerGasWei { get; init; }

    /// <summary>0 where nothing was ordered.</summary>
    public ulong OrderId { get; init; }

    public int Legs { get; init; }

    /// <summary>A check, or the want of a route, stood against a trade that was wanted.</summary>
    public bool IsRefusal => Verdict is DecisionVerdict.Refused or DecisionVerdict.NoRoute;
}
