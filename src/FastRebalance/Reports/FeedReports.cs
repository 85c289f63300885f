using FastRebalance.MarketData;
using FastRebalance.MarketData.Feeds;
using FastRebalance.MarketData.Prices;

namespace FastRebalance.Reports;

/// <summary>What the feeds of a run have counted: the chain's together, each that tells prices by itself.</summary>
internal static class FeedReports
{
    public static FeedReport Sum(IReadOnlyList<IFeed> feeds)
    {
        FeedReport sum = new(0, 0, 0, 0, 0, 0, 0);
        foreach (PoolEventsFeed feed in feeds.OfType<PoolEventsFeed>())
            sum = sum with
            {
                Heads = sum.Heads + feed.Counters.Heads,
                PoolEvents = sum.PoolEvents + feed.Counters.PoolEvents,
                Mismatches = sum.Mismatches + feed.Counters.Mismatches,
                Snapshots = sum.Snapshots + feed.Counters.Snapshots,
                Gaps = sum.Gaps + feed.Counters.Gaps,
                Reorgs = sum.Reorgs + feed.Counters.Reorgs,
                Losses = sum.Losses + feed.Counters.Losses,
                Unsteady = sum.Unsteady + feed.Counters.Unsteady,
            };
        return sum with { Prices = [.. feeds.OfType<IPriceFeed>().Select(Of)] };
    }

    private static PriceFeedReport Of(IPriceFeed feed)
    {
        PriceFeedCounters seen = feed.Counters;
        return new PriceFeedReport(
            feed.Name, seen.Records, seen.Published, seen.Conflated, seen.Older, seen.Unusable, seen.PassedOver, seen.Gaps, seen.Missed, seen.Connections,
            seen.Losses, feed.LastTrouble);
    }
}
