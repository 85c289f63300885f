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

    /// <summary>
    /// The smallest change of price, the same for each of some assets, at which a trigger fires; null where none does within the farthest. The
    /// engine stands where it looked last.
    /// </summary>
    /// <param name="engine">Asked at each price.</param>
    /// <param name="assets">Whose prices move.</param>
    /// <param name="direction">+1 up, -1 down.</param>
    /// <param name="farthest">Largest change looked at, as a fraction.</param>
    /// <param name="tier">Whose trigger; none for any.</param>
    public static double? NearestFiring(
        ThrowAwayEngine engine, ReadOnlySpan<AssetId> assets, int direction, double farthest, PolicyTier tier = PolicyTier.None) =>
        NearestFiring(engine, assets, direction, farthest, asked => asked.Fires() && (tier == PolicyTier.None || asked.Cycle.Tier == tier));

    /// <summary>As <see cref="NearestFiring(ThrowAwayEngine, ReadOnlySpan{AssetId}, int, double, PolicyTier)"/>, for what <paramref name="fires"/> calls firing.</summary>
    public static double? NearestFiring(
        ThrowAwayEngine engine, ReadOnlySpan<AssetId> assets, int direction, double farthest, Func<ThrowAwayEngine, bool> fires)
    {
        double[] now = new double[assets.Length];
        for (int i = 0; i < now.Length; i++)
            now[i] = engine.Market.Prices[assets[i].Index];
        double quiet = 0;
        if (Fires(engine, assets, now, 0, fires))
            return 0;
        for (double move = FirstStep; ; move = Math.Min(2 * move, farthest))
        {
            if (Fires(engine, assets, now, direction * move, fires))
                return direction * Bisect(engine, assets, now, direction, quiet, move, fires);
            if (move >= farthest)
                return null;
            quiet = move;
        }
    }

    private NextPrice? Find(AssetId asset, double now, int direction, double farthest) =>
        NearestFiring(engine, [asset], direction, farthest) is { } change ? Told(now * (1 + change), now) : null;

    /// <summary>The smallest move known to fire; the engine stands there.</summary>
    private static double Bisect(ThrowAwayEngine engine, ReadOnlySpan<AssetId> assets, double[] now, int direction, double quiet, double firing, Func<ThrowAwayEngine, bool> fires)
    {
        while (firing - quiet > Precision * firing)
        {
            double middle = quiet + ((firing - quiet) / 2);
            if (middle <= quiet || middle >= firing)
                break;
            if (Fires(engine, assets, now, direction * middle, fires))
                firing = middle;
            else
                quiet = middle;
        }
        Fires(engine, assets, now, direction * firing, fires);
        return firing;
    }

    private NextPrice Told(double price, double now) =>
        new(price, ((price / now) - 1) * 100, words.TriggerOf(engine.Cycle.Tier, engine.Cycle.FiredTrigger));

    private static bool Fires(ThrowAwayEngine engine, ReadOnlySpan<AssetId> assets, double[] now, double change, Func<ThrowAwayEngine, bool> fires)
    {
        for (int i = 0; i < assets.Length; i++)
            engine.SetPrice(assets[i], now[i] * (1 + change), engine.Market.PriceUnixNs(assets[i])); // made up: no younger than what is known
        return fires(engine);
    }
}
