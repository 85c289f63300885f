namespace FastRebalance.Simulation.LatencyValue;

/// <summary>What a policy loses with one delay; basis points of the portfolio for each year unless told otherwise.</summary>
public sealed record CostPoint
{
    /// <summary>Nanoseconds.</summary>
    public required long Delay { get; init; }

    public Estimate Tracking { get; init; }

    /// <summary>The price's move against the orders while they were on their way; below zero: in their favour.</summary>
    public Estimate Adverse { get; init; }

    public Estimate Fees { get; init; }

    /// <summary>Of the slot in <see cref="LatencyValueBook.MainSlot"/>.</summary>
    public Estimate Missed { get; init; }

    /// <summary>Floors broken and liquidations.</summary>
    public Estimate Floor { get; init; }

    /// <summary>What a pool loses to stale prices, where the policy quotes.</summary>
    public Estimate StaleQuotes { get; init; }

    /// <summary>All of the above, estimated as one.</summary>
    public Estimate Total { get; init; }

    /// <summary><see cref="Total"/> less the one without latency, on the same paths.</summary>
    public Estimate OverNoLatency { get; init; }

    /// <summary>Being off target, fees and gas alone, less those without latency: in a diffusion the rest is noise around zero.</summary>
    public Estimate TrackingAndFeesOverNoLatency { get; init; }

    /// <summary>Move against one order, basis points of what it trades.</summary>
    public Estimate AdversePerTrade { get; init; }

    /// <summary>By slot of <see cref="Delays.Slots"/>: chance to miss it times the move in one slot more, basis points of what is traded.</summary>
    public IReadOnlyList<Estimate> MissedPerTrade { get; init; } = [];

    public double TradesPerYear { get; init; }
}
