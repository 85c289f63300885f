using FastRebalance.MarketData;
using FastRebalance.MarketData.Feeds;

namespace FastRebalance.Reports;

/// <summary>What the chain feeds of a run have counted, together.</summary>
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
            };
        return sum;
    }
}
