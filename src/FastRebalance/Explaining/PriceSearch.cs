using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;

namespace FastRebalance.Explaining;

/// <summary>
/// Looks for the nearest price of one asset at which a trigger fires, all other prices kept: steps that double from one basis point until
/// one fires, then bisection. A stretch that fires and ends between two steps is stepped over.
/// </summary>
internal sealed class PriceSearch(ThrowAwayEngine engine, Words words)
{
    public const double LargestRise = 10; // +1000 %
    public const double LargestFall = 0.99;

    private const double FirstStep = 1e-4;
    private const double Precision = 1e-10;

    public NextPriceLine Around(AssetId asset)
    {
        double now = engine.Market.Prices[asset.Index];
        NextPrice? up = Find(asset, now, +1, LargestRise);
        NextPrice? down = Find(asset, now, -1, LargestFall);
        engine.SetPrice(asset, now);
        return new NextPriceLine(words.SymbolOf(asset), now, up, down);
    }

    private NextPrice? Find(AssetId asset, double now, int direction, double farthest)
    {
        double quiet = 0;
        if (Fires(asset, now))
            return Told(now, now);
        for (double move = FirstStep; ; move = Math.Min(2 * move, farthest))
        {
            if (Fires(asset, now * (1 + (direction * move))))
                return Told(Bisect(asset, now, direction, quiet, move), now);
            if (move >= farthest)
                return null;
            quiet = move;
        }
    }

    /// <summary>The lowest move known to fire; the engine stands there.</summary>
    private double Bisect(AssetId asset, double now, int direction, double quiet, double firing)
    {
        while (firing - quiet > Precision * firing)
        {
            double middle = quiet + ((firing - quiet) / 2);
            if (middle <= quiet || middle >= firing)
                break;
            if (Fires(asset, now * (1 + (direction * middle))))
                firing = middle;
            else
                quiet = middle;
        }
        double price = now * (1 + (direction * firing));
        Fires(asset, price);
        return price;
    }

    private NextPrice Told(double price, double now) =>
        new(price, ((price / now) - 1) * 100, words.TriggerOf(engine.Cycle.Tier, engine.Cycle.FiredTrigger));

    private bool Fires(AssetId asset, double price)
    {
        engine.SetPrice(asset, price);
        return engine.Fires();
    }
}
