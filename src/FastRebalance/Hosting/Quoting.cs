using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Engine.Routing;

namespace FastRebalance.Hosting;

/// <summary>An exact answer at one head.</summary>
/// <param name="Status"><see cref="RouteStatus.Found"/>, or why there is no answer.</param>
/// <param name="Leg">The path and its exact amounts.</param>
/// <param name="Gas">Expected gas of its pools.</param>
/// <param name="Block">The head that it holds at.</param>
/// <param name="WorthIn">Numeraire value of what goes in.</param>
/// <param name="WorthOut">Numeraire value of what comes out, before gas.</param>
/// <param name="Search">Which path search answered.</param>
public sealed record QuoteAnswer(RouteStatus Status, OrderLeg Leg, uint Gas, ulong Block, double WorthIn, double WorthOut, string Search);

/// <summary>Quotes a trade at the current head, with the feed, the state and the router of a live run.</summary>
public static class Quoting
{
    /// <param name="run">A checked configuration.</param>
    /// <param name="sell">What goes in.</param>
    /// <param name="buy">What comes out.</param>
    /// <param name="amountIn">Base units of <paramref name="sell"/>.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="TimeoutException">The node told no head for half a minute.</exception>
    public static async Task<QuoteAnswer> QuoteAsync(PreparedRun run, AssetId sell, AssetId buy, UInt256 amountIn, CancellationToken cancellation)
    {
        EngineSetup setup = run.Setup.ToEngineSetup();
        MarketState market = new(setup);
        await HeadFollowing.FollowToHeadAsync(run, e => market.Apply(in e), cancellation).ConfigureAwait(false);
        Router router = new(setup, market, PolicyFactory.Search(setup, out _));
        RouteStatus status = router.Quote(sell, buy, in amountIn, out OrderLeg leg, out uint gas);
        return new QuoteAnswer(
            status, leg, gas, market.HeadBlock, Worth(market, sell, amountIn), Worth(market, buy, leg.ExpectedOut), router.SearchName);
    }

    private static double Worth(MarketState market, AssetId asset, UInt256 units) =>
        (double)units / market.UnitsPerToken[asset.Index] * market.Prices[asset.Index];
}
