using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Execution.Transactions;
using FastRebalance.Hosting;
using FastRebalance.MarketData;
using FastRebalance.MarketData.Feeds;
using FastRebalance.MarketData.Prices;

namespace FastRebalance.Composition;

/// <summary>Makes a feed for a run that is prepared.</summary>
public delegate IFeed FeedMaker(PreparedRun run);

/// <summary>Every feed that a live run may name. (A journal is fed by the replay, not by name.)</summary>
public static class Feeds
{
    public static Registry<FeedMaker> Registry { get; } = new("feed")
    {
        { PoolEventsFeed.FeedName, PluginJson.Default.PoolEvents, (_, _) => run => PoolEvents(run, PricedElsewhere(run.Config)) },
        { BookTickerFeed.FeedName, PluginJson.Default.BookTicker, (o, context) => _ => new BookTickerFeed(o, context.Symbols) },
        { SharedMemoryFeed.FeedName, PluginJson.Default.SharedMemory, (o, context) => _ => new SharedMemoryFeed(o, context.Symbols) },
        { UdpMulticastFeed.FeedName, PluginJson.Default.UdpMulticast, (o, context) => _ => new UdpMulticastFeed(o, context.Symbols) },
    };

    public static IReadOnlyCollection<string> Names => Registry.Names;

    /// <summary>Adds every mistake in the feeds' sections.</summary>
    internal static void Check(ConfigFile config, List<ConfigProblem> problems)
    {
        Dictionary<string, string> priced = [];
        foreach (PluginSection section in config.Feeds)
        {
            Registry.Create(section, ContextOf(config), problems);
            foreach (string asset in OptionsOf(section)?.PricedAssets ?? [])
                if (!priced.TryAdd(asset, section.Path))
                    problems.Add(new ConfigProblem(section.Path, $"a price of {asset}, which {priced[asset]} tells too", "one feed for each asset's price; a second may be its reference (\"as\": \"reference\")"));
        }
        if (config.Feeds.Count > 0 && config.Feeds.All(static section => Registry.Has(section.Kind) && section.Kind != PoolEventsFeed.FeedName))
            problems.Add(new ConfigProblem("feeds", "no feed that follows the chain", $"{{ \"kind\": \"{PoolEventsFeed.FeedName}\" }} among them: holdings and heads come from it"));
    }

    /// <exception cref="ConfigException">The section does not say what a feed needs.</exception>
    internal static IFeed Create(PluginSection section, PreparedRun run)
    {
        List<ConfigProblem> problems = [];
        return Registry.Create(section, ContextOf(run.Config), problems)?.Invoke(run) ?? throw new ConfigException(problems);
    }

    /// <summary>The chain by itself, with the pools' own prices: for a look at its head.</summary>
    internal static IFeed PoolEventsAlone(PreparedRun run) => PoolEvents(run, []);

    private static BuildContext ContextOf(ConfigFile config) => new([.. config.Assets.Select(static asset => asset.Symbol)], config.Numeraire);

    private static HashSet<AssetId> PricedElsewhere(ConfigFile config)
    {
        HashSet<AssetId> assets = [];
        foreach (PluginSection section in config.Feeds)
            foreach (string asset in OptionsOf(section)?.PricedAssets ?? [])
                assets.Add(AssetId.FromIndex(config.Assets.ToList().FindIndex(known => known.Symbol == asset)));
        return assets;
    }

    /// <summary>Of a feed that tells prices; null for another, and for one that cannot be read.</summary>
    private static PriceFeedOptions? OptionsOf(PluginSection section) => section.Kind switch
    {
        BookTickerFeed.FeedName => Read(section, PluginJson.Default.BookTicker),
        SharedMemoryFeed.FeedName => Read(section, PluginJson.Default.SharedMemory),
        UdpMulticastFeed.FeedName => Read(section, PluginJson.Default.UdpMulticast),
        _ => null,
    };

    private static TOptions? Read<TOptions>(PluginSection section, System.Text.Json.Serialization.Metadata.JsonTypeInfo<TOptions> json)
        where TOptions : class => Core.Configuration.OptionReader.TryRead(section.Kind, section.Options, json, out _);

    private static PoolEventsFeed PoolEvents(PreparedRun run, HashSet<AssetId> pricedElsewhere) => new(run.Node, new PoolEventsSetup
    {
        Assets = [.. run.Config.Assets.Select(a => new FeedAsset(a.Symbol, a.Address, a.Decimals))],
        Numeraire = run.Config.Numeraire,
        Pools = run.Setup.MakePools(),
        Account = run.Holder,
        LendingMarket = run.Config.Portfolio.Lending?.Market,
        Liquidity = [.. (run.Setup.Liquidity ?? []).Select(static one => one.ToFollowed())],
        PricedElsewhere = pricedElsewhere,
        DefaultTipWei = run.Config.Chain.Rules.MinTipWei,
        DataFee = run.Config.Chain.Rules.DataFee,
        UsualTransaction = UsualTransaction.Bytes(run.ToExecutionSetup(dryRun: true)),
        UsualGas = UsualTransaction.Gas,
    });
}
