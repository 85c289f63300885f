using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Execution.Channels;

/// <summary>Every channel by its configured name. To add one: its file, and its line here.</summary>
public static class SubmitChannels
{
    private static readonly (string Name, Func<EthereumNode, ISubmitChannel> Create)[] Known =
    [
        (PublicChannel.ChannelName, static node => new PublicChannel(node)),
        (SyncChannel.ChannelName, static node => new SyncChannel(node)),
        (ConditionalChannel.ChannelName, static node => new ConditionalChannel(node)),
        (DryRunChannel.ChannelName, static _ => new DryRunChannel()),
    ];

    public static IReadOnlyList<string> Names { get; } = Array.ConvertAll(Known, static entry => entry.Name);

    /// <exception cref="ArgumentException">No channel has this name; the message lists those there are.</exception>
    public static ISubmitChannel Create(string name, EthereumNode node)
    {
        foreach ((string known, Func<EthereumNode, ISubmitChannel> create) in Known)
            if (known == name)
                return create(node);
        throw new ArgumentException($"no submit channel is called '{name}'; there are: {string.Join(", ", Names)}", nameof(name));
    }
}
