using FastRebalance.Execution.Transactions;
using FastRebalance.Hosting;
using FastRebalance.MarketData;
using FastRebalance.MarketData.Feeds;

namespace FastRebalance.Composition;

/// <summary>Every feed that a live run may name. (A journal is fed by the replay, not by name.)</summary>
public static class Feeds
{
    private static readonly (string Name, Func<PreparedRun, IFeed> Create)[] Known =
    [
        (PoolEventsFeed.FeedName, PoolEvents),
    ];

    public static IReadOnlyList<string> Names { get; } = Array.ConvertAll(Known, static entry => entry.Name);

    /// <exception cref="ArgumentException">No feed has this name; the message lists those there are.</exception>
    internal static IFeed Create(string name, PreparedRun run)
    {
        foreach ((string known, Func<PreparedRun, IFeed> create) in Known)
            if (known == name)
                return create(run);
        throw new ArgumentException($"no feed is called '{name}'; there are: {string.Join(", ", Names)}", nameof(name));
    }

    private static PoolEventsFeed PoolEvents(PreparedRun run) => new(run.Node, new PoolEventsSetup
    {
        Assets = [.. run.Config.Assets.Select(a => new FeedAsset(a.Symbol, a.Address, a.Decimals))],
        Numeraire = run.Config.Numeraire,
        Pools = run.Setup.MakePools(),
        Account = run.Holder,
        LendingMarket = run.Config.Portfolio.Lending?.Market,
        DefaultTipWei = run.Config.Chain.Rules.MinTipWei,
        DataFee = run.Config.Chain.Rules.DataFee,
        UsualTransaction = UsualTransaction.Bytes(run.ToExecutionSetup(dryRun: true)),
        UsualGas = UsualTransaction.Gas,
    });
}
