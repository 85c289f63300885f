namespace FastRebalance.Execution.Channels;

/// <summary>A channel with figures of its own, for reports. May be read by any thread.</summary>
public interface IChannelCounts
{
    /// <summary>By a name that says what is counted.</summary>
    IEnumerable<(string Name, long Value)> Counts { get; }
}
