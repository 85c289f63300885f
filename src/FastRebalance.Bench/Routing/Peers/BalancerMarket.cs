using FastRebalance.Core.Assets;

namespace FastRebalance.Bench.Routing.Peers;

/// <summary>
/// Makes markets of weighted and composable stable pools from a seed: calm ones, every weighted pool within its fee of the true price. The
/// first assets are dollars and the next ones ethers, which stable pools hold.
/// </summary>
public static class BalancerMarket
{
    private const int Assets = 20;
    private const int Orders = 10;
    private const int MaxHops = 2; // as far as the peer goes
    private const int Dollars = 5;
    private const int Ethers = 3;
    private const double DollarPrice = 1e-18;
    private const double EtherPrice = 2_000e-18;
    private const int MostAssets = 4;
    private const uint StableFeePips = 400;
    private const uint Amplification = 200;

    private static readonly uint[] s_fees = [1_000, 3_000, 10_000];

    /// <param name="seed">Everything follows from it and the number of pools.</param>
    /// <param name="pools">Pools; at least one less than the 20 assets, which they connect.</param>
    public static PeerInstance Make(int seed, int pools)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pools, Assets - 1);
        MarketDice dice = new(seed, pools);
        double[] prices = [.. Enumerable.Range(0, Assets).Select(asset => PriceOf(dice, asset))];
        PeerPool[] made = [.. Enumerable.Range(0, pools).Select(i => MakePool(dice, prices, i))];
        PeerOrder[] orders = [.. Enumerable.Range(0, Orders).Select(_ => dice.NextOrder(made, MaxHops))];
        return new PeerInstance($"{pools} vault pools", PeerMarkets.Balancer, prices, made, orders);
    }

    private static double PriceOf(MarketDice dice, int asset) =>
        asset < Dollars ? DollarPrice : asset < Dollars + Ethers ? EtherPrice : dice.NextPrice();

    private static PeerPool MakePool(MarketDice dice, double[] prices, int i)
    {
        if (i >= Assets - 1 && dice.Next(4) == 0)
            return dice.Next(2) == 0 ? MakeStable(dice, prices, 0, Dollars) : MakeStable(dice, prices, Dollars, Ethers);
        (int a, int b) = dice.NextPair(i, Assets);
        SortedSet<int> assets = [a, b];
        for (int further = dice.Next(MostAssets - 1); further > 0; further--)
            assets.Add(dice.Next(Assets));
        return MakeWeighted(dice, prices, [.. assets]);
    }

    private static PeerWeightedPool MakeWeighted(MarketDice dice, double[] prices, int[] assets)
    {
        int[] percents = new int[assets.Length];
        int left = 100;
        for (int i = assets.Length - 1; i > 0; i--)
            left -= percents[i] = 10 + dice.Next(left / (i + 1) - 5);
        percents[0] = left;
        uint fee = s_fees[dice.Next(s_fees.Length)];
        double worth = assets.Length * dice.NextWorth();
        return new PeerWeightedPool(
            assets, fee,
            [.. assets.Select((asset, i) => dice.Units(worth * percents[i] / 100 / prices[asset] * Math.Sqrt(dice.NextOff(fee))))],
            [.. percents.Select(percent => UInt256.WrappingMultiply((ulong)percent, UInt256.PowerOfTen(16)))]);
    }

    private static PeerStablePool MakeStable(MarketDice dice, double[] prices, int first, int count)
    {
        List<int> assets = [.. Enumerable.Range(first, count)];
        for (int fewer = dice.Next(count - 1); fewer > 0; fewer--)
            assets.RemoveAt(dice.Next(assets.Count));
        double worth = dice.NextWorth();
        return new PeerStablePool(
            assets, StableFeePips, [.. assets.Select(asset => dice.Units(worth / prices[asset] * dice.NextOff(20 * StableFeePips)))],
            Amplification);
    }
}
