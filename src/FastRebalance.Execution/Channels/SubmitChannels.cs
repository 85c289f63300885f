using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FastRebalance.Core.Configuration;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Execution.Channels;

/// <summary>Every channel by its configured name. To add one: its file, a line in <see cref="ChannelJson"/> for its options, and its line here.</summary>
public static class SubmitChannels
{
    private delegate Func<EthereumNode, ISubmitChannel>? Binder(JsonElement section, ChannelTerms terms, List<OptionProblem> problems);

    private static readonly (string Name, Binder Bind)[] Known =
    [
        Line(PublicChannel.ChannelName, ChannelJson.Default.Public, static (_, _, node) => new PublicChannel(node)),
        Line(RacedChannel.ChannelName, ChannelJson.Default.Raced, static (options, terms, node) => new RacedChannel(options, terms, node)),
        Line(RelayChannel.ChannelName, ChannelJson.Default.Relay, static (options, terms, node) => new RelayChannel(options, terms, node)),
        Line(SyncChannel.ChannelName, ChannelJson.Default.Sync, static (_, _, node) => new SyncChannel(node)),
        Line(SequencerChannel.ChannelName, ChannelJson.Default.Sequencer, static (options, terms, node) => new SequencerChannel(options, terms, node)),
        Line(ConditionalChannel.ChannelName, ChannelJson.Default.Conditional, static (_, _, node) => new ConditionalChannel(node)),
        Line(DryRunChannel.ChannelName, ChannelJson.Default.DryRun, static (_, _, _) => new DryRunChannel()),
    ];

    public static IReadOnlyList<string> Names { get; } = Array.ConvertAll(Known, static entry => entry.Name);

    /// <summary>Checks a channel's options. Nothing is connected yet: what comes back makes the channel once there is a node, as often as it is called.</summary>
    /// <param name="name">The channel's name.</param>
    /// <param name="section">Its JSON object; the field <c>kind</c> in it is passed over.</param>
    /// <param name="terms">The run it is for.</param>
    /// <param name="problems">Gets every mistake.</param>
    /// <returns>Null where there is a mistake.</returns>
    public static Func<EthereumNode, ISubmitChannel>? Bind(string name, JsonElement section, ChannelTerms terms, List<OptionProblem> problems)
    {
        foreach ((string known, Binder bind) in Known)
            if (known == name)
                return bind(section, terms, problems);
        problems.Add(new OptionProblem("kind", $"\"{name}\"", $"a channel: {string.Join(", ", Names)}"));
        return null;
    }

    /// <summary>A channel with all its options as usual.</summary>
    /// <exception cref="ArgumentException">No channel has this name, the message lists those there are; or it has options that must be set.</exception>
    public static ISubmitChannel Create(string name, EthereumNode node)
    {
        if (!Names.Contains(name))
            throw new ArgumentException($"no submit channel is called '{name}'; there are: {string.Join(", ", Names)}", nameof(name));
        List<OptionProblem> problems = [];
        using JsonDocument empty = JsonDocument.Parse("{}");
        return Bind(name, empty.RootElement, new ChannelTerms { ChainId = 1 }, problems) is { } make
            ? make(node)
            : throw new ArgumentException($"the channel '{name}' wants {string.Join("; ", problems.Select(p => $"{p.Field}: {p.Wanted}"))}", nameof(name));
    }

    private static (string Name, Binder Bind) Line<TOptions>(
        string name, JsonTypeInfo<TOptions> json, Func<TOptions, ChannelTerms, EthereumNode, ISubmitChannel> make)
        where TOptions : class, IChannelOptions => (name, (section, terms, problems) =>
    {
        TOptions? options = OptionReader.TryRead(name, section, json, out OptionProblem misfit);
        if (options is null)
        {
            problems.Add(misfit);
            return null;
        }
        int before = problems.Count;
        problems.AddRange(options.Problems(terms));
        return problems.Count == before ? node => make(options, terms, node) : null;
    });
}
