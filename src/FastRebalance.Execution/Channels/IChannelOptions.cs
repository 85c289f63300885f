using FastRebalance.Core.Configuration;

namespace FastRebalance.Execution.Channels;

/// <summary>Options of a channel, bound from its JSON object. They name all their mistakes at once, before anything is connected.</summary>
public interface IChannelOptions
{
    /// <summary>Every mistake; empty when the channel may be made.</summary>
    IEnumerable<OptionProblem> Problems(ChannelTerms terms);
}
