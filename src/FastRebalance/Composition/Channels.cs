using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution.Channels;

namespace FastRebalance.Composition;

/// <summary>The configured channels: options are checked before there is a node, and the channels made once there is one.</summary>
internal static class Channels
{
    /// <summary>Checks every entry of <c>submit.channels</c>.</summary>
    /// <param name="config">Names the chain and the channels.</param>
    /// <param name="account">The account with the funds; zero where its key could not be opened.</param>
    /// <param name="problems">Gets every mistake with its place.</param>
    public static IReadOnlyList<Func<EthereumNode, ISubmitChannel>> Bind(ConfigFile config, Address account, List<ConfigProblem> problems)
    {
        ChannelTerms terms = new()
        {
            // The reader has told of a chain without a number; the channels' own mistakes are told beside it.
            ChainId = Math.Max(config.Chain.Id, 1),
            Rules = config.Chain.Rules,
            Profile = config.Chain.Profile.Name,
            Account = account,
            Resolve = config.Resolve,
        };
        List<Func<EthereumNode, ISubmitChannel>> makers = [];
        foreach (PluginSection section in config.Submit.Channels)
        {
            if (section.Kind.Length == 0)
                continue; // the reader has reported the missing kind
            List<OptionProblem> found = [];
            if (SubmitChannels.Bind(section.Kind, section.Options, terms, found) is { } make)
                makers.Add(make);
            problems.AddRange(found.Select(problem => new ConfigProblem(
                problem.Field.Length == 0 ? section.Path : $"{section.Path}.{problem.Field}", problem.Found, problem.Wanted)));
        }
        return makers;
    }

    /// <summary>Lets go of the connections of those that have some.</summary>
    public static async ValueTask DisposeAsync(IEnumerable<ISubmitChannel> channels)
    {
        foreach (ISubmitChannel channel in channels)
            if (channel is IAsyncDisposable connected)
                await connected.DisposeAsync().ConfigureAwait(false);
    }
}
