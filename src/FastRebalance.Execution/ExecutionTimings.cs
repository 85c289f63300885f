using FastRebalance.Core.Measures;

namespace FastRebalance.Execution;

/// <summary>How long the steps take. Written by the executor's loop; each figure may be read by any thread.</summary>
public sealed class ExecutionTimings
{
    /// <summary>Legs to call data.</summary>
    public LatencyHistogram Encode { get; } = new();

    /// <summary>Call data to signed bytes.</summary>
    public LatencyHistogram Sign { get; } = new();

    /// <summary>The intent log's durable append.</summary>
    public LatencyHistogram Log { get; } = new();

    /// <summary>Due time of the causing event to signed bytes.</summary>
    public LatencyHistogram DueToSigned { get; } = new();

    /// <summary>Due time of the causing event to the bytes handed to the first channel's socket.</summary>
    public LatencyHistogram DueToSent { get; } = new();

    /// <summary>First send to the sight of the receipt.</summary>
    public LatencyHistogram SendToIncluded { get; } = new();

    /// <summary>Counts what <paramref name="other"/> counted as well.</summary>
    public void Add(ExecutionTimings other)
    {
        Encode.Add(other.Encode);
        Sign.Add(other.Sign);
        Log.Add(other.Log);
        DueToSigned.Add(other.DueToSigned);
        DueToSent.Add(other.DueToSent);
        SendToIncluded.Add(other.SendToIncluded);
    }
}
