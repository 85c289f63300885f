using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Chains;

namespace FastRebalance.Execution.Channels;

/// <summary>What a channel is told of the run it belongs to.</summary>
public sealed record ChannelTerms
{
    /// <summary>A node of another chain gets no byte.</summary>
    public required ulong ChainId { get; init; }

    /// <summary>The chain's manners; null where nobody says.</summary>
    public ChainRules? Rules { get; init; }

    /// <summary>The name of the chain's profile, for messages.</summary>
    public string Profile { get; init; } = "unknown";

    /// <summary>The account with the funds; zero where it is not known.</summary>
    public Address Account { get; init; }

    /// <summary>Makes a path of the configuration an absolute one.</summary>
    public Func<string, string> Resolve { get; init; } = Path.GetFullPath;
}
