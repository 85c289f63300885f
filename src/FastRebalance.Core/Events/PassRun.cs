using System.Runtime.CompilerServices;
using FastRebalance.Core.Results;

namespace FastRebalance.Core.Events;

/// <summary>
/// Passes in a row that ended like the one before them and ordered nothing: how they ended, and at which events they were made, so
/// that a replay makes them again. A hundred thousand prices a second inside the band leave a record of a byte and a half each.
/// </summary>
public struct PassRun
{
    /// <summary>Most passes of one run.</summary>
    public const int MaxCount = 1 + PassSteps.Length;

    /// <summary>Sequence in the inbound ring of the last event that the first pass has seen.</summary>
    public long FirstSequence;

    public DecisionVerdict Verdict;
    public RiskVerdict Risk;
    public RouteStatus Route;
    public byte Trigger;
    public PolicyTier Tier;

    /// <summary>Passes in the run; 0 is none.</summary>
    public byte Count;

    /// <summary>How many events further each next pass was made.</summary>
    public PassSteps Steps;

    /// <summary>Adds a pass behind <paramref name="lastSequence"/>; false when the run has no place for it.</summary>
    public bool TryAdd(long sequence, long lastSequence)
    {
        if (Count == 0)
        {
            FirstSequence = sequence;
            Count = 1;
            return true;
        }
        long step = sequence - lastSequence;
        if (Count == MaxCount || step is < 0 or > byte.MaxValue)
            return false;
        Steps[Count++ - 1] = (byte)step;
        return true;
    }
}

/// <summary>The bytes that a slot of the order ring has left for steps.</summary>
[InlineArray(Length)]
public struct PassSteps
{
    public const int Length = 144;

    private byte _first;
}
