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
        engine.SetPrice(asset, now);
        NextPrice? down = Find(asset, now, -1, LargestFall);
        engine.SetPrice(asset, now);
        return new NextPriceLine(words.SymbolOf(asset), now, up, down);
    }

    /// <summary>The nearest price in one direction at which a trigger fires; null where none does within the move. The engine stands where it looked last.</summary>
    /// <param name="engine">Asked at each price.</param>
    /// <param name="asset">Whose price moves.</param>
    /// <param name="direction">+1 up, -1 down.</param>
    /// <param name="farthest">Largest move looked at, as a fraction.</param>
    public static double? NearestFiring(ThrowAwayEngine engine, AssetId asset, int direction, double farthest)
    {
        double now = engine.Market.Prices[asset.Index];
        double quiet = 0;
        if (Fires(engine, asset, now))
            return now;
        for (double move = FirstStep; ; move = Math.Min(2 * move, farthest))
        {
            if (Fires(engine, asset, now * (1 + (direction * move))))
                return Bisect(engine, asset, now, direction, quiet, move);
            if (move >= farthest)
                return null;
            quiet = move;
        }
    }

    private NextPrice? Find(AssetId asset, double now, int direction, double farthest) =>
        NearestFiring(engine, asset, direction, farthest) is { } price ? Told(price, now) : null;

    /// <summary>The lowest move known to fire; the engine stands there.</summary>
    private static double Bisect(ThrowAwayEngine engine, AssetId asset, double now, int direction, double quiet, double firing)
    {
        while (firing - quiet > Precision * firing)
        {
            double middle = quiet + ((firing - quiet) / 2);
            if (middle <= quiet || middle >= firing)
                break;
            if (Fires(engine, asset, now * (1 + (direction * middle))))
                firing = middle;
            else
                quiet = middle;
        }
        double price = now * (1 + (direction * firing));
        Fires(engine, asset, price);
        return price;
    }

    private NextPrice Told(double price, double now) =>
        new(price, ((price / now) - 1) * 100, words.TriggerOf(engine.Cycle.Tier, engine.Cycle.FiredTrigger));

    private static bool Fires(ThrowAwayEngine engine, AssetId asset, double price)
    {
        engine.SetPrice(asset, price, engine.Market.PriceUnixNs(asset)); // made up: no younger than what is known
        return engine.Fires();
    }
}
